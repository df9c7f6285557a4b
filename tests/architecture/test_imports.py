"""What may import what: the linter's contracts, and what really reaches a pupil's PC."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, python_files

REFUSED = {
    "ray": "runs on the server only, and is larger than the whole agent",
    "starlette": "the agent serves nothing: it only connects out",
    "uvicorn": "the agent serves nothing: it only connects out",
    "sqlmodel": "the agent has no database",
    "sqlalchemy": "the agent has no database",
    "alembic": "the agent has no database",
    "ahocorasick": "phrases stay on the server: a list on a PC will be read by its pupil",
    "safeguarding": "phrases and rules stay on the server",
    "store": "the server's facts",
    "actors": "the server's state",
    "hub": "the server's program",
    "loadtests": "a tool, not a part of the agent",
    "tests": "not a part of any program",
    "scripts": "not a part of any program",
    "argon2": "the agent keeps no passwords",
    "structlog": "the agent logs with the standard library",
    "prometheus_client": "the agent has no metrics route",
    "pydantic": "messages are checked by msgspec",
}
"""Packages that must not be on a pupil's PC, and why."""

HEAVY = (
    "av",
    "aiortc",
    "aioice",
    "numpy",
    "PIL",
    "simplejpeg",
    "mss",
    "PySide6",
    "asyncio.windows",
)
"""What only the agent's child processes may load: the core stays small (design, D14)."""

FOREIGN = ("windows", "macos")
"""Modules with these words in their name need another operating system."""

PROBE = """
import importlib, json, sys

refused = json.loads(sys.argv[1])

class Refuse:
    def find_spec(self, name, path=None, target=None):
        package = name.partition(".")[0]
        if package in refused:
            raise ImportError(f"{name} must not be imported here: {refused[package]}")
        return None

sys.meta_path.insert(0, Refuse())
for name in sys.argv[2:]:
    importlib.import_module(name)
print(json.dumps(sorted(sys.modules)))
"""


def modules_loaded_by(*names: str) -> list[str]:
    """What a fresh interpreter holds after these imports; fails on what is refused."""
    result = subprocess.run(
        [sys.executable, "-c", PROBE, json.dumps(REFUSED), *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    loaded: list[str] = json.loads(result.stdout)
    return loaded


def third_party(modules: list[str]) -> set[str]:
    """Top-level packages that are neither Python's own nor ours."""
    ours = {"wire", "webrtc", "endpoint", "__main__"}
    packages = {name.partition(".")[0] for name in modules}
    return {
        name
        for name in packages - ours - set(sys.stdlib_module_names)
        if not name.startswith("_") and name != "cython_runtime"
    }


def agent_modules() -> list[str]:
    """Every module that the agent's wheel holds and that this system can import."""
    return [
        ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        for path in python_files("wire", "webrtc", "endpoint")
        if not any(word in part for part in path.parts for word in FOREIGN)
    ]


def committed(name: str) -> set[str]:
    return set((Path(__file__).parent / name).read_text(encoding="utf-8").split())


def test_linter_finds_every_import_allowed() -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("package", ["ray", "hub"])
def test_a_refused_import_would_be_found(package: str) -> None:
    with pytest.raises(AssertionError, match=f"{package} must not be imported here"):
        modules_loaded_by(package)


def test_the_whole_agent_imports_without_anything_of_the_server() -> None:
    """Its third-party packages are listed, so that a new one is a line in a review."""
    loaded = third_party(modules_loaded_by(*agent_modules()))
    assert loaded == committed("agent_packages.txt")


def test_the_idle_agent_loads_no_media_and_no_window_library() -> None:
    loaded = modules_loaded_by("endpoint.__main__", "endpoint.agent", "endpoint.platform.detection")
    heavy = {name for name in loaded if name.partition(".")[0] in HEAVY}
    assert heavy == set()
    assert third_party(loaded) == committed("core_packages.txt")
