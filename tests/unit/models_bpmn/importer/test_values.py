"""Expressions, timers, multi-instance data and the denials of service among them."""

import pytest

from engine.domain.model import MultiInstance, Timer, TimerKind
from tests import bpmn
from tests.unit.models_bpmn import loading

LOOP = "multiInstanceLoopCharacteristics"
EVIL = "__import__('os').system('id')"


def timed(text: str, kind: str = "timeDuration") -> bytes:
    return bpmn.diagram(
        f"start s; catch c {bpmn.timer(text, kind)}; end e", "s > c > e"
    )


def repeated(inside: str, attributes: str = "") -> bytes:
    loop = f"<{LOOP} {attributes}>{inside}</{LOOP}>"
    return bpmn.diagram(f"start s; task a {loop}; end e", "s > a > e")


def conditioned(condition: str, attributes: str = "") -> bytes:
    content = bpmn.diagram(
        'start s; task a; xor g default="d"; end e; end f',
        f"s > a > g >c [{condition}]> e\ng >d> f",
    )
    return content.replace(
        b"<conditionExpression", b"<conditionExpression " + attributes.encode()
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("PT1H", TimerKind.DURATION),
        ("P1Y2M3DT4H5M6S", TimerKind.DURATION),
        ("2026-12-01T08:00:00+07:00", TimerKind.DATE),
        ("2026-12-01", TimerKind.DATE),
        ("R3/PT1H", TimerKind.CYCLE),
    ],
)
def test_a_plain_time_is_a_literal(text: str, kind: TimerKind) -> None:
    model = loading.made(timed(f"  {text} ", kind.value))
    assert model.nodes["c"].event.timer == Timer(kind, text, literal=True)


def test_any_other_time_is_an_expression() -> None:
    for text in ("wait", "'PT5M' if urgent else 'PT1H'"):
        model = loading.made(timed(text))
        assert model.nodes["c"].event.timer == Timer(
            TimerKind.DURATION, text, literal=False
        )


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("P9999999999Y", "timeDuration", "timer"),
        ('"P9999999999Y"', "timeDuration", "timer"),
        ("P101Y", "timeDuration", "timer"),
        ("PT", "timeDuration", "timer"),
        ("P1.5M", "timeDuration", "timer"),
        ("PT1H", "timeDate", "timer"),
        ("2026-02-30", "timeDate", "timer"),
        ("R0/PT1H", "timeCycle", "timer"),
        ("R999999999/PT1H", "timeCycle", "timer"),
        ("R3/PT0S", "timeCycle", "timer"),
        ("0 0 * * *", "timeCycle", "expression"),
        ("timedelta(days=1)", "timeDuration", "expression"),
        (EVIL, "timeDuration", "expression"),
        ("", "timeDuration", "expression-empty"),
        ("=f(wait)", "timeDuration", "expression-language"),
        ("${wait.call()}", "timeDuration", "expression-language"),
    ],
)
def test_a_wrong_time_is_refused(text: str, kind: str, code: str) -> None:
    assert loading.refusals(timed(text, kind)) == [(code, "c")]


def test_a_timer_without_or_with_two_times_is_refused() -> None:
    for inside in (
        "",
        "<timeDate>2026-12-01</timeDate><timeDuration>PT1H</timeDuration>",
    ):
        definition = f"<timerEventDefinition>{inside}</timerEventDefinition>"
        content = bpmn.diagram(f"start s; catch c {definition}; end e", "s > c > e")
        assert loading.refusals(content) == [("timer-kind", "c")]


@pytest.mark.parametrize(
    ("condition", "attributes", "code"),
    [
        ("n >", "", "expression"),
        (EVIL, "", "expression"),
        ("().__class__", "", "expression"),
        ("'a' * 10 ** 10", "", "expression"),
        ("=n in [1..5]", "", "expression-language"),
        ("${n.size() > 1}", "", "expression-language"),
        ("#{!n == 1}", "", "expression-language"),
        ("some x in n satisfies x", 'language="feel"', "expression-language"),
        ("count(n)", 'language="http://www.w3.org/1999/XPath"', "expression-language"),
        ("n?.m > 1", 'language="javascript"', "expression-language"),
        ("a" * 1_001, "", "expression"),
    ],
)
def test_a_condition_outside_of_the_language_is_refused(
    condition: str, attributes: str, code: str
) -> None:
    assert loading.refusals(conditioned(condition, attributes)) == [(code, "c")]


def test_a_condition_in_the_language_is_kept_as_written() -> None:
    model = loading.made(conditioned("n > 1 and kind == 'moi'", 'language="python"'))
    assert model.flows["c"].condition == "n > 1 and kind == 'moi'"
    assert model.nodes["g"].default == "d"


def test_an_empty_condition_is_none() -> None:
    content = bpmn.diagram("start s; task a; end e", "s > a > e").replace(
        b'sourceRef="a" targetRef="e">',
        b'sourceRef="a" targetRef="e"><conditionExpression/>',
    )
    assert loading.made(content).flows["a_e"].condition == ""


def test_a_list_of_items_may_be_named_our_way_or_the_standard_way() -> None:
    ours = 'qt:collection="a" qt:item="b" qt:output="c" qt:outputItem="d"'
    standard = (
        "<loopDataInputRef>a</loopDataInputRef><loopDataOutputRef>c</loopDataOutputRef>"
        '<inputDataItem id="i" name="b"/><outputDataItem id="d"/>'
    )
    expected = MultiInstance(
        sequential=False,
        collection="a",
        item="b",
        output_collection="c",
        output_item="d",
    )
    assert loading.made(repeated("", ours)).nodes["a"].multi_instance == expected
    assert loading.made(repeated(standard)).nodes["a"].multi_instance == expected


def test_a_reference_to_a_data_object_means_its_name() -> None:
    loop = f"<{LOOP}><loopDataInputRef>d1</loopDataInputRef></{LOOP}>"
    content = bpmn.diagram(
        f"start s; task a {loop}; end e",
        "s > a > e",
        more='<dataObject id="d1" name="papers"/>',
    )
    instances = loading.made(content).nodes["a"].multi_instance
    assert instances is not None
    assert instances.collection == "papers"


def test_cardinality_and_completion_are_expressions() -> None:
    inside = (
        "<loopCardinality>count + 1</loopCardinality>"
        "<completionCondition>nrOfCompletedInstances &gt;= 2</completionCondition>"
    )
    instances = (
        loading.made(repeated(inside, 'isSequential="true"')).nodes["a"].multi_instance
    )
    assert instances == MultiInstance(
        sequential=True,
        cardinality="count + 1",
        completion="nrOfCompletedInstances >= 2",
    )


@pytest.mark.parametrize(
    ("inside", "attributes", "code"),
    [
        ("", "", "multi-instance-count"),
        ("<loopCardinality>1000000</loopCardinality>", "", "multi-instance-many"),
        ("<loopCardinality>1000 * 1000</loopCardinality>", "", "multi-instance-many"),
        ("<loopCardinality>-1</loopCardinality>", "", "multi-instance-many"),
        (
            "<loopCardinality>3</loopCardinality>",
            'qt:collection="a"',
            "multi-instance-both",
        ),
        ("", 'qt:collection="a" qt:output="b"', "multi-instance-output"),
        ("", 'qt:collection="__class__"', "name-invalid"),
        ("", 'qt:collection="a b"', "name-invalid"),
        ("", 'qt:collection="a" qt:item="len"', "name-invalid"),
        ("", 'qt:collection="a" qt:item="loopCounter"', "name-invalid"),
        ("", 'qt:collection="a" qt:items="b"', "qt-attribute-unknown"),
        (f"<loopCardinality>{EVIL}</loopCardinality>", "", "expression"),
        (
            (
                f"<loopCardinality>2</loopCardinality><completionCondition>{EVIL}"
                "</completionCondition>"
            ),
            "",
            "expression",
        ),
    ],
)
def test_wrong_multi_instance_data_are_refused(
    inside: str, attributes: str, code: str
) -> None:
    assert loading.refusals(repeated(inside, attributes)) == [(code, "a")]
