"""Decision files as they are uploaded: dialects, refusals in words, attacks."""

import contextlib
import string
from typing import Any

import pytest

from engine import limits
from engine.decisions import evaluation
from engine.decisions.errors import DecisionError
from engine.decisions.model import Aggregation, HitPolicy
from engine.errors import Finding, ModelInvalidError
from models_bpmn import decisions
from models_bpmn.decisions import reader, wording
from tests import dmn, effort

PLAIN = dmn.simple("FIRST", [("< 5", '"a"'), ("-", '"b"')])


def findings(content: bytes) -> tuple[Finding, ...]:
    """Everything remarked, accepted or not; it must come to an end."""
    with effort.bounded():
        try:
            return decisions.load("a.dmn", content).findings
        except ModelInvalidError as error:
            return error.findings


def codes(content: bytes) -> list[str]:
    return [one.code for one in findings(content)]


@pytest.mark.parametrize("namespace", reader.NAMESPACES)
def test_every_version_of_the_language_is_read(namespace: str) -> None:
    content = PLAIN.replace(dmn.NAMESPACE.encode(), namespace.encode())
    loaded = decisions.load("a.dmn", content)
    outcome = evaluation.evaluate(loaded.program, "d", {"x": 4})
    assert (outcome.result, outcome.rules) == ("a", ("r1",))
    assert len(loaded.hash) == 64


def test_a_table_of_camunda_without_drawn_data_is_read_with_a_remark() -> None:
    logic = dmn.table(
        "FIRST", [("dueDate", "date", "")], [("", "string", "")], [("-", '"ok"')]
    ).replace("<inputEntry>", '<inputEntry expressionLanguage="feel">')
    content = dmn.file(
        dmn.decision("d", logic),
        more='xmlns:camunda="http://camunda.org/schema/1.0/dmn"'
        ' camunda:diagramRelationId="1"',
    )
    assert codes(content) == ["name-undeclared"]
    program = decisions.load("a.dmn", content).program
    assert evaluation.evaluate(program, "d", {"dueDate": "2024-01-01"}).result == "ok"


@pytest.mark.parametrize("name", ["RULE ORDER", "RULE_ORDER", "OUTPUT_ORDER"])
def test_both_ways_to_write_a_policy_are_read(name: str) -> None:
    logic = dmn.table(name, [("x", "", "")], [("", "", "1")], [("-", "1")])
    loaded = decisions.load(
        "a.dmn", dmn.file(dmn.given("x"), dmn.decision("d", logic, "i_x"))
    )
    table: Any = loaded.model.decisions[0].logic
    assert table.policy in {HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER}


def test_an_aggregation_without_collect_is_left_out_with_a_remark() -> None:
    content = PLAIN.replace(b'"FIRST"', b'"FIRST" aggregation="SUM"')
    assert codes(content) == ["aggregation-idle"]
    content = PLAIN.replace(b'"FIRST"', b'"COLLECT" aggregation="COUNT"')
    table: Any = decisions.load("a.dmn", content).model.decisions[0].logic
    assert table.aggregation is Aggregation.COUNT


def test_rules_without_ids_are_named_by_their_number() -> None:
    content = PLAIN.replace(b" id='r1'", b"").replace(b" id='r2'", b"")
    assert codes(content) == ["ids-given"]
    program = decisions.load("a.dmn", content).program
    assert evaluation.evaluate(program, "d", {"x": 9}).rules == ("d-2",)


def test_drawings_and_extensions_of_tools_are_left_alone() -> None:
    content = PLAIN.replace(
        b"</definitions>",
        b'<DMNDI xmlns="https://www.omg.org/spec/DMN/20191111/DMNDI/">'
        b'<x id="d"/></DMNDI>'
        b'<t:tool xmlns:t="urn:tool" id="d"/><knowledgeSource id="k" name="K"/>'
        b"</definitions>",
    )
    assert codes(content) == []


ONE = dmn.decision("e", dmn.literal("1"))
CYCLE = (
    dmn.decision("a", dmn.literal("b + 1"), "b"),
    dmn.decision("b", dmn.literal("a + 1"), "a"),
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (dmn.file(), "no-decision"),
        (dmn.file(ONE, namespace="urn:x"), "not-dmn"),
        (b"<definitions/>", "not-dmn"),
        (dmn.file("<import name='m'/>", ONE), "import"),
        (dmn.file("<businessKnowledgeModel name='m'/>", ONE), "box-empty"),
        (dmn.file("<novelty/>", ONE), "element"),
        *[
            (dmn.file(dmn.decision("d", f"<{tag}/>")), "logic")
            for tag in (
                *("functionDefinition", "conditional", "filter", "for", "every"),
                "some",
            )
        ],
        (dmn.file(dmn.decision("d", "<novelty/>")), "element"),
        (dmn.file("<decision/>"), "part-unnamed"),
        (dmn.file(ONE, more='expressionLanguage="urn:groovy"'), "language"),
        (
            dmn.file(dmn.decision("d", dmn.literal("1", "expressionLanguage='juel'"))),
            "language",
        ),
        (dmn.file(dmn.decision("d", dmn.literal("1"), "x")), "requirement-unknown"),
        (
            dmn.file(dmn.decision("d", dmn.literal("1"), "x")).replace(b"#x", b"o#x"),
            "reference",
        ),
        (dmn.file(*CYCLE), "requirement-circle"),
        (dmn.file(dmn.decision("d", dmn.literal("d + 1"), "d")), "requirement-circle"),
        (dmn.file(dmn.given("e"), ONE), "data-name-twice"),
        (dmn.file(ONE, ONE.replace('"e"', '"f"', 1)), "data-name-twice"),
        (dmn.file(ONE, ONE), "id-twice"),
        (
            dmn.file(
                "<itemDefinition name='A'><typeRef>A</typeRef></itemDefinition>",
                dmn.given("x", "A"),
                dmn.decision("d", dmn.literal("x"), "i_x"),
            ),
            "type-circle",
        ),
        (PLAIN.replace(b'"FIRST"', b'"LAST"'), "hit-policy"),
        (
            PLAIN.replace(b'"FIRST"', b'"COLLECT" aggregation="AVG"'),
            "aggregation",
        ),
        (dmn.simple("PRIORITY", [("-", "1")]), "priority-values"),
        (dmn.simple("FIRST", [("-", "1", "2")]), "rule-cells"),
        (dmn.simple("FIRST", [("-",)]), "rule-cells"),
        (PLAIN.replace(b"<text>x</text>", b""), "input-expression"),
        (dmn.simple("FIRST", [("<", "1")]), "cell-end"),
        (dmn.simple("FIRST", [("hai mươi", "1")]), "cell-unexpected"),
        (dmn.simple("FIRST", [("-", "today()")]), "cell-call"),
        (dmn.simple("FIRST", [("1" * 1_001, "1")]), "cell-too-long"),
        (dmn.simple("FIRST", [('date("2024-02-30")', "1")]), "cell-literal"),
        (dmn.file(dmn.decision("d", dmn.literal(""))), "text-end"),
        (dmn.simple("UNIQUE", [("-", "1"), ("5", "2")]), "overlap"),
    ],
)
def test_what_cannot_run_is_refused_by_name(content: bytes, code: str) -> None:
    found = findings(content)
    assert code in {one.code for one in found if one.severity == "refusal"}
    for one in found:
        assert decisions.describe(one, "vi")
        assert decisions.describe(one, "en") == one.message


def test_a_wrong_cell_is_told_with_rule_column_and_line() -> None:
    [found] = findings(dmn.simple("FIRST", [("-", "1"), ("> ten 5", "2")]))
    assert found.element == "r2"
    assert found.line == 2
    assert found.message == (
        "“d” (r2): rule 2, column “x”, cell `> ten 5`: `5` at position 7 is not"
        " understood; texts need double quotes."
    )
    assert decisions.describe(found, "vi") == (
        "“d” (r2): luật 2, cột “x”, ô `> ten 5`: không hiểu `5` ở vị trí 7; văn bản"
        " phải đặt trong dấu ngoặc kép."
    )


@pytest.mark.parametrize(
    ("kind", "cell", "code"),
    [
        ("number", '"a"', "output-type"),
        ("integer", "1.5", "output-type"),
        ("string", "5", "output-type"),
        ("string", '"c"', "output-value"),
        ("string", '"a"', ""),
        ("string", "null", ""),
        ("string", "", ""),
    ],
)
def test_a_literal_result_that_no_case_could_use_is_refused(
    kind: str, cell: str, code: str
) -> None:
    allowed = '"a", "b"' if kind == "string" else ""
    logic = dmn.table("FIRST", [("x", "", "")], [("", kind, allowed)], [("-", cell)])
    content = dmn.file(dmn.given("x"), dmn.decision("d", logic, "i_x"))
    assert codes(content) == ([code] if code else [])


def test_an_arrow_that_was_forgotten_is_added_with_a_remark() -> None:
    content = dmn.file(
        dmn.given("x", "number"), dmn.decision("d", dmn.literal("x + 1"))
    )
    assert codes(content) == ["requirement-missing"]
    program = decisions.load("a.dmn", content).program
    assert evaluation.evaluate(program, "d", {"x": 1}).result == 2


def test_a_word_without_quotes_is_remarked() -> None:
    [found] = findings(dmn.simple("FIRST", [("-", "approved")]))
    assert (found.code, found.severity) == ("name-undeclared", "warning")


def test_an_unknown_type_takes_every_value_with_a_remark() -> None:
    content = dmn.file(
        dmn.given("x", "Thing"), dmn.decision("d", dmn.literal("x"), "i_x")
    )
    assert codes(content) == ["type-unknown"]


def test_every_text_exists_in_both_languages_with_the_same_words() -> None:
    for code, message in wording.CATALOGUE.items():
        words = [
            {field for _, field, _, _ in string.Formatter().parse(text) if field}
            for text in (message.vi, message.en)
        ]
        assert words[0] == words[1], code


def laughs() -> bytes:
    lines = ['<!DOCTYPE x [<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    return "".join(lines).encode() + b"]>" + PLAIN.split(b"\n", 1)[1]


BODY = PLAIN.split(b"\n", 1)[1]
DEEP = b"<description>" + b"<a>" * 100 + b"</a>" * 100 + b"</description>"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"\x00\x01", "encoding"),
        (b"\xff" * 40, "encoding"),
        (b"not xml", "xml"),
        (PLAIN[:-20], "xml"),
        (laughs(), "doctype"),
        (b"<!DOCTYPE definitions>" + BODY, "doctype"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd">' + BODY, "doctype"),
        (
            b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
            + BODY.replace(b"< 5", b"&f;"),
            "doctype",
        ),
        (PLAIN + b" " * limits.UPLOAD_BYTES, "file-too-large"),
        (PLAIN.replace(b"<decision ", DEEP + b"<decision ", 1), "xml-depth"),
        (
            PLAIN.replace(
                b"</definitions>", b"<a/>" * limits.XML_ELEMENTS + b"</definitions>"
            ),
            "xml-elements",
        ),
        (
            PLAIN.replace(b'name="d"', b'name="' + b"d" * 5_000 + b'"', 1),
            "xml-attribute",
        ),
    ],
)
def test_an_attack_by_xml_is_refused(content: bytes, code: str) -> None:
    found = codes(content)
    assert code in found or (code == "encoding" and "xml" in found)


SUM = "+".join("1" * 90)
HOSTILE = {
    "50,000 terms": dmn.file(dmn.decision("d", dmn.literal("1" + "+1" * 50_000))),
    "many cells of many terms": dmn.simple(
        "FIRST", [(",".join(f"{n}{m}" for m in range(150)), "1") for n in range(900)]
    ),
    "brackets": dmn.simple("FIRST", [("(" * 990, "[" * 990)] * 400),
    "open quotes": dmn.simple("FIRST", [('"' * 999, '"\\' * 499)] * 400),
    "open comments": dmn.simple("FIRST", [("/*" * 499, "/" * 999)] * 400),
    "names that begin alike": dmn.file(
        *[dmn.given("a " * 50 + str(n)) for n in range(1_500)],
        dmn.decision("d", dmn.literal("+".join(["a a a"] * 150))),
    ),
    "a ring of decisions": dmn.file(
        *[
            dmn.decision(f"d{n}", dmn.literal("1"), f"d{(n + 1) % 2_000}")
            for n in range(2_000)
        ]
    ),
    "decisions that all require each other": dmn.file(
        *[
            dmn.decision(f"d{n}", dmn.literal("1"), *[f"d{m}" for m in range(60)])
            for n in range(60)
        ]
    ),
    "a long chain of decisions": dmn.file(
        dmn.decision("d0", dmn.literal("1")),
        *[
            dmn.decision(f"d{n}", dmn.literal(f"d{n - 1} + 1"), f"d{n - 1}")
            for n in range(1, 2_400)
        ],
    ),
    "2,000 rules that all overlap": dmn.simple("UNIQUE", [("-", "1")] * 2_000),
    "2,000 steps": dmn.simple("UNIQUE", [(f"< {n}", "1") for n in range(2_000)]),
    "2,001 rules": dmn.simple("FIRST", [("-", "1")] * 2_001),
    "101 columns": dmn.file(
        dmn.decision("d", dmn.table("FIRST", [("1", "", "")] * 100, [("", "", "")], []))
    ),
    "types in types": dmn.file(
        *[
            f"<itemDefinition name='t{n}'><itemComponent name='a'><typeRef>t{n + 1}"
            f"</typeRef></itemComponent><itemComponent name='b'><typeRef>t{n + 1}"
            "</typeRef></itemComponent></itemDefinition>"
            for n in range(60)
        ],
        dmn.given("x", "t0"),
        dmn.decision("d", dmn.literal("x"), "i_x"),
    ),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_is_answered(content: bytes) -> None:
    """`findings` holds the limit; an accepted file must decide within it too."""
    assert len(content) <= limits.UPLOAD_BYTES
    if any(one.severity == "refusal" for one in findings(content)):
        return
    loaded = decisions.load("a.dmn", content)
    last = loaded.model.decisions[-1].id
    with effort.bounded(), contextlib.suppress(DecisionError):
        evaluation.evaluate(loaded.program, last, {"x": None})


def test_at_most_fifty_remarks_of_one_kind_are_made() -> None:
    content = dmn.simple("FIRST", [("<", "1")] * 400)
    assert codes(content) == ["cell-end"] * 50
