"""A program of one's own, started in a terminal with `hilos run --lab`: on the lab's pages like a lesson."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support.lab import Lab, shot

pytestmark = [pytest.mark.real("chromium"), pytest.mark.slow]

MINE = """
import threading

lock = threading.Lock()
go_on = threading.Event()

def work():
    while not go_on.is_set():
        with lock:
            go_on.wait(0.02)

threads = [threading.Thread(target=work, name=f"cook-{n}") for n in range(2)]
for each in threads: each.start()
print("ready", flush=True)
input()
go_on.set()
for each in threads: each.join()
"""


def test_a_program_started_by_hand_is_seen_and_its_trace_taken_away(
    visit: Callable[..., Any], lab: Lab, tmp_path: Path
) -> None:
    """Its lanes on the timeline, its end in a sentence in both languages, its trace for Perfetto."""
    (tmp_path / "kitchen.py").write_text(MINE, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "hilos", "run", "--lab", "kitchen.py"],
        cwd=tmp_path,
        env={**os.environ, "HILOS_ROOT": str(lab.root)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None and program.stdout.readline() == "ready\n"
        page = visit("/timeline")
        page.wait_for_selector(".page-head option:has-text('kitchen')", state="attached")
        page.click("lab-timeline .tools button >> nth=-1")
        page.wait_for_selector("lab-timeline .reading th:has-text('cook-1')")
        shot(page, "by-hand")
        assert not page.locator(".page-head .danger").is_visible(), "it is stopped where it was started"
        said = program.communicate("\n", timeout=20)[1]
        assert f"{lab.base}/" in said
    page.wait_for_selector(".page-head p:has-text('Ha terminado bien.')")
    page.click(".languages [lang=en]")
    page.wait_for_selector(".page-head p:has-text('It ended well.')")
    with page.expect_download() as download:
        page.click(".page-head a[download]")
    download.value.save_as(tmp_path / "trace.json")
    events = json.loads((tmp_path / "trace.json").read_text(encoding="utf-8"))["traceEvents"]
    assert {"cook-0", "cook-1"} <= {each["args"]["name"] for each in events if each["name"] == "thread_name"}
