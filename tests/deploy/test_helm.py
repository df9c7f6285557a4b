"""The chart: what Helm says of it, what Kubernetes accepts, and what must not be in reach."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import helm_python
import jsonschema
import kubernetes_validate
import pytest
import yaml

from hub.settings import read_settings
from tests.deploy.chart import ALL, CHART, LEAST, ROOT, containers, of_kind, pod_templates, render

OLDEST = "1.29"
"""The first Kubernetes whose containers may run beside others from the start."""
BUILT_IN = (
    "Deployment",
    "Service",
    "HorizontalPodAutoscaler",
    "PodDisruptionBudget",
    "NetworkPolicy",
)
RAY_SCHEMA = json.loads((Path(__file__).parent / "raycluster.schema.json").read_text())

pytestmark = pytest.mark.slow  # Helm's library takes seconds to load.


@pytest.fixture(scope="module", params=[LEAST, ALL], ids=["least", "all"])
def objects(request: pytest.FixtureRequest) -> list[dict[str, Any]]:
    return render(request.param)


@pytest.mark.parametrize("values", [LEAST, ALL], ids=["least", "all"])
def test_helm_has_nothing_to_say_against_it(values: dict[str, Any]) -> None:
    report = helm_python.lint(CHART, values, strict=True, kube_version=f"v{OLDEST}.0")
    told = [message["error"] for message in report["messages"] if message["severity"] > 1]
    assert (report["total_charts_linted"], told, report["errors"]) == (1, [], [])


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({}, "publicOrigins"),
        ({"publicOrigins": ["http://formroom.example"]}, "publicOrigins"),
        (LEAST | {"hubs": {}}, "hubs"),
        (LEAST | {"ray": {"sites": [{"id": "Hill Road"}]}}, "sites"),
        (LEAST | {"hub": {"settings": {"Order-Lease": 1}}}, "Order-Lease"),
        (LEAST | {"secrets": {"tls": ""}}, "secrets"),
    ],
)
def test_values_that_make_no_sense_are_refused(values: dict[str, Any], told: str) -> None:
    with pytest.raises(helm_python.HelmValuesError, match=told):
        render(values)


@pytest.mark.parametrize("version", [OLDEST, "1.33", kubernetes_validate.latest_version()])
def test_kubernetes_would_accept_the_objects(objects: list[dict[str, Any]], version: str) -> None:
    checked = [each for each in objects if each["kind"] in BUILT_IN]
    assert {each["kind"] for each in checked} == set(BUILT_IN)
    for each in checked:
        kubernetes_validate.validate(each, version, strict=True)
    for name, template in pod_templates(objects):
        pod = {"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": name}}
        kubernetes_validate.validate(pod | {"template": template}, version, strict=True)


def test_kuberay_would_accept_the_cluster(objects: list[dict[str, Any]]) -> None:
    (cluster,) = of_kind(objects, "RayCluster")
    jsonschema.validate(cluster, RAY_SCHEMA)
    groups = [group["groupName"] for group in cluster["spec"]["workerGroupSpecs"]]
    assert len(groups) == len(set(groups))


def test_a_site_has_nodes_with_its_label() -> None:
    (cluster,) = of_kind(render(ALL), "RayCluster")
    labels = {g["groupName"]: g["labels"].get("site") for g in cluster["spec"]["workerGroupSpecs"]}
    assert labels == {"pool": None, "site-hill": "hill", "site-vale": "vale"}
    hill = cluster["spec"]["workerGroupSpecs"][1]
    assert hill["template"]["spec"]["nodeSelector"] == {"rack": "hill"}
    assert hill["replicas"] == 2


def test_no_container_may_do_more_than_it_must(objects: list[dict[str, Any]]) -> None:
    names = []
    for name, template in pod_templates(objects):
        pod = template["spec"]["securityContext"]
        assert pod["runAsNonRoot"] is True
        assert pod["runAsUser"] > 0
        assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
        assert template["spec"]["automountServiceAccountToken"] is False
        for container in containers(template):
            names.append((name, container["name"]))
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert container["resources"]["limits"]["memory"]
    assert ("hub", "raylet") in names
    assert ("pool", "ray-worker") in names


def test_every_process_of_ray_asks_for_the_token(objects: list[dict[str, Any]]) -> None:
    for name, template in pod_templates(objects):
        for container in containers(template):
            variables = {each["name"]: each for each in container["env"]}
            assert variables["RAY_AUTH_MODE"]["value"] == "token", name
            assert variables["RAY_AUTH_TOKEN"]["valueFrom"]["secretKeyRef"]["key"] == "auth_token"
    (cluster,) = of_kind(objects, "RayCluster")
    assert cluster["spec"]["authOptions"]["mode"] == "token"
    assert cluster["spec"]["headGroupSpec"]["rayStartParams"]["include-dashboard"] == "false"


def test_only_pods_of_the_release_reach_ray(objects: list[dict[str, Any]]) -> None:
    policies = {
        each["metadata"]["name"]: each["spec"] for each in of_kind(objects, "NetworkPolicy")
    }
    ray = policies["formroom-ray"]
    assert ray["policyTypes"] == ["Ingress", "Egress"]
    assert ray["podSelector"]["matchLabels"] == {"ray.io/cluster": "formroom"}
    members = [
        {"ray.io/cluster": "formroom"},
        {
            "app.kubernetes.io/name": "formroom",
            "app.kubernetes.io/instance": "formroom",
            "app.kubernetes.io/component": "hub",
        },
    ]
    (rule,) = ray["ingress"]
    assert [peer["podSelector"]["matchLabels"] for peer in rule["from"]] == members
    open_to_others, to_members = policies["formroom-hub"]["ingress"]
    assert open_to_others["ports"] == [{"protocol": "TCP", "port": 8443}]
    assert [peer["podSelector"]["matchLabels"] for peer in to_members["from"]] == members
    (deployment,) = of_kind(objects, "Deployment")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert members[1].items() <= labels.items()
    (service,) = of_kind(objects, "Service")
    assert service["spec"]["selector"] == members[1]


def test_clients_and_database_can_be_narrowed() -> None:
    policies = {
        each["metadata"]["name"]: each["spec"] for each in of_kind(render(ALL), "NetworkPolicy")
    }
    assert policies["formroom-hub"]["ingress"][0]["from"] == [{"ipBlock": {"cidr": "10.0.0.0/8"}}]
    for spec in policies.values():
        assert spec["egress"][-1] == {
            "ports": [{"protocol": "TCP", "port": 5432}],
            "to": [{"ipBlock": {"cidr": "10.9.0.1/32"}}],
        }


def test_the_hub_of_the_chart_can_read_its_settings(tmp_path: Path) -> None:
    (deployment,) = of_kind(render(ALL), "Deployment")
    hub = deployment["spec"]["template"]["spec"]["containers"][0]
    environ = {each["name"]: each.get("value", "") for each in hub["env"]}
    for variable, text in (
        ("FORMROOM_DATABASE_URL_FILE", "postgresql://formroom@database/formroom"),
        ("FORMROOM_METRICS_TOKEN_FILE", "0123456789abcdef"),
    ):
        file = tmp_path / variable
        file.write_text(text)
        environ[variable] = str(file)
    settings = read_settings(None, environ)
    assert settings.order_lease_s == 120
    assert settings.public_origins == tuple(ALL["publicOrigins"])
    assert settings.database_url.startswith("postgresql")
    ports = {each["name"]: each["containerPort"] for each in hub["ports"]}
    assert ports == {"https": settings.port, "health": settings.health_port}
    assert hub["livenessProbe"]["httpGet"]["port"] == "health"
    assert hub["readinessProbe"]["httpGet"] == {
        "path": "/ready",
        "port": "https",
        "scheme": "HTTPS",
    }


def test_what_the_containers_run_exists() -> None:
    (deployment,) = of_kind(render(ALL), "Deployment")
    raylet, hub = containers(deployment["spec"]["template"])
    assert raylet["restartPolicy"] == "Always"
    assert hub["command"][:3] == ["formroom", "serve", "--cluster"]
    assert hub["command"][3] == raylet["command"][2].removeprefix("--address=")
    assert '"--cluster"' in (ROOT / "hub" / "__main__.py").read_text(encoding="utf-8")
    # Some of these options are not in its help.
    known = _told(
        "-c",
        "from ray.scripts.scripts import start\n"
        "print(*(option for parameter in start.params for option in parameter.opts))",
    ).split()
    assert raylet["command"][:2] == ["ray", "start"]
    assert {option.split("=")[0] for option in raylet["command"][2:]} <= set(known)


def _told(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, cwd=ROOT, check=True
    )
    return done.stdout


def test_prometheus_operator_gets_the_same_alerts() -> None:
    objects = render(ALL)
    (rule,) = of_kind(objects, "PrometheusRule")
    alerts = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text())
    assert rule["spec"] == alerts
    (monitor,) = of_kind(objects, "ServiceMonitor")
    (service,) = of_kind(objects, "Service")
    assert (
        monitor["spec"]["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items()
    )
    (endpoint,) = monitor["spec"]["endpoints"]
    assert endpoint["port"] == service["spec"]["ports"][0]["name"]
    assert endpoint["tlsConfig"]["serverName"] == "formroom.example"


def test_a_release_of_any_name_is_told_apart_as_formroom() -> None:
    (service,) = of_kind(render(LEAST, "school"), "Service")
    assert service["metadata"]["name"] == "school-formroom"
    (service,) = of_kind(render(LEAST, "formroom-two"), "Service")
    assert service["metadata"]["name"] == "formroom-two"
