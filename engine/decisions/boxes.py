"""Compiling boxed expressions: contexts, invocations, lists and relations.

DMN 1.5, clause 7.3. A name that a box gives is seen by the boxes inside and after it
only; what is left over is read from outside.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import assert_never

from engine.decisions import model
from engine.decisions.errors import Flaw
from engine.decisions.feel.names import normal
from engine.decisions.feel.tree import Constant
from engine.decisions.program import Box, Boxes, Invoked, Listed, Record
from engine.decisions.resolver import Resolver
from engine.decisions.tables import Owner, Tables
from engine.decisions.texts import Spot, Texts
from engine.decisions.types import Type

#: Boxes inside of boxes, as far as anybody can read them.
_DEPTH = 16


class Builder:
    """Compiles the logic of decisions and functions."""

    def __init__(
        self,
        texts: Texts,
        types: Resolver,
        functions: Mapping[str, model.Function],
        flaws: list[Flaw],
    ) -> None:
        self._texts = texts
        self._types = types
        self._functions = functions
        self._flaws = flaws

    def box(
        self, owner: Owner, logic: model.Logic, tables: Tables, depth: int = 0
    ) -> Box | None:
        """Logic ready to decide; None, with a flaw, where it makes no sense."""
        if depth > _DEPTH:
            self._flaws.append(_spot(owner).flaw("box-depth", limit=_DEPTH))
            return None
        match logic:
            case model.Table():
                return tables.grid(owner, logic)
            case model.Literal():
                spot = replace(_spot(owner), line=logic.line or owner.line)
                return self._texts.expression(logic.text, spot)
            case model.Context():
                return self._context(owner, logic, tables, depth)
            case model.Invocation():
                return self._invocation(owner, logic, tables, depth)
            case model.Listing() | model.Relation():
                return self._listed(owner, logic, tables, depth)
            case _:
                assert_never(logic)

    def _listed(
        self,
        owner: Owner,
        logic: model.Listing | model.Relation,
        tables: Tables,
        depth: int,
    ) -> Box:
        if isinstance(logic, model.Listing):
            return Listed(self._several(owner, logic.items, tables, depth))
        rows = [self._several(owner, row, tables, depth) for row in logic.rows]
        names = [normal(one) for one in logic.columns]
        return Listed(
            tuple(Record(tuple(zip(names, row, strict=True))) for row in rows)
        )

    def _several(
        self, owner: Owner, items: Iterable[model.Logic], tables: Tables, depth: int
    ) -> tuple[Box, ...]:
        made = (self.box(owner, one, tables, depth + 1) for one in items)
        return tuple(Constant(None) if one is None else one for one in made)

    def _context(
        self, owner: Owner, logic: model.Context, tables: Tables, depth: int
    ) -> Box:
        before = self._texts.taken()
        sure, maybe = set(before[0]), set(before[1])
        known: dict[str, str] = {}
        entries: list[tuple[str, Type, Box]] = []
        for place, one in enumerate(logic.entries, start=1):
            name = normal(one.name)
            spot = replace(_spot(owner), line=one.line or owner.line)
            if name in known or (not name and place < len(logic.entries)):
                self._flaws.append(spot.flaw("box-name", entry=name or "–"))
            inside = replace(owner, type=one.type, line=spot.line)
            made = self.box(inside, one.logic, tables.among(known), depth + 1)
            read = self._texts.taken()
            sure |= read[0] - known.keys()
            maybe |= read[1] - known.keys()
            kind = self._types.type(one.type, spot)
            entries.append((name, kind, Constant(None) if made is None else made))
            known[name] = one.type
        self._texts.names |= sure
        self._texts.maybe |= maybe
        return Boxes(tuple(entries))

    def _invocation(
        self, owner: Owner, logic: model.Invocation, tables: Tables, depth: int
    ) -> Box | None:
        spot = replace(_spot(owner), line=logic.line or owner.line)
        function = self._functions.get(normal(logic.function))
        if function is None:
            known = ", ".join(one.name for one in self._functions.values()) or "–"
            words = {"function": logic.function[:80], "known": known[:400]}
            self._flaws.append(spot.flaw("function-unknown", **words))
            return None
        given = {normal(one.name): one.logic for one in logic.bindings}
        names = [normal(name) for name, _ in function.parameters]
        for name in given.keys() - set(names):
            words = {"function": function.name, "parameter": name}
            self._flaws.append(spot.flaw("function-parameter", **words))
        self._texts.called.add(normal(function.name))
        # DMN 1.5, 10.4.5: a parameter that nothing is bound to is null.
        bound = [given.get(name, model.Literal("null")) for name in names]
        return Invoked(
            normal(function.name), self._several(owner, bound, tables, depth)
        )


def _spot(owner: Owner) -> Spot:
    return Spot(element=owner.id, name=owner.name, line=owner.line)


def names_in(logic: model.Logic | None) -> list[str]:
    """Every name that boxes give, however deep, and of the columns that answer."""
    found: list[str] = []
    waiting = [logic]
    while waiting:
        one = waiting.pop()
        match one:
            case model.Table():
                found += [each.name for each in one.outputs]
            case model.Context():
                found += [each.name for each in one.entries]
                waiting += [each.logic for each in one.entries]
            case model.Invocation():
                waiting += [each.logic for each in one.bindings]
            case model.Listing():
                waiting += one.items
            case model.Relation():
                found += one.columns
                waiting += [each for row in one.rows for each in row]
            case _:
                pass
    return found
