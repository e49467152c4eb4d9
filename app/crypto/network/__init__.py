"""Everything this program asks of other computers goes through this room (decision 12)."""
