"""Other desktops of the same account on this computer, which a viewer does not see."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

LOGIND_SESSIONS = Path("/run/systemd/sessions")
X_SOCKETS = Path("/tmp/.X11-unix")
LISTENING = Path("/proc/net/unix")


def has_second_session(
    uid: int,
    environment: Mapping[str, str],
    *,
    sessions: Path = LOGIND_SESSIONS,
    sockets: Path = X_SOCKETS,
    listening: Path = LISTENING,
) -> bool:
    """Whether `uid` has a graphical session or an X server besides the one of `environment`.

    Looks at logind's session files and at the sockets of X servers that this account runs
    (nested, virtual and remote ones). A server of root is the system's own, for whom it likes.
    """
    display = _number(environment.get("DISPLAY", ""))
    return _logind_has(uid, environment.get("XDG_SESSION_ID", ""), display, sessions) or (
        uid != 0 and _sockets_have(uid, display, sockets, listening)
    )


def _logind_has(uid: int, own: str, display: str, sessions: Path) -> bool:
    try:
        files = [file for file in sessions.iterdir() if "." not in file.name]
    except OSError:
        return False
    for file in files:
        facts = _facts(file)
        if (
            facts.get("UID") == str(uid)
            and facts.get("TYPE") in ("x11", "wayland", "mir")
            and facts.get("CLASS", "user") == "user"
            and facts.get("STATE") != "closing"
            and file.name != own
            and not (own == "" and _number(facts.get("DISPLAY", "")) == display)
        ):
            return True
    return False


def _facts(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text(errors="replace").splitlines()
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line and line[0] != "#")


def _sockets_have(uid: int, display: str, sockets: Path, listening: Path) -> bool:
    try:
        alive = set(re.findall(r"(\S+)$", listening.read_text(errors="replace"), re.MULTILINE))
        entries = list(os.scandir(sockets))
    except OSError:
        return False
    for entry in entries:
        number = re.fullmatch(r"X(\d+)", entry.name)
        try:
            mine = entry.stat(follow_symlinks=False).st_uid == uid
        except OSError:
            continue
        if number and mine and number[1] != display and entry.path in alive:
            return True
    return False


def _number(display: str) -> str:
    found = re.match(r"[^:]*:(\d+)", display)
    return found[1] if found else ""
