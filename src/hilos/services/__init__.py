"""Runs the course's services in the background: start, stop, status, logs.

`run.sh` is the learner's way in; this package does the work.  Every service is a process of its own session, its
record and its log are files under `.hilos/`, so that what one command starts another can find, also after a crash.
"""

from hilos.services.record import Record, Records
from hilos.services.stack import STACK_NAMES, stack
from hilos.services.supervisor import Program, Supervisor, course_root, lessons

__all__ = ["STACK_NAMES", "Program", "Record", "Records", "Supervisor", "course_root", "lessons", "stack"]
