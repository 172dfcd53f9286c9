"""10.3: el final de la fuga, no su comienzo / the end of the leak, not its beginning."""

A = "starvation eva 2-9"
B = "leak eva 20-23"
C = "contention ana 3-5"
D = "livelock ana 0-3"
E = "convoy luis 2-4"
