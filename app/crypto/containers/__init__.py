"""Keys with their certificates, as people see them: what they are, what may be done with them."""
