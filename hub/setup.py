"""The one-time code that the server prints while it has no people."""

from __future__ import annotations

import base64
import hashlib
import secrets

from hub.settings import Settings
from store.engine import Store
from store.setup import replace_setup_code

CODE_BYTES = 16
CODE_MINUTES = 15
_GROUP = 5


def setup_notice(store: Store, settings: Settings, now_ms: int) -> str | None:
    """What to print at a first start: the address and a fresh code; None once people exist.

    Only the hash of the code is kept, and any earlier code stops working.
    """
    digits = base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode().rstrip("=")
    code = "-".join(digits[start : start + _GROUP] for start in range(0, len(digits), _GROUP))
    expires_at_ms = now_ms + CODE_MINUTES * 60_000
    if not replace_setup_code(store, setup_code_hash(code), expires_at_ms):
        return None
    return (
        "Nobody has an account here yet.\n"
        f"Open {settings.public_origins[0]}/setup and enter this code:\n\n"
        f"    {code}\n\n"
        f"It works once, for {CODE_MINUTES} minutes. After that, restart for a new one."
    )


def setup_code_hash(code: str) -> bytes:
    """What is kept of a code, however it was typed: case, spaces and hyphens do not matter."""
    plain = "".join(character for character in code.upper() if character.isalnum())
    return hashlib.sha256(plain.encode()).digest()
