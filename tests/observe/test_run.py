"""`hilos run`: the program's arguments, status, streams, signals, `__main__` and traceback are as without us."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.network import free_port, get_when_ready
from support.programs_under_run import both, run, start

INVERSION = """
    import threading
    a = threading.Lock()
    b = threading.Lock()
    def nest(first, second):
        with first:
            with second:
                pass
    for pair in ((a, b), (b, a)):
        thread = threading.Thread(target=nest, args=pair)
        thread.start()
        thread.join()
"""
DEADLOCK = """
    import threading, sys, time
    a = threading.Lock()
    b = threading.Lock()
    both = threading.Barrier(2)
    def nest(first, second):
        try:
            with first:
                both.wait()
                with second:
                    pass
        except Exception as error:
            print("victim", type(error).__name__)
    threads = [threading.Thread(target=nest, args=pair, daemon=True) for pair in ((a, b), (b, a))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(float(sys.argv[1]))
    print("end")
"""


def same(plain: subprocess.CompletedProcess[str], observed: subprocess.CompletedProcess[str]) -> None:
    """Nobody could tell from outside which one was observed."""
    assert observed.stdout == plain.stdout
    assert observed.stderr == plain.stderr
    assert observed.returncode == plain.returncode


@pytest.mark.parametrize(
    "source",
    [
        "import sys; print(__name__, __file__, sys.argv, sys.path[0], __spec__, __package__); sys.exit(7)",
        "import sys; sys.exit('a message')",
        "import sys; print('out'); print('err', file=sys.stderr); raise SystemExit",
        "def f():\n    return 1 / 0\ndef g():\n    f()\ng()",
        "raise KeyboardInterrupt",
        "import sys\nsys.excepthook = lambda *a: print('mine', a[0].__name__, a[2].tb_frame.f_code.co_name)\n1 / 0",
        "def broken(:\n    pass",
        "import signal\nprint([signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)])",
        "import sys\nprint(sys.stdout.errors, sys.stderr.errors, sys.stdin.read(), sys.flags.dev_mode)",
        "import sys\nimport __main__\nprint(__main__.__dict__ is globals(), sys.modules['__main__'] is __main__)",
        "import threading\nprint(threading.active_count(), threading.main_thread().name, len(threading.enumerate()))",
        "import os\nos._exit(9)",
        "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)",
        "import atexit\natexit.register(print, 'atexit')\nprint('body')",
        "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.2), print('late'))).start()",
        "import threading, time\n"
        "def spin():\n    while True:\n        with lock: pass\n"
        "lock = threading.Lock()\n"
        "for _ in range(3): threading.Thread(target=spin, daemon=True).start()\n"
        "time.sleep(0.2); print('main ends with threads running')",
        "import threading\n"
        "class Mine(threading.Event):\n    def set(self):\n        super().set(); print('set')\n"
        "e = Mine(); e.set(); print(e.is_set(), isinstance(e, threading.Event))",
    ],
)
def test_a_program_cannot_tell(tmp_path: Path, source: str) -> None:
    """The same output, errors and status, to the letter."""
    plain, observed, _report = both(tmp_path, source, "one", "--two", "-x")
    same(plain, observed)


def test_a_module_is_run_as_python_does(tmp_path: Path) -> None:
    """`hilos run -m package args`."""
    package = tmp_path / "pack"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text(
        "import sys\nfrom . import __name__ as p\nprint(p, __name__, __package__, __spec__.name, sys.argv[1:])\n1/0"
    )
    plain = subprocess.run(
        [sys.executable, "-m", "pack", "x", "-y"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    command = [sys.executable, "-m", "hilos", "run", "--report", "r.txt", "-m", "pack", "x", "-y"]
    observed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert observed.stdout == plain.stdout
    assert observed.returncode == plain.returncode
    # Python shows the frames of its own runpy there; ours are not there either.
    assert observed.stderr.splitlines()[-1] == plain.stderr.splitlines()[-1]
    assert "hilos" not in observed.stderr


def test_ctrl_c_kills_it_as_it_kills_python(tmp_path: Path) -> None:
    """Status and traceback of an interrupted program; the report is still written."""
    source = "import threading\nprint('ready', flush=True)\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()"
    outcomes = []
    for observed in (False, True):
        process = start(tmp_path, source, observed=observed, options=("--report", "r.txt") if observed else ())
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.2)  # so that it waits; if it does not yet, the outcome is the same
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=20)
        outcomes.append((process.returncode, err))
    assert outcomes[0] == outcomes[1]
    assert outcomes[1][0] == -signal.SIGINT
    assert (tmp_path / "r.txt").exists()


def test_an_inversion_is_reported_and_named_after_the_variables(tmp_path: Path) -> None:
    """At the moment it is found and in the report at the end; the status stays 0."""
    _plain, observed, report = both(tmp_path, INVERSION)
    assert observed.returncode == 0
    for text in (observed.stderr, report):
        assert "INVERSIÓN DE ORDEN: «b (app.py:4)» → «a (app.py:3)» → «b (app.py:4)»" in text
        assert text.count("app.py:7 (nest)") >= 2


def test_the_report_speaks_english(tmp_path: Path) -> None:
    """With --lang en, and the numbers are right."""
    result = run(tmp_path, INVERSION, options=("--lang", "en"))
    assert "LOCK ORDER INVERSION" in result.stderr
    assert "  taken  waited" in result.stderr
    assert any(line.split()[:4] == ["2", "0", "0", "ns"] for line in result.stderr.splitlines())


@pytest.mark.parametrize(("action", "status"), [("report", 0), ("raise", 0), ("exit", 70)])
def test_a_deadlock_is_reported_with_both_stacks(tmp_path: Path, action: str, status: int) -> None:
    """And then: it goes on blocking, a victim gets an error, or the program ends."""
    result = run(tmp_path, DEADLOCK, "1" if action == "report" else "30", options=("--on-deadlock", action))
    assert result.returncode == status
    assert "DEADLOCK: 2 hilos se esperan unos a otros." in result.stderr
    assert result.stderr.count("app.py:10 (nest)") >= 2
    assert result.stderr.count("(tomado en app.py:8)") >= 2
    assert result.stdout == {"report": "end\n", "raise": "victim DeadlockError\nend\n", "exit": ""}[action]


def test_metrics_are_served_while_it_runs(tmp_path: Path) -> None:
    """With the brief's names and labels."""
    port = free_port()
    process = start(
        tmp_path,
        "import threading, sys\nlock = threading.Lock()\n"
        "with lock: pass\nthreading.Thread(target=lock.acquire).start()\n"
        "lock.acquire() if False else None\nthreading.Event().wait()",
        options=("--port", str(port)),
    )
    try:
        text = get_when_ready(f"http://127.0.0.1:{port}/metrics")
        deadline = time.monotonic() + 20
        wanted = 'lock_acquisitions_total{lock_name="lock (app.py:2)",lock_type="Lock"} 2.0'
        while wanted not in text and time.monotonic() < deadline:
            time.sleep(0.05)
            text = get_when_ready(f"http://127.0.0.1:{port}/metrics")
        assert wanted in text
        assert 'lock_contention_threads{lock_name="lock (app.py:2)"} 0.0' in text
        for name in ("lock_wait_duration_seconds", "lock_hold_duration_seconds"):
            assert f'{name}_bucket{{le="+Inf",lock_name="lock (app.py:2)",lock_type="Lock"}}' in text
    finally:
        process.kill()
        process.communicate()


def test_a_taken_port_does_not_stop_the_program(tmp_path: Path) -> None:
    """One line says who has it, and the program runs."""
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run(tmp_path, "print('ran')", options=("--port", str(port)))
    assert result.returncode == 0
    assert result.stdout == "ran\n"
    assert f"El puerto {port} está ocupado" in result.stderr
    assert "El programa sigue, sin métricas." in result.stderr


def test_the_timeline_is_a_trace_that_nests(tmp_path: Path) -> None:
    """Valid Chrome trace JSON: within a lane slices nest or follow, and arrows are in pairs."""
    source = """
        import threading, time
        lock = threading.Lock()
        def body():
            for _ in range(20):
                with lock:
                    time.sleep(0.0005)
        threads = [threading.Thread(target=body, name=f"worker {n}") for n in range(3)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
    """
    result = run(tmp_path, source, options=("--timeline", "t.json"))
    assert "eventos descartados por falta de sitio: 0" in result.stderr
    trace = json.loads((tmp_path / "t.json").read_text("utf-8"))["traceEvents"]
    names = {each["args"]["name"] for each in trace if each["ph"] == "M"}
    assert {"worker 0", "worker 1", "worker 2", "lock (app.py:3)"} <= names
    lanes: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for each in trace:
        if each["ph"] == "X":
            assert each["dur"] >= 0
            lanes.setdefault((each["pid"], each["tid"]), []).append((each["ts"], each["ts"] + each["dur"]))
    for slices in lanes.values():
        slices.sort(key=lambda each: (each[0], -each[1]))
        open_until: list[float] = []
        for begin, end in slices:
            while open_until and open_until[-1] <= begin + 1e-6:
                open_until.pop()
            assert not open_until or end <= open_until[-1] + 1e-6
            open_until.append(end)
    holds = [each for each in trace if each["ph"] == "X" and each["cat"] == "held"]
    assert len(holds) == 60
    starts = sorted(each["id"] for each in trace if each["ph"] == "s")
    assert starts == sorted(each["id"] for each in trace if each["ph"] == "f")
    assert starts


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_what_child_processes_count_reaches_the_report(tmp_path: Path, method: str) -> None:
    """Whatever the start method, and though forked children end by os._exit."""
    source = f"""
        import multiprocessing, threading
        lock = threading.Lock()
        def work(times):
            for _ in range(times):
                with lock: pass
        if __name__ == "__main__":
            context = multiprocessing.get_context("{method}")
            children = [context.Process(target=work, args=(1000,)) for _ in range(2)]
            for child in children: child.start()
            for child in children: child.join()
            print([child.exitcode for child in children])
    """
    plain, observed, report = both(tmp_path, source)
    same(plain, observed)
    assert "2000" in next(line for line in report.splitlines() if "Lock «lock (app.py:3)»" in line).split()


def test_a_killed_child_is_said_to_be_missing(tmp_path: Path) -> None:
    """What it counted before is there; that something may be missing is said."""
    source = """
        import os, signal, threading, time
        lock = threading.Lock()
        pid = os.fork()
        if pid == 0:
            for _ in range(500):
                with lock: pass
            time.sleep(60)
        time.sleep(1)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    """
    _plain, observed, report = both(tmp_path, source)
    assert observed.returncode == 0
    assert "500" in next(line for line in report.splitlines() if "Lock «lock (app.py:3)»" in line).split()
    assert "Procesos hijos que terminaron sin entregar lo último que contaron: 1." in report


def test_a_fork_in_the_middle_leaves_both_sides_well(tmp_path: Path) -> None:
    """Forks while other threads take locks in new orders: no child hangs in observe's own lock."""
    source = """
        import os, threading, warnings
        warnings.simplefilter("ignore")
        stop = False
        def churn():
            while not stop:
                a, b = threading.Lock(), threading.Lock()
                with a, b: pass
        threads = [threading.Thread(target=churn) for _ in range(3)]
        for thread in threads: thread.start()
        statuses = []
        for _ in range(30):
            pid = os.fork()
            if pid == 0:
                a, b = threading.Lock(), threading.Lock()
                with a, b: pass
                os._exit(5)
            statuses.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
        stop = True
        for thread in threads: thread.join()
        print(set(statuses))
    """
    plain, observed, _report = both(tmp_path, source)
    same(plain, observed)
    assert plain.stdout == "{5}\n"


def test_nonsense_is_said_in_a_line_with_status_2(tmp_path: Path) -> None:
    """No traceback."""
    for arguments in (["no.py"], [], ["--port", "0", "x.py"], ["-m", "no.such.module"], ["--on-deadlock", "x", "y"]):
        result = subprocess.run(
            [sys.executable, "-m", "hilos", "run", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 2, arguments
        assert "Traceback" not in result.stderr
        assert 1 <= len(result.stderr.strip().splitlines()) <= 2


def test_a_report_on_request_tells_who_waits_for_whom(tmp_path: Path) -> None:
    """`hilos report PID` while every thread, the main one included, is blocked; and nothing is left behind."""
    source = """
        import threading
        a = threading.Lock()
        def waiter():
            with a: pass
        a.acquire()
        threading.Thread(target=waiter, name="el que espera", daemon=True).start()
        print("ready", flush=True)
        threading.Event().wait()
    """
    process = start(tmp_path, source)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        deadline = time.monotonic() + 20
        while True:
            answer = subprocess.run(
                [sys.executable, "-m", "hilos", "report", "--lang", "en", str(process.pid)],
                capture_output=True,
                text=True,
                check=False,
            )
            assert answer.returncode == 0, answer.stderr
            if "“el que espera” has waited" in answer.stdout or time.monotonic() > deadline:
                break
        assert "for Lock “a (app.py:3)”, held by “MainThread”:\n      app.py:5 (waiter)" in answer.stdout
        assert "“MainThread” has held Lock “a (app.py:3)” (taken at app.py:6) for" in answer.stdout
        assert "“MainThread” sleeps on Event" in answer.stdout
        listed = subprocess.run([sys.executable, "-m", "hilos", "report"], capture_output=True, text=True, check=True)
        assert str(process.pid) in listed.stdout
    finally:
        process.kill()
        process.communicate()
    gone = subprocess.run(
        [sys.executable, "-m", "hilos", "report", str(process.pid)], capture_output=True, text=True, check=False
    )
    assert gone.returncode == 2


def test_a_signal_of_the_programs_own_is_left_to_it(tmp_path: Path) -> None:
    """It takes the signal that reports use: `hilos report` says so, the program is not disturbed."""
    from hilos.observe.announcing import ask_signal

    number = ask_signal()
    source = f"""
        import signal, threading
        signal.signal({number}, lambda *_: print("mine", flush=True))
        print("ready", flush=True)
        threading.Event().wait(30)
    """
    process = start(tmp_path, source)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        answer = subprocess.run(
            [sys.executable, "-m", "hilos", "report", str(process.pid)], capture_output=True, text=True, check=False
        )
        assert answer.returncode == 2
        assert "no contesta" in answer.stderr
        assert process.stdout.readline() == "mine\n"
    finally:
        process.kill()
        process.communicate()
