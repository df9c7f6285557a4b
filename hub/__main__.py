"""The server's command line: `serve`, `demo`, `enrol`, `status`, and what load tests need."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import ssl
import sys
import time
from contextlib import closing
from pathlib import Path

import uvloop

from hub.authentication import cookie_name
from hub.backup import Report, bring_back, check_audit, save
from hub.demo import run_demo
from hub.enrolment import EnrolmentError, device_names, enrol, hub_address, only_site
from hub.load_school import seed_load_events, seed_load_school
from hub.logs import configure_logs
from hub.passwords import Passwords
from hub.probe import Probe
from hub.probing import EVERY_S, Probing
from hub.server import StartError, serve
from hub.service_manager import ServiceManager
from hub.settings import Settings, SettingsError, read_settings
from hub.setup import setup_notice
from hub.status import NoHub, describe, read_status
from hub.synthetic_school import SyntheticSchoolError, synthetic_school
from store.engine import Store, StoreUnavailable, open_store
from store.probes import UP


def main() -> None:
    """Run one command; exits with 0, 1 for what is not well, or 2 when it cannot be done."""
    arguments = _parse(sys.argv[1:])
    try:
        settings = _settings(arguments)
        configure_logs(settings.log_format, settings.log_level)
        match arguments.command:
            case "serve":
                uvloop.run(_serve(settings))
            case "demo":
                uvloop.run(run_demo(settings, clock_s=time.time, say=_say))
            case "enrol":
                _enrol(settings, arguments)
            case "probe":
                uvloop.run(_probe(settings, arguments))
            case "status":
                _status(settings, arguments)
            case "seed-load":
                _seed_load(settings, arguments)
            case "backup":
                _report(save(settings.database_url, arguments.file))
            case "restore":
                _report(bring_back(settings.database_url, arguments.file))
            case "audit":
                _audit(settings, arguments)
    except (
        SettingsError,
        StartError,
        EnrolmentError,
        NoHub,
        SyntheticSchoolError,
        StoreUnavailable,
        ValueError,
    ) as error:
        print(f"formroom: {error}", file=sys.stderr)
        sys.exit(2)


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="formroom", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve_ = commands.add_parser("serve", help="run the server")
    serve_.add_argument("--cluster", metavar="ADDRESS", help="join the Ray cluster at host:port")
    demo = commands.add_parser("demo", help="run the server with a class of simulated pupils")
    enrol_ = commands.add_parser("enrol", help="make enrolments for devices")
    enrol_.add_argument("--trust", help="id of the trust, if there is more than one")
    enrol_.add_argument("--site", help="id of the site, if there is more than one")
    enrol_.add_argument("--name-pattern", default="PC {n:02}", help="names, as in 'PC {n:02}'")
    enrol_.add_argument("--count", type=int, default=1, help="how many devices")
    enrol_.add_argument("--room", default="", help="where they stand")
    enrol_.add_argument("--out", type=Path, required=True, help="folder for the files")
    probe = commands.add_parser("probe", help="measure whether the server is up for its users")
    probe.add_argument("--hub", help="address of the server; else the first of public_origins")
    probe.add_argument("--every", type=float, default=EVERY_S, help="seconds between two rounds")
    probe.add_argument("--once", action="store_true", help="one round; exits with 1 if not up")
    probe.add_argument("--name", default=platform.node(), help="what this probe is called")
    probe.add_argument("--ca", type=Path, help="PEM of the authority of the server's certificate")
    status = commands.add_parser("status", help="say how the running server stands")
    status.add_argument("--json", action="store_true", help="for programs")
    backup = commands.add_parser("backup", help="save the database to a file while it is used")
    backup.add_argument("file", type=Path, help="a file that is not there yet")
    restore = commands.add_parser("restore", help="bring a backup into an empty place")
    restore.add_argument("file", type=Path, help="a file that `backup` wrote")
    audit = commands.add_parser("audit", help="look after the audit record")
    audits = audit.add_subparsers(dest="audit_command", required=True)
    verify = audits.add_parser("verify", help="follow its chain; exit 1 when it is broken")
    verify.add_argument("--trust", default="", help="id of the trust; else every trust")
    verify.add_argument("--heads", type=Path, help="a file to compare with and to note ends in")
    seed = commands.add_parser("seed-load", help="fill an empty store for a load test")
    seed.add_argument("--devices", type=int, required=True)
    seed.add_argument("--class-size", type=int, default=30)
    seed.add_argument("--sites", type=int, default=1)
    seed.add_argument("--events", type=int, default=0)
    seed.add_argument("--out", type=Path, required=True)
    for command in (serve_, demo, enrol_, seed, status, probe, backup, restore, verify):
        command.add_argument("--config", type=Path, help="a TOML file of settings")
        command.add_argument("--data-dir", help="folder for everything that the server keeps")
        command.add_argument("--port", help="TCP port")
    return parser.parse_args(argv)


def _settings(arguments: argparse.Namespace) -> Settings:
    given = {
        "FORMROOM_DATA_DIR": arguments.data_dir,
        "FORMROOM_PORT": arguments.port,
        "FORMROOM_RAY_ADDRESS": getattr(arguments, "cluster", None),
    }
    environ = {**os.environ, **{name: value for name, value in given.items() if value}}
    return read_settings(arguments.config, environ)


async def _serve(settings: Settings) -> None:
    manager = ServiceManager.of(os.environ)

    async def ready(store: Store) -> None:
        print(f"Formroom listens on {settings.public_origins[0]}", flush=True)
        notice = await asyncio.to_thread(setup_notice, store, settings, _now_ms())
        if notice:
            print(notice, flush=True)
        manager.ready()
        try:
            await manager.keep_alive()
            await asyncio.get_running_loop().create_future()
        finally:
            manager.stopping()

    await serve(settings, clock_s=time.time, on_ready=ready)


def _enrol(settings: Settings, arguments: argparse.Namespace) -> None:
    with closing(open_store(settings.database_url)) as store:
        site = only_site(store, arguments.trust, arguments.site)
        made = enrol(
            store,
            hub=hub_address(settings),
            trust=site.trust,
            site=site.id,
            names=device_names(arguments.name_pattern, arguments.count),
            room=arguments.room,
            folder=arguments.out,
            now_ms=_now_ms(),
        )
    for device in made:
        print(device.file)


async def _probe(settings: Settings, arguments: argparse.Namespace) -> None:
    store = open_store(settings.database_url)
    origin = settings.public_origins[0]
    probe = Probe(
        arguments.name[:64],
        synthetic_school(store, Passwords(), settings.data_dir, _now_ms()),
        arguments.hub or origin,
        origin,
        ssl.create_default_context(cafile=arguments.ca) if arguments.ca else None,
    )
    probing = Probing(probe, store, _now_ms, max(1.0, arguments.every))
    if not arguments.once:
        await probing.run()
    result = await probing.once()
    print(f"{result.outcome} {'' if result.seen_ms is None else result.seen_ms} {result.reason}")
    if result.outcome != UP:
        sys.exit(1)


def _status(settings: Settings, arguments: argparse.Namespace) -> None:
    status = read_status(settings.data_dir)
    print(json.dumps(status, indent=2) if arguments.json else describe(status))


def _audit(settings: Settings, arguments: argparse.Namespace) -> None:
    with closing(open_store(settings.database_url)) as store:
        _report(check_audit(store, arguments.trust, arguments.heads, _now_ms()))


def _report(report: Report) -> None:
    print(report.text)
    if not report.is_well:
        sys.exit(1)


def _seed_load(settings: Settings, arguments: argparse.Namespace) -> None:
    with closing(open_store(settings.database_url)) as store:
        school = seed_load_school(
            store,
            Passwords(),
            hub=settings.public_origins[0],
            cookie_name=cookie_name(settings),
            devices=arguments.devices,
            class_size=arguments.class_size,
            sites=arguments.sites,
            now_ms=_now_ms(),
        )
    if arguments.events:
        seed_load_events(open_store(settings.database_url), school, arguments.events, _now_ms())
    arguments.out.write_text(json.dumps(school), encoding="utf-8")


def _now_ms() -> int:
    return int(time.time() * 1000)


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
