"""Where keys live and what they can do."""
