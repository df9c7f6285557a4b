"""Which nodes belong to which sites, by their labels."""

from __future__ import annotations

from actors.cluster.nodes import Node, is_of, labelled_sites, labels_of, pool_labels

KNOWN = [("oak", "hill"), ("oak", "dale"), ("elm", "hill")]


def node(**labels: str) -> Node:
    return Node("1", "host", {"ray.io/node-id": "1", **labels})


def test_a_site_whose_id_is_its_own_needs_one_label() -> None:
    assert labels_of(("oak", "dale"), KNOWN) == {"site": "dale"}
    assert labelled_sites([node(site="dale"), node()], KNOWN) == {("oak", "dale")}


def test_sites_of_one_id_in_two_trusts_are_told_apart() -> None:
    assert labelled_sites([node(site="hill")], KNOWN) == frozenset()
    assert labelled_sites([node(site="hill", trust="elm")], KNOWN) == {("elm", "hill")}
    assert not is_of(node(site="hill", trust="elm"), ("oak", "hill"), KNOWN)


def test_a_label_of_no_known_site_means_nothing() -> None:
    assert labelled_sites([node(site="nowhere")], KNOWN) == frozenset()


def test_the_pool_leaves_the_nodes_of_sites_alone() -> None:
    role = {"formroom-role": "!in(head, hub)"}
    assert pool_labels([]) == role
    assert pool_labels([("oak", "hill"), ("elm", "dale")]) == role | {"site": "!in(dale, hill)"}
