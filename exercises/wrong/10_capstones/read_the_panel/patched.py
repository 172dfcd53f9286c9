"""10.3: cambiar la grabación no cambia lo que pasó / to change the recording does not change what happened."""

A = "starvation eva 2-9"
B = "leak luis 5"
C = "contention ana 3-5"
D = "livelock ana 0-3"
E = "livelock eva 0-3"

PANELS = """
E                 0123
ana               #x#x
luis              #x#x
eva               #x#x
"""
