"""Judging files: the door, and the work of the worker."""
