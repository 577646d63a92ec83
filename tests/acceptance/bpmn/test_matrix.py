"""No field of the standard's tables is forgotten, and every row can fail."""

from collections import Counter
from typing import Final

import pytest

from engine.conformance.game import TokenGame
from engine.domain.model import EventKind, NodeKind
from models_bpmn import importer
from models_bpmn.importer import messages, vocabulary
from tests.acceptance.bpmn import matrix, playing
from tests.acceptance.bpmn import script as scripts
from tests.acceptance.bpmn.row import NONE, Row
from tests.acceptance.bpmn.rows import ROWS

#: Event definitions of the importer → their words in the tables of the standard.
WORDS: Final = {
    **{kind: kind.value for kind in EventKind},
    EventKind.NONE: NONE,
    EventKind.PARALLEL_MULTIPLE: "parallel multiple",
}


def runs(row: Row) -> bool:
    return not row.refused and not row.document


def test_every_field_of_the_standard_has_a_row_and_every_row_a_field() -> None:
    assert {row.cell for row in ROWS} == set(matrix.CELLS)
    assert [cell for cell, n in Counter(matrix.CELLS).items() if n > 1] == []


def test_every_event_that_the_standard_knows_runs_where_it_knows_it() -> None:
    running = {row.cell for row in ROWS if runs(row)}
    refused = set(matrix.INSIDE) - running
    # A case is opened by one event, and before there is one there are no data.
    assert refused == {
        ("startEvent", "parallel multiple", matrix.TOP),
        ("startEvent", "conditional", matrix.TOP),
    }


def test_an_event_that_the_standard_does_not_know_never_runs_unsaid() -> None:
    silent = [
        row.name
        for row in ROWS
        if row.cell in matrix.OUTSIDE
        and not (row.refused or row.noted or row.trigger == "compensation")
    ]
    assert silent == []


def test_every_element_that_runs_has_a_row() -> None:
    elements = {row.element for row in ROWS}
    assert set(vocabulary.FLOW_NODES) - {"event"} <= elements
    running = {row.element for row in ROWS if runs(row)}
    assert {kind.value for kind in NodeKind} <= running


@pytest.mark.parametrize("kind", vocabulary.POSITIONS)
def test_every_event_definition_that_the_importer_takes_has_a_row(
    kind: NodeKind,
) -> None:
    triggers = {row.trigger for row in ROWS if runs(row) and row.element == kind.value}
    taken = {WORDS[event] for event in vocabulary.POSITIONS[kind]}
    if kind is NodeKind.START_EVENT:
        taken |= {WORDS[event] for event in vocabulary.TRIGGERS}
    assert taken <= triggers


def test_every_row_has_a_name_of_its_own_and_its_clause() -> None:
    assert [
        name for name, n in Counter(row.name for row in ROWS).items() if n > 1
    ] == []
    assert [row.name for row in ROWS if not row.clause] == []
    assert [row.name for row in ROWS if row.in_loop == ""] == []


def test_every_row_says_what_must_not_happen() -> None:
    silent = [
        row.name
        for row in ROWS
        if row.script
        and not row.refused
        and not row.never
        and all(line.told is not None for line in scripts.lines(row.script))
    ]
    assert silent == []


def test_every_refusal_of_a_row_has_texts_in_both_languages() -> None:
    refused = {row.refused for row in ROWS if row.refused}
    for code in refused:
        assert messages.severity(code) == "refusal"
        assert messages.CATALOGUE[code].vi != messages.CATALOGUE[code].en


DRAWN: Final = Row(
    element="task",
    about="a row that is wrong in one way each",
    declared="start s; task a; task b; end e",
    drawn="s > a > b > e",
    clause="13.3.3",
)


def play(row: Row, script: str) -> list[tuple[str, str]]:
    found = importer.analyse([("a.bpmn", row.xml())], playing.settings())
    assert found.model is not None
    changed = Row(
        element=row.element,
        about=row.about,
        declared=row.declared,
        drawn=row.drawn,
        clause=row.clause,
        script=script,
        never="b",
    )
    return playing.play(changed, TokenGame(), found.model)


@pytest.mark.parametrize(
    "script",
    [
        "open => s | work b",
        "open => s a | work a",
        "open => s | work a#2",
        "open => s | work a, waits a",
        "open => s | work a, over",
        "open => s |",
    ],
)
def test_a_wrong_expectation_is_noticed(script: str) -> None:
    [(wanted, came)] = play(DRAWN, script)
    assert wanted != came


@pytest.mark.parametrize(
    "script",
    [
        # An act that changes the case where none may.
        "open => s | work a\n! do a",
        # An element that may not be reached.
        "open => s | work a\ndo a => a | work b",
        "open n=1 => s | work a\ndata n=2",
        # A line that says nothing.
        "open",
    ],
)
def test_what_must_not_happen_is_noticed(script: str) -> None:
    with pytest.raises(AssertionError):
        play(DRAWN, script)
