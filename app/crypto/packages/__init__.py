"""Packages: folders, ZIP archives and loose files, sorted into documents, signatures and powers."""
