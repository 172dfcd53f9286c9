"""10.3: se nombra a quien espera, no a quien lo retiene / it names who waits, not who keeps it."""

A = "starvation eva 2-9"
B = "leak luis 5"
C = "contention ana 3-5"
D = "livelock ana 0-3"
E = "convoy ana 2-4"
