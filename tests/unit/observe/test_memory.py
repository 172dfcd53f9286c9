"""What observe keeps of what it found stays bounded, and what it counts does not."""

from hilos import observe
from hilos.observe import Deadlock, Inversion, hub


def test_only_the_newest_findings_are_kept_and_all_are_counted() -> None:
    """A program that runs for days does not grow with what it finds."""
    deadlocked, violations = hub.state.deadlocked, hub.state.violations
    with observe.watch() as found:
        for _turn in range(hub.KEPT + 5):
            hub.found_deadlock(Deadlock(()))
            hub.found_inversion(Inversion(()))
    assert len(observe.deadlocks()) == len(observe.inversions()) == hub.KEPT
    assert len(found.deadlocks) == hub.KEPT + 5
    assert hub.state.deadlocked - deadlocked == hub.KEPT + 5
    assert hub.state.violations - violations == hub.KEPT + 5
