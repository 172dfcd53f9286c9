"""Every interleaving of a threaded program, or a proof that none fails.

from hilos.explore import explore

report = explore(setup=Account, workers=[deposit, deposit], invariant=lambda a: a.balance == 200)
print(report)       # the explanation
report.check()      # raises AssertionError with the explanation unless proved
"""

from hilos.explore.explain.render import render
from hilos.explore.exploration import atomic, explore, interleave, replay
from hilos.explore.program import Program, Region
from hilos.explore.report import Certificate, Finding, Hold, Passing, Report, Step, Trouble, Verdict, Wait
from hilos.explore.schedule import Schedule

Report.renderer = staticmethod(render)

__all__ = [
    "Certificate",
    "Finding",
    "Hold",
    "Passing",
    "Program",
    "Region",
    "Report",
    "Schedule",
    "Step",
    "Trouble",
    "Verdict",
    "Wait",
    "atomic",
    "explore",
    "interleave",
    "replay",
]
