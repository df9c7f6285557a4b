"""Every setting of the server, in one frozen object that is checked when it is made."""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any, get_type_hints

from hub.uptime import SchoolHours

PREFIX = "FORMROOM_"
"""Environment variables that begin so are settings."""
AGENT_PREFIX = "FORMROOM_ENDPOINT_"
"""Variables that begin so are for agents on the same machine."""
FILE_SUFFIX = "_FILE"
"""A variable that ends so names a file that holds the value, as secrets are handed to programs."""
SECRET_LENGTH = 16


class SettingsError(ValueError):
    """The program must not start with these settings; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may choose. Raises `SettingsError` when the choice is unsafe or unclear.

    `database_url` and `public_origins` are filled in from the others when they are empty.
    """

    host: Annotated[str, "Address to listen on; others than loopback need TLS."] = "127.0.0.1"
    port: Annotated[int, "TCP port to listen on."] = 8750
    data_dir: Annotated[Path, "Folder for everything that the server keeps."] = Path("var")
    database_url: Annotated[
        str,
        "Database, `sqlite:///file` or `postgresql://user:password@host/name`; "
        "empty: `formroom.sqlite3` in `data_dir`.",
    ] = ""
    public_origins: Annotated[
        tuple[str, ...],
        "Origins under which browsers reach the server; empty: `host`, localhost, 127.0.0.1.",
    ] = ()
    tls_certificate: Annotated[Path | None, "Certificate chain, PEM; with `tls_key`."] = None
    tls_key: Annotated[Path | None, "Private key of the certificate, PEM."] = None
    frontend_dir: Annotated[Path, "Folder of the built console."] = Path("frontend/dist")
    ray_address: Annotated[
        str, "Address of a Ray cluster, as `host:6379`; empty: Ray runs inside."
    ] = ""
    cluster_revision: Annotated[
        int, "Raised with each change of a cluster's settings: the highest takes over."
    ] = 0
    shards: Annotated[int, "Number of shards; 0: from the cores."] = 0
    devices_per_shard: Annotated[int, "Devices that one shard houses; 0: automatic."] = 0
    log_format: Annotated[str, "`console` for people, `json` for programs."] = "console"
    log_level: Annotated[str, "`debug`, `info`, `warning` or `error`."] = "info"
    metrics_token: Annotated[
        str,
        "Bearer token for `/metrics`; empty: only this machine may read it.",
    ] = ""
    health_port: Annotated[
        int,
        "Port of the health server on `host`; 0: any free one, for this machine only.",
    ] = 0
    otlp_endpoint: Annotated[
        str,
        "Address that takes traces by OTLP over HTTP, as http://host:4318/v1/traces; empty: none.",
    ] = ""
    school_hours: Annotated[
        str, "When schools are open on weekdays, for the uptime that is published."
    ] = "08:00-16:00"
    time_zone: Annotated[str, "Time zone of the schools, as in the tz database."] = "Europe/London"
    heartbeat_s: Annotated[float, "Seconds after which a silent device sends a heartbeat."] = 6.0
    silence_s: Annotated[float, "Seconds of silence after which a connection is closed."] = 14.0
    viewing_lease_s: Annotated[
        float,
        "Seconds for which a device lets viewers look and control without a renewal.",
    ] = 15.0
    order_lease_s: Annotated[
        float,
        "Seconds for which a device keeps an order, as a lock, without a renewal.",
    ] = 90.0
    ice_servers: Annotated[tuple[str, ...], "STUN and TURN servers for live screens."] = ()
    loopback_media: Annotated[
        bool,
        "Live screens over loopback only; for demonstrations and tests on one machine.",
    ] = False

    def __post_init__(self) -> None:
        self._check_range("port", 1, 65_535)
        self._check_range("health_port", 0, 65_535)
        self._check_range("shards", 0, 1_024)
        self._check_range("cluster_revision", 0, 2**31)
        self._check_range("devices_per_shard", 0, 100_000)
        for name in ("heartbeat_s", "silence_s", "viewing_lease_s", "order_lease_s"):
            self._check_range(name, 0.1, 86_400)
        if self.silence_s <= self.heartbeat_s:
            raise SettingsError("silence_s must be longer than heartbeat_s")
        try:
            SchoolHours.parse(self.school_hours, self.time_zone)
        except ValueError as error:
            raise SettingsError(f"school_hours and time_zone: {error}") from None
        self._check_choice("log_format", ("console", "json"))
        self._check_choice("log_level", ("debug", "info", "warning", "error"))
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise SettingsError("tls_certificate and tls_key belong together: give both or none")
        if not is_loopback(self.host) and self.tls_certificate is None:
            raise SettingsError(
                f"host {self.host!r} is open to the network, so it needs tls_certificate and "
                "tls_key: pupils' screens and staff passwords must not cross it in the clear"
            )
        if self.metrics_token and len(self.metrics_token) < SECRET_LENGTH:
            raise SettingsError(f"metrics_token needs at least {SECRET_LENGTH} characters")
        if not self.database_url:
            path = self.data_dir / "formroom.sqlite3"
            object.__setattr__(self, "database_url", f"sqlite:///{path}")
        if not self.public_origins:
            object.__setattr__(self, "public_origins", self._own_origins())
        for origin in self.public_origins:
            if not origin.startswith(("http://", "https://")) or origin.count("/") != 2:
                raise SettingsError(f"public_origins: {origin!r} is not like https://host:port")

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the server by TLS only."""
        return all(origin.startswith("https://") for origin in self.public_origins)

    def _own_origins(self) -> tuple[str, ...]:
        if not is_loopback(self.host):
            raise SettingsError(
                f"host {self.host!r} is open to the network: public_origins must name the "
                "addresses that browsers use, as in https://formroom.example"
            )
        scheme, usual = ("http", 80) if self.tls_certificate is None else ("https", 443)
        port = "" if self.port == usual else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        hosts = dict.fromkeys((host, "localhost", "127.0.0.1"))
        return tuple(f"{scheme}://{name}{port}" for name in hosts)

    def _check_range(self, name: str, least: float, most: float) -> None:
        if not least <= getattr(self, name) <= most:
            raise SettingsError(f"{name} must be from {least:g} to {most:g}")

    def _check_choice(self, name: str, choices: tuple[str, ...]) -> None:
        if getattr(self, name) not in choices:
            raise SettingsError(f"{name} must be one of {', '.join(choices)}")


def is_loopback(host: str) -> bool:
    """Whether an address to listen on reaches this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def read_settings(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings of a TOML file, if any, with those of `FORMROOM_*` variables over them.

    `FORMROOM_X_FILE` gives the content of a file, without white space around it, as setting x.
    Raises `SettingsError` for a file that cannot be read, an unknown key or a wrong type.
    """
    types = get_type_hints(Settings)
    found: dict[str, Any] = {}
    if path is not None:
        try:
            found.update(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise SettingsError(f"settings file {path}: {error}") from None
    for variable, text in environ.items():
        if variable.startswith(PREFIX) and not variable.startswith(AGENT_PREFIX):
            name = variable.removeprefix(PREFIX)
            if name.endswith(FILE_SUFFIX) and name.removesuffix(FILE_SUFFIX).lower() in types:
                name, text = name.removesuffix(FILE_SUFFIX), _content(variable, text)
            found[name.lower()] = text
    unknown = sorted(found.keys() - types.keys())
    if unknown:
        raise SettingsError(
            f"unknown setting {', '.join(map(repr, unknown))}; known are {', '.join(types)}"
        )
    return Settings(**{name: _convert(name, types[name], value) for name, value in found.items()})


def _content(variable: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        raise SettingsError(f"{variable}: {error}") from None


def setting_rows() -> list[tuple[str, str, str]]:
    """Name, default as in a settings file, and help of every setting."""
    hints = get_type_hints(Settings, include_extras=True)
    return [
        (row.name, _shown(row.default), hints[row.name].__metadata__[0]) for row in fields(Settings)
    ]


def _shown(default: object) -> str:
    if default in ("", (), None):
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default)


def _convert(name: str, kind: Any, value: object) -> Any:
    """A value of TOML, or the text of a variable, as the setting's type."""
    convert, described = _KINDS[kind]
    try:
        return convert(value)
    except (KeyError, TypeError, ValueError):
        raise SettingsError(f"{name}: {value!r} is not {described}") from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int | str) or isinstance(value, bool):
        raise TypeError
    return int(value)


def _number(value: object) -> float:
    if not isinstance(value, int | float | str) or isinstance(value, bool):
        raise TypeError
    return float(value)


def _truth(value: object) -> bool:
    return value if isinstance(value, bool) else {"true": True, "false": False}[_text(value)]


def _texts(value: object) -> tuple[str, ...]:
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise TypeError
    return tuple(_text(part).strip() for part in parts if part)


def _path(value: object) -> Path:
    return Path(_text(value))


def _path_or_none(value: object) -> Path | None:
    return _path(value) if value else None


_KINDS: dict[Any, tuple[Callable[[object], Any], str]] = {
    str: (_text, "a text"),
    int: (_whole, "a whole number"),
    float: (_number, "a number"),
    bool: (_truth, "true or false"),
    tuple[str, ...]: (_texts, "a list of texts"),
    Path: (_path, "a path"),
    Path | None: (_path_or_none, "a path"),
}
