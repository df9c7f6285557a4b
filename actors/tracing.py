"""Traces of single pieces of work through hub, shard and archivist, for whoever collects them.

A *span* is a part of the work in one process; a `Trace` travels with the work to the next one, so
that its spans join the same trace. Only what is sampled has one: everything else costs nothing.
Attributes are counts and the kinds of things: no name, no title, no text, no id of a person.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

FRAMES_PER_SAMPLE = 1_000
"""Of the frames of devices one of so many is traced; commands of teachers all are."""
EXPORT_S = 1.0
"""How long a span waits in its process for others to be exported with."""

_HEADER = "traceparent"
_carrier = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("formroom")
_endpoint = ""
_frames = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Trace:
    """What a traced piece of work belongs to, and where its spans are collected."""

    parent: str
    """As the header `traceparent` of W3C Trace Context."""
    endpoint: str


def enable(endpoint: str, part: str) -> None:
    """Export the spans of this process, as `part` of the server, by OTLP over HTTP.

    Once for each process: later calls change nothing. A collector that is away costs spans, and
    nothing else.
    """
    global _endpoint
    if _endpoint:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    facts: dict[str, str | int] = {"service.name": f"formroom-{part}", "process.pid": os.getpid()}
    provider = TracerProvider(resource=Resource.create(facts))
    provider.add_span_processor(
        BatchSpanProcessor(
            OTLPSpanExporter(endpoint=endpoint), schedule_delay_millis=EXPORT_S * 1000
        )
    )
    trace.set_tracer_provider(provider)
    _endpoint = endpoint


def takes_sample() -> bool:
    """Whether the next frame is to be traced."""
    return bool(_endpoint) and next(_frames) % FRAMES_PER_SAMPLE == 0


@contextmanager
def span(name: str, **attributes: int | str) -> Iterator[Trace | None]:
    """A span that begins a trace or belongs to the one of the code around it.

    Gives what has to be sent along with the work; None where nothing is exported.
    """
    if not _endpoint:
        yield None
        return
    with _tracer.start_as_current_span(name, attributes=attributes):
        carried: dict[str, str] = {}
        _carrier.inject(carried)
        yield Trace(carried[_HEADER], _endpoint)


@contextmanager
def continued(
    traces: Iterable[Trace],
    part: str,
    name: str,
    began_s: float | None = None,
    **attributes: int | str,
) -> Iterator[tuple[Trace, ...]]:
    """A span in each of these traces, for work that is done once for all of them.

    It began at `began_s`, in seconds since 1970, or now. Gives what has to be sent along further.
    """
    with ExitStack() as stack:
        further = []
        for one in traces:
            enable(one.endpoint, part)
            parent = _carrier.extract({_HEADER: one.parent})
            opened = stack.enter_context(
                _tracer.start_as_current_span(
                    name,
                    context=parent,
                    attributes=attributes,
                    start_time=None if began_s is None else int(began_s * 1e9),
                )
            )
            carried: dict[str, str] = {}
            _carrier.inject(carried, trace.set_span_in_context(opened))
            further.append(Trace(carried[_HEADER], one.endpoint))
        yield tuple(further)
