"""Giving signatures that are there a higher level."""
