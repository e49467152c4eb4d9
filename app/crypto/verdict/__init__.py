"""Facts, policy, verdict: values and pure functions."""
