"""The list of accredited authorities (TSL): read, checked, kept, asked."""
