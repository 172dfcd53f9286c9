"""Doubles of `threading`, `queue`, `concurrent.futures` and `time`: the standard library's shapes over our verbs."""
