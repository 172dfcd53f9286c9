"""Runs one schedule: fibres, whose turn it is, what they did."""
