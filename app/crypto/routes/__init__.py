"""Joint signing by files: who has signed a document, and whose signature is awaited."""
