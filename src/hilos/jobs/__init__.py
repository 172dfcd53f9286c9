"""A job queue over any `concurrent.futures.Executor`.

from hilos.jobs import Priority, Retry, open_queue

with open_queue("processes", workers=2, retry=Retry(attempts=3, backoff=0.5)) as queue:
    job = queue.submit(thumbnail, path, priority=Priority.HIGH, timeout=10.0)
    print(job.result())       # or raises JobFailed, with the traceback of every attempt
"""

from hilos.errors import GiveUp, JobCancelled, JobError, JobFailed, QueueFull, WorkerDied
from hilos.jobs.context import checkpoint
from hilos.jobs.durable import DurableQueue
from hilos.jobs.executors import BACKENDS, executor_for, open_queue
from hilos.jobs.job import Change, Job, Priority, State
from hilos.jobs.processes import ProcessWorkers
from hilos.jobs.queue import Queue
from hilos.jobs.retry import Retry
from hilos.jobs.stats import Stats

__all__ = [
    "BACKENDS",
    "Change",
    "DurableQueue",
    "GiveUp",
    "Job",
    "JobCancelled",
    "JobError",
    "JobFailed",
    "Priority",
    "ProcessWorkers",
    "Queue",
    "QueueFull",
    "Retry",
    "State",
    "Stats",
    "WorkerDied",
    "checkpoint",
    "executor_for",
    "open_queue",
]
