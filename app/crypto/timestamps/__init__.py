"""Time-stamps (RFC 3161, RFC 5816): asking an authority for one, and checking one."""
