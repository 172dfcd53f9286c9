"""Writes the Grafana dashboard from hilos.metrics.panels, to both paths that the brief gives.

python tools/generate_dashboard.py [--check]

Uses grafana-foundation-sdk for Grafana 11.6 (schema 41), the newest on PyPI; later Grafanas load it and migrate it.
"""

import json
from pathlib import Path
from typing import Any

from generating import ROOT, main
from grafana_foundation_sdk.builders import common, dashboard, gauge, heatmap, prometheus, stat, timeseries
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models import prometheus as prometheus_models

from hilos.metrics.panels import PANELS, Kind, Panel
from hilos.ports import ALERT_WEBHOOK

UID = "hilos-concurrencia"
SOURCE = models.DataSourceRef(type_val="prometheus", uid="hilos-prometheus")
COLUMNS = 24
HEIGHT = 8
# The alert receiver shows a lesson's source, on this machine and offline.
LESSONS = f"http://127.0.0.1:{ALERT_WEBHOOK.port}/lesson/"

BUILDERS = {
    Kind.STAT: stat.Panel,
    Kind.GAUGE: gauge.Panel,
    Kind.TIMESERIES: timeseries.Panel,
    Kind.HEATMAP: heatmap.Panel,
}


def _target(panel: Panel, index: int) -> prometheus.Dataquery:
    query = panel.queries[index]
    made = (
        prometheus.Dataquery()
        .datasource(SOURCE)
        .ref_id("ABCDEF"[index])
        .expr(query.expr)
        .legend_format(query.legend)
        .range()
    )
    if panel.kind is Kind.HEATMAP:
        made = made.format(prometheus_models.PromQueryFormat.HEATMAP)
    return made


def _thresholds(panel: Panel) -> dashboard.ThresholdsConfig:
    steps = [models.Threshold(value=None, color="green")]
    for value, color in zip(panel.thresholds, ("orange", "red"), strict=False):
        steps.append(models.Threshold(value=value, color=color))
    return dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)


def _panel(panel: Panel, number: int, x: int, y: int, width: int):  # type: ignore[no-untyped-def]
    builder = (
        BUILDERS[panel.kind]()
        .id(number)
        .title(panel.title)
        .description(f"{panel.es}\n\nLección: `{panel.lesson}`")
        .unit(panel.unit)
        .datasource(SOURCE)
        .grid_pos(models.GridPos(h=HEIGHT, w=width, x=x, y=y))
        .thresholds(_thresholds(panel))
        .no_value("sin datos: ¿está la lección en marcha? ./run.sh start")
        .links([dashboard.DashboardLink(panel.lesson).url(LESSONS + panel.lesson).target_blank(True)])
    )
    for index in range(len(panel.queries)):
        builder = builder.with_target(_target(panel, index))
    if panel.kind is Kind.TIMESERIES:
        builder = (
            builder.min(0)
            .line_width(2)
            .fill_opacity(10)
            .show_points(common_models.VisibilityMode.NEVER)
            .legend(
                common.VizLegendOptions()
                .show_legend(True)
                .display_mode(common_models.LegendDisplayMode.TABLE)
                .placement(common_models.LegendPlacement.BOTTOM)
                .calcs(["lastNotNull", "max"])
            )
            .tooltip(common.VizTooltipOptions().mode(common_models.TooltipDisplayMode.MULTI))
        )
        if panel.thresholds:
            builder = builder.thresholds_style(
                common.GraphThresholdsStyleConfig().mode(common_models.GraphThresholdsStyleMode.DASHED)
            )
    elif panel.kind is Kind.GAUGE:
        builder = builder.min(0).max(10)
    elif panel.kind is Kind.HEATMAP:
        builder = builder.calculate(False).y_axis(
            heatmap.YAxisConfig().unit(panel.unit).axis_placement(common_models.AxisPlacement.LEFT)
        )
    return builder


def build() -> str:
    """The dashboard's JSON."""
    made = (
        dashboard.Dashboard("hilos · Concurrencia en Python")
        .uid(UID)
        .description("Los once paneles del curso y los de sus servicios. Qué mirar en cada uno lo dice su descripción.")
        .tags(["hilos", "concurrencia", "python"])
        .editable()
        .refresh("5s")
        .time("now-15m", "now")
        .timezone("browser")
        .tooltip(models.DashboardCursorSync.CROSSHAIR)
    )
    for name, label, query in (
        ("job", "Servicio", "label_values(up, job)"),
        ("lock", "Lock", 'label_values(lock_acquisitions_total{job=~"$job"}, lock_name)'),
    ):
        made = made.with_variable(
            dashboard.QueryVariable(name)
            .label(label)
            .datasource(SOURCE)
            .query(query)
            .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
            .sort(models.VariableSort.ALPHABETICAL_ASC)
            .multi(True)
            .include_all(True)
            .all_value(".*")
            .current(models.VariableOption(text="All", value="$__all", selected=True))
        )
    made = made.annotation(
        dashboard.AnnotationQuery()
        .name("Deadlocks")
        .datasource(SOURCE)
        .enable(True)
        .icon_color("red")
        .expr('sum(increase(deadlocks_detected_total{job=~"$job"}[30s])) > 0')
    )
    number = 1
    y = 0
    row = None
    x = 0
    for panel in PANELS:
        if panel.row != row:
            if row is not None:
                y += HEIGHT if x else 0
            row, x = panel.row, 0
            titles = {"Concurrency": "Concurrencia", "Jobs": "Trabajos", "WebSocket": "WebSocket"}
            made = made.with_row(
                dashboard.Row(titles[row]).id(100 + number).grid_pos(models.GridPos(h=1, w=COLUMNS, x=0, y=y))
            )
            y += 1
        width = 12
        made = made.with_panel(_panel(panel, number, x, y, width))
        number += 1
        x += width
        if x >= COLUMNS:
            x, y = 0, y + HEIGHT
    plain = json.loads(JSONEncoder(sort_keys=True).encode(made.build()))
    return json.dumps(_as_grafana_13_writes(plain), indent=2, ensure_ascii=False) + "\n"


def _as_grafana_13_writes(made: dict[str, Any]) -> dict[str, Any]:
    """Two places where the SDK, made for Grafana 11, writes what the schema of Grafana 13 no longer has."""
    for annotation in made["annotations"]["list"]:
        annotation["target"] = {"expr": annotation.pop("expr"), "refId": "Anno"}
    for variable in made["templating"]["list"]:
        for unknown in ("auto", "auto_min", "auto_count"):
            variable.pop(unknown, None)
    return made


def files() -> dict[Path, str]:
    """What is generated: the same bytes twice, since the brief gives two paths."""
    text = build()
    return {
        ROOT / "grafana" / "dashboards" / "dashboards.json": text,
        ROOT / "grafana" / "dashboards.json": text,
    }


if __name__ == "__main__":
    raise SystemExit(main(files))
