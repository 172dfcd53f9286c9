"""Programs that misbehave, which tests run in the place of a lesson."""

HANG = """
    import signal, threading, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("hanging", flush=True)
    threading.Thread(target=lambda: time.sleep(600)).start()
    while True:
        pass
"""
"""Computes for ever, and ignores SIGTERM."""

PRINTS_MUCH = """
    import sys
    line = "x" * 99 + "\\n"
    for _ in range(1_000):
        sys.stdout.write(line * 1_000)
    print("the very last line")
"""
"""A hundred megabytes."""

FLOOD = """
    import sys, threading, time
    from hilos import lesson

    def teach(tell, options):
        locks = [threading.Lock() for _ in range(4)]
        end = time.monotonic() + 2.0
        counts = []

        def work(lock):
            n = 0
            while time.monotonic() < end:
                for _ in range(100):
                    with lock:
                        pass
                n += 100
            counts.append(n)

        threads = [threading.Thread(target=work, args=(lock,), name=f"flood-{n}") for n, lock in enumerate(locks)]
        for each in threads: each.start()
        for each in threads: each.join()
        print("cycles", sum(counts), flush=True)

    sys.exit(lesson.run(teach))
"""
"""As many lock events as Python can make, for two seconds."""

FORKS = """
    import os, time
    for _ in range(400):
        if os.fork() == 0:
            time.sleep(600)
    time.sleep(600)
"""
"""More processes than a run may have."""
