"""Clauses of a standard, and which steps of procedures give evidence for them.

The matrix clause ↔ procedure ↔ step ↔ record is computed from versions in force: each
step names the clauses that it gives evidence for and the record that it produces
(ISO 9001:2015, 4.4.2: documented information that processes run as planned).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from engine.domain.model import Model, is_work, performer_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A clause by its number, with a short title in our own words."""

    number: str
    vi: str
    en: str
    #: Which record the system keeps of it by itself; empty: only steps give evidence.
    kept: str = ""
    #: Its numbers in the edition before, where they differ.
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """An edition of the standard."""

    edition: str
    name: str
    draft: bool
    valid_from: date
    clauses: tuple[Clause, ...]

    def leaves(self) -> tuple[Clause, ...]:
        """The clauses without clauses below them: what evidence is asked for."""
        numbers = [one.number for one in self.clauses]
        return tuple(
            one
            for one in self.clauses
            if not any(other.startswith(f"{one.number}.") for other in numbers)
        )

    def meant(self, named: str) -> tuple[Clause, ...]:
        """The clauses that a number on a step means; empty: it is not of the edition.

        A number of the edition before means each clause that it became, and a number
        deeper than ours the clause that holds it.
        """
        exact = tuple(one for one in self.clauses if one.number == named)
        if exact:
            return exact
        became = tuple(one for one in self.clauses if named in one.was)
        if became:
            return became
        above, _, last = named.rpartition(".")
        return self.meant(above) if last and "." in above else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of a version in force, as far as the matrix asks."""

    procedure: str
    name: str
    version: str
    element: str
    step: str
    performer: str
    record: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the matrix: a clause and a step; no step: the system, or nothing."""

    clause: Clause
    step: Step | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """The matrix of some procedures against an edition."""

    edition: Edition
    rows: tuple[Row, ...]
    #: Steps that name no clause, and steps that name one without keeping a record.
    without_clause: tuple[Step, ...]
    without_record: tuple[Step, ...]
    #: Clauses of which no step keeps a record, nor the system by itself.
    uncovered: tuple[Clause, ...]
    #: Steps with a number that the edition does not have.
    unknown: tuple[tuple[Step, str], ...]


def steps(code: str, model: Model, version: str) -> Iterator[Step]:
    """The work of a procedure in document order."""
    for node in model.nodes.values():
        if is_work(node):
            yield Step(
                procedure=code,
                name=model.name,
                version=version,
                element=node.id,
                step=node.name or node.id,
                performer=performer_of(node),
                record=node.work.record,
                clauses=node.work.clauses,
            )


def matrix(edition: Edition, of: Iterable[Step]) -> Matrix:
    """Put steps beside the clauses that they give evidence for."""
    given = tuple(of)
    by_clause: dict[str, list[Step]] = {one.number: [] for one in edition.clauses}
    unknown: list[tuple[Step, str]] = []
    for step in given:
        for named in step.clauses:
            meant = edition.meant(named)
            if not meant:
                unknown.append((step, named))
            for clause in meant:
                if step not in by_clause[clause.number]:
                    by_clause[clause.number].append(step)
    leaves = edition.leaves()
    return Matrix(
        edition=edition,
        rows=tuple(_rows(edition, by_clause)),
        without_clause=tuple(one for one in given if not one.clauses),
        without_record=tuple(one for one in given if one.clauses and not one.record),
        uncovered=tuple(
            one
            for one in leaves
            if not one.kept and not any(each.record for each in by_clause[one.number])
        ),
        unknown=tuple(unknown),
    )


def _rows(edition: Edition, by_clause: dict[str, list[Step]]) -> Iterator[Row]:
    """A row a pair; a leaf without a step has a row of its own."""
    leaves = edition.leaves()
    for clause in edition.clauses:
        found = by_clause[clause.number]
        for step in found:
            yield Row(clause=clause, step=step)
        if not found and clause in leaves:
            yield Row(clause=clause)
