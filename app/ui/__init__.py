"""The window: everything with Qt."""
