"""The pages of jobs and alerts with something on them: a queue at work, rules that fire; for everybody."""

import http.client
import json
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hilos.lab import alerts
from hilos.locale import using
from hilos.metrics.alerts import ALERTS
from hilos.ports import ALERT_WEBHOOK, Service
from hilos.services.alert_receiver import AlertReceiver
from support.lab import Lab, serious, shot, until
from support.labclient import PLAIN, Client
from support.lessons import ROOT

pytestmark = [pytest.mark.real("chromium"), pytest.mark.slow]
Visit = Callable[..., Any]
NOTHING_SIDEWAYS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"

QUEUE = """
    import sys, time
    from hilos import lesson
    from hilos.jobs import GiveUp, Priority, open_queue

    def no_such_image():
        raise GiveUp("no such image: cat.png")

    def teach(tell, options):
        with open_queue("threads", workers=2) as queue:
            queue.submit(no_such_image, name="thumbnail").wait()
            for n in range(4):
                queue.submit(time.sleep, 600, priority=Priority.HIGH, name=f"render {n}")
            for n in range(3):
                queue.submit(time.sleep, 600, priority=Priority.LOW, name=f"mail {n}")
            time.sleep(600)

    sys.exit(lesson.run(teach))
"""


def english(page: Any) -> None:
    """Have the page speak English."""
    page.click(".languages [lang=en]")
    page.wait_for_selector("html[lang=en] main h1")


def for_everybody(visit: Visit, path: str, there: str) -> None:
    """In the dark on a phone: nothing serious for axe, nothing sticks out to the side."""
    page = visit(path, dark=True, width=360, height=740)
    page.wait_for_selector(there)
    assert page.evaluate(NOTHING_SIDEWAYS)
    assert serious(page) == []
    shot(page, f"dark-360-{path.strip('/')}")


def test_a_queue_at_work_is_seen_in_both_languages(visit: Visit, lab: Lab, write: Callable[[str], None]) -> None:
    """What waits by priority, what each worker does, what was given up on and why; it moves, and the focus stays."""
    page = visit("/jobs")
    page.wait_for_selector("text=Ninguna cola está en marcha")
    write(QUEUE)
    client = Client(lab)
    run = client.start_lesson(PLAIN)
    page.wait_for_selector(".queue td:has-text('render 1')")
    told = page.inner_text(".queue")
    assert re.search(r"En espera\s+5\s+En curso\s+2\s", told), told
    assert re.search(r"Alta\s+2\s+Baja\s+3\s", told), told
    assert page.locator(".queue tr:has-text('ocupado')").count() == 2
    assert "GiveUp: no such image: cat.png" in page.inner_text(".queue [aria-label='Trabajos perdidos']")
    shot(page, "es-jobs")

    # From the keyboard, while the workers' seconds go on.
    for _press in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == "Trabajos perdidos":
            break
    workers = page.inner_text(".queue [aria-label='Workers']")
    until(page, "before => document.querySelector('.queue [aria-label=Workers]').innerText !== before", workers)
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Trabajos perdidos"

    english(page)
    page.wait_for_selector(".queue td:has-text('render 1')")
    told = page.inner_text(".queue")
    assert re.search(r"Waiting\s+5\s+Running\s+2\s", told), told
    assert re.search(r"High\s+2\s+Low\s+3\s", told), told
    assert serious(page) == []
    shot(page, "en-jobs")
    for_everybody(visit, "/jobs", ".queue td:has-text('render 1')")
    client.stop(run)
    page.wait_for_selector(".empty a[href='/lesson/job_queue_system']")


@pytest.fixture
def receiver() -> Iterator[AlertReceiver]:
    """The receiver of `hilos alerts`, on a free port."""
    made = AlertReceiver(0, ROOT, tell=lambda line: None)
    thread = threading.Thread(target=made.serve)
    thread.start()
    yield made
    made.close()
    thread.join()


def fire(receiver: AlertReceiver, name: str, job: str, status: str) -> None:
    """What Alertmanager sends when the rule `name` fires for `job`, or no longer does."""
    rule = next(alert for alert in ALERTS if alert.name == name)
    texts = {"summary": rule.es, "summary_en": rule.en}
    sent = {
        "status": status,
        "labels": {"alertname": name, "severity": rule.severity, "job": job},
        "annotations": {key: text.replace("{{ $labels.job }}", job) for key, text in texts.items()},
        "startsAt": "2026-01-01T10:20:30Z",
    }
    connection = http.client.HTTPConnection("127.0.0.1", receiver.port, timeout=10)
    connection.request("POST", "/alerts", json.dumps({"version": "4", "alerts": [sent]}))
    assert connection.getresponse().status == 200
    connection.close()


def test_a_rule_that_fires_is_explained_in_both_languages(visit: Visit, receiver: AlertReceiver) -> None:
    """Its severity, what it means and what to do; and that it was resolved."""
    here = Service(ALERT_WEBHOOK.name, receiver.port, ALERT_WEBHOOK.path)

    def answer(route: Any) -> None:
        """As the lab answers, of a receiver that is not on the usual port: another one may be there."""
        with using("en" if "lang=en" in route.request.url else "es"):
            route.fulfill(json=alerts.described(here))

    def ours(**options: Any) -> Any:
        page = visit("/", **options)
        page.route("**/api/alerts*", answer)
        page.click("nav a[href='/alerts']")
        return page

    page = ours()
    page.wait_for_selector("text=Ninguna alerta. Buena señal.")
    fire(receiver, "ServiceDown", "locks", "firing")
    page.wait_for_selector(".alerts .critical h2:has-text('ServiceDown')")
    told = page.inner_text(".alerts li")
    for each in ("crítica", "locks no responde", "Qué hacer: Mira ./run.sh status y ./run.sh logs locks;"):
        assert each in told, told
    fire(receiver, "ServiceDown", "locks", "resolved")
    page.wait_for_selector(".alerts li:first-child .pill:has-text('resuelta')")
    shot(page, "es-alerts")
    english(page)
    page.wait_for_selector(".alerts li:first-child .pill:has-text('resolved')")
    told = page.inner_text(".alerts li >> nth=1")
    for each in ("critical", "locks does not answer", "What to do: Look at ./run.sh status and ./run.sh logs locks;"):
        assert each in told, told
    assert serious(page) == []
    shot(page, "en-alerts")
    phone = ours(dark=True, width=360, height=740)
    phone.wait_for_selector(".alerts li")
    assert phone.evaluate(NOTHING_SIDEWAYS)
    assert serious(phone) == []
    shot(phone, "dark-360-alerts")
