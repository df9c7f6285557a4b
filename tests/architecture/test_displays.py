from __future__ import annotations

import os
import subprocess

import pytest

from tests.displays import run_xvfb

pytestmark = pytest.mark.desktop


def test_displays_run_beside_each_other_in_their_sizes_and_end_with_their_block() -> None:
    with run_xvfb(640, 480) as small, run_xvfb(1024, 768) as large:
        assert small.name != large.name
        for display in (small, large):
            shown = subprocess.run(
                ["xrandr"], env=display.environment, capture_output=True, text=True, check=True
            )
            assert f"current {display.width} x {display.height}" in shown.stdout
    for display in (small, large):
        with pytest.raises(ProcessLookupError):
            os.kill(display.pid, 0)
