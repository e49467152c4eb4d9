"""Time-stamps of RFC 3161: asking for them, checking them."""
