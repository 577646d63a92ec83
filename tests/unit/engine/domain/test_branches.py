"""Branches: what the helper says is what removing a way shows."""

import pytest

from engine.domain import branches
from engine.domain.model import EventKind, Model, NodeKind
from tests import models
from tests.integration import random_walks

KINDS = ("structured", "tangled", "eventful", "late")


def ways(model: Model, scope: str) -> list[tuple[str, str, str]]:
    """Where tokens go in a scope: from, to, and by what."""
    found = []
    for name in model.scopes[scope].nodes:
        node = model.nodes[name]
        found += [(name, one.target, one.id) for one in model.outgoing(node)]
        found += [(name, one, one) for one in node.boundaries]
        thrown = (node.kind, node.event.kind)
        if thrown == (NodeKind.THROW_EVENT, EventKind.LINK):
            caught = [
                one
                for one in model.scopes[scope].nodes
                if model.nodes[one].kind is NodeKind.CATCH_EVENT
                and model.nodes[one].event == node.event
            ]
            found += [(name, one, "") for one in caught[:1]]
    return found


def reached(model: Model, scope: str, without: str) -> set[str]:
    """The nodes that a path reaches that does not use one way."""
    edges = ways(model, scope)
    entered = {target for _, target, _ in edges}
    around = model.scopes[scope]
    todo = [*around.starts, *around.triggers]
    todo += [one for one in around.nodes if one not in entered]
    seen: set[str] = set()
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += [
                target
                for source, target, way in edges
                if source == name and way != without
            ]
    return seen


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(15))
def test_a_node_is_in_a_branch_when_no_path_avoids_it(kind: str, seed: int) -> None:
    model = random_walks.model(kind, seed)
    found = branches.of_model(model)
    for scope in model.scopes.values():
        everywhere = reached(model, scope.id, "?")
        assert everywhere == found.of.keys() & set(scope.nodes)
        inner = {
            name
            for name, source in found.sources.items()
            if model.nodes[source].scope == scope.id
        }
        for branch in inner:
            inside = {one for one in everywhere if branch in found.of[one]}
            assert inside == everywhere - reached(model, scope.id, branch)


def test_only_where_more_tokens_leave_a_flow_is_a_branch() -> None:
    model = models.build(
        models.both("s"),
        models.xor("x"),
        models.first("g"),
        models.some("j"),
        models.catch("m", models.message("m")),
        models.catch("n", models.message("n")),
        models.on("a", "t", models.timer("PT1H"), interrupting=False),
        models.on("a", "u", models.timer("PT1H")),
        "start > s > a > x > j",
        "s > b > j",
        "x > c > g > m > j",
        "g > n > j > end",
        "t > late",
        "u > gone",
    )
    found = branches.of_model(model)
    assert found.sources == {"s-a": "s", "s-b": "s", "t": "t"}
    assert found.of["late"] == {"s-a", "t"}
    assert found.of["gone"] == found.of["n"] == {"s-a"}
    assert found.of["j"] == found.of["end"] == frozenset()
    assert found.left(found.of["late"], "a") is None
    assert found.left(found.of["a"], "s") == frozenset({"s"})
    assert found.left(found.of["s"], "a") is None


def test_a_model_is_looked_at_once() -> None:
    model = models.build("start > a > end")
    assert branches.of_model(model) is branches.of_model(model)
    other = models.build("start > a > end")
    assert branches.of_model(model) is not branches.of_model(other)


def test_nobody_is_sent_where_tokens_wait_or_nothing_leads() -> None:
    model = models.build(
        models.both("s"),
        models.both("j"),
        models.complex_("c", "activationCount >= 1"),
        models.throw("l", models.link("on")),
        models.catch("k", models.link("on")),
        models.on("a", "t", models.timer("PT1H")),
        *models.done("a"),
        "start > s > a > j > c > end",
        "s > b > j",
        "k > d",
        "b > l",
        "t > late",
        "round > about > round",
    )
    may = {one for one in model.nodes if branches.is_target(model, one)}
    assert may == {"s", "a", "b", "end", "d", "late", "l"}


def test_a_large_model_takes_a_moment() -> None:
    """Fifty splits in one another, and a chain as long as a process may be."""
    parts: list[models.Part] = []
    at = "start"
    for number in range(300):
        split, join = f"s{number}", f"j{number}"
        parts += [models.both(split), models.both(join)]
        parts += [f"{at} > {split} > a{number} > {join}", f"{split} > b{number}"]
        parts += [f"b{number} > {join}"]
        at = join
    parts.append(f"{at} > end")
    found = branches.of_model(models.build(*parts))
    assert found.of["a299"] == {"s299-a299"}
    assert found.of["end"] == frozenset()
