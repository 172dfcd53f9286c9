"""Five small services, each with a bug that no test fails for, recorded as a dashboard shows them: exercise 10.3.

Three workers, 24 seconds.  They run on the loop of `hilos.course.asynchronous`, in its own order and in virtual
time, so that a recording is the same on every machine: what the learner is shown is what the check looks at.

recorder.py   what each worker does in each second, and the panels that come of it
services.py   the five services
"""

from hilos.course.recordings.recorder import SECONDS, Recording
from hilos.course.recordings.services import Bug, panels, recorded

__all__ = ["SECONDS", "Bug", "Recording", "panels", "recorded"]
