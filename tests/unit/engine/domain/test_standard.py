"""The matrix clause ↔ step ↔ record, and its gaps."""

from datetime import date

from engine.domain.standard import Clause, Edition, Step, matrix


def clause(number: str, kept: str = "", was: tuple[str, ...] = ()) -> Clause:
    return Clause(number=number, vi=number, en=number, kept=kept, was=was)


EDITION = Edition(
    edition="1",
    name="One",
    draft=False,
    valid_from=date(2015, 9, 15),
    clauses=(
        clause("8"),
        clause("8.1", kept="log"),
        clause("8.2"),
        clause("8.3"),
        clause("9.1.2", was=("9.1",)),
        clause("9.1.3", was=("9.1",)),
    ),
)


def step(name: str, *clauses: str, record: str = "Phiếu") -> Step:
    return Step(
        procedure="1.001",
        name="Thủ tục",
        version="1",
        element=name,
        step=name,
        performer="Một cửa",
        record=record,
        clauses=clauses,
    )


def test_a_step_stands_beside_each_clause_that_it_names() -> None:
    made = matrix(EDITION, [step("a", "8.2", "8.1"), step("b", "8.2")])
    pairs = [(row.clause.number, row.step and row.step.element) for row in made.rows]
    assert pairs == [
        *(("8.1", "a"), ("8.2", "a"), ("8.2", "b"), ("8.3", None)),
        *(("9.1.2", None), ("9.1.3", None)),
    ]


def test_a_clause_is_covered_by_a_record_and_not_by_a_step_without_one() -> None:
    made = matrix(EDITION, [step("a", "8.2"), step("b", "8.3", record="")])
    assert [one.number for one in made.uncovered] == ["8.3", "9.1.2", "9.1.3"]
    assert [one.element for one in made.without_record] == ["b"]


def test_a_step_that_names_no_clause_is_a_gap() -> None:
    made = matrix(EDITION, [step("a"), step("b", "8.1")])
    assert [one.element for one in made.without_clause] == ["a"]


def test_numbers_of_the_edition_before_count_for_what_they_became() -> None:
    made = matrix(EDITION, [step("a", "9.1")])
    assert [r.clause.number for r in made.rows if r.step] == ["9.1.2", "9.1.3"]
    assert not made.unknown


def test_a_deeper_number_counts_for_the_clause_that_holds_it() -> None:
    assert [one.number for one in EDITION.meant("8.2.4")] == ["8.2"]


def test_a_number_that_the_edition_does_not_have_is_told_and_covers_nothing() -> None:
    made = matrix(EDITION, [step("a", "7.9")])
    assert [(one.element, number) for one, number in made.unknown] == [("a", "7.9")]
    assert len(made.uncovered) == 4
