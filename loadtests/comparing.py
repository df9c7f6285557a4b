"""`python -m loadtests compare A.json B.json`."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from loadtests.comparison import show_comparison, write_comparison
from loadtests.progress import EXIT_FAILED
from loadtests.result import read_result


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("first", type=Path, help="the result to compare with")
    parser.add_argument("second", type=Path, help="the newer result")
    parser.add_argument("--html", type=Path, help="write a page with both here")


def run(options: argparse.Namespace) -> int:
    """0: compared; 2: a file is no result."""
    try:
        before, after = read_result(options.first), read_result(options.second)
    except (ValueError, OSError) as error:
        Console(stderr=True).print(f"error: {error}", style="red", highlight=False)
        return EXIT_FAILED
    show_comparison(before, after, Console())
    if options.html:
        write_comparison(before, after, options.html)
    return 0
