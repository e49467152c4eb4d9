"""A look at the pages of a PDF, drawn by a child process."""
