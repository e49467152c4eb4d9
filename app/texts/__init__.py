"""Words: catalogue, one table for errors, one for verdicts."""
