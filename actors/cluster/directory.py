"""What the cluster itself knows: its plan, its nodes, and where each actor runs.

Every function here asks Ray's control service and blocks meanwhile, for a millisecond when all is
well: call them in a thread.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import psutil
import ray
from ray._private.state import actors as actor_table
from ray.experimental.internal_kv import (
    _internal_kv_get,
    _internal_kv_list,
    _internal_kv_put,
)
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from actors.cluster.nodes import Node
from actors.cluster.plan import Plan, decode_plan, encode_plan


class Stage(StrEnum):
    """Where an actor is in its life, in Ray's words."""

    WAITING = "DEPENDENCIES_UNREADY"
    PENDING = "PENDING_CREATION"
    ALIVE = "ALIVE"
    RESTARTING = "RESTARTING"
    DEAD = "DEAD"


class Directory:
    """The records of one namespace in a cluster."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace
        self._prefix = f"{namespace}:plan:"

    def newest_plan(self) -> tuple[int, Plan | None]:
        """The newest generation and its plan; (0, None) in a new cluster. Raises `ValueError`
        for a plan that this version cannot read."""
        keys = _internal_kv_list(self._prefix, namespace=self._namespace)
        generation = max((int(key.rpartition(b":")[2]) for key in keys), default=0)
        if not generation:
            return 0, None
        data = _internal_kv_get(f"{self._prefix}{generation}", namespace=self._namespace)
        return generation, decode_plan(data)

    def propose(self, generation: int, plan: Plan) -> None:
        """Write the plan of a generation, unless somebody did already."""
        _internal_kv_put(
            f"{self._prefix}{generation}",
            encode_plan(plan),
            overwrite=False,
            namespace=self._namespace,
        )

    def end_older(self, generation: int) -> None:
        """End every actor of earlier generations."""
        for row in ray.util.list_named_actors(all_namespaces=True):
            number, _, _ = row["name"].partition(":")
            if row["namespace"] == self._namespace and int(number) < generation:
                try:
                    ray.kill(ray.get_actor(row["name"], namespace=self._namespace))
                except ValueError:
                    continue  # Another hub was quicker.

    def nodes(self) -> list[Node]:
        """The nodes that are alive."""
        return [
            Node(row["NodeID"], row["NodeManagerHostname"], dict(row["Labels"]))
            for row in ray.nodes()  # type: ignore[no-untyped-call]
            if row["Alive"]
        ]

    def whereabouts(self, handle: Any) -> tuple[Stage, str]:
        """The stage of an actor, and the id of the node on which it runs, "" for none."""
        row = actor_table(handle._actor_id.hex())
        if not row:
            return Stage.DEAD, ""
        return Stage(row["State"]), row["Address"].get("NodeID", "")

    def end(self, handle: Any) -> None:
        """End the process of an actor, so that Ray starts it again.

        Ray asks the process to end itself; one that is stopped does not hear that, and only the
        kernel of its machine can end it.
        """
        row = actor_table(handle._actor_id.hex())
        ray.kill(handle, no_restart=False)
        node = row["Address"]["NodeID"]
        if node == ray.get_runtime_context().get_node_id():
            _kill(row["Pid"])
        else:
            there = NodeAffinitySchedulingStrategy(node, soft=False)
            ray.remote(_kill).options(num_cpus=0, scheduling_strategy=there).remote(row["Pid"])


def _kill(pid: int) -> None:
    try:
        process = psutil.Process(pid)
        if process.name().startswith("ray::"):
            process.kill()
    except psutil.NoSuchProcess:
        return
