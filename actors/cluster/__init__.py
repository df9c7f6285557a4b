"""The runtime on Ray: the only package that imports it.

Every shard and the archivist is a Ray actor. Ray restarts one that dies; its new life takes up
the running lessons from the archivist, and the hub attaches its devices again. A *plan* says
which shards there are and what they run with; it is written once into the cluster, and every hub
that joins uses it.
"""

from actors.cluster.plan import Plan, make_plan
from actors.cluster.runtime import RayRuntime

__all__ = ["Plan", "RayRuntime", "make_plan"]
