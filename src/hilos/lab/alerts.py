"""The alerts that Alertmanager has sent, as the receiver of `hilos alerts` keeps them."""

import json
import urllib.error
import urllib.request
from typing import Any

from hilos.locale import language
from hilos.metrics.alerts import ALERTS
from hilos.ports import ALERT_WEBHOOK, Service

_BY_NAME = {alert.name: alert for alert in ALERTS}
LARGEST = 4 << 20


def described(receiver: Service = ALERT_WEBHOOK) -> dict[str, Any]:
    """Whether the receiver answers, and its alerts, newest first, each with what it means and what to do.

    It asks over HTTP and waits for the answer: to be called in a thread.
    """
    url = f"http://127.0.0.1:{receiver.port}/alerts?lang={language()}"
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            kept = json.loads(reply.read(LARGEST))
    except (OSError, urllib.error.URLError, ValueError):
        return {"receiver": False, "alerts": []}
    if not isinstance(kept, list):
        return {"receiver": False, "alerts": []}
    return {"receiver": True, "alerts": [_alert(each) for each in kept if isinstance(each, dict)]}


def _alert(received: dict[str, Any]) -> dict[str, Any]:
    alert = _BY_NAME.get(str(received.get("name")))
    means, action = alert.told(language()) if alert is not None else ("", "")
    fields = ("status", "name", "severity", "job", "summary", "since")
    shown = {field: str(received.get(field, "")) for field in fields}
    for place in ("{servicio}", "{service}"):
        action = action.replace(place, shown["job"] or place)
    return {**shown, "meaning": means, "action": action, "panel": alert.panel if alert is not None else ""}
