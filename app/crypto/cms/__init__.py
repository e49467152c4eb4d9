"""The SignedData engine: reading, writing, attributes, streaming."""
