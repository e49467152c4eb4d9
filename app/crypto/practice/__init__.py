"""Practice mode: keys and authorities that can never be taken for real."""
