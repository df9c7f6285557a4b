"""Nothing here may depend on one machine or name where packages are fetched from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, files

TEXTS = [
    path
    for path in files()
    if path != Path(__file__) and path.suffix not in {".png", ".jpg", ".ico", ".woff2"}
]
REGISTRIES = re.compile(
    "|".join(
        (
            r"//(?:registry|files|packages|deb)\.[\w.-]+/",
            r"//[\w.-]+/(?:simple|debian|ubuntu)\b",
            r"//[^\s\"']+\.(?:whl|tgz|tar\.gz|deb)\b",
            r"-index-url[ =]https?:",
            r'"resolved":',
        )
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|home)/[\w.]")


def names(pattern: re.Pattern[str], path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [f"{path.relative_to(ROOT)}: {found.group()}" for found in pattern.finditer(text)]


def test_no_file_names_a_package_registry() -> None:
    assert [name for path in TEXTS for name in names(REGISTRIES, path)] == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert [name for path in TEXTS for name in names(MACHINE_PATHS, path)] == []


@pytest.mark.parametrize(
    "line",
    [
        "https://a.example/simple/x/",
        "https://files.a.example/x",
        "https://a.example/x-1.0.tar.gz",
        '"resolved": "x"',
        "--index-url https://a.example",
    ],
)
def test_an_address_would_be_found(line: str) -> None:
    assert REGISTRIES.search(line)


def test_a_path_of_a_machine_would_be_found() -> None:
    assert MACHINE_PATHS.search("open('/root/x')")
    assert not MACHINE_PATHS.search("frontend/work/x and https://a.b/home/x")


def test_every_package_of_the_lock_has_hashes_and_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    packages = re.split(r"\n(?=[a-z0-9])", text.strip(), flags=re.IGNORECASE)
    assert len(packages) > 50
    assert [one for one in packages if "==" not in one or "--hash=sha256:" not in one] == []
