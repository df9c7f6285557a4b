"""The agent's command line: `run`, and what `run` starts (`media`, `notice`), and `simulate`.

Each command imports only what it needs: the core has to stay small.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import secrets
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from endpoint.settings import SettingsError, read_settings

DESKTOP_GONE = 3
"""Exit code when the session's desktop ended: whoever started the agent may start it again."""


def main() -> NoReturn:
    """Run one command; exits with 0, 2 (it cannot be carried out as asked) or 3."""
    arguments = sys.argv[1:]
    match arguments[:1]:
        case ["media"]:
            from endpoint.media import run as run_media
            from endpoint.platform.detection import open_drivers

            sys.exit(run_media(open_drivers(), arguments[1:]))
        case ["notice"]:
            from endpoint.notice.application import run as run_notice
            from endpoint.platform.detection import open_grab

            signal.signal(signal.SIGINT, signal.SIG_IGN)  # the core decides when it ends
            # Its reading thread holds standard input, which Python cannot take back at an exit.
            os._exit(run_notice(open_grab))
        case ["simulate"]:
            from endpoint.simulator import main as simulate

            sys.exit(simulate(arguments[1:], lambda: time.time_ns() // 1_000_000))
    sys.exit(_run(_parse(arguments)))


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="formroom-endpoint", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="be this computer's agent")
    run.add_argument("--enrolment", type=Path, required=True, help="the file made at enrolment")
    run.add_argument("--settings", type=Path, help="a TOML file of settings")
    commands.add_parser("simulate", help="be simulated pupils: see `simulate --help`")
    commands.add_parser("media", help="serve this screen (started by `run`)")
    commands.add_parser("notice", help="show the notice (started by `run`)")
    return parser.parse_args(arguments)


def _run(arguments: argparse.Namespace) -> int:
    from endpoint.enrolment import EnrolmentError, read_enrolment

    try:
        settings = read_settings(arguments.settings)
        enrolment = read_enrolment(arguments.enrolment)
        enrolment.tls()
    except (SettingsError, EnrolmentError) as error:
        print(f"formroom-endpoint: {error}", file=sys.stderr)
        return 2
    logging.basicConfig(
        level=settings.log_level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    logging.getLogger("websockets").setLevel(logging.WARNING)

    from endpoint.platform.detection import open_desktop

    try:
        desktop = open_desktop()
    except OSError as error:
        print(f"formroom-endpoint: {error}", file=sys.stderr)
        return DESKTOP_GONE

    from endpoint.agent import Agent
    from endpoint.media_process import MediaProcess
    from endpoint.notice_process import NoticeProcess
    from webrtc.ice_settings import IceSettings

    ice = IceSettings(
        settings.ice_servers,
        settings.ice_username,
        settings.ice_credential,
        settings.loopback_media,
    )

    async def serve() -> None:
        agent = Agent(
            enrolment,
            desktop,
            NoticeProcess(),
            lambda emit: MediaProcess(emit, ice=ice),
            epoch=secrets.token_hex(8),
            state_folder=settings.state_path(),
            now_ms=lambda: time.time_ns() // 1_000_000,
            away_after_s=settings.away_after_s,
        )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # Windows: Ctrl-C cancels instead
                loop.add_signal_handler(number, agent.stop)
        await agent.run()

    try:
        asyncio.run(serve())
    except* OSError as errors:
        logging.error("the desktop is gone: %s", errors.exceptions[0])
        sys.exit(DESKTOP_GONE)
    return 0


if __name__ == "__main__":
    main()
