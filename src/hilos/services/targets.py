"""Tells the Prometheus of `./run.sh start --stack` of something that serves metrics only now and then.

Prometheus reads `.hilos/stack/targets/*.json` by itself (`file_sd_configs`).  In Docker it has a folder of its own,
which stays empty: from a container, 127.0.0.1 would be the container.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path


def targets_folder(root: Path) -> Path:
    """Where the targets of the course in the folder `root` are written."""
    return root / ".hilos" / "stack" / "targets"


@contextlib.contextmanager
def announced(root: Path, job: str, *ports: int) -> Iterator[None]:
    """Have `ports` of this machine scraped under the name `job` while the block runs.

    A folder that cannot be written is no error: nobody's metrics are worth stopping their work.
    """
    file = targets_folder(root) / f"{job}-{os.getpid()}.json"
    entry = [{"targets": [f"127.0.0.1:{port}" for port in ports], "labels": {"job": job}}]
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(".new")
        beside.write_text(json.dumps(entry), encoding="utf-8")
        beside.replace(file)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            file.unlink()
