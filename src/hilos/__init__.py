"""hilos ("threads"): a hands-on course on concurrency in Python, and the tools that prove it.

The lessons at the root of the repository are plain Python.  This package holds what they stand on:
`hilos.lesson` (narration, options, serving), `hilos.observe` (locks of real threads), `hilos.explore` (every
interleaving, or a proof) and `hilos.jobs` (a job queue over any executor).
"""

__version__ = "0.1.0"
