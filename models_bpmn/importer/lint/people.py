"""Rules about who does a step: nobody approves what they did themselves."""

import re
from collections.abc import Iterable
from typing import Final

from engine.domain.model import WORK, Node, NodeKind, performer_of
from models_bpmn.importer.lint.look import Look

#: What steps of approval are called, in Vietnamese and English.
_APPROVES: Final = re.compile(
    r"\b(phê duyệt|ký duyệt|xét duyệt|duyệt|phê chuẩn|chấp thuận"
    r"|approv(e|es|al)|sign[ -]off)\b",
    re.IGNORECASE,
)


def own_approval(look: Look) -> None:
    """An approval is not left to those who did the step before it."""
    for node in look.nodes(*WORK):
        who = performer_of(node)
        if not who or not _APPROVES.search(node.name) or _other(node, look):
            continue
        before = _before(node, look)
        if before and all(performer_of(one) == who for one in before):
            names = ", ".join(f"“{one.name or one.id}”" for one in before[:3])
            look.add("own-approval", node.id, before=names, who=who)


def outcomes(look: Look) -> None:
    """A gateway at which a person chooses says what is asked."""
    for node in look.nodes(NodeKind.EXCLUSIVE_GATEWAY):
        if node.by_outcome and not node.name:
            names = [look.graph.flows[flow].name for flow in node.outgoing]
            look.add("gateway-without-name", node.id, choices=", ".join(names)[:200])


def _other(node: Node, look: Look) -> bool:
    """Whether it is tied to another person than some step before."""
    if node.work.four_eyes:
        return True
    return any(one.work.four_eyes == node.id for one in look.nodes(*WORK))


def _before(node: Node, look: Look) -> list[Node]:
    """The steps of persons from which a token comes to a node without another step."""
    sources: dict[str, list[str]] = {}
    for one in look.graph.nodes.values():
        for after in look.after(one):
            sources.setdefault(after, []).append(one.id)
    return list(_steps(node.id, sources, look))


def _steps(start: str, sources: dict[str, list[str]], look: Look) -> Iterable[Node]:
    seen = {start}
    waiting = list(sources.get(start, ()))
    while waiting:
        one = waiting.pop(0)
        if one in seen:
            continue
        seen.add(one)
        node = look.graph.nodes[one]
        if node.kind in WORK:
            yield node
        else:
            waiting += sources.get(one, ())
