"""Real programs under `hilos run`, unmodified: the same results, and what is planted in them is reported."""

from pathlib import Path

import pytest

from support import require
from support.programs_under_run import both

pytestmark = pytest.mark.slow

PLANTS = """
import sys, threading
plant = sys.argv[1]
A = threading.Lock()
B = threading.Lock()
meet = threading.Barrier(2)

def nest(first, second, wait):
    try:
        with first:
            if wait:
                meet.wait(20)
            with second:
                return "done"
    except Exception as error:
        return "victim"

def forwards(wait=False):
    return nest(A, B, wait)

def backwards(wait=False):
    return nest(B, A, wait)
"""
WEB_SERVER = (
    PLANTS
    + """
import urllib.request
from concurrent.futures import ThreadPoolExecutor
import logging
import waitress

logging.getLogger("waitress.queue").setLevel("ERROR")  # whose warnings depend on the moment
count = 0
guard = threading.Lock()

def application(environ, start_response):
    global count
    path = environ["PATH_INFO"]
    if path == "/forwards":
        body = forwards(plant == "deadlock")
    elif path == "/backwards":
        body = backwards(plant == "deadlock")
    else:
        with guard:
            count += 1
        body = path * 100
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(body)))])
    return [body.encode()]

server = waitress.create_server(application, host="127.0.0.1", port=0, threads=4)
url = f"http://127.0.0.1:{server.effective_port}"

def serve():
    try:
        server.run()
    except OSError:
        pass  # its sockets were closed while it waited for them, which is how it is ended here

serving = threading.Thread(target=serve)
serving.start()

def get(path):
    with urllib.request.urlopen(url + path, timeout=20) as reply:
        return reply.read().decode()

with ThreadPoolExecutor(8) as clients:
    pages = list(clients.map(get, [f"/page/{n}" for n in range(200)]))
    assert pages == [f"/page/{n}" * 100 for n in range(200)]
    print(count)
    if plant == "inversion":
        print(get("/forwards"), get("/backwards"))
    if plant == "deadlock":
        print(sorted(clients.map(get, ["/forwards", "/backwards"])))
server.close()
server.task_dispatcher.shutdown()
serving.join(10)
print("ended", serving.is_alive())
"""
)
POOLS = (
    PLANTS
    + """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed

def square(n):
    return n * n

gone_forwards = threading.Event()

def forwards_and_stay():
    result = forwards()
    gone_forwards.set()
    meet.wait(20)
    return result

if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    with context.Pool(2) as pool:
        print(sum(pool.imap_unordered(square, range(500), chunksize=7)))
        print(pool.map(square, range(5)), pool.apply_async(square, (9,)).get(20))
    with ProcessPoolExecutor(2, mp_context=context) as pool:
        print(sum(pool.map(square, range(100))))
    with ThreadPoolExecutor(6) as pool:
        print(sum(each.result() for each in as_completed([pool.submit(square, n) for n in range(300)])))
        if plant == "inversion":
            first = pool.submit(forwards_and_stay)
            gone_forwards.wait(20)
            second = pool.submit(backwards).result()  # on another thread: the first is still busy
            meet.wait(20)
            print(first.result(), second)
        if plant == "deadlock":
            print(sorted(each.result() for each in [pool.submit(forwards, True), pool.submit(backwards, True)]))
"""
)
DATABASE = (
    PLANTS
    + """
from sqlalchemy import create_engine, text
from sqlalchemy.pool import QueuePool

engine = create_engine("sqlite:///stock.db", poolclass=QueuePool, pool_size=2, max_overflow=1, pool_timeout=30)
with engine.begin() as connection:
    connection.execute(text("drop table if exists stock"))
    connection.execute(text("create table stock (id integer primary key, units integer)"))
    connection.execute(text("insert into stock values (1, 0)"))

def work(times):
    for _ in range(times):
        with engine.begin() as connection:
            connection.execute(text("update stock set units = units + 1 where id = 1"))

threads = [threading.Thread(target=work, args=(15,)) for _ in range(8)]
if plant != "nothing":
    wait = plant == "deadlock"
    results = []
    pair = [threading.Thread(target=lambda f=f: results.append(f(wait))) for f in (forwards, backwards)]
    for thread in pair:
        thread.start()
        if not wait:
            thread.join()
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
if plant != "nothing":
    for thread in pair:
        thread.join()
    print(sorted(results))
with engine.begin() as connection:
    print(connection.execute(text("select units from stock")).scalar(), engine.pool.checkedout())
engine.dispose()
"""
)
SCHEDULER = (
    PLANTS
    + """
from apscheduler.schedulers.background import BackgroundScheduler

done = threading.Event()
guard = threading.Lock()
ticks = 0
results = []

def tick():
    global ticks
    with guard:
        ticks += 1
        if ticks == 10:
            done.set()

finished = threading.Semaphore(0)

def planted(body, wait):
    results.append(body(wait))
    finished.release()
    meet.wait(20)  # so that the pool needs two threads

scheduler = BackgroundScheduler({"apscheduler.executors.default": {
    "class": "apscheduler.executors.pool:ThreadPoolExecutor", "max_workers": "4"}})
scheduler.add_job(tick, "interval", seconds=0.05, max_instances=3)
scheduler.start()
print(done.wait(20))
if plant != "nothing":
    wait = plant == "deadlock"
    for body in (forwards, backwards):
        scheduler.add_job(planted, args=(body, wait))
        if not wait:
            finished.acquire(timeout=20)
    if wait:
        finished.acquire(timeout=20)
        finished.acquire(timeout=20)
    print(sorted(results))
scheduler.shutdown()
print("down")
"""
)
PROGRAMS = {
    "web server": (WEB_SERVER, "waitress"),
    "pools": (POOLS, "concurrent.futures"),
    "database": (DATABASE, "sqlalchemy"),
    "scheduler": (SCHEDULER, "apscheduler"),
}


@pytest.fixture(params=PROGRAMS)
def program(request: pytest.FixtureRequest) -> str:
    """The source of one of them; its package must be there."""
    source, package = PROGRAMS[request.param]
    require.package(package)
    return source


def test_its_results_are_the_same_and_nothing_is_reported(program: str, tmp_path: Path) -> None:
    """Standard output, errors and status as without us; no inversion, no deadlock."""
    plain, observed, report = both(tmp_path, program, "nothing")
    assert plain.returncode == 0, plain.stderr
    assert (observed.stdout, observed.stderr, observed.returncode) == (plain.stdout, plain.stderr, 0)
    assert "Ni deadlocks ni órdenes de lock contradictorios." in report


def test_a_planted_inversion_is_reported_without_hanging(program: str, tmp_path: Path) -> None:
    """With the names of both locks and the lines that take them."""
    plain, observed, report = both(tmp_path, program, "inversion")
    assert plain.returncode == 0, plain.stderr
    assert (observed.stdout, observed.returncode) == (plain.stdout, 0)
    assert "INVERSIÓN DE ORDEN: «B (app.py:5)» → «A (app.py:4)» → «B (app.py:5)»" in report
    assert report.count("INVERSIÓN DE ORDEN") == 1
    assert report.count("app.py:13 (nest)") == 2
    for function in ("forwards", "backwards"):
        assert f"({function})" in report


def test_a_planted_deadlock_is_reported_with_both_stacks(program: str, tmp_path: Path) -> None:
    """One thread is the victim, the program comes to its end."""
    from support.programs_under_run import run

    report = tmp_path / "report.txt"
    result = run(tmp_path, program, "deadlock", options=("--on-deadlock", "raise", "--report", str(report)))
    assert result.returncode == 0, result.stderr
    assert "['done', 'victim']" in result.stdout
    text = report.read_text("utf-8")
    assert "DEADLOCK: 2 hilos se esperan unos a otros." in text
    deadlock = text[text.index("DEADLOCK") :]
    for function in ("forwards", "backwards"):
        assert f"({function})" in deadlock
    assert deadlock.count("app.py:13 (nest)") >= 2
