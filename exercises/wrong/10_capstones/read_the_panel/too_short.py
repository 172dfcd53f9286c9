"""10.3: un segundo de espera no es inanición / one second of waiting is no starvation."""

A = "starvation eva 5"
B = "leak luis 5"
C = "contention ana 3-5"
D = "livelock ana 0-3"
E = "convoy luis 2-4"
