"""10.3: todos esperan y todos reciben turno / all wait and all have their turn."""

A = "starvation eva 2-9"
B = "leak luis 5"
C = "starvation ana 3-5"
D = "livelock ana 0-3"
E = "convoy luis 2-4"
