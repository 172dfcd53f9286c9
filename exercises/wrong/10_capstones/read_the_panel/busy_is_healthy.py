"""10.3: la CPU a tope se toma por contención / a full CPU taken for contention."""

A = "starvation eva 2-9"
B = "leak luis 5"
C = "contention ana 3-5"
D = "contention ana 0-3"
E = "convoy luis 2-4"
