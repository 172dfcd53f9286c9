"""Source in, instrumented code out: every operation on memory that threads may share announces itself first."""
