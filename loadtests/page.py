"""The HTML report of a run: one file that needs no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from pathlib import Path

from loadtests.charts import Points, line_chart
from loadtests.figures import FIGURES, shown
from loadtests.result import Result
from loadtests.sampler import Sample

_MOST_LINES = 7
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;
color:#1f2937;background:#fff}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}
table{border-collapse:collapse;width:100%}td,th{padding:.25rem .6rem;text-align:left;
border-bottom:1px solid #e5e7eb;vertical-align:top}td.n,th.n{text-align:right;
font-variant-numeric:tabular-nums;white-space:nowrap}td.about{color:#6b7280}
figure{margin:1.2rem 0}figcaption{font-weight:600}svg{width:100%;height:auto}
svg text{font:11px system-ui,sans-serif;fill:#6b7280}svg .grid{stroke:#e5e7eb}
.legend span{margin-right:1rem;white-space:nowrap}.legend i{display:inline-block;width:.8rem;
height:.2rem;margin-right:.3rem;vertical-align:middle}.note{background:#fef3c7;
padding:.4rem .8rem}.bad{color:#b91c1c;font-weight:600}.good{color:#047857}.dim{color:#6b7280}
@media(prefers-color-scheme:dark){body{background:#111827;color:#e5e7eb}td,th{
border-color:#374151}svg .grid{stroke:#374151}.note{background:#78350f}
td.about,.dim,svg text{color:#9ca3af;fill:#9ca3af}.bad{color:#fca5a5}.good{color:#6ee7b7}}
"""


def document(title: str, body: str) -> str:
    """A whole page with the project's plain style."""
    return (
        '<!doctype html><html lang="en-GB"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style><body>{body}</body></html>\n"
    )


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of cells that are HTML already; all but the first column are numbers."""
    head = "".join(f'<th class="n">{cell}</th>' for cell in headings).replace(' class="n"', "", 1)
    lines = (
        "<tr>" + "".join(f'<td class="n">{c}</td>' for c in row).replace(' class="n"', "", 1)
        for row in rows
    )
    return f"<table><tr>{head}</tr>{''.join(lines)}</table>"


def write_page(result: Result, path: Path) -> None:
    """Write the report of a run, replacing the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page_of(result), encoding="utf-8")


def page_of(result: Result) -> str:
    """The report of a run."""
    kept = "; ".join(f"{key} {value}" for key, value in result.machine.items())
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in result.notes)
    rows = (
        f"<tr><td>{escape(FIGURES[name].label)}</td><td class=n>{escape(shown(name, value))}</td>"
        f"<td class=about>{escape(FIGURES[name].about)}</td></tr>"
        for name, value in result.figures.items()
    )
    body = (
        f"<h1>{escape(result.profile)}</h1><p>{escape(result.about)}</p>{notes}"
        f'<p class="dim">{escape(result.started_at)}, commit {escape(result.commit)}. '
        f"{escape(kept)}.</p>"
        f"<h2>Figures</h2><table>{''.join(rows)}</table>"
        f"{_baselines(result)}<h2>Over time</h2>{_charts(result.samples)}"
    )
    return document(f"Load: {result.profile}", body)


def _baselines(result: Result) -> str:
    if not result.baselines:
        return ""
    figures = result.figures
    own = [
        "Formroom",
        f"{result.load['devices']:,}",
        f"{figures['messages_per_s']:,.0f}",
        shown("server_cpu_us_per_message", figures.get("server_cpu_us_per_message")),
        shown("server_cpu_cores", figures.get("server_cpu_cores")),
    ]
    rows = [
        [
            escape(name.replace("_", " ")),
            f"{one.devices:,}",
            f"{one.messages_per_s:,.0f}",
            shown("server_cpu_us_per_message", one.cpu_us_per_message),
            shown("server_cpu_cores", one.server_cpu_cores),
        ]
        for name, one in result.baselines.items()
    ]
    headings = ("server", "devices", "messages a second", "processor a message", "processor")
    return "<h2>Beside simpler servers</h2>" + table(headings, [own, *rows])


def _charts(samples: tuple[Sample, ...]) -> str:
    def points(value: Callable[[Sample], float | None]) -> Points:
        return [(one.at_s, found) for one in samples if (found := value(one)) is not None]

    charts = [
        line_chart(
            "Latency from device to teacher",
            "ms",
            {
                "p50": points(lambda one: one.p50_ms),
                "p95": points(lambda one: one.p95_ms),
                "p99": points(lambda one: one.p99_ms),
            },
        ),
        line_chart("Devices connected", "", {"connected": points(lambda one: one.connected)}),
        line_chart(
            "Messages each second",
            "",
            {
                "sent": points(lambda one: one.sent),
                "seen by teachers": points(lambda one: one.seen),
            },
        ),
        line_chart(
            "Connections broken or refused each second",
            "",
            {"broken": points(lambda one: one.failures)},
        ),
        line_chart(
            "Processor",
            "cores",
            _largest(samples, lambda one: one.cores)
            | {"simulators": points(lambda one: one.load_cores)},
        ),
        line_chart(
            "Memory, resident",
            "MB",
            _largest(samples, lambda one: one.memory_mb)
            | {"simulators": points(lambda one: one.load_mb)},
        ),
    ]
    return "".join(charts)


def _largest(
    samples: tuple[Sample, ...], of: Callable[[Sample], dict[str, float]]
) -> dict[str, Points]:
    """The processes that use most, each over time."""
    totals: dict[str, float] = {}
    for one in samples:
        for name, value in of(one).items():
            totals[name] = totals.get(name, 0.0) + value
    names = sorted(totals, key=lambda name: -totals[name])[:_MOST_LINES]
    return {name: [(one.at_s, of(one).get(name, 0.0)) for one in samples] for name in names}
