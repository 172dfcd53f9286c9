"""Runs the course's services in the background: start, stop, status, logs.

`run.sh` is the learner's way in; this package does the work.  Every service is a process of its own session, its
record and its log are files under `.hilos/`, so that what one command starts another can find, also after a crash.
"""

from hilos.services.record import Record, Records
from hilos.services.stack import STACK_NAMES, stack
from hilos.services.supervisor import LAB_NEEDS, Program, Supervisor, course_root, lab, lessons

__all__ = [
    "LAB_NEEDS",
    "STACK_NAMES",
    "Program",
    "Record",
    "Records",
    "Supervisor",
    "course_root",
    "lab",
    "lessons",
    "stack",
]
