"""Documents, signatures, certificates, trust."""
