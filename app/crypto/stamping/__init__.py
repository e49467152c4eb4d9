"""The visible mark: its form, and stamped copies."""
