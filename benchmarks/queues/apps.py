"""The peers' applications, as their own workers import them; configured by the environment.

Only the one that QUEUE_APP names is made, so that no worker imports what it does not need.
"""

import os

from queues import work

NAME = os.environ.get("QUEUE_APP", "")
URL = os.environ.get("QUEUE_REDIS", "redis://127.0.0.1:6379/0")
JOBS = {"noop": work.noop, "millisecond": work.millisecond}
tasks = {}

if NAME.startswith("huey"):
    from huey import RedisHuey, SqliteHuey

    if NAME == "huey-redis":
        app = RedisHuey(url=URL, results=False)
    else:
        # Huey itself offers synchronous FULL and OFF; NORMAL, to compare like with like, is set on its connection.
        app = SqliteHuey(filename=os.environ["QUEUE_FILE"], fsync=NAME == "huey-full", results=False)
        if NAME == "huey-normal":
            connect = app.storage._create_connection

            def normal():
                """As Huey opens it, with synchronous NORMAL."""
                connection = connect()
                connection.execute("pragma synchronous = 1")
                return connection

            app.storage._create_connection = normal
            app.storage.close()  # what it opened to make its tables
    tasks = {name: app.task(name=name)(function) for name, function in JOBS.items()}
elif NAME == "celery":
    from celery import Celery

    app = Celery("bench", broker=URL)
    app.conf.update(task_ignore_result=True, broker_connection_retry_on_startup=True, worker_hijack_root_logger=False)
    tasks = {name: app.task(name=name)(function) for name, function in JOBS.items()}
elif NAME == "dramatiq":
    import dramatiq
    from dramatiq.brokers.redis import RedisBroker

    dramatiq.set_broker(RedisBroker(url=URL))
    tasks = {name: dramatiq.actor(actor_name=name)(function) for name, function in JOBS.items()}
