"""Exports are what other tools read, and lose nothing on the way back."""

import csv as standard
import io
from datetime import UTC, datetime, timedelta

import pytest

from engine.evidence.exports import csv, xes
from engine.evidence.exports.rows import Done, Exported, Head
from models_bpmn.histories import cases, mapping, reading
from models_bpmn.histories.mapping import Map
from tests import models
from tests.models import build

AT = datetime(2026, 3, 2, 1, 2, 3, 456, tzinfo=UTC)
HEAD = Head(origin="quytrinh/x/2026", size=7, root="ab" * 32)
NASTY = "Nhận \"hồ sơ\" <&>, dòng\nhai;\t'x'"
MODEL = build("start > a > b > end", models.task("a", name=NASTY))


def exported() -> list[Exported]:
    """Two cases, one of them open."""
    done = [
        Done(element="a", name=NASTY, at=AT, account="01", leaf="cd", seq=2),
        Done(element="b", name="b", at=AT + timedelta(days=1), account="02", seq=3),
    ]
    return [
        Exported(
            code="H1", procedure="P", opened=AT, due=AT, closed=AT, done=tuple(done)
        ),
        Exported(
            code="H2", procedure="P", opened=AT, due=None, closed=None, done=(done[0],)
        ),
    ]


@pytest.mark.parametrize(
    "content",
    [
        xes.write(exported(), HEAD),
        csv.write(exported(), HEAD),
        csv.write(exported(), HEAD, bom=True),
    ],
    ids=["xes", "csv", "csv with mark"],
)
def test_an_export_is_read_as_what_was_exported(content: bytes) -> None:
    table = reading.read(content)
    gathered = cases.gather(table, Map())
    matching = mapping.match(gathered.labels, MODEL, Map())
    assert table.problems == ()
    first, second = cases.cases(table, gathered, matching, Map())
    assert (first.id, second.id) == ("H1", "H2")
    assert [one.elements for one in first.events] == [("a",), ("b",)]
    assert [one.resource for one in first.events] == ["01", "02"]
    assert [one.at.at for one in first.events if one.at] == [AT, AT + timedelta(days=1)]
    assert len(second.events) == 1
    assert b"quytrinh/x/2026 7 " + b"ab" * 32 in content


def test_csv_is_that_of_the_rfc() -> None:
    text = csv.write(exported(), HEAD, bom=True).decode()
    assert text.startswith("\ufeffcase,activity,")
    assert text.endswith("\r\n")
    rows = list(standard.reader(io.StringIO(text[1:], newline="")))
    assert {len(row) for row in rows} == {len(csv.COLUMNS)}
    assert rows[1][1] == NASTY


def test_what_no_xml_can_hold_does_not_break_the_document() -> None:
    (one, _) = exported()
    code = "H\0\x0b\ud800\uffff1"
    broken = Exported(
        code=code, procedure="P", opened=AT, due=None, closed=None, done=one.done
    )
    table = reading.read(xes.write([broken], Head()))
    assert table.rows[0].cells["case:concept:name"] == "H\ufffd\ufffd\ufffd\ufffd1"


def test_a_case_without_any_step_is_still_a_case() -> None:
    bare = Exported(code="H3", procedure="P", opened=AT, due=None, closed=None, done=())
    table = reading.read(xes.write([*exported(), bare], HEAD))
    gathered = cases.gather(table, Map())
    matching = mapping.match(gathered.labels, MODEL, Map())
    made = cases.cases(table, gathered, matching, Map())
    assert [(one.id, len(one.events)) for one in made] == [
        ("H1", 2),
        ("H2", 1),
        ("H3", 0),
    ]
