"""Pure data: who waits for whom, and in what order locks are taken."""

from hilos.graphs.lock_order import Edge, Evidence, LockOrder
from hilos.graphs.wait_for import Wait, find_cycle, find_cycles, stuck

__all__ = ["Edge", "Evidence", "LockOrder", "Wait", "find_cycle", "find_cycles", "stuck"]
