"""The nodes of a cluster, and which of them belong to sites: pure functions of their labels.

A node that was started with the label `site=<id>` takes the shards of that site. Where two trusts
have a site of the same id the node must also say `trust=<id>`. A node with the label
`formroom-role=head` or `formroom-role=hub` houses nothing: it comes and goes with its hub.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

SITE = "site"
TRUST = "trust"
ROLE = "formroom-role"
HOUSES_NOTHING = "!in(head, hub)"

Site = tuple[str, str]
"""A trust's id and a site's."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node that is alive."""

    id: str
    host: str
    labels: Mapping[str, str] = field(default_factory=dict)


def labels_of(site: Site, known: Collection[Site]) -> dict[str, str]:
    """The labels that a node of this site carries."""
    trust, name = site
    shares_its_name = any(other == name and its != trust for its, other in known)
    return {SITE: name} | ({TRUST: trust} if shares_its_name else {})


def is_of(node: Node, site: Site, known: Collection[Site]) -> bool:
    """Whether a node was started for a site."""
    return labels_of(site, known).items() <= node.labels.items()


def labelled_sites(nodes: Iterable[Node], known: Collection[Site]) -> frozenset[Site]:
    """The sites for which a node was started."""
    labelled = [node for node in nodes if SITE in node.labels]
    return frozenset(site for site in known if any(is_of(n, site, known) for n in labelled))


def pool_labels(sites: Iterable[Site]) -> dict[str, str]:
    """Which nodes may house others than these sites, as Ray selects; one without a label may."""
    names = sorted({name for _, name in sites})
    return {ROLE: HOUSES_NOTHING} | ({SITE: f"!in({', '.join(names)})"} if names else {})
