"""Trying out what signatures need: the GOST library, an authority of time."""
