"""The agent's settings: read once, from a file and the environment; nothing else is read.

The file is TOML; a variable `FORMROOM_ENDPOINT_<KEY>` wins over it. An unknown key is an error,
because a setting that is misspelt would else be silently without effect.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

import msgspec

PREFIX = "FORMROOM_ENDPOINT_"


class SettingsError(ValueError):
    """The settings cannot be used; the text names the key."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every setting, with its default."""

    away_after_s: Annotated[float, msgspec.Meta(ge=10, le=7200)] = 300.0
    """Seconds without a key or pointer event after which the pupil counts as away."""
    state_folder: str = ""
    """Where orders outlive a restart; empty: the account's own place for such things."""
    loopback_media: bool = False
    """Offer live screens on 127.0.0.1 alone: for tests and demonstrations on one machine."""
    ice_servers: tuple[str, ...] = ()
    """STUN and TURN addresses for live screens; in the environment separated by spaces."""
    ice_username: str = ""
    ice_credential: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    def state_path(self, environment: Mapping[str, str] = os.environ) -> Path:
        """The folder of `state_folder`, resolved."""
        if self.state_folder:
            return Path(self.state_folder)
        for variable in ("XDG_STATE_HOME", "LOCALAPPDATA"):
            if environment.get(variable):
                return Path(environment[variable]) / "formroom"
        return Path.home() / ".local" / "state" / "formroom"


def read_settings(file: Path | None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this run; raises `SettingsError`."""
    values: dict[str, object] = {}
    if file is not None:
        try:
            values = tomllib.loads(file.read_text())
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{file}: {error}") from None
    for variable, value in environment.items():
        if variable.startswith(PREFIX):
            key = variable.removeprefix(PREFIX).lower()
            values[key] = value.split() if key == "ice_servers" else value
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{file or 'the environment'}: {error}") from None
