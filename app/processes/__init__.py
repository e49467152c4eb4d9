"""Child processes, limited and replaceable. This room knows neither documents nor keys."""
