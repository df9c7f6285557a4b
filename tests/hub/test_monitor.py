"""The monitor keeps what is known up to date, and tells the other hubs of this one."""

from __future__ import annotations

import os
from pathlib import Path

from actors.local import LocalRuntime
from actors.placement import Placement
from hub.context import Readiness
from hub.monitor import Monitor
from hub.settings import Settings
from hub.sockets.switchboard import Switchboard
from hub.standing import Standing
from hub.supervisor import Supervisor
from store.engine import open_store


async def test_two_hubs_on_one_runtime_see_its_parts_and_each_other(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    store = open_store(settings.database_url)
    runtime = LocalRuntime(Placement(2), store, clock_s=lambda: 1_800_000_000.0)
    await runtime.start()
    try:
        standings, monitors = [], []
        supervisors = [Supervisor(runtime, lambda _: None) for _ in range(2)]
        for supervisor in supervisors:
            supervisor._readiness = Readiness(True)
            board = Switchboard(
                runtime,
                clock_s=lambda: 1_800_000_000.0,
                heartbeat_s=10,
                silence_s=25,
                viewing_lease_s=15,
            )
            standings.append(Standing())
            monitors.append(Monitor(standings[-1], runtime, board, settings, supervisor))
        supervisors[1]._readiness = Readiness(False, "Locks wait.")
        for monitor in (*monitors, monitors[0]):
            await monitor.ask()
        facts = standings[0].facts(0)
        assert (facts["state"], facts["database"], facts["restarts"]) == ("ok", "sqlite", [])
        assert {shard["name"]: shard["is_up"] for shard in facts["shards"]} == {
            "pool-0": True,
            "pool-1": True,
        }
        assert facts["archivist"]["pid"] == os.getpid()
        assert [hub["is_this"] for hub in facts["hubs"]] == [True, False]
        assert facts["hubs"][1]["degraded"] == "Locks wait."
        runtime.kill("pool-1")
        supervisors[0].restarts += 1
        await monitors[0].ask()
        parts = [restart["part"] for restart in standings[0].facts(0)["restarts"]]
        assert sorted(parts) == ["pool-1", "ray"]
    finally:
        await runtime.stop()
        store.close()
