"""Changing files of signatures without touching a signature."""
