"""Writes prometheus/alerts.yml, recording.yml, their promtool tests and the alert pages from hilos.metrics.alerts.

python tools/generate_alerts.py [--check]
"""

from pathlib import Path
from typing import Any

import yaml
from generating import GENERATED, ROOT, main

from hilos.metrics.alerts import ALERTS, RECORDINGS, Alert
from hilos.ports import ALERT_WEBHOOK

# The alert receiver explains each alert on a page of its own, on this machine and offline.
PAGES = f"http://127.0.0.1:{ALERT_WEBHOOK.port}"


class _Dumper(yaml.SafeDumper):
    """Block style, lists indented, long text in one line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        return super().increase_indent(flow, False)


def _yaml(data: Any) -> str:
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)
    return f"# {GENERATED.format(source='src/hilos/metrics/alerts.py', tool='tools/generate_alerts.py')}\n{text}"


def _rule(alert: Alert) -> dict[str, Any]:
    return {
        "alert": alert.name,
        "expr": alert.expr,
        "for": alert.hold,
        "labels": {"severity": alert.severity},
        "annotations": {
            "summary": alert.es,
            "description": f"{alert.es_cause} {alert.es_do}",
            "summary_en": alert.en,
            "description_en": f"{alert.en_cause} {alert.en_do}",
            "runbook_url": f"{PAGES}/{alert.name}",
        },
    }


def _cases(alert: Alert) -> list[dict[str, Any]]:
    """One case in which the alert fires and one in which it does not, ten minutes of samples each."""
    cases = []
    for name, series, expected in (("fires", alert.fires, True), ("silent", alert.silent, False)):
        cases.append(
            {
                "name": f"{alert.name} {name}",
                "interval": "15s",
                "input_series": [{"series": each, "values": values} for each, values in series],
                # count() instead of the alert's own labels and annotations: those carry the value's text.
                "promql_expr_test": [
                    {
                        "expr": f'count(ALERTS{{alertname="{alert.name}",alertstate="firing"}}) or vector(0)',
                        "eval_time": "5m",
                        "exp_samples": [{"labels": "{}", "value": 1 if expected else 0}],
                    }
                ],
            }
        )
    return cases


def _page(language: str) -> str:
    spanish = language == "es"
    if spanish:
        head = (
            "# Alertas\n\nCada alerta del curso: qué significa y qué hacer. Las reglas están en "
            "`prometheus/alerts.yml`; sus pruebas, en `prometheus/tests/alerts_test.yml`.\n"
        )
    else:
        head = (
            "# Alerts\n\nEach alert of the course: what it means and what to do. The rules are in "
            "`prometheus/alerts.yml`; their tests, in `prometheus/tests/alerts_test.yml`.\n"
        )
    parts = [
        f"<!-- {GENERATED.format(source='src/hilos/metrics/alerts.py', tool='tools/generate_alerts.py')} -->\n{head}"
    ]
    for alert in ALERTS:
        means, do = alert.told(language)
        words = ("Gravedad", "durante", "Panel", "Qué hacer") if spanish else ("Severity", "for", "Panel", "What to do")
        panel = f" {words[2]}: *{alert.panel}*." if alert.panel else ""
        parts.append(
            f"## {alert.name}\n\n{means}\n\n**{words[3]}.** {do}\n\n"
            f"{words[0]}: `{alert.severity}`, {words[1]} `{alert.hold}`.{panel}\n\n```promql\n{alert.expr}\n```\n"
        )
    return "\n".join(parts)


def files() -> dict[Path, str]:
    """What is generated."""
    recordings = {
        "groups": [
            {
                "name": "hilos-recording",
                "rules": [{"record": each.name, "expr": each.expr} for each in RECORDINGS],
            }
        ]
    }
    alerts = {"groups": [{"name": "hilos", "rules": [_rule(alert) for alert in ALERTS]}]}
    tests = {
        "rule_files": ["../recording.yml", "../alerts.yml"],
        "evaluation_interval": "15s",
        "tests": [case for alert in ALERTS for case in _cases(alert)],
    }
    return {
        ROOT / "prometheus" / "alerts.yml": _yaml(alerts),
        ROOT / "prometheus" / "recording.yml": _yaml(recordings),
        ROOT / "prometheus" / "tests" / "alerts_test.yml": _yaml(tests),
        ROOT / "docs" / "es" / "alerts.md": _page("es"),
        ROOT / "docs" / "en" / "alerts.md": _page("en"),
    }


if __name__ == "__main__":
    raise SystemExit(main(files))
