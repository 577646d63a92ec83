"""The editions of ISO 9001: dated data with short titles in both languages."""

from datetime import date

import pytest

from engine.domain import standard
from engine.errors import NotFoundError
from models_bpmn import catalogue, packages, standards

#: What the pages can say about a record that the system keeps by itself.
KEPT = {"", "versions", "organisation", "log", "audits", "figures", "review"}


@pytest.mark.parametrize("edition", standards.editions(), ids=lambda one: one.edition)
def test_an_edition_has_ordered_clauses_named_in_both_languages(
    edition: standard.Edition,
) -> None:
    numbers = [one.number for one in edition.clauses]
    assert len(numbers) == len(set(numbers))
    assert numbers == sorted(numbers, key=lambda n: [int(x) for x in n.split(".")])
    for one in edition.clauses:
        assert one.vi != one.en
        assert 3 < len(one.vi) <= 80
        assert 3 < len(one.en) <= 80
        assert one.kept in KEPT


def test_a_draft_is_never_in_force_however_late_the_day() -> None:
    assert standards.in_force(date(2026, 11, 20)).edition == "2015"
    assert standards.in_force(date.max).edition == "2015"
    assert standards.edition("2026").draft
    with pytest.raises(NotFoundError):
        standards.in_force(date(2014, 1, 1))
    with pytest.raises(NotFoundError):
        standards.edition("1987")


@pytest.mark.parametrize("edition", standards.editions(), ids=lambda one: one.edition)
def test_every_step_of_the_built_in_procedures_names_clauses_and_a_record(
    edition: standard.Edition,
) -> None:
    maker = packages.Maker(frozenset())
    found: list[standard.Step] = []
    for slug in catalogue.built_in():
        made = maker.check(catalogue.read_built_in(slug).files)
        found.extend(standard.steps(made.model.facts.code, made.model, "1"))
    matrix = standard.matrix(edition, found)
    assert found
    assert not matrix.without_clause
    assert not matrix.without_record
    assert not matrix.unknown
