"""The agent's own wheel: what is in it, and that it runs where the server's libraries are not."""

import asyncio
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.displays import Display
from tests.endpoint.small_hub import run_hub, until

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
FOLDERS = ("endpoint", "webrtc", "wire")
FORBIDDEN = (
    "ray",
    "starlette",
    "uvicorn",
    "sqlmodel",
    "sqlalchemy",
    "alembic",
    "ahocorasick",
    "argon2",
    "prometheus_client",
    "structlog",
    "safeguarding",
    "store",
    "actors",
    "hub",
    "loadtests",
)

RUN = f"""
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {FORBIDDEN!r}:
            raise ModuleNotFoundError("not on a pupil's PC: " + name, name=name)

sys.meta_path.insert(0, Refuse())
target, *sys.argv[1:] = sys.argv[1:]
sys.path.insert(0, target)
import endpoint
assert endpoint.__file__.startswith(target), endpoint.__file__
import runpy
runpy.run_module("endpoint", run_name="__main__")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built without a network from a copy of what belongs in it."""
    tree = tmp_path_factory.mktemp("tree")
    for folder in FOLDERS:
        shutil.copytree(
            ROOT / folder,
            tree / folder,
            ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"),
        )
    subprocess.run(
        [
            *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
            *("--outdir", str(tree / "dist"), str(tree / "endpoint")),
        ],
        cwd=tree,
        check=True,
        capture_output=True,
        timeout=100,
    )
    (built,) = (tree / "dist").glob("*.whl")
    return built


def test_the_wheel_holds_the_three_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    about = {name for name in names if name.startswith("formroom_endpoint-0.1.0.dist-info/")}
    assert {name.partition("/")[2] for name in about} == {
        "METADATA",
        "RECORD",
        "WHEEL",
        "entry_points.txt",
        "top_level.txt",
    }
    sources = {
        str(file.relative_to(ROOT))
        for folder in FOLDERS
        for file in (ROOT / folder).rglob("*.py")
        if "build" not in file.parts
    }
    assert names - about == sources


def test_a_pupils_pc_is_asked_for_nothing_of_the_server() -> None:
    agent = tomllib.loads((ROOT / "endpoint" / "pyproject.toml").read_text())["project"]
    server = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {line.split(";")[0] for line in agent["dependencies"] if "darwin" not in line}
    bounds = {line.split(";")[0] for line in server["dependencies"]}
    assert wanted <= bounds, "the agent's bounds must be those that are tested here"
    assert not any(line.startswith(FORBIDDEN) for line in wanted)


@pytest.mark.desktop
async def test_the_agent_runs_from_its_wheel_without_the_servers_libraries(
    wheel: Path, tmp_path: Path, xvfb: Display
) -> None:
    target = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    async with run_hub() as hub:
        enrolment = hub.write_enrolment(tmp_path)
        environment = xvfb.environment | {"XDG_STATE_HOME": str(tmp_path / "state")}
        environment.pop("PYTHONPATH", None)
        command = [sys.executable, "-c", RUN, str(target), "run", "--enrolment", str(enrolment)]
        agent = await asyncio.create_subprocess_exec(
            *command, cwd=tmp_path, env=environment, stderr=asyncio.subprocess.PIPE
        )
        try:
            await until(lambda: hub.heard or agent.returncode is not None)
            assert hub.heard, (await agent.communicate())[1].decode()
            assert hub.last.hello is not None
            assert hub.last.hello.platform == "linux-x11"
        finally:
            if agent.returncode is None:
                agent.terminate()
            await agent.communicate()
        assert agent.returncode == 0
        await until(lambda: hub.last.close_code == 1000)


def test_the_enrolment_is_asked_for_in_plain_words(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "endpoint", "run", "--enrolment", str(tmp_path / "none.json")],
        cwd=ROOT,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("formroom-endpoint: ")
    assert "none.json cannot be read" in done.stderr
