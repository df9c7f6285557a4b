"""How the golden vectors are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parent


def read(name: str) -> Any:
    """The entries of one file."""
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def frame_of(entry: dict[str, Any]) -> bytes:
    """The bytes of an entry."""
    if "hex" in entry:
        return bytes.fromhex(entry["hex"])
    before, repeated, times, after = entry["repeat"]
    return bytes.fromhex(before) + bytes.fromhex(repeated) * times + bytes.fromhex(after)
