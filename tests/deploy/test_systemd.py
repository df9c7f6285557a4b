"""The units of one server, on a machine with a systemd of its own."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterator

import pytest

from hub.settings import read_settings
from tests.deploy.machine import PROGRAMS, TOKEN, UNITS, Machine, booted, put_certificate
from tests.hub.authorities import Authority

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(400)]
AUTHORITY = Authority.make("the authority of this test")
START_S = 170.0
MOST_EXPOSED = 2.0
"""On systemd's scale from 0 (nothing is open) to 10."""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing or os.geteuid() != 0:
        pytest.skip(f"needs root and {', '.join(missing) or 'nothing else'}")
    with booted(tmp_path_factory.mktemp("machine"), *AUTHORITY.lasting()) as machine:
        (machine.root / "etc/formroom/ca.pem").write_text(AUTHORITY.pem)
        yield machine


def fetch(machine: Machine, path: str, *options: str) -> str:
    """What the server answers to a client that trusts the test's authority alone."""
    address = f"https://localhost{path}"
    called = machine.run("curl", "--silent", "--cacert", "/etc/formroom/ca.pem", *options, address)
    return called.stdout


def served_certificate(machine: Machine) -> str:
    shown = machine.run("sh", "-c", "openssl s_client -connect localhost:443 </dev/null")
    found = re.search(
        r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", shown.stdout, re.S
    )
    assert found, shown.stdout + shown.stderr
    return found[0]


def services() -> list[str]:
    return sorted(path.name for path in UNITS.glob("*.service"))


def test_the_example_of_settings_can_be_read() -> None:
    settings = read_settings(UNITS / "formroom.toml", {})
    assert settings.is_secure
    assert settings.port == 443


def test_systemd_finds_nothing_to_say_about_the_units(machine: Machine) -> None:
    units = [path.name for path in UNITS.iterdir() if path.suffix in (".service", ".timer")]
    assert len(units) > 2
    checked = machine.run("systemd-analyze", "verify", "--man=no", *units)
    told = [line for line in checked.stderr.splitlines() if "formroom" in line]
    assert (checked.returncode, told) == (0, [])


@pytest.mark.parametrize("service", services())
def test_a_service_can_reach_little_besides_its_own(machine: Machine, service: str) -> None:
    checked = machine.run("systemd-analyze", "security", "--no-pager", service)
    found = re.search(r"Overall exposure level for \S+ ([\d.]+)", checked.stdout)
    assert found, checked.stdout + checked.stderr
    assert float(found[1]) <= MOST_EXPOSED, checked.stdout


def test_the_server_starts_and_serves_within_its_confines(machine: Machine) -> None:
    assert machine.run("systemctl", "start", "--no-block", "formroom.service").returncode == 0
    machine.wait_for("formroom.service", "active", START_S)
    assert machine.property("formroom.service", "StatusText") == "Serving lessons"
    assert json.loads(fetch(machine, "/ready"))["status"] == "ok"
    owner = machine.run("stat", "--format=%U %a", "/var/lib/formroom/formroom.sqlite3").stdout
    assert owner.split() == ["formroom", "600"]


def test_metrics_are_for_whoever_holds_the_credential(machine: Machine) -> None:
    code = fetch(machine, "/metrics", "--output", "/dev/null", "--write-out", "%{http_code}")
    assert code == "403"
    told = fetch(machine, "/metrics", "--header", f"Authorization: Bearer {TOKEN}")
    assert "formroom_devices_connected 0.0" in told
    days = re.search(r"^formroom_certificate_days_left (\S+)", told, re.MULTILINE)
    assert days
    assert float(days[1]) > 3650


def test_a_reload_takes_up_a_new_certificate_and_ends_nothing(machine: Machine) -> None:
    before = machine.property("formroom.service", "MainPID")
    old = served_certificate(machine)
    chain, key = AUTHORITY.lasting()
    put_certificate(machine.root, chain, key)
    assert machine.run("systemctl", "reload", "formroom.service").returncode == 0
    until_s = time.monotonic() + 20
    while (now := served_certificate(machine)) == old:
        assert time.monotonic() < until_s, machine.journal("formroom.service")[-2000:]
        time.sleep(0.2)
    assert now in chain
    assert machine.state("formroom.service") == "active"
    assert machine.property("formroom.service", "MainPID") == before
    assert "certificate_taken_up" in machine.journal("formroom.service")


def test_a_backup_is_made_while_the_server_runs(machine: Machine) -> None:
    made = machine.run("systemctl", "start", "formroom-backup.service")
    assert made.returncode == 0, machine.journal("formroom-backup.service")
    found = machine.run("find", "/var/lib/formroom-backups", "-name", "*.backup").stdout.split()
    assert len(found) == 1
    restored = machine.run(
        *("runuser", "--user=formroom", "--", "env", "FORMROOM_DATA_DIR=/tmp/restored"),
        *("/opt/formroom/.venv/bin/formroom", "restore", found[0]),
    )
    assert restored.returncode == 0, restored.stderr
    assert "Every audit record is unbroken." in restored.stdout


@pytest.mark.parametrize("timer", sorted(path.name for path in UNITS.glob("*.timer")))
def test_the_timers_know_when_they_come_next(machine: Machine, timer: str) -> None:
    assert machine.run("systemctl", "start", timer).returncode == 0
    assert machine.state(timer) == "active"
    assert machine.property(timer, "NextElapseUSecRealtime") or machine.property(
        timer, "NextElapseUSecMonotonic"
    )


def test_a_stop_is_orderly_and_leaves_nothing(machine: Machine) -> None:
    assert machine.run("systemctl", "stop", "formroom.service").returncode == 0
    assert machine.property("formroom.service", "Result") == "success"
    assert machine.property("formroom.service", "ExecMainStatus") == "0"
    assert machine.run("pgrep", "--uid", "formroom", "--list-full").stdout == ""
