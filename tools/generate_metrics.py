"""Writes the guides' pages on metrics and panels from hilos.metrics: docs/es/metrics.md and docs/en/metrics.md.

python tools/generate_metrics.py [--check]
"""

from pathlib import Path

from generating import GENERATED, ROOT, main

from hilos import ports
from hilos.metrics import CATALOG, Metric
from hilos.metrics.panels import PANELS, Panel

_PORTS = {service.name: service.port for service in ports.LESSONS}


def _metric_row(metric: Metric, spanish: bool) -> str:
    labels = ", ".join(f"`{label}`" for label in metric.labels) or "–"
    where = ", ".join(str(_PORTS[name]) for name in metric.services if name in _PORTS) or "–"
    return f"| `{metric.name}` | {metric.type} | {labels} | {where} | {metric.es if spanish else metric.en} |"


def _panel_section(number: int, panel: Panel, spanish: bool) -> str:
    lesson = "Lección" if spanish else "Lesson"
    alerts = ("Alertas" if spanish else "Alerts") + ": " + ", ".join(f"`{name}`" for name in panel.alerts) + "."
    queries = "\n".join(query.expr for query in panel.queries)
    return (
        f"### {number}. {panel.title}\n\n{panel.es if spanish else panel.en}\n\n{lesson}: `{panel.lesson}`. "
        f"{alerts if panel.alerts else ''}".rstrip()
        + f"\n\n```promql\n{queries}\n```\n"
    )


def _page(language: str) -> str:
    spanish = language == "es"
    made_by = GENERATED.format(source="src/hilos/metrics/", tool="tools/generate_metrics.py")
    if spanish:
        head = "# Métricas y paneles\n\nTodo lo que el curso mide: qué es, dónde se lee y qué mirar en cada panel.\n"
        table = "| Métrica | Tipo | Etiquetas | Puerto | Qué es |"
        titles = ("## Métricas", "## Paneles")
    else:
        head = "# Metrics and panels\n\nAll that the course measures: what it is, where to read it, what to look for.\n"
        table = "| Metric | Type | Labels | Port | What it is |"
        titles = ("## Metrics", "## Panels")
    rows = "\n".join(_metric_row(metric, spanish) for metric in CATALOG)
    panels = "\n".join(_panel_section(number, panel, spanish) for number, panel in enumerate(PANELS, 1))
    metrics = f"{titles[0]}\n\n{table}\n| --- | --- | --- | --- | --- |\n{rows}"
    return f"<!-- {made_by} -->\n{head}\n{metrics}\n\n{titles[1]}\n\n{panels}"


def files() -> dict[Path, str]:
    """What is generated."""
    return {ROOT / "docs" / "es" / "metrics.md": _page("es"), ROOT / "docs" / "en" / "metrics.md": _page("en")}


if __name__ == "__main__":
    raise SystemExit(main(files))
