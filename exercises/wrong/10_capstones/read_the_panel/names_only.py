"""10.3: sin decir dónde se ve / without saying where it shows."""

A = "starvation"
B = "leak"
C = "contention"
D = "livelock"
E = "convoy"
