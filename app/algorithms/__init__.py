"""Mathematics by name: no documents, no tokens."""
