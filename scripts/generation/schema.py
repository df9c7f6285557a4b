"""`wire.messages` as plain data: fields, limits, defaults and the words beside them.

Read from the module's syntax tree, because the names of aliases and the texts under fields are
not kept at run time; the defaults come from the classes themselves.
"""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass, field, replace
from functools import cache

import msgspec

from wire import messages
from wire.codec import type_name

PRIMITIVES = {"str": "str", "int": "int", "float": "float", "bool": "bool", "bytes": "bytes"}


@dataclass(frozen=True)
class Shape:
    """The type of a field.

    `kind` is one of str, int, float, bool, bytes, literal, list, map, record. `alias` is the name
    under which `wire.messages` knows it, `limits` the arguments of `msgspec.Meta`.
    """

    kind: str
    alias: str = ""
    limits: tuple[tuple[str, object], ...] = ()
    values: tuple[str, ...] = ()
    record: str = ""
    item: Shape | None = None
    nullable: bool = False


@dataclass(frozen=True)
class Field:
    """One field of a message or record; `default` is `msgspec.NODEFAULT` when it is required."""

    name: str
    shape: Shape
    default: object
    text: str

    @property
    def required(self) -> bool:
        """Whether the field is always on the wire."""
        return self.default is msgspec.NODEFAULT


@dataclass(frozen=True)
class Structure:
    """One message or record. `wire_name` is empty for records."""

    name: str
    wire_name: str
    text: str
    fields: tuple[Field, ...]
    numbered: bool
    durable: bool

    @property
    def records(self) -> tuple[str, ...]:
        """Names of the records that the fields hold, in order, each once."""
        found = dict.fromkeys(record_of(field.shape) for field in self.fields)
        return tuple(name for name in found if name)


@dataclass(frozen=True)
class Alias:
    """A named type of the protocol."""

    name: str
    shape: Shape
    text: str


@dataclass(frozen=True)
class Schema:
    """The whole protocol. `catalogues` maps a direction to the names of its messages."""

    aliases: dict[str, Alias] = field(default_factory=dict)
    structures: dict[str, Structure] = field(default_factory=dict)
    catalogues: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def reachable(self, direction: str) -> frozenset[str]:
        """Names of the messages of a direction and of every record that they hold."""
        found: set[str] = set()
        waiting = list(self.catalogues[direction])
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.structures[name].records)
        return frozenset(found)


DIRECTIONS = ("FROM_DEVICE", "TO_DEVICE", "FROM_CONSOLE", "TO_CONSOLE", "BETWEEN_PEERS")


def record_of(shape: Shape) -> str:
    """The record that a field holds, itself or in a list; empty when it holds none."""
    return record_of(shape.item) if shape.item else shape.record


_UNITS = {"str": " characters", "bytes": " bytes", "list": " entries"}


def limits_text(shape: Shape) -> str:
    """The limits of a field in words, without its pattern; empty when it has none."""
    limits = dict(shape.limits)
    low = limits.get("min_length", limits.get("ge"))
    high = limits.get("max_length", limits.get("le"))
    unit = _UNITS.get(shape.kind, "")
    if low is None and high is None:
        return ""
    if high is None:
        return f"at least {low}{unit}"
    if low is None:
        return f"at most {high}{unit}"
    return f"exactly {low}{unit}" if low == high else f"{low} to {high}{unit}"


@cache
def read_schema() -> Schema:
    """The protocol as `wire.messages` states it now."""
    schema = Schema()
    body = ast.parse(inspect.getsource(messages)).body
    for position, node in enumerate(body):
        text = _text_after(body, position)
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                schema.aliases[name] = Alias(name, _shape(value, schema), text)
            case ast.ClassDef(name=name) if name not in ("Message", "Record"):
                schema.structures[name] = _structure(node, schema)
    for direction in DIRECTIONS:
        schema.catalogues[direction] = tuple(kind.__name__ for kind in getattr(messages, direction))
    return schema


def _structure(node: ast.ClassDef, schema: Schema) -> Structure:
    kind = getattr(messages, node.name)
    defaults = {field.name: field.default for field in msgspec.structs.fields(kind)}
    fields = tuple(
        Field(
            part.target.id,
            _shape(part.annotation, schema),
            defaults[part.target.id],
            _text_after(node.body, position),
        )
        for position, part in enumerate(node.body)
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    )
    is_message = issubclass(kind, messages.Message)
    return Structure(
        node.name,
        type_name(kind) if is_message else "",
        inspect.cleandoc(ast.get_docstring(node) or ""),
        fields,
        kind in messages.NUMBERED,
        kind in messages.DURABLE,
    )


def _shape(node: ast.expr, schema: Schema) -> Shape:
    match node:
        case ast.Name(id=name) if name in PRIMITIVES:
            return Shape(name)
        case ast.Name(id=name) if name in schema.aliases:
            return replace(schema.aliases[name].shape, alias=name)
        case ast.Name(id=name):
            return Shape("record", record=name)
        case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Constant(value=None)):
            return replace(_shape(left, schema), nullable=True)
        case ast.Subscript(value=ast.Name(id="Literal"), slice=part):
            return Shape("literal", values=tuple(ast.literal_eval(v) for v in _elements(part)))
        case ast.Subscript(value=ast.Name(id="tuple"), slice=part):
            return Shape("list", item=_shape(_elements(part)[0], schema))
        case ast.Subscript(value=ast.Name(id="dict")):
            return Shape("map")
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=part):
            inner, meta = _elements(part)
            return replace(_shape(inner, schema), limits=_limits(meta))
    raise ValueError(f"a type that the generator does not know: {ast.unparse(node)}")


def _limits(meta: ast.expr) -> tuple[tuple[str, object], ...]:
    if not isinstance(meta, ast.Call):
        raise ValueError(f"not a Meta: {ast.unparse(meta)}")
    return tuple(
        (str(keyword.arg), eval(ast.unparse(keyword.value), {"__builtins__": {}}))
        for keyword in meta.keywords
    )


def _elements(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _text_after(body: list[ast.stmt], position: int) -> str:
    """The string that stands right under a statement, as one paragraph."""
    if position + 1 < len(body):
        match body[position + 1]:
            case ast.Expr(value=ast.Constant(value=str(text))):
                return inspect.cleandoc(text)
    return ""
