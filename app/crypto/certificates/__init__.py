"""Certificates: fields, chains, revocation, building."""
