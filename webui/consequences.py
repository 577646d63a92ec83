"""What an act sets off that nobody takes back: said before it is done.

From the model alone: what runs by itself after a step, until people work again or the
case waits. An end of the case and a letter to somebody outside are told.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.domain.model import (
    GATEWAYS,
    EventKind,
    Model,
    Node,
    NodeKind,
    is_work,
)
from webui.i18n import translate

#: Where the token waits for something.
_WAITS = frozenset(
    {
        NodeKind.CATCH_EVENT,
        NodeKind.RECEIVE_TASK,
        NodeKind.EVENT_BASED_GATEWAY,
    }
)
#: Splits and joins after which it is not certain what follows.
_PARTS = GATEWAYS - {NodeKind.EVENT_BASED_GATEWAY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequences:
    """What follows a step by itself."""

    #: Names of the ends of the case that it may come to.
    ends: tuple[str, ...] = ()
    #: It comes to an end whatever happens on the way.
    surely: bool = False
    #: Name and addressee of each letter; the addressee may be empty.
    letters: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ends or self.letters)

    def sentences(self) -> list[str]:
        """The consequences in words, each a sentence."""
        said = []
        if self.ends:
            said.append(self._end())
        for name, partner in self.letters:
            if partner:
                text = translate(
                    "A letter goes to %(who)s: “%(name)s”.", who=partner, name=name
                )
            else:
                text = translate("A letter goes outside: “%(name)s”.", name=name)
            said.append(f"{text} {translate('It cannot be called back.')}")
        return said

    def _end(self) -> str:
        names = ", ".join(f"“{name}”" for name in self.ends if name)
        if self.surely:
            text = translate("After this step the case is finished")
        else:
            text = translate("After this step the case may be finished")
        told = f"{text}: {names}." if names else f"{text}."
        after = translate("Nobody works on it any more; it is not opened again.")
        return f"{told} {after}"


def of(model: Model, node: Node, outcome: str, *, alone: bool) -> Consequences:
    """What completing a step sets off.

    Args:
        model: The procedure.
        node: The step.
        outcome: The flow that was chosen; empty: none.
        alone: Whether nothing else is open in the case.
    """
    if node.ad_hoc is not None:
        return Consequences()
    first = (
        [model.flows[outcome].target]
        if outcome in model.flows
        else [flow.target for flow in model.outgoing(node)]
    )
    reached = list(_reached(model, node, first))
    ends = [one for one in reached if one.kind is NodeKind.END_EVENT]
    finished = [one for one in ends if one.scope == model.root.id]
    parted = any(one.kind in _PARTS for one in reached)
    stays = any(_rests(one) for one in reached)
    return Consequences(
        ends=tuple(dict.fromkeys(one.name for one in finished)),
        surely=bool(finished) and alone and not parted and not stays,
        letters=tuple(
            dict.fromkeys(
                (one.name or one.event.name, one.event.partner)
                for one in reached
                if _sends(one)
            )
        ),
    )


def _reached(model: Model, start: Node, first: list[str]) -> Iterator[Node]:
    """The nodes that a token comes to by itself, each once, those it rests at last."""
    seen: set[str] = set()
    # A step without a way on ends what it stands in.
    ahead = list(first) or _after(model, start.scope)
    while ahead:
        identity = ahead.pop(0)
        if identity in seen:
            continue
        seen.add(identity)
        node = model.nodes[identity]
        yield node
        if not _rests(node):
            ahead += _next(model, node)


def _next(model: Model, node: Node) -> list[str]:
    if node.kind is NodeKind.END_EVENT:
        return _after(model, node.scope)
    if node.body:
        return list(model.scopes[node.body].starts)
    return [flow.target for flow in model.outgoing(node)]


def _after(model: Model, scope: str) -> list[str]:
    """What follows a scope that ends: the ways on from the activity that runs it."""
    if scope == model.root.id:
        return []
    around = [one for one in model.nodes.values() if one.body == scope]
    return [flow.target for one in around for flow in model.outgoing(one)]


def _rests(node: Node) -> bool:
    """Whether people work there, or the case waits."""
    return is_work(node) or node.kind in _WAITS


def _sends(node: Node) -> bool:
    """Whether it sends a message."""
    throws = node.kind in {NodeKind.THROW_EVENT, NodeKind.END_EVENT}
    message = throws and node.event.kind is EventKind.MESSAGE
    return message or node.kind is NodeKind.SEND_TASK
