"""Backups of a whole profile, closed with a password: made, looked into, put in its place."""
