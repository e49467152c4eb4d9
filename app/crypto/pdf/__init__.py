"""Signatures inside PDF: writing, the stamp, revisions, forgeries."""
