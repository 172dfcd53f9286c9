"""10.3: cada vez más lento se toma por contención / slower and slower taken for contention."""

A = "starvation eva 2-9"
B = "contention ana 18-19"
C = "contention ana 3-5"
D = "livelock ana 0-3"
E = "convoy luis 2-4"
