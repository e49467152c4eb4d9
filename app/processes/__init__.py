"""Child processes, limited and replaceable; knows neither crypto nor tokens."""
