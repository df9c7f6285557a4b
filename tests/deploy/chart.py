"""The chart, rendered by Helm's own library, and the objects that come of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import helm_python
import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy" / "helm" / "formroom"
LEAST: dict[str, Any] = {"publicOrigins": ["https://formroom.example"]}
"""What an operator must say; everything else has a default."""
ALL: dict[str, Any] = {
    "publicOrigins": ["https://formroom.example", "https://hub.example:8443"],
    "image": {"tag": "abc"},
    "imagePullSecrets": [{"name": "registry"}],
    "hub": {
        "settings": {"order_lease_s": 120, "loopback_media": False},
        "nodeSelector": {"disk": "fast"},
        "tolerations": [{"key": "school", "operator": "Exists"}],
    },
    "ray": {
        "sites": [
            {"id": "hill", "replicas": 2, "nodeSelector": {"rack": "hill"}},
            {"id": "vale", "resources": {"limits": {"memory": "2Gi"}}},
        ]
    },
    "networkPolicy": {
        "clients": ["10.0.0.0/8"],
        "database": [{"ipBlock": {"cidr": "10.9.0.1/32"}}],
    },
    "service": {"annotations": {"balancer": "internal"}},
    "serviceMonitor": {"enabled": True},
    "prometheusRule": {"enabled": True},
}


def render(values: dict[str, Any], name: str = "formroom") -> list[dict[str, Any]]:
    """Every object of the chart with these values."""
    with helm_python.Chart.load(CHART) as chart:
        chart.validate_schema(values)
        files = chart.render(values, name=name, namespace="school")
    return [
        found for text in files.values() for found in yaml.safe_load_all(text) if found is not None
    ]


def of_kind(objects: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [each for each in objects if each["kind"] == kind]


def pod_templates(objects: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every pod template, with a name for it."""
    for each in of_kind(objects, "Deployment"):
        yield "hub", each["spec"]["template"]
    for cluster in of_kind(objects, "RayCluster"):
        yield "head", cluster["spec"]["headGroupSpec"]["template"]
        for group in cluster["spec"]["workerGroupSpecs"]:
            yield group["groupName"], group["template"]


def containers(template: dict[str, Any]) -> list[dict[str, Any]]:
    spec = template["spec"]
    return [*spec.get("initContainers", []), *spec["containers"]]
