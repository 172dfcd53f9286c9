"""10.3: esperar no basta para que sea contención / waiting is not enough to be contention."""

A = "contention eva 2-9"
B = "leak luis 5"
C = "contention ana 3-5"
D = "livelock ana 0-3"
E = "convoy luis 2-4"
