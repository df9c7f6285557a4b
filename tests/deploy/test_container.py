"""The recipe of the image names what there is. It is not built here."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECIPE = (ROOT / "deploy" / "container" / "Containerfile").read_text(encoding="utf-8")


def test_every_package_of_the_server_is_in_the_image() -> None:
    built = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    roots = {name.split(".")[0] for name in built["tool"]["setuptools"]["packages"]}
    copied = set(re.findall(r"^COPY ([a-z]+)/ \1/$", RECIPE, re.MULTILINE))
    assert copied == roots


def test_every_file_that_it_copies_exists() -> None:
    for line in re.findall(r"^COPY (?!--)(.+)$", RECIPE, re.MULTILINE):
        for name in line.split()[:-1]:
            assert (ROOT / name).exists(), name


def test_versions_are_those_of_the_lock(tmp_path: Path) -> None:
    command = re.search(r"^RUN (sed -En '[^']+') requirements.lock", RECIPE, re.MULTILINE)
    assert command
    lock = ROOT / "requirements.lock"
    told = subprocess.run(
        f"{command[1]} {lock}", shell=True, capture_output=True, text=True, check=True
    ).stdout.split()
    locked = [line for line in lock.read_text().splitlines() if re.match(r"[A-Za-z0-9]", line)]
    assert len(told) == len(locked) > 50
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.+!]*", line) for line in told)


def test_nothing_runs_as_root() -> None:
    last = [line for line in RECIPE.splitlines() if line.startswith("USER ")][-1]
    assert last == "USER 10001"
    assert RECIPE.rindex("USER ") > RECIPE.rindex("RUN ")
