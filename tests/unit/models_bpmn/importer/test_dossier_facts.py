"""What a drawing says of the dossier: endings, and facts in forms, read and checked."""

import json
from typing import Any, Final

import pytest

from models_bpmn import importer
from models_bpmn.importer import Outcome, Settings
from tests import bpmn
from tests.unit.models_bpmn import loading

WORK: Final = '<extensionElements><qt:work form="kq"/></extensionElements>'
DRAWN: Final = bpmn.diagram(f"start s; task a {WORK}; end e", "s > a > e")
NUMBER: Final = ("textfield", "result.number")
DAY: Final = ("datetime", "result.date")


def form(*fields: tuple[str, str], **more: Any) -> dict[str, bytes]:
    """A form of fields, each a type with its fact."""
    parts = []
    for n, (kind, fact) in enumerate(fields):
        label = "dateLabel" if kind == "datetime" else "label"
        part = {"type": kind, "id": f"x{n}", "key": f"x{n}", label: f"Mục {n}", **more}
        parts.append({**part, "properties": {"qt:fact": fact}})
    return {"kq": json.dumps({"type": "default", "components": parts}).encode()}


def ended(identity: str, word: str) -> str:
    declared = "start s; task a; xor x; end e; end f"
    drawn = 's > a > x >y "Có"> e\nx >n "Không"> f'
    return (
        bpmn.diagram(declared, drawn)
        .decode()
        .replace(f'id="{identity}"', f'id="{identity}" qt:ending="{word}"')
    )


@pytest.mark.parametrize("identity", ["e", "a"])
@pytest.mark.parametrize("word", ["done", "refused", "stopped", "withdrawn"])
def test_an_end_and_a_step_may_say_how_the_dossier_ends(
    identity: str, word: str
) -> None:
    model = loading.made(ended(identity, word).encode())
    assert {one.id: one.ending for one in model.nodes.values() if one.ending} == {
        identity: word
    }


@pytest.mark.parametrize(
    ("identity", "word", "code"),
    [
        ("e", "rejected", "qt-value"),
        ("x", "refused", "qt-attribute-unknown"),
        ("s", "refused", "qt-attribute-unknown"),
        ("y", "refused", "qt-attribute-unknown"),
    ],
)
def test_another_word_and_another_place_are_refused(
    identity: str, word: str, code: str
) -> None:
    content = ended(identity, word).encode()
    assert [one for one, _ in loading.refusals(content)] == [code]


@pytest.mark.parametrize(
    ("forms", "expected"),
    [
        (form(NUMBER, DAY), []),
        (form(NUMBER, DAY, ("filepicker", "result.file")), []),
        (form(NUMBER, DAY, ("textfield", "fee.amount")), ["fact-unknown"]),
        (form(NUMBER, DAY, ("number", "result.code")), ["fact-field"]),
        (form(NUMBER, DAY, ("textfield", "result.file")), ["fact-field"]),
        (form(NUMBER, DAY, NUMBER), ["fact-twice"]),
        (form(NUMBER), ["fact-incomplete"]),
        (form(DAY), ["fact-incomplete"]),
        (form(NUMBER, DAY, readonly=True), ["fact-field", "fact-field"]),
    ],
)
def test_facts_are_known_whole_told_once_and_by_fields_that_can(
    forms: dict[str, bytes], expected: list[str]
) -> None:
    refused = loading.refusals(DRAWN, forms=forms)
    assert refused == [(code, "a") for code in expected]


def test_several_files_are_no_file_of_a_result() -> None:
    files = {
        "type": "filepicker",
        "id": "t",
        "key": "t",
        "label": "Tệp",
        "multiple": True,
        "properties": {"qt:fact": "result.file"},
    }
    whole = json.loads(form(NUMBER, DAY)["kq"])
    whole["components"].append(files)
    forms = {"kq": json.dumps(whole).encode()}
    assert loading.refusals(DRAWN, forms=forms) == [("fact-field", "a")]


@pytest.mark.parametrize(
    ("ways", "expected"),
    [(["direct", "post"], []), (["direct", "courier"], [("fact-field", "a")])],
)
def test_a_result_is_handed_over_in_known_ways_only(
    ways: list[str], expected: list[tuple[str, str]]
) -> None:
    values = [{"label": one, "value": one} for one in ways]
    forms = form(("radio", "returned.how"), values=values)
    assert loading.refusals(DRAWN, forms=forms) == expected


def test_whoever_decides_so_gets_a_comment_in_place_of_a_wrong_form() -> None:
    forms = form(("textfield", "result.x"))
    asked = importer.analyse([("a.bpmn", DRAWN)], Settings(forms=forms))
    assert asked.outcome is Outcome.DECISIONS
    (question,) = asked.decisions
    assert (question.code, question.choices) == ("fact-unknown", ("comment",))
    made = importer.analyse(
        [("a.bpmn", DRAWN)], Settings(forms=forms, answers={question.id: "comment"})
    )
    assert made.outcome is Outcome.RUNS
    assert made.model is not None
    assert made.model.nodes["a"].work.form == ""


def test_a_form_that_opens_a_case_records_no_result() -> None:
    head = '<extensionElements><qt:procedure startForm="kq"/></extensionElements>'
    drawn = bpmn.diagram("start s; task a; end e", "s > a > e", more=head)
    found = loading.findings(drawn, forms=form(NUMBER, DAY))
    assert [(one.code, one.element) for one in found if one.severity == "warning"] == [
        ("fact-idle", "P"),
        ("performer-missing", "a"),
    ]


def advised(flow: str, end: str = "Kết thúc", code: str = 'code="QT-1"') -> bool:
    """Whether a procedure is told that nothing in it says that it refuses."""
    head = f"<extensionElements><qt:procedure {code}/></extensionElements>"
    drawn = bpmn.diagram(
        f"start s; task a; xor x; end e; end f '{end}'",
        f's > a > x >y "Đồng ý"> e\nx >n "{flow}"> f',
        more=head,
    )
    return "refusal-without-ending" in {one.code for one in loading.findings(drawn)}


def test_a_procedure_that_refuses_is_advised_to_say_so() -> None:
    assert advised("Từ chối")
    assert advised("Không", "Hồ sơ bị từ chối")
    assert advised("Reject")
    assert not advised("Trả lại để sửa")
    # A sketch without a code is no procedure yet.
    assert not advised("Từ chối", code="")
