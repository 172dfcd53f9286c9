"""10.3: el lock siempre tomado se toma por contención / a lock that is always taken, for contention."""

A = "starvation eva 2-9"
B = "leak luis 5"
C = "contention ana 3-5"
D = "livelock ana 0-3"
E = "contention ana 2-4"
