"""The protocol as TypeScript, for the consoles."""

from __future__ import annotations

import json
from collections.abc import Iterator

from scripts.generation.schema import (
    DIRECTIONS,
    Field,
    Schema,
    Shape,
    Structure,
    limits_text,
    record_of,
)
from wire import codec, errors, version

_PRIMITIVES = {
    "str": "string",
    "int": "number",
    "float": "number",
    "bool": "boolean",
    "bytes": "Uint8Array",
    "map": "Readonly<Record<string, unknown>>",
}
_PARTIAL = {("Changed", "devices"): "DeviceState"}
"""Lists of maps that hold some fields of a record; the first field of it is always there."""

_MAPPINGS = {
    "FROM_DEVICE": "FromDevice",
    "TO_DEVICE": "ToDevice",
    "FROM_CONSOLE": "FromConsole",
    "TO_CONSOLE": "ToConsole",
    "BETWEEN_PEERS": "BetweenPeers",
}

_HEAD = """\
// Written by scripts/generate from wire/. Change it there; a test compares.
// biome-ignore-all format: generated
// biome-ignore-all lint: generated
"""

_FILLING = """\
interface Shape {
  /** What a field is when it is absent on the wire. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** Fields that hold a record, or a list of records, of this name. */
  readonly records: Readonly<Record<string, string>>;
  /** Fields that hold maps with only some fields of a record of this name. */
  readonly partials: Readonly<Record<string, string>>;
}

type Fields = Record<string, unknown>;

/** Each default in full, in this record and in those that it holds. */
function filled(shape: string, value: Fields, partial: boolean): Fields {
  const { defaults, records, partials } = SHAPES[shape] as Shape;
  const whole: Fields = partial ? { ...value } : { ...defaults, ...value };
  for (const [field, inner] of Object.entries(records)) {
    if (field in whole) whole[field] = filledEach(inner, whole[field], false);
  }
  for (const [field, inner] of Object.entries(partials)) {
    whole[field] = filledEach(inner, whole[field], true);
  }
  return whole;
}

function filledEach(shape: string, value: unknown, partial: boolean): unknown {
  if (Array.isArray(value)) return value.map((each) => filled(shape, each as Fields, partial));
  if (value === null || typeof value !== "object") return value;
  return filled(shape, value as Fields, partial);
}

/**
 * The payload of a frame to a console as its message, defaults filled in; null when this console
 * does not know the type (a newer hub may say more). Fields are trusted to be of their types.
 */
export function toConsoleMessage(type: string, payload: unknown): ToConsoleMessage | null {
  if (!Object.hasOwn(TO_CONSOLE_TYPES, type)) return null;
  const shape = TO_CONSOLE_TYPES[type as keyof ToConsole];
  return { type, message: filled(shape, payload as Fields, false) } as unknown as ToConsoleMessage;
}
"""


def render_typescript(schema: Schema) -> str:
    """`frontend/src/wire/messages.ts`."""
    received = schema.reachable("TO_CONSOLE")
    parts = [
        _HEAD,
        "\n".join(_constants()),
        *(
            f"{_comment(alias.text)}export type {name} = {_type(alias.shape)};\n"
            for name, alias in schema.aliases.items()
            if alias.shape.kind == "literal"
        ),
        *(_interface(one, one.name in received) for one in schema.structures.values()),
        *(_mapping(schema, direction) for direction in DIRECTIONS),
        _wire_types(schema),
        _shapes(schema, received),
        _FILLING,
    ]
    return "\n".join(parts)


def _constants() -> Iterator[str]:
    yield f"export const PROTOCOL_VERSION = {version.PROTOCOL_VERSION};"
    yield f"export const SUBPROTOCOL = {json.dumps(version.SUBPROTOCOL)};"
    yield "/** Bytes of the largest frame (a picture). */"
    yield f"export const FRAME_LIMIT = {codec.FRAME_LIMIT};"
    yield "/** Bytes of the largest frame that is not a picture. */"
    yield f"export const CONTROL_LIMIT = {codec.CONTROL_LIMIT};"
    yield ""
    yield "/** Why a frame, a request or a connection was refused. */"
    faults = " | ".join(json.dumps(fault.value) for fault in errors.Fault)
    yield f"export type Fault = {faults};"
    yield ""
    yield "/** WebSocket close code of each fault; the close reason is the fault. */"
    yield "export const CLOSE_CODES: Readonly<Record<Fault, number>> = {"
    for fault, code in errors.CLOSE_CODES.items():
        yield f"  {fault.value}: {code},"
    yield "};"
    yield ""


def _interface(structure: Structure, received: bool) -> str:
    if not structure.fields:
        empty = f"export type {structure.name} = Readonly<Record<string, never>>;\n"
        return _comment(structure.text) + empty
    lines = [_comment(structure.text).rstrip("\n"), f"export interface {structure.name} {{"]
    for field in structure.fields:
        if comment := _field_comment(field):
            lines.append(f"  /** {comment} */")
        optional = "" if received or field.required else "?"
        partial = _PARTIAL.get((structure.name, field.name))
        kind = _partial_type(partial) if partial else _type(field.shape)
        lines.append(f"  readonly {field.name}{optional}: {kind};")
    lines.append("}")
    return "\n".join(lines) + "\n"


def _type(shape: Shape) -> str:
    match shape.kind:
        case "literal":
            named = shape.alias or " | ".join(json.dumps(value) for value in shape.values)
        case "list" if shape.item:
            inner = _type(shape.item)
            named = f"readonly ({inner})[]" if "|" in inner else f"readonly {inner}[]"
        case "record":
            named = shape.record
        case kind:
            named = _PRIMITIVES[kind]
    return f"{named} | null" if shape.nullable else named


def _partial_type(record: str) -> str:
    return f'readonly (Pick<{record}, "device"> & Partial<{record}>)[]'


def _mapping(schema: Schema, direction: str) -> str:
    name = _MAPPINGS[direction]
    lines = [
        f"/** Messages by their type on the wire: {direction}. */",
        f"export interface {name} {{",
    ]
    for message in schema.catalogues[direction]:
        lines.append(f"  readonly {schema.structures[message].wire_name}: {message};")
    lines += [
        "}",
        f"export type {name}Message = {{",
        f"  [T in keyof {name}]: {{ readonly type: T; readonly message: {name}[T] }};",
        f"}}[keyof {name}];",
    ]
    return "\n".join(lines) + "\n"


def _wire_types(schema: Schema) -> str:
    lines = ["const TO_CONSOLE_TYPES: Readonly<Record<keyof ToConsole, string>> = {"]
    for message in schema.catalogues["TO_CONSOLE"]:
        lines.append(f"  {schema.structures[message].wire_name}: {json.dumps(message)},")
    return "\n".join([*lines, "};"]) + "\n"


def _shapes(schema: Schema, received: frozenset[str]) -> str:
    lines = ["const SHAPES: Readonly<Record<string, Shape>> = {"]
    for structure in schema.structures.values():
        if structure.name not in received:
            continue
        defaults = {f.name: _plain(f.default) for f in structure.fields if not f.required}
        records = {f.name: record_of(f.shape) for f in structure.fields if record_of(f.shape)}
        partials = {
            f.name: _PARTIAL[structure.name, f.name]
            for f in structure.fields
            if (structure.name, f.name) in _PARTIAL
        }
        lines.append(f"  {structure.name}: {{")
        lines.append(f"    defaults: {json.dumps(defaults)},")
        lines.append(f"    records: {json.dumps(records)},")
        lines.append(f"    partials: {json.dumps(partials)},")
        lines.append("  },")
    return "\n".join([*lines, "};"]) + "\n"


def _plain(default: object) -> object:
    return list(default) if isinstance(default, tuple) else default


def _field_comment(field: Field) -> str:
    text = " ".join(field.text.split())
    default = "" if field.required else f"default {json.dumps(_plain(field.default))}"
    notes = "; ".join(part for part in (limits_text(field.shape), default) if part)
    return " ".join(part for part in (text, f"({notes})" if notes else "") if part)


def _comment(text: str) -> str:
    if not text:
        return ""
    lines = text.splitlines()
    if len(lines) == 1:
        return f"/** {lines[0]} */\n"
    return "/**\n" + "".join(f" * {line}".rstrip() + "\n" for line in lines) + " */\n"
