"""What can be shown of a document beside its pages: an XML as a tree, text, facts of any file."""
