"""The signature fields of a PDF."""
