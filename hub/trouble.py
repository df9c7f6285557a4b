"""What does not work while a part of the server is away, and what does, for those who teach."""

from __future__ import annotations

from actors.stats import RuntimeStats

WAIT_S = 3.0
"""Records that wait longer for their commit than this are trouble; usually it is milliseconds."""

ALL_AWAY = (
    "The server's core is restarting. Starting and ending lessons, locks, taking over a screen "
    "and news from the pupils' devices wait. Screens that you see live go on."
)
SOME_AWAY = (
    "A part of the server is restarting. For some classes, starting lessons, locks and news from "
    "the pupils' devices wait for some seconds. Screens that you see live go on."
)
NOT_RECORDED = (
    "The server cannot write its records now. Starting lessons, locks, sharing input and taking "
    "over a screen do not work. Looking at screens, and news from the pupils' devices, go on."
)


def trouble(stats: RuntimeStats, *, is_healthy: bool) -> str:
    """The sentence for this state; "" when all is well.

    `is_healthy` says that every part answers now, whatever `stats` knew of them earlier.
    """
    shards = list(stats.shards.values())
    if not is_healthy:
        if not any(shards):
            return ALL_AWAY
        if not all(shards):
            return SOME_AWAY
        # A part did not answer a moment ago, and does again.
        return NOT_RECORDED if stats.archivist is None else SOME_AWAY
    waits_s = [shard.record_age_s for shard in shards if shard]
    if stats.archivist:
        waits_s.append(stats.archivist.record_age_s)
    return NOT_RECORDED if max(waits_s, default=0.0) > WAIT_S else ""
