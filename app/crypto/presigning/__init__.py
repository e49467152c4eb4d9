"""A look at a document before it is signed: what in it may be other than it seems."""
