"""10.3: la grabación entera no señala nada / the whole recording points at nothing."""

A = "starvation eva 0-23"
B = "leak luis 0-23"
C = "contention ana 0-23"
D = "livelock ana 0-23"
E = "convoy luis 0-23"
