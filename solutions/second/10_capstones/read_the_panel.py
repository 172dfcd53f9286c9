"""10.3 Lee el panel: otros testigos / Read the dashboard: other witnesses"""

# Cada fallo se ve en más de un sitio.
# Each bug shows in more than one place.
A = "starvation eva 2-23"
B = "leak ana 20-22"
C = "contention eva 0-3"
D = "livelock luis 8-14"
E = "convoy luis 14-16"
