"""Making signatures: the door, and the work of the worker."""
