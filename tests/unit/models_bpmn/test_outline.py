"""The diagram as ordered text says the same as the drawing."""

from models_bpmn.outline import Branch, Step, outline
from tests import bpmn
from tests.unit.models_bpmn import loading


def test_steps_come_in_order_with_lanes_and_named_branches() -> None:
    lanes = (
        '<laneSet><lane name="Bộ phận Một cửa"><flowNodeRef>a</flowNodeRef></lane>'
        '<lane name="Công chức"><flowNodeRef>b</flowNodeRef></lane></laneSet>'
    )
    content = bpmn.diagram(
        "start s; task a 'Kiểm tra'; xor g; task b 'Thẩm định'; end e 'Trả kết quả'",
        's > a > g >x "Đủ"> b > e\ng >y "Thiếu giấy tờ"> a',
        more=lanes,
    )
    assert outline(loading.made(content)) == (
        Step(
            number="1",
            node="a",
            lane="Bộ phận Một cửa",
            name="Kiểm tra",
            kind="việc",
            next=(Branch("Đủ", "2"), Branch("Thiếu giấy tờ", "1")),
        ),
        Step(
            number="2",
            node="b",
            lane="Công chức",
            name="Thẩm định",
            kind="việc",
            next=(Branch("", "", "Trả kết quả"),),
        ),
    )


def test_steps_inside_are_numbered_below_the_step_that_holds_them() -> None:
    inside = bpmn.sub("start t; task u; task v; end f", "t > u > v > f")
    content = bpmn.definitions(
        bpmn.process(
            f'start s; sub a {inside}; call b calledElement="Q"; '
            'call c calledElement="Q"; end e',
            "s > a > b > c > e",
        ),
        bpmn.process("start t1; task x; end f1", "t1 > x > f1", identity="Q"),
    )
    steps = outline(loading.made(content))
    assert [(step.number, step.node) for step in steps] == [
        ("1", "a"),
        ("1.1", "u"),
        ("1.2", "v"),
        ("2", "b"),
        ("2.1", "x"),
        ("3", "c"),
    ]
    assert steps[1].next == (Branch("", "1.2"),)


def test_boundary_events_and_defaults_are_branches_in_both_languages() -> None:
    content = bpmn.diagram(
        'start s; task a; xor g default="d"; task b; end e; '
        f'boundary t attachedToRef="a" {bpmn.timer("P1D")}',
        "s > a > g >c [n > 1]> b > e\ng >d> e\nt > b",
    )
    model = loading.made(content)
    assert outline(model)[0].next == (
        Branch("n > 1", "2"),
        Branch("trường hợp khác", ""),
        Branch("khi quá hạn", "2"),
    )
    assert outline(model, "en")[0].next[1:] == (
        Branch("otherwise", ""),
        Branch("when overdue", "2"),
    )
    assert outline(model, "en")[0].kind == "task"


def test_gateways_behind_each_other_are_one_list_of_branches() -> None:
    content = bpmn.diagram(
        "start s; task a; xor g; and p; task b; task c; end e",
        's > a > g >x "Có"> p > b > e\np > c > e\ng >y "Không"> e',
    )
    assert outline(loading.made(content))[0].next == (
        Branch("Có", "2"),
        Branch("Có", "3"),
        Branch("Không", ""),
    )


def test_a_step_without_way_on_ends() -> None:
    content = bpmn.diagram("start s; task a", "s > a")
    assert outline(loading.made(content))[0].next == (Branch("", ""),)
