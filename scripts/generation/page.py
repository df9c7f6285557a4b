"""`docs/wire.md`: the prose of `wire.md.in` with what the source says filled in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from scripts.generation.schema import Alias, Field, Schema, Shape, Structure, limits_text
from scripts.generation.vectors import render_hello
from wire import codec, session, version
from wire.errors import CLOSE_CODES, Fault

_TEMPLATE = Path(__file__).with_name("wire.md.in")

_HEADINGS = {
    "FROM_DEVICE": "Device to hub",
    "TO_DEVICE": "Hub to device",
    "FROM_CONSOLE": "Console to hub",
    "TO_CONSOLE": "Hub to console",
    "BETWEEN_PEERS": "Between peers",
}

_FAULTS: dict[Fault, str] = {
    Fault.MALFORMED: "not a frame (section 3), or a text message",
    Fault.TOO_LARGE: "a frame beyond its limit",
    Fault.UNKNOWN_TYPE: "a message that this side does not expect",
    Fault.INVALID: "a field is missing, twice, of the wrong type or beyond its limits",
    Fault.OUT_OF_ORDER: "a message that may not come now",
    Fault.HELLO_EXPECTED: "the first frame of a device was not `hello`",
    Fault.HELLO_TIMEOUT: "no `hello` within 5 s",
    Fault.VERSION: "no common version of the protocol",
    Fault.UNAUTHENTICATED: "the proof is wrong, the device unknown, or nobody is signed on",
    Fault.FORBIDDEN: "known, but not allowed; also for a single request",
    Fault.REPLACED: "the same device connected again",
    Fault.TOO_SLOW: "the other side does not take what it is sent, or sends too much",
    Fault.SILENT: "nothing was heard for `silence_s`",
    Fault.UNAVAILABLE: "the service cannot do this now; come back with back-off",
    Fault.OVER: "the lesson has ended; said of a single request, never of a connection",
    Fault.GOING_AWAY: "the program is ending; come back with back-off",
}

_PRIMITIVES = {
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "truth",
    "bytes": "bytes",
    "map": "map",
}


def render_page(schema: Schema) -> str:
    """The whole page."""
    values = {
        "version": str(version.PROTOCOL_VERSION),
        "subprotocol": version.SUBPROTOCOL,
        "frame_limit": str(codec.FRAME_LIMIT),
        "control_limit": str(codec.CONTROL_LIMIT),
        "hello_limit": str(codec.HELLO_LIMIT),
        "outbox_limit": f"{session.OUTBOX_LIMIT:,}",
        "large_types": ", ".join(f"`{name}`" for name in sorted(codec.LARGE_TYPES)),
        "aliases": "\n".join(_aliases(schema)),
        "hello": "\n".join(_hello()),
        "faults": "\n".join(_faults()),
        "messages": "\n".join(_messages(schema)),
        "history": "\n".join(_history()),
    }
    text = _TEMPLATE.read_text(encoding="utf-8")
    return re.sub(r"@@(\w+)@@", lambda found: values[found.group(1)], text)


def _aliases(schema: Schema) -> Iterator[str]:
    yield "| name | type | limits |"
    yield "|---|---|---|"
    for alias in schema.aliases.values():
        yield f"| {alias.name} | {_type(alias.shape, named=False)} | {_alias_limits(alias)} |"


def _alias_limits(alias: Alias) -> str:
    pattern = dict(alias.shape.limits).get("pattern")
    parts = [limits_text(alias.shape)]
    if pattern:
        parts.append("ASCII letters, digits and `.` `_` `-`, the first one a letter or digit")
    parts.append(" ".join(alias.text.split()))
    return "; ".join(part for part in parts if part)


def _hello() -> Iterator[str]:
    example = json.loads(render_hello())
    frame = example.pop("hello")
    yield "| what | value |"
    yield "|---|---|"
    names = {
        "private_key": "private key (seed)",
        "public_key": "public key",
        "nonce": "nonce of the challenge",
        "signed": "bytes that are signed",
        "proof": "proof",
    }
    for key, value in example.items():
        yield f"| {names.get(key, key)} | `{value}` |"
    yield ""
    yield "and the whole `hello` frame, without `agent` and `platform`:"
    yield ""
    yield "```"
    yield from re.findall(r".{1,96}", frame)
    yield "```"


def _faults() -> Iterator[str]:
    yield "| fault | close code | meaning |"
    yield "|---|---|---|"
    for fault, meaning in _FAULTS.items():
        yield f"| `{fault.value}` | {CLOSE_CODES[fault]} | {meaning} |"


def _messages(schema: Schema) -> Iterator[str]:
    shown: set[str] = set()
    for direction, heading in _HEADINGS.items():
        yield f"### {heading}"
        yield ""
        for name in schema.catalogues[direction]:
            if name in shown:
                wire_name = schema.structures[name].wire_name
                yield f"#### `{wire_name}` (again)"
                yield ""
                yield "As above."
                yield ""
                continue
            shown.add(name)
            yield from _structure(schema.structures[name])
    yield "### Records"
    yield ""
    yield "Parts of messages; never frames of their own."
    yield ""
    for structure in schema.structures.values():
        if not structure.wire_name:
            yield from _structure(structure)


def _structure(structure: Structure) -> Iterator[str]:
    title = f"`{structure.wire_name}`" if structure.wire_name else structure.name
    yield f"#### {title}"
    yield ""
    if structure.numbered:
        yield "Numbered, durable." if structure.durable else "Numbered."
        yield ""
    yield _linked(structure.text)
    yield ""
    if not structure.fields:
        yield "No fields."
        yield ""
        return
    yield "| field | type | limits | default | meaning |"
    yield "|---|---|---|---|---|"
    for field in structure.fields:
        yield f"| `{field.name}` | {' | '.join(_cells(field))} |"
    yield ""


def _cells(field: Field) -> tuple[str, str, str, str]:
    limits = "" if field.shape.alias else limits_text(field.shape)
    default = "*required*" if field.required else f"`{_plain(field.default)}`"
    return _type(field.shape), limits, default, _linked(" ".join(field.text.split()))


def _type(shape: Shape, named: bool = True) -> str:
    if named and shape.alias:
        text = shape.alias
    elif shape.kind == "literal":
        text = "one of " + ", ".join(f'`"{value}"`' for value in shape.values)
    elif shape.item:
        text = f"list of {_type(shape.item)}"
    elif shape.kind == "record":
        text = f"[{shape.record}](#{shape.record.lower()})"
    else:
        text = _PRIMITIVES[shape.kind]
    return f"{text}, or nil" if shape.nullable else text


def _plain(default: object) -> str:
    if default is None:
        return "nil"
    return json.dumps(list(default) if isinstance(default, tuple) else default)


def _linked(text: str) -> str:
    """Docstrings name the source; the page names its own section."""
    return text.replace("`wire.session.proof_input` describes", "section 6 describes")


def _history() -> Iterator[str]:
    steps = re.findall(r"^(\d+)  (\S+)  (.+)$", version.__doc__ or "", re.MULTILINE)
    yield "| version | date | what |"
    yield "|---|---|---|"
    for number, date, what in steps:
        yield f"| {number} | {date} | {what} |"
