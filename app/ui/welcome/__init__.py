"""The first run: two large choices, and a tour of three steps in practice mode."""
