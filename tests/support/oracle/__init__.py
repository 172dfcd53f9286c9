"""Brute force: what small threaded programs can do, found without the explorer and by the most naive means.

`model` has the programs and runs one operation at a time, `interleavings` runs all orders, `generator` makes programs
up from a seed, `source` writes them as ordinary Python for the explorer.  Nothing here imports hilos.
"""
