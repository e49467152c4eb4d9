"""The guide inside the window: pages that came with the program, no network."""
