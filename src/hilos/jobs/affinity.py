"""Pinning a process to CPUs, where the system has it (Linux, Windows, FreeBSD; not macOS).

psutil is imported where it is used: it does not load in sub-interpreters, where jobs import this package, too.
"""

from collections.abc import Sequence


def can_pin() -> bool:
    """Whether this system lets a process be pinned to CPUs."""
    import psutil

    return hasattr(psutil.Process, "cpu_affinity")


def allowed_cpus() -> list[int]:
    """Numbers of the CPUs that this process may use; empty where the system does not say."""
    import psutil

    return list(psutil.Process().cpu_affinity() or []) if can_pin() else []


def pin(cpus: Sequence[int]) -> bool:
    """Pin this process to `cpus`; False where that cannot be done."""
    import psutil

    if not can_pin():
        return False
    try:
        psutil.Process().cpu_affinity(list(cpus))
    except (OSError, ValueError, psutil.Error):
        return False
    return True
