"""A small file of the agent's account: replaced as a whole, readable by its owner alone."""

from __future__ import annotations

import os
from pathlib import Path


def replace_private(path: Path, data: bytes) -> None:
    """Replace what the file holds; on the disk when this returns. Raises `OSError`.

    Whoever reads it meanwhile, or after a crash, finds the old or the new content, whole.
    """
    new = path.with_suffix(".new")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
