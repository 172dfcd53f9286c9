"""The dashboard against the types of the Grafana version that docker-compose.yml pins (npm's @grafana/schema)."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support import require
from support.lessons import ROOT

pytestmark = [pytest.mark.real("npm"), pytest.mark.slow, pytest.mark.timeout(240)]

# JSON writes an enum's member as its text and TypeScript's enums take no text; and JSON has no -Infinity, which is
# what Grafana means by the null of the lowest threshold.
ENUM = "ThresholdsMode.Absolute"


def pinned() -> str:
    """Grafana's version in the compose file."""
    found = re.search(r"image: grafana/grafana:(\S+)", (ROOT / "docker-compose.yml").read_text())
    assert found is not None
    return found[1]


@pytest.fixture(scope="module")
def types(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the types and the TypeScript compiler."""
    npm = require.program("npm")
    folder = tmp_path_factory.mktemp("types")
    (folder / "package.json").write_text("{}")
    subprocess.run(
        [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", f"@grafana/schema@{pinned()}", "typescript@5"],
        cwd=folder, check=True, capture_output=True, timeout=200,
    )  # fmt: skip
    return folder


def literal(value: Any) -> str:
    """`value` as TypeScript, without nulls, with the two substitutions above."""
    if isinstance(value, dict):
        parts = []
        for key, each in value.items():
            if key == "thresholds":
                steps = [
                    {**step, "value": -1e308 if step["value"] is None else step["value"]} for step in each["steps"]
                ]
                parts.append(f'"thresholds": {{"mode": {ENUM}, "steps": {literal(steps)}}}')
            elif key == "target" and "expr" in each:
                parts.append(f'"target": {literal(each)} as DataQuery')
            elif each is not None:
                parts.append(f"{json.dumps(key)}: {literal(each)}")
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(each) for each in value) + "]"
    return json.dumps(value)


def complaints(folder: Path, dashboard: dict[str, Any]) -> str:
    """What the compiler says of `dashboard`."""
    (folder / "dashboard.ts").write_text(
        'import { type Dashboard, type DataQuery, ThresholdsMode } from "@grafana/schema";\n'
        f"export const made: Dashboard = {literal(dashboard)};\nexport type Query = DataQuery;\n"
    )
    tsc = folder / "node_modules" / ".bin" / "tsc"
    options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler"]
    done = subprocess.run([str(tsc), *options, "dashboard.ts"], cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout


def test_the_dashboard_has_the_types_of_the_pinned_grafana(types: Path) -> None:
    """No unknown key, no wrong type."""
    assert complaints(types, json.loads((ROOT / "grafana/dashboards.json").read_text())) == ""


def test_the_compiler_would_see_a_mistake(types: Path) -> None:
    """An unknown key and a wrong type are both found."""
    dashboard = json.loads((ROOT / "grafana/dashboards.json").read_text())
    assert "styles" in complaints(types, {**dashboard, "styles": "dark"})
    dashboard["panels"][1]["title"] = 3
    assert "number" in complaints(types, dashboard)
