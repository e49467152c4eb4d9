"""XML of strangers: read within limits, its signatures checked. Used in workers only."""
