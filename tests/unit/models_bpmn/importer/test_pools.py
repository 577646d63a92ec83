"""Several pools: each that runs is a model, and message flows name their messages."""

from engine.domain.model import EventKind, Model
from models_bpmn import importer
from models_bpmn.importer import Analysis, Settings
from tests import bpmn
from tests.unit.models_bpmn import loading, mutants

CITIZEN = bpmn.process(
    "start s; task a; send x 'Gửi đơn'; receive r; end e",
    "s > a > x > r > e",
    identity="P",
)
OFFICE = bpmn.process(
    "start i <messageEventDefinition/>; task b; "
    "throw y <messageEventDefinition/>; end j",
    "i > b > y > j",
    identity="Q",
)


def pools(*flows: str, beside: str = "") -> str:
    drawn = "".join(
        f'<messageFlow id="f{number}" {one}/>' for number, one in enumerate(flows, 1)
    )
    return (
        f'{beside}<collaboration id="c"><participant id="p" processRef="P"/>'
        f'<participant id="q" name="Công an xã" processRef="Q"/>'
        f'<participant id="k" name="Kho bạc"/>{drawn}</collaboration>'
    )


ASKS = 'name="Đơn" sourceRef="x" targetRef="i"'
TELLS = 'sourceRef="y" targetRef="r"'
BOTH = bpmn.definitions(pools(ASKS, TELLS), CITIZEN, OFFICE)


def analysed(content: bytes) -> Analysis:
    return importer.analyse([("a.bpmn", content)], Settings(forms={}))


def message(model: Model, node: str) -> str:
    return model.nodes[node].event.name


def test_every_pool_that_runs_is_a_model_of_its_own() -> None:
    loaded = loading.load(BOTH)
    assert loaded.model.id == "P"
    assert list(loaded.pools) == ["Q"]
    office = loaded.pools["Q"]
    assert office.root.triggers == ("i",)
    assert "a" not in office.nodes
    assert mutants.faults(office) == []
    assert office.hash != loaded.model.hash
    assert [one.code for one in loaded.findings if "process" in one.code] == [
        "process-pools"
    ]


def test_the_nodes_of_all_pools_count() -> None:
    found = analysed(BOTH)
    assert (found.nodes, found.executable, found.listed) == (9, 9, ())


def test_a_message_is_called_like_the_flow_that_joins_both_ends() -> None:
    loaded = loading.load(BOTH)
    office = loaded.pools["Q"]
    assert message(loaded.model, "x") == message(office, "i") == "Đơn"
    # A flow without a name is told by its id.
    assert message(office, "y") == message(loaded.model, "r") == "f2"
    named = [one.element for one in loaded.findings if one.code == "message-named"]
    assert sorted(named) == ["i", "r", "x", "y"]


def test_the_message_that_one_end_names_is_that_of_the_other() -> None:
    office = OFFICE.replace(
        "<messageEventDefinition/>", '<messageEventDefinition messageRef="m"/>', 1
    )
    beside = '<message id="m" name="Hồ sơ"/><message id="n" name="Kết quả"/>'
    drawn = pools(ASKS, TELLS.replace("source", 'messageRef="n" source', 1))
    loaded = loading.load(bpmn.definitions(beside, drawn, CITIZEN, office))
    assert message(loaded.model, "x") == "Hồ sơ"
    assert message(loaded.model, "r") == message(loaded.pools["Q"], "y") == "Kết quả"


def test_what_one_message_is_sent_to_several_is_one_message() -> None:
    office = bpmn.process(
        "start i <messageEventDefinition/>; receive z; "
        "throw y <messageEventDefinition/>; end j",
        "i > z > y > j",
        identity="Q",
    )
    also = 'name="Khác" sourceRef="x" targetRef="z"'
    loaded = loading.load(bpmn.definitions(pools(ASKS, also, TELLS), CITIZEN, office))
    ends = [message(loaded.pools["Q"], one) for one in ("i", "z")]
    assert ends == ["Đơn", "Đơn"] == [message(loaded.model, "x")] * 2


def test_a_closed_pool_is_the_partner_of_a_named_message() -> None:
    named = 'name="Biên lai" sourceRef="k" targetRef="r"'
    loaded = loading.load(bpmn.definitions(pools(ASKS, named, TELLS), CITIZEN, OFFICE))
    event = loaded.model.nodes["r"].event
    assert (event.kind, event.name, event.partner) == (
        EventKind.MESSAGE,
        "Biên lai",
        "Kho bạc",
    )
    unnamed = 'sourceRef="k" targetRef="r"'
    content = bpmn.definitions(pools(ASKS, unnamed), CITIZEN, OFFICE)
    assert {("reference-missing", "r")} <= set(loading.refusals(content))


def test_a_pool_that_says_it_does_not_run_is_listed_and_named() -> None:
    office = OFFICE.replace('"true"', '"false"')
    found = analysed(bpmn.definitions(pools(ASKS, TELLS), CITIZEN, office))
    assert found.pools == {}
    assert {one.code for one in found.listed} == {"other-process"}
    assert (found.nodes, found.executable) == (9, 5)


def test_a_process_beside_the_pools_does_not_run() -> None:
    third = bpmn.process("start t; task u; end v", "t > u > v", identity="R")
    loaded = loading.load(bpmn.definitions(pools(ASKS, TELLS), CITIZEN, OFFICE, third))
    assert list(loaded.pools) == ["Q"]
    [told] = [one for one in loaded.findings if one.code == "process-others"]
    assert "R" in told.message


def test_a_called_pool_runs_inside_its_caller_alone() -> None:
    citizen = CITIZEN.replace("<userTask", "<callActivity calledElement='Q'").replace(
        "</userTask", "</callActivity"
    )
    office = bpmn.process("start i; task b; end j", "i > b > j", identity="Q")
    loaded = loading.load(
        bpmn.definitions(
            pools(
                'name="A" sourceRef="x" targetRef="k"',
                'name="B" sourceRef="k" targetRef="r"',
            ),
            citizen,
            office,
        )
    )
    assert loaded.pools == {}
    assert "b" in loaded.model.nodes


def test_pools_share_what_they_call_and_ask_about_it_once() -> None:
    calls = "start s; task a; call c1 calledElement='R'; end e"
    first = bpmn.process(calls, "s > a > c1 > e", identity="P")
    second = bpmn.process(
        calls.replace("start s", "start i")
        .replace("task a", "task b")
        .replace("c1", "c2")
        .replace("end e", "end j"),
        "i > b > c2 > j",
        identity="Q",
    )
    third = bpmn.process("start t; service u; end v", "t > u > v", identity="R")
    found = analysed(bpmn.definitions(pools(), first, second, third))
    assert [one.id for one in found.decisions] == ["service-unbound:u"]
    assert found.nodes == found.executable + len(found.listed)
    assert list(found.pools) == ["Q"]
    assert "u" in found.pools["Q"].nodes


def test_pools_that_are_too_many_together_are_left_out_and_named() -> None:
    count = 60
    called = bpmn.process(
        "start s; " + "; ".join(f"task t{n}" for n in range(300)) + "; end e",
        "s > " + " > ".join(f"t{n}" for n in range(300)) + " > e",
        identity="Q",
    )
    calling = [
        bpmn.process(
            f"start s{n}; call c{n} calledElement='Q'; end e{n}",
            f"s{n} > c{n} > e{n}",
            identity=f"P{n}",
        )
        for n in range(count)
    ]
    drawn = "".join(f'<participant id="p{n}" processRef="P{n}"/>' for n in range(count))
    found = analysed(
        bpmn.definitions(
            f'<collaboration id="c">{drawn}</collaboration>', *calling, called
        )
    )
    # Each of them would hold the 302 nodes of what it calls.
    assert len(found.pools) == 6
    assert found.nodes == found.executable + len(found.listed)
    [told] = [one for one in found.findings if one.code == "pools-left"]
    assert "P7" in told.message
    assert "P6," not in told.message
