"""`formroom status`: what a running hub says of the server, in words or as JSON."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.health_server import FILE

ANSWER_S = 10.0


class NoHub(RuntimeError):
    """No hub answers; the text says so in a sentence, with what is known."""


def read_status(data_dir: Path) -> dict[str, Any]:
    """Ask the hub that holds this folder; needs no account. Raises `NoHub`."""
    try:
        known = json.loads((data_dir / FILE).read_text(encoding="utf-8"))
        host, port, pid = known.get("host", "127.0.0.1"), int(known["port"]), int(known["pid"])
        token = str(known["token"])
    except FileNotFoundError:
        raise NoHub(f"No hub runs on {data_dir}.") from None
    except PermissionError:
        raise NoHub(f"{data_dir / FILE} is not for this user: ask as the server's own.") from None
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise NoHub(f"{data_dir / FILE} cannot be read: {error}") from None
    connection = http.client.HTTPConnection(host, port, timeout=ANSWER_S)
    try:
        connection.request("GET", "/status", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != http.client.OK:
            raise NoHub(f"Another program than the hub of {data_dir} answers on port {port}.")
        status: dict[str, Any] = json.loads(body)
    except ConnectionRefusedError:
        raise NoHub(
            f"No hub runs on {data_dir}: process {pid}, which did, ended without saying goodbye."
        ) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise NoHub(f"The hub of {data_dir} (process {pid}) does not answer: {error}") from None
    finally:
        connection.close()
    return status


def describe(status: dict[str, Any]) -> str:
    """A status in lines for people."""
    return "\n".join(_lines(status))


def _lines(status: dict[str, Any]) -> Iterator[str]:
    yield f"state      {status['state']}" + (f": {status['detail']}" if status["detail"] else "")
    if "hubs" not in status:
        return
    if status["certificate_warning"]:
        yield f"warning    {status['certificate_warning']}"
    yield f"database   {status['database']}"
    for hub in status["hubs"]:
        silent = f"  silent for {hub['age_s']:g} s" if hub["is_silent"] else ""
        yield (
            f"hub        {hub['name']}{' (this one)' if hub['is_this'] else ''}  "
            f"process {hub['pid']} on {hub['node']}  {hub['address']}  {hub['devices']} devices  "
            f"{hub['consoles']} consoles  {hub['items_waiting']} items waiting{silent}"
        )
    for shard in status["shards"]:
        yield f"shard      {shard['name']}  {_shard(shard)}"
    yield f"archivist  {_archivist(status['archivist'])}"
    sockets = status["sockets"]
    yield (
        f"sockets    {sockets['frames_received']} frames  {sockets['frames_refused']} refused  "
        f"{sockets['messages_set_aside']} set aside  "
        f"{sockets['pictures_dropped']} pictures dropped  "
        f"{sockets['consoles_dropped']} slow consoles dropped"
    )
    loop = status["event_loop"]
    yield f"event loop {loop['stalls']} stalls, {loop['stall_seconds']:g} s in all"
    for restart in status["restarts"]:
        at = datetime.fromtimestamp(restart["at_ms"] / 1000, UTC).isoformat(timespec="seconds")
        yield f"restart    {at}  {restart['part']}: {restart['cause']}"


def _shard(shard: dict[str, Any]) -> str:
    if not shard["is_up"]:
        return f"DOES NOT ANSWER  {shard['queue']} items queued here  {shard['restarts']} restarts"
    return (
        f"process {shard['pid']} on {shard['node']}  life {shard['life']}  "
        f"{shard['devices']} devices  {shard['records_waiting']} records waiting, "
        f"the oldest {shard['lag_s']:g} s  {shard['queue']} items queued here  "
        f"{shard['restarts']} restarts"
    )


def _archivist(archivist: dict[str, Any]) -> str:
    if not archivist["is_up"]:
        return "DOES NOT ANSWER"
    age_s = archivist["commit_age_s"]
    last = "nothing committed yet" if age_s is None else f"last commit {age_s:g} s ago"
    return (
        f"process {archivist['pid']} on {archivist['node']}  "
        f"{archivist['records_waiting']} records waiting, the oldest {archivist['lag_s']:g} s  "
        f"{last}  {archivist['commits']} commits, {archivist['mean_commit_ms']:g} ms on average  "
        f"{archivist['refused']} refused"
    )
