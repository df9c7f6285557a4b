from __future__ import annotations

import subprocess
import sys

from scripts.generation.vectors import VECTORS
from tests.architecture.sources import ROOT


def test_what_is_made_from_the_protocol_is_current() -> None:
    result = subprocess.run(
        [sys.executable, "scripts/generate", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_golden_vectors_did_not_move() -> None:
    """If this fails the bytes on the wire changed: that is a step of the protocol's version."""
    moved = [
        name
        for name, render in VECTORS.items()
        if (ROOT / name).read_text(encoding="utf-8") != render()
    ]
    assert moved == []


def test_generation_is_the_same_every_time() -> None:
    for render in VECTORS.values():
        assert render() == render()
