"""Росчерк: signs and verifies documents, and looks after keys, certificates and tokens."""

__version__ = "0.1.0"
