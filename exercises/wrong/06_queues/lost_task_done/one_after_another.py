def run(todo, workers, work):
    failed = []
    for job in todo:
        try:
            work(job)
        except Exception:
            failed.append(job)
    return failed
