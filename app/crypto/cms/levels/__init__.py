"""What stands above CAdES-BES: time-stamps, references, values, archive time-stamps."""
