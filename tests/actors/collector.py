"""A collector of traces in this process, that speaks OTLP over HTTP as a real one does."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

WAIT_S = 30.0


@dataclass(frozen=True)
class Span:
    """What is compared of a span."""

    trace: bytes
    id: bytes
    parent: bytes
    name: str
    part: str
    pid: int
    attributes: dict[str, object]


@dataclass
class Collector:
    """The spans that came so far."""

    endpoint: str = ""
    spans: list[Span] = field(default_factory=list)

    def until(self, is_so: Callable[[list[Span]], object]) -> list[Span]:
        """Wait until this is so of the spans."""
        until_s = time.monotonic() + WAIT_S
        while not is_so(self.spans):
            assert time.monotonic() < until_s, self.spans
            time.sleep(0.05)
        return list(self.spans)

    def take(self, body: bytes) -> None:
        request = ExportTraceServiceRequest()
        request.ParseFromString(body)
        for resource in request.resource_spans:
            about = {one.key: one.value for one in resource.resource.attributes}
            for scope in resource.scope_spans:
                for one in scope.spans:
                    self.spans.append(
                        Span(
                            one.trace_id,
                            one.span_id,
                            one.parent_span_id,
                            one.name,
                            about["service.name"].string_value,
                            about["process.pid"].int_value,
                            {
                                each.key: each.value.string_value or each.value.int_value
                                for each in one.attributes
                            },
                        )
                    )


@contextmanager
def run_collector() -> Iterator[Collector]:
    """Collect on a free port of loopback for as long as the block runs."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            collector.take(body)
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        collector.endpoint = f"http://127.0.0.1:{server.server_port}/v1/traces"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield collector
        server.shutdown()
        thread.join()
