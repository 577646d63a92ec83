"""Exactly the list that is filtered, as XLSX and as CSV; that it is taken is recorded.

A cell that begins like a formula gets an apostrophe: a spreadsheet shows it as text and
computes nothing (CWE-1236).
"""

import csv as comma
import io
from collections.abc import Iterator
from typing import Any, Final

import flask
import openpyxl
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from engine import limits
from engine.domain import policy
from engine.errors import TooLargeError
from engine.queries import Line, Part
from webui import (
    accesses,
    cells,
    context,
    erased,
    formats,
    words,
    worklist,
    worklist_asking,
)
from webui.i18n import translate

blueprint = flask.Blueprint("worklist_files", __name__)
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PART: Final = 2_000
_HEADS: Final = (
    *("Urgency", "Time left", "Due", "Case", "Applicant", "Procedure", "Step"),
    *("Unit", "State", "Holder", "Since", "Received", "Received by"),
    "Provisional",
)
_URGENCY: Final = dict(worklist_asking.URGENCIES.values())
_STATUS: Final = dict(worklist_asking.STATUSES.values())


@blueprint.get("/viec.xlsx")
def xlsx() -> flask.Response:
    """The list as a workbook."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Viec")
    rows = list(_table("xlsx"))
    for row in rows:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in row])
    packed = io.BytesIO()
    book.save(packed)
    return _file(packed.getvalue(), "viec.xlsx", _XLSX)


@blueprint.get("/viec.csv")
def csv() -> flask.Response:
    """The list as comma-separated values, in UTF-8 with the mark that Excel needs."""
    text = io.StringIO()
    comma.writer(text).writerows(_table("csv"))
    return _file(text.getvalue().encode("utf-8-sig"), "viec.csv", "text/csv")


def _file(content: bytes, name: str, kind: str) -> flask.Response:
    response = flask.make_response(content)
    response.headers["Content-Type"] = f"{kind}; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _table(kind: str) -> Iterator[list[str]]:
    """Heads and rows; that they are taken is recorded first.

    Raises:
        TooLargeError: There are more rows than a file takes.
    """
    context.demand(policy.Action.WORKLIST_VIEW)
    asked = worklist_asking.asked(flask.request.args, context.current_actor())
    lines = list(_lines(asked))
    facts: dict[str, Any] = {
        "page": str(flask.request.endpoint),
        "format": kind,
        "rows": len(lines),
        # Words may be a name; that there were some is enough.
        "query": [[name, value] for name, value in asked.query() if name != "tim"],
    }
    accesses.listed(facts)
    yield [translate(head) for head in _HEADS]
    for line in lines:
        yield [cells.harmless(cell) for cell in _cells(line)]


def _lines(asked: worklist_asking.Asked) -> Iterator[Line]:
    """Every row of the list, a part at a time."""
    lists, actor = context.application().worklists, context.current_actor()
    at = context.edges(context.now())
    chosen = asked.choice()
    part, count = Part(limit=_PART), 0
    while found := lists.page(actor, chosen, at, part):
        count += len(found)
        if count > limits.WORKLIST_FILE_ROWS:
            raise TooLargeError(code="list-rows", limit=limits.WORKLIST_FILE_ROWS)
        erased.prepare([line.task for line in found])
        yield from found
        part = Part(after=found[-1].place, limit=_PART)


def _cells(line: Line) -> list[str]:
    task = line.task
    row = worklist.row_of(task, how=line.urgency)
    return [
        *(translate(_URGENCY[line.urgency]), row.words.replace("\xa0", " ")),
        *(formats.moment(task.due_at), task.code, erased.applicant(task)),
        *(task.procedure, task.step, context.agency_name(task.agency)),
        *(translate(_STATUS[task.status]), task.assignee_name or task.performer),
        *(formats.moment(task.opened_at), formats.moment(line.received_at)),
        translate(words.RECEIVED.get(line.channel, line.channel)),
        formats.provisional(task.due_at, task.agency),
    ]


def messages() -> tuple[str, ...]:
    """Every message id that a table gives, for the test of the catalogues."""
    return _HEADS
