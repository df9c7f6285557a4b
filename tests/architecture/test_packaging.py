from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.sources import PACKAGES, ROOT, python_files

pytestmark = pytest.mark.slow

AGENT_PACKAGES = ("wire", "webrtc", "endpoint")


def build_file(path: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / path).read_text(encoding="utf-8"))


SERVER = build_file("pyproject.toml")
AGENT = build_file("endpoint/pyproject.toml")


def by_name(requirements: list[str]) -> dict[str, str]:
    return {re.split(r"[<>=;~! ]", one)[0].lower(): one for one in requirements}


def packages_in(*folders: str) -> set[str]:
    inits = (path for path in python_files(*folders) if path.name == "__init__.py")
    return {".".join(path.parent.parts) for path in inits}


def test_every_package_is_installed() -> None:
    """Packages are listed one by one: what is not on the list is missing after an installation."""
    found = packages_in(*(package for package in PACKAGES if package != "scripts"))
    assert set(SERVER["tool"]["setuptools"]["packages"]) == found


def test_agent_is_built_of_its_three_packages_and_no_other() -> None:
    assert set(AGENT["tool"]["setuptools"]["packages"]) == packages_in(*AGENT_PACKAGES)


def test_agent_and_server_agree_on_versions() -> None:
    assert AGENT["project"]["version"] == SERVER["project"]["version"]
    server = by_name(SERVER["project"]["dependencies"])
    agent = by_name(AGENT["project"]["dependencies"])
    assert {name: agent[name] for name in agent.keys() & server.keys()} == {
        name: server[name] for name in agent.keys() & server.keys()
    }


def test_every_dependency_is_in_the_lock() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower()
    wanted = by_name(SERVER["project"]["dependencies"] + SERVER["dependency-groups"]["dev"])
    assert [name for name in wanted if f"\n{name}==" not in f"\n{lock}"] == []


def test_files_beside_the_code_are_installed_with_it() -> None:
    """A page or a template that is read at run time must be named as package data."""
    data = SERVER["tool"]["setuptools"].get("package-data", {})
    folders = {path.parent for path in python_files("hub", "store", "endpoint", "loadtests")}
    beside = {
        (".".join(path.parent.relative_to(ROOT).parts), path.suffix)
        for folder in folders
        for path in Path(ROOT / folder).iterdir()
        if path.is_file() and path.suffix not in {".py", ".toml", ".md"}
    }
    named = {(package, Path(glob).suffix) for package, globs in data.items() for glob in globs}
    assert beside - named == set()
