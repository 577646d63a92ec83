"""Constructs beyond tasks and gateways: read from a file, run by both interpreters."""

from collections.abc import Callable
from xml.sax.saxutils import escape

import pytest

from engine.conformance.game import TokenGame
from engine.domain.model import EventKind
from engine.domain.run import Json
from engine.play import Player
from engine.ports import Runtime
from engine.services import Registry
from engine.spiff.runtime import SpiffRuntime
from models_bpmn import importer, outline
from models_bpmn.importer import Settings
from tests import bpmn
from tests.unit.models_bpmn import loading

Play = Callable[..., Player]


@pytest.fixture(params=[TokenGame, SpiffRuntime], ids=["game", "spiff"])
def play(request: pytest.FixtureRequest) -> Play:
    """Opens a case of a file in one of the interpreters."""
    runtime: Runtime = request.param()

    def opened(content: bytes, **data: Json) -> Player:
        player = Player(runtime, loading.made(content), Registry())
        answer = player.command({"open": data})
        assert answer["ok"], answer["error"]
        return player

    return opened


def do(player: Player, *elements: str, **answers: Json) -> str:
    """Complete the elements one after the other; the work that is open then."""
    for element in elements:
        answer = player.command({"complete": element, "answers": answers})
        assert answer["ok"], answer["error"]
    return ready(player)


def ready(player: Player) -> str:
    """The open work, or `completed` when the case is."""
    picture = player.picture()
    words = [visit.element for visit in picture.ready]
    return " ".join(words) or picture.status.value


def link(name: str) -> str:
    return f'<linkEventDefinition name="{name}"/>'


LINKED = (
    f"start s; task a; throw t {link('L')}; catch c {link('L')}; task b; end e",
    "s > a > t\nc > b > e",
)


def test_a_token_goes_through_a_pair_of_links(play: Play) -> None:
    player = play(bpmn.diagram(*LINKED))
    assert do(player, "a") == "b"
    assert do(player, "b") == "completed"


def test_the_outline_leads_through_links() -> None:
    steps = outline.outline(loading.made(bpmn.diagram(*LINKED)))
    assert [(one.node, [way.target for way in one.next]) for one in steps] == [
        ("a", ["2"]),
        ("b", [""]),
    ]


def test_a_throw_link_without_a_catch_in_its_scope_is_refused() -> None:
    inner = bpmn.sub(f"start i; throw t {link('L')}", "i > t")
    content = bpmn.diagram(
        f"start s; task a; sub p {inner}; throw u {link('L')}; catch c {link('L')};"
        " end e",
        "s > a > p > u\nc > e",
    )
    assert loading.refusals(content) == [("link-alone", "t")]


def test_a_link_has_one_catch_and_no_flow_bridges_it() -> None:
    content = bpmn.diagram(
        f"start s; task a; throw t {link('L')}; catch c {link('L')};"
        f" catch d {link('L')}; task b; end e",
        "s > a > t\nc > e\nd > b > e",
    )
    assert ("link-twice", "d") in loading.refusals(content)
    bridged = bpmn.diagram(LINKED[0], LINKED[1] + "\nt > c")
    found = loading.refusals(bridged)
    assert ("link-flow", "t") in found
    assert ("link-flow", "c") in found


def test_an_automatic_loop_through_links_is_refused() -> None:
    content = bpmn.diagram(
        f"start s; task w; xor g default='g_e'; throw t {link('L')};"
        f" catch c {link('L')}; end e",
        "s > w > g > e\ng >x [n > 1]> t\nc > g",
    )
    assert [code for code, _ in loading.refusals(content)] == ["endless-loop"]


def loop(condition: str = "", more: str = "") -> str:
    inside = f"<loopCondition>{condition}</loopCondition>" if condition else ""
    tag = "standardLoopCharacteristics"
    return f"<{tag} {more}>{inside}</{tag}>"


def looped(characteristics: str) -> bytes:
    return bpmn.diagram(
        f"start s; task a {characteristics}; task b; end e", "s > a > b > e"
    )


def test_a_loop_repeats_while_its_condition_holds(play: Play) -> None:
    player = play(looped(loop("n &gt; 1")))
    assert do(player, "a", n=2) == "a"
    assert do(player, "a", n=1) == "b"


def test_a_loop_tested_before_may_never_begin_and_a_maximum_ends_it(play: Play) -> None:
    assert ready(play(looped(loop("n &gt; 1", 'testBefore="true"')), n=1)) == "b"
    assert do(play(looped(loop("", 'loopMaximum="2"'))), "a", "a") == "b"


@pytest.mark.parametrize(
    ("characteristics", "code"),
    [
        (loop(), "loop-endless"),
        (loop("n &gt; 1", 'loopMaximum="-1"'), "loop-maximum"),
        (loop("", 'loopMaximum="1001"'), "loop-maximum"),
        (loop("__import__('os')"), "expression"),
        (loop("n &gt; 1", 'testBefore="perhaps"'), "attribute-value"),
    ],
)
def test_a_loop_that_cannot_be_read_is_refused(characteristics: str, code: str) -> None:
    assert loading.refusals(looped(characteristics)) == [(code, "a")]


def escalation(ref: str = "") -> str:
    return f"<escalationEventDefinition {ref and f'escalationRef={ref!r}'}/>"


ESCALATIONS = '<escalation id="x" escalationCode="X"/><escalation id="y" name="Y"/>'


@pytest.mark.parametrize(
    ("thrown", "caught", "after"),
    [("x", "x", "b h"), ("y", "y", "b h"), ("y", "", "b h"), ("x", "y", "b")],
)
def test_an_escalation_is_heard_by_its_code(
    play: Play, thrown: str, caught: str, after: str
) -> None:
    inside = bpmn.sub(
        f"start i; throw t {escalation(thrown)}; task b; end f", "i > t > b > f"
    )
    content = bpmn.diagram(
        f"start s; sub p {inside}; end e; task h; "
        f'boundary c attachedToRef="p" cancelActivity="false" {escalation(caught)}',
        "s > p > e\nc > h > e",
        beside=ESCALATIONS,
    )
    assert sorted(ready(play(content)).split()) == after.split()
    kinds = {one.node: one.kind for one in outline.outline(loading.made(content))}
    assert kinds["t"] == "báo lên cấp trên"


def test_an_escalation_that_is_thrown_has_a_code() -> None:
    content = bpmn.diagram(
        f"start s; task a; throw t {escalation()}; end e {escalation('z')}",
        "s > a > t > e",
    )
    assert loading.refusals(content) == [
        ("reference-missing", "t"),
        ("reference-unknown", "e"),
    ]


def test_a_task_escalates_nothing_and_an_escalating_loop_waits() -> None:
    content = bpmn.diagram(
        f"start s; task a; end e; boundary c attachedToRef='a' {escalation()}",
        "s > a > e\nc > e",
    )
    assert "boundary-escalation-never" in {
        one.code for one in loading.findings(content)
    }
    inside = bpmn.sub(f"start i; end f {escalation('x')}", "i > f")
    content = bpmn.diagram(
        f"start s; xor g; sub p {inside}; task w; end e; "
        f"boundary c attachedToRef='p' {escalation('x')}",
        "s > g > p > w > e\nc > g",
        beside=ESCALATIONS,
    )
    assert ("endless-loop", "g") in loading.refusals(content)


def when(condition: str) -> str:
    inside = f"<condition>{escape(condition)}</condition>"
    return f"<conditionalEventDefinition>{inside}</conditionalEventDefinition>"


def test_a_conditional_event_waits_until_its_condition_holds(play: Play) -> None:
    content = bpmn.diagram(
        f"start s; and f; task a; catch c {when('n > 1')}; task b; end e;"
        f" boundary h attachedToRef='a' cancelActivity='false' {when('n > 0')}; task d",
        "s > f > a > e\nf > c > b > e\nh > d > e",
    )
    player = play(content, n=0)
    assert ready(player) == "a"
    assert [one["element"] for one in waits(player)] == ["c", "h"]
    assert {one["conditional"] for one in waits(player)} == {""}
    words = {one.node: one.kind for one in outline.outline(loading.made(content), "en")}
    assert words["c"] == "await condition"
    assert sorted(do(player, "a", n=2).split()) == ["b"]


def test_a_conditional_boundary_begins_beside_its_activity(play: Play) -> None:
    content = bpmn.diagram(
        "start s; and f; task a; task o; end e;"
        f" boundary h attachedToRef='a' cancelActivity='false' {when('n > 0')}; task d",
        "s > f > a > e\nf > o > e\nh > d > e",
    )
    player = play(content, n=0)
    assert do(player, "o", n=1) == "a d"


def waits(player: Player) -> list[dict[str, Json]]:
    """What the case waits for, as `procedure play` tells it."""
    found = player.command({"state": True})["waiting"]
    assert isinstance(found, list)
    return [one for one in found if isinstance(one, dict)]


def test_behind_an_event_gateway_a_condition_may_decide(play: Play) -> None:
    content = bpmn.diagram(
        f"start s; event g; catch c {when('n > 1')}; catch t {bpmn.timer('PT1H')};"
        " task a; task b; end e",
        "s > g > c > a > e\ng > t > b > e",
    )
    assert ready(play(content, n=2)) == "a"
    player = play(content, n=1)
    assert player.command({"advance": "PT1H"})["ok"]
    assert ready(player) == "b"


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        ("<conditionalEventDefinition/>", "expression-empty"),
        (when(""), "expression-empty"),
        (when("__import__('os')"), "expression"),
        (when("${f(x)}"), "expression-language"),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(definition: str, code: str) -> None:
    content = bpmn.diagram(f"start s; catch c {definition}; end e", "s > c > e")
    refused = [one for one in loading.refusals(content) if one[1] == "c"]
    assert [code] in ([one] for one, _ in refused)


BESIDE = (
    '<message id="m" name="M"/><signal id="g" name="G"/><error id="r" errorCode="E"/>'
    + ESCALATIONS
)
#: What begins an event sub-process, and the act that makes it happen.
BEGINNINGS: dict[str, tuple[str, dict[str, Json]]] = {
    "timer": (bpmn.timer("PT1H"), {"advance": "PT1H"}),
    "message": ('<messageEventDefinition messageRef="m"/>', {"message": "M"}),
    "signal": ('<signalEventDefinition signalRef="g"/>', {"signal": "G"}),
    "conditional": (when("n > 1"), {"complete": "o", "answers": {"n": 2}}),
    "error": ('<errorEventDefinition errorRef="r"/>', {"complete": "p"}),
    "escalation": (escalation("x"), {"complete": "q"}),
}


def handled(definition: str, more: str = "", inside: str = "task h") -> bytes:
    """A process with an event sub-process; `p` throws an error, `q` escalates."""
    body = bpmn.sub(f"start i {more} {definition}; {inside}; end j", "i > h > j")
    return bpmn.diagram(
        "start s; and f; task a; task o; task p; task q; end e;"
        "end ex <errorEventDefinition errorRef='r'/>; end ey " + escalation("x") + ";"
        f'sub v triggeredByEvent="true" {body}',
        "s > f > a > e\nf > o > e\nf > p > ex\nf > q > ey",
        beside=BESIDE,
    )


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_an_event_sub_process_begins_by_its_event(play: Play, kind: str) -> None:
    definition, act = BEGINNINGS[kind]
    player = play(handled(definition), n=0)
    assert ready(player) == "a o p q"
    assert player.command(act)["ok"]
    assert ready(player) == "h"
    assert do(player, "h") == "completed"


@pytest.mark.parametrize("kind", sorted(set(BEGINNINGS) - {"error"}))
def test_an_event_sub_process_may_run_beside(play: Play, kind: str) -> None:
    definition, act = BEGINNINGS[kind]
    player = play(handled(definition, 'isInterrupting="false"'), n=0)
    assert player.command(act)["ok"]
    assert {"a", "h"} <= set(ready(player).split())


def test_the_outline_tells_an_event_sub_process_by_its_event() -> None:
    for kind, (definition, _) in BEGINNINGS.items():
        model = loading.made(handled(definition))
        steps = {one.node: one for one in outline.outline(model)}
        assert steps["v"].kind.startswith("khi "), kind
        assert steps["h"].number == f"{steps['v'].number}.1"


def test_an_error_start_that_says_it_does_not_interrupt_does() -> None:
    content = handled(BEGINNINGS["error"][0], 'isInterrupting="false"')
    assert loading.made(content).nodes["i"].interrupting
    assert "error-interrupts" in {one.code for one in loading.findings(content)}


@pytest.mark.parametrize("definition", ["", "<terminateEventDefinition/>"])
def test_an_event_sub_process_without_a_usable_event_is_refused(
    definition: str,
) -> None:
    codes = {code for code, _ in loading.refusals(handled(definition))}
    assert "event-sub-process-start" in codes
    analysis = importer.analyse(
        [("a.bpmn", handled(definition))], Settings(forms={}, defaults=True)
    )
    assert analysis.model is not None
    assert "v" not in analysis.model.nodes


def test_flows_boundaries_and_loops_stand_off_event_sub_processes() -> None:
    content = handled(BEGINNINGS["signal"][0])
    boundary = bpmn.nodes(f"boundary b attachedToRef='v' {bpmn.timer('PT1H')}")
    more = bpmn.flow("a", "v") + boundary + bpmn.flow("b", "e")
    found = loading.refusals(
        content.replace(b"</process>", more.encode() + b"</process>")
    )
    assert ("event-sub-process-flow", "v") in found
    assert ("boundary-host", "b") in found
    repeated = content.replace(
        b'triggeredByEvent="true">',
        b'triggeredByEvent="true"><standardLoopCharacteristics loopMaximum="2"/>',
    )
    assert loading.refusals(repeated) == [("event-sub-process-loop", "v")]


#: What opens a case, by kind of event, and what `procedure play` is told.
OPENINGS = {kind: BEGINNINGS[kind] for kind in ("timer", "message", "signal")}


def triggered(definition: str, *, plain: bool) -> bytes:
    """A process that an event opens, beside a none start event or alone."""
    more = "start s; task a; " if plain else ""
    drawn = "s > a > e\n" if plain else ""
    return bpmn.diagram(
        f"{more}start t {definition}; task b; end e", f"{drawn}t > b > e", beside=BESIDE
    )


@pytest.mark.parametrize("kind", OPENINGS)
def test_an_event_may_open_a_process_beside_its_plain_start(
    play: Play, kind: str
) -> None:
    content = triggered(OPENINGS[kind][0], plain=True)
    model = loading.made(content)
    assert (model.root.starts, model.root.triggers) == (("s",), ("t",))
    assert [one.code for one in loading.findings(content)] == ["performer-missing"] * 2
    assert ready(play(content)) == "a"
    assert {one.node for one in outline.outline(model)} == {"a", "b"}


@pytest.mark.parametrize("kind", OPENINGS)
def test_a_process_without_a_plain_start_is_opened_at_its_first(
    play: Play, kind: str
) -> None:
    content = triggered(OPENINGS[kind][0], plain=False)
    found = {one.code: one.severity for one in loading.findings(content)}
    assert found["start-triggered"] == "note"
    player = play(content, n=1)
    assert (ready(player), player.picture().data) == ("b", {"n": 1})
    assert do(player, "b") == "completed"


@pytest.mark.parametrize("plain", [True, False], ids=["beside", "alone"])
@pytest.mark.parametrize("more", ["", bpmn.timer("PT1H")], ids=["one", "several"])
def test_no_case_is_opened_by_a_condition_that_nobody_looks_at(
    more: str,
    plain: bool,  # noqa: FBT001
) -> None:
    content = triggered(BEGINNINGS["conditional"][0] + more, plain=plain)
    several = "element-multipleEventDefinitions"
    code = several if more else "element-startEventDefinition"
    assert loading.refusals(content) == [(code, "t")]
    found = importer.analyse([("a.bpmn", content)], Settings(defaults=True))
    assert found.model is not None
    kinds = {node.event.kind for node in found.model.nodes.values()}
    assert EventKind.CONDITIONAL not in kinds


@pytest.mark.parametrize("runtime", [TokenGame, SpiffRuntime])
@pytest.mark.parametrize("kind", ["message", "signal"])
def test_a_message_or_signal_opens_a_case_where_none_is_open(
    runtime: Callable[[], Runtime], kind: str
) -> None:
    definition, act = OPENINGS[kind]
    model = loading.made(triggered(definition, plain=True))
    player = Player(runtime(), model, Registry())
    assert not player.command({kind: "other"})["ok"]
    answer = player.command({**act, "payload": {"n": 2}})
    assert (answer["ok"], answer["data"]) == (True, {"n": 2})
    assert answer["completed"] == ["t"]
    assert ready(player) == "b"
    assert not player.command(act)["ok"], "the case that is open hears it"


def test_a_called_process_needs_a_plain_start() -> None:
    called = bpmn.process(
        f"start i {bpmn.timer('PT1H')}; task c; end f", "i > c > f", identity="Q"
    )
    content = bpmn.diagram(
        'start s; call x calledElement="Q"; end e', "s > x > e", beside=called
    )
    # The process that a case runs is named: the file holds the called one first.
    assert ("start-missing", "Q") in loading.refusals(content, process="P")
