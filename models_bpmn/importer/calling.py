"""Which published procedures the call activities of a drawing mean."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from engine import limits
from engine.domain.model import Node
from engine.domain.procedure import code_of
from models_bpmn.importer import published
from models_bpmn.importer.draft import Draft
from models_bpmn.importer.published import Call, Find, Published
from models_bpmn.importer.report import Place, Report

#: The question about a call that nobody answers.
_ASKED: Final = "call-unknown"


@dataclass(slots=True, kw_only=True)
class Calls:
    """What was looked up, and what came of it."""

    find: Find = published.nothing
    #: What a person has decided, by decision: such a call is not looked up.
    answers: Collection[str] = ()
    made: list[Call] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    #: What several published procedures are called → their codes.
    doubtful: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _linked: dict[str, Published] = field(default_factory=dict)

    def link(self, draft: Draft, node: Node, *, latest: bool) -> Iterator[Draft]:
        """Let a call activity run what it names; gives what that adds to the drawing.

        What nobody published, and what several procedures could be, stays as it is:
        `link` refuses it.
        """
        place = draft.places[node.id]
        asked = (f"{_ASKED}:{node.id}", f"{_ASKED}:{place.file}:{node.id}")
        if any(one in self.answers for one in asked):
            return
        found = self.find(node.body)
        if len(found) > 1:
            self.doubtful[node.body] = tuple(one.code for one in found)
        if len(found) != 1:
            return
        [one] = found
        draft.nodes[node.id] = replace(node, body=one.key)
        self.made.append(
            Call(
                element=node.id,
                name=node.name,
                binding=published.LATEST if latest else published.PINNED,
                published=one,
            )
        )
        self.places.append(place)
        if one.key not in self._linked:
            self._linked[one.key] = one
            yield from published.drafts(one)

    def content(self, draft: Draft) -> bytes:
        """The document that a draft of a published procedure was made of."""
        return next(
            one.content for one in self._linked.values() if one.file == draft.place.file
        )


def look_at(calls: Calls, main: Draft, report: Report) -> None:
    """What is to be said about the calls of published procedures."""
    own = code_of(main.facts.code, main.id)
    bindings: dict[str, str] = {}
    for call, place in zip(calls.made, calls.places, strict=True):
        one = call.published
        if own in {one.code, *one.calls}:
            path = " → ".join(dict.fromkeys((own, one.code))) + f" → {own}"
            report.add("call-cycle", place, path=path, limit=limits.CALL_DEPTH)
        if not one.model.root.starts:
            report.add("call-start", place, procedure=one.code)
        if bindings.setdefault(one.code, call.binding) != call.binding:
            report.add("call-bindings", place, procedure=one.code)
        follows = call.binding == published.LATEST
        code = "call-follows" if follows else "call-pinned"
        report.add(code, place, procedure=one.code, number=one.number)
