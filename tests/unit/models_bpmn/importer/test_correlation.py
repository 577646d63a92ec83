"""Which case a message belongs to: keys of waits and of what is sent (rule 39)."""

from collections.abc import Mapping

import pytest

from models_bpmn import importer
from models_bpmn.importer import Settings
from tests import bpmn
from tests.unit.models_bpmn import loading


def ext(inside: str) -> str:
    return f"<extensionElements>{inside}</extensionElements>"


def keys(expression: str) -> str:
    key = f'<qt:key name="ma" expression="{expression}"/>'
    return f"<qt:correlation>{key}</qt:correlation>"


MESSAGE = '<messageEventDefinition messageRef="m"/>'
DECLARED = '<message id="m" name="M"/>'
KEYED = (
    '<message id="m" name="M"><extensionElements><qt:exchange>'
    '<qt:key name="ma" expression="ma_chung"/></qt:exchange></extensionElements>'
    "</message>"
)


def told(content: bytes, node: str) -> Mapping[str, str]:
    return loading.made(content).nodes[node].event.correlation


def between(declared: str, beside: str = DECLARED, more: str = "") -> bytes:
    return bpmn.diagram(
        f"start s; task w; {declared}; end e", "s > w > x > e", beside=beside, more=more
    )


@pytest.mark.parametrize(
    "declared",
    [
        "send x messageRef='m' {}",
        "throw x {}" + MESSAGE,
        "receive x messageRef='m' {}",
        "catch x {}" + MESSAGE,
    ],
)
def test_keys_stand_where_a_message_is_sent_or_awaited(declared: str) -> None:
    written = between(declared.format(ext(keys("ma_ho_so"))))
    assert told(written, "x") == {"ma": "ma_ho_so"}
    # They count instead of those of the message.
    written = between(declared.format(ext(keys("ma_ho_so"))), KEYED)
    assert told(written, "x") == {"ma": "ma_ho_so"}


def test_the_keys_of_a_message_are_those_of_what_waits_for_it_alone() -> None:
    assert told(between("receive x messageRef='m'", KEYED), "x") == {"ma": "ma_chung"}
    assert told(between("send x messageRef='m'", KEYED), "x") == {}


def test_of_several_definitions_the_messages_have_the_keys() -> None:
    content = between(f"catch x {ext(keys('ma_ho_so'))}{MESSAGE}{bpmn.timer('PT1H')}")
    nodes = loading.made(content).nodes
    assert nodes["x~1"].event.correlation == {"ma": "ma_ho_so"}
    assert nodes["x~2"].event.correlation == {}
    assert "correlation-unused" not in {one.code for one in loading.findings(content)}


def test_keys_without_a_message_are_told_and_a_wrong_one_is_refused() -> None:
    signal = f"throw x {ext(keys('n'))}<signalEventDefinition signalRef='g'/>"
    content = between(signal, '<signal id="g" name="G"/>')
    assert "correlation-unused" in {one.code for one in loading.findings(content)}
    opening = bpmn.diagram(
        f"start x {ext(keys('n'))}{MESSAGE}; task a; end e",
        "x > a > e",
        beside=DECLARED,
    )
    assert "correlation-unused" in {one.code for one in loading.findings(opening)}
    wrong = between(f"send x messageRef='m' {ext(keys('import os'))}")
    assert loading.refusals(wrong) == [("qt-value", "x")]


def standard(path: str, data: str = "") -> tuple[str, str]:
    """A property with its retrieval, and a subscription that binds it."""
    retrieval = "correlationPropertyRetrievalExpression"
    declared = (
        f'{DECLARED}<correlationProperty id="pr" name="so_don"><{retrieval} '
        f'messageRef="m"><messagePath>{path}</messagePath></{retrieval}>'
        "</correlationProperty>"
    )
    bound = (
        '<correlationSubscription id="cs"><correlationPropertyBinding '
        f'correlationPropertyRef="pr"><dataPath>{data}</dataPath>'
        "</correlationPropertyBinding></correlationSubscription>"
    )
    return declared, bound if data else ""


def test_a_retrieval_that_is_a_path_is_a_key_of_what_is_sent() -> None:
    declared, _ = standard("don.so")
    content = between("send x messageRef='m'", declared)
    assert told(content, "x") == {"so_don": "don.so"}
    sent = ext(
        '<qt:payload><qt:value name="don" expression="cac_don[0]"/></qt:payload>'
    )
    content = between(f"send x messageRef='m' {sent}", declared)
    assert told(content, "x") == {"so_don": "(cac_don[0]).so"}
    assert "key-mapped" in {one.code for one in loading.findings(content)}


def test_a_retrieval_that_computes_is_told_and_no_key() -> None:
    declared, _ = standard("don.so + 1")
    content = between("send x messageRef='m'", declared)
    assert told(content, "x") == {}
    assert "key-listed" in {one.code for one in loading.findings(content)}


def test_a_subscription_that_binds_paths_gives_the_waits_their_keys() -> None:
    declared, bound = standard("don.so", "ho_so.ma")
    content = between("receive x messageRef='m'", declared, bound)
    assert told(content, "x") == {"so_don": "ho_so.ma"}
    loose = between(
        "receive x messageRef='n'", f'{declared}<message id="n" name="N"/>', bound
    )
    assert told(loose, "x") == {}


def test_a_subscription_that_computes_is_asked_about() -> None:
    declared, bound = standard("don.so", "f(ho_so)")
    content = between("receive x messageRef='m'", declared, bound)
    assert loading.refusals(content) == [("element-correlationSubscription", "cs")]


def test_keys_that_are_written_here_count_instead_of_the_standard_ones() -> None:
    declared, bound = standard("don.so", "ho_so.ma")
    content = between(
        f"receive x messageRef='m' {ext(keys('ma_ho_so'))}", declared, bound
    )
    assert told(content, "x") == {"ma": "ma_ho_so"}


def test_a_call_says_which_version_it_means() -> None:
    called = bpmn.process("start i; task b; end j", "i > b > j", identity="Q")
    for binding, codes in {
        "pinned": set(),
        "latest": {("note", "call-latest")},
        "newest": {("refusal", "qt-value")},
    }.items():
        content = bpmn.definitions(
            bpmn.process(
                f"start s; call x calledElement='Q' qt:binding='{binding}'; end e",
                "s > x > e",
            ),
            called,
        )
        found = {
            (one.severity, one.code)
            for one in loading.findings(content)
            if one.element == "x"
        }
        assert found == codes
        settings = Settings(forms={}, defaults=True)
        assert importer.analyse([("a.bpmn", content)], settings).model is not None
