"""10.3 Lee el panel / Read the dashboard"""

# A: salen trabajos sin parar y siempre hay uno que espera; ana y luis leen por turnos y eva, que escribe, no entra.
# A: jobs end without a pause and there is always one who waits; ana and luis read in turn and eva, who writes, never
# gets in.
A = "inanición eva 2-9"
# B: lo que está en uso ya no baja de uno, luego de dos, y la CPU cae: quien falla se queda con su permiso.
# B: what is in use no longer falls below one, then two, and the CPU goes down: who fails keeps its permit.
B = "fuga luis 5"
# C: el lock no descansa, y siempre se trabaja con él: hay más trabajo que lock.
# C: the lock never rests, and it is always being worked with: there is more work than lock.
C = "contención ana 3-5"
# D: CPU a tope, nadie espera y no se termina nada.
# D: the CPU at its limit, nobody waits and nothing is ended.
D = "livelock ana 0-3"
# E: el lock está tomado y la CPU, a cero: quien lo tiene espera al disco, y los demás, a él.
# E: the lock is taken and the CPU at zero: who has it waits for the disk, and the others for it.
E = "convoy luis 2-4"
