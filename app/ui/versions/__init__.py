"""The version that was signed beside the one that is there now."""
