"""Alerts and the dashboard ask for what the server tells, and every alert has a runbook."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from actors.stats import RuntimeStats
from hub.metrics import Metrics
from hub.standing import Standing
from tests.hub.test_standing import archivist, shard

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
ALERTS = DEPLOY / "prometheus" / "alerts.yml"
DASHBOARD = DEPLOY / "grafana" / "formroom.json"
OF_PROMETHEUS = {"up"}
_NAME = re.compile(r"\b(?:formroom|process)_[a-z_]+\b|\bup\b(?=\{)")
_WHERE = re.compile(r"\{[^}]*\}|\b(?:by|without) \([^)]*\)")


class _Board:
    devices = consoles = waiting_items = 0


class _Supervisor:
    restarts = 0


class _Probes:
    rounds = SimpleNamespace(up=1, late=0, down=0)

    def ages_s(self) -> dict[str, float]:
        return {"probe": 1.0}


def told() -> set[str]:
    """The name of every sample that a hub of any kind tells."""
    standing, metrics = Standing(), Metrics()
    metrics.watch(_Board(), _Supervisor())  # type: ignore[arg-type]
    metrics.gauge("formroom_certificate_days_left", "As hub/server.py has it.", lambda: 1.0)
    metrics.show(standing)
    metrics.show_probes(_Probes())  # type: ignore[arg-type]
    metrics.requests.labels("GET", "/health", "200").inc()
    metrics.request_seconds.labels("/health").observe(0.1)
    metrics.sign_ins.labels("right").inc()
    standing.take(RuntimeStats({"pool-0": shard()}, archivist()), 1)
    return {
        sample.name
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
    }


def rules() -> list[dict[str, Any]]:
    return [
        rule
        for group in yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    ]


def panels() -> list[dict[str, Any]]:
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def asked_for(expression: str) -> set[str]:
    return set(_NAME.findall(_WHERE.sub(lambda found: "{" * (found[0][0] == "{"), expression)))


def test_the_certificate_has_its_name_in_the_server() -> None:
    assert '"formroom_certificate_days_left"' in (ROOT / "hub" / "server.py").read_text()


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_every_alert_asks_for_what_is_told_and_has_a_runbook(rule: dict[str, Any]) -> None:
    named = asked_for(rule["expr"])
    assert named
    assert named - told() - OF_PROMETHEUS == set()
    page, anchor = rule["annotations"]["runbook"].split("#")
    headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)
    assert anchor in {heading.strip().lower().replace(" ", "-") for heading in headings}
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert rule["annotations"]["summary"].endswith(".")


def test_every_panel_asks_for_what_is_told() -> None:
    names = told()
    for panel in panels():
        for target in panel["targets"]:
            named = asked_for(target["expr"])
            assert named, panel["title"]
            assert named - names == set(), panel["title"]


def test_panels_have_titles_and_places_of_their_own() -> None:
    places: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])
        }
        assert not cells & places, panel["title"]
        places |= cells
    titles = [panel["title"] for panel in panels()]
    assert len(titles) == len(set(titles)) > 15
    assert max(x for x, _ in places) < 24


@pytest.fixture
def promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("needs promtool: run scripts/system-packages")
    return found


@pytest.mark.slow
def test_prometheus_takes_the_rules_and_fires_when_it_must(promtool: str) -> None:
    for command in (
        ("check", "rules", ALERTS),
        ("test", "rules", ALERTS.with_name("alerts.test.yml")),
    ):
        done = subprocess.run([promtool, *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_prometheus_can_read_every_expression_of_the_dashboard(
    tmp_path: Path, promtool: str
) -> None:
    """Rules that record the same expressions: promtool parses them."""
    expressions = [target["expr"] for panel in panels() for target in panel["targets"]]
    recorded = [
        {"record": f"panel:{number}", "expr": text} for number, text in enumerate(expressions)
    ]
    file = tmp_path / "panels.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": recorded}]}))
    done = subprocess.run(
        [promtool, "check", "rules", file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(expressions)} rules found" in done.stdout
