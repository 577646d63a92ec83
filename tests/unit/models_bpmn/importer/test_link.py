"""Choosing the main process and linking the ones it calls."""

import hashlib

import pytest

from engine import errors, limits
from models_bpmn import importer
from tests import bpmn
from tests.unit.models_bpmn import loading

INNER = bpmn.diagram("start s; task a 'Trong'; end e", "s > a > e", identity="Q")


def calling(*called: str, identity: str = "P") -> str:
    declared = "; ".join(
        f'call c{n} calledElement="{one}"' for n, one in enumerate(called)
    )
    drawn = " > ".join(["s", *(f"c{n}" for n in range(len(called))), "e"])
    return bpmn.process(f"start s; {declared}; end e", drawn, identity=identity)


def test_a_called_process_of_another_file_is_linked() -> None:
    outer = bpmn.definitions(calling("Q"))
    loaded = loading.load(outer, INNER)
    model = loaded.model
    assert model.nodes["c0"].body == "Q"
    assert model.scopes["Q"].process
    assert list(loaded.files) == ["a.bpmn", "b.bpmn"]
    assert model.hash == hashlib.sha256(outer + INNER).hexdigest()


def test_ids_of_the_main_process_stay_and_clashing_ones_are_qualified() -> None:
    model = loading.made(bpmn.definitions(calling("Q")), INNER)
    assert set(model.nodes) == {"s", "c0", "e", "Q.s", "a", "Q.e"}
    assert model.scopes["Q"].nodes == ("Q.s", "a", "Q.e")
    assert model.scopes["Q"].starts == ("Q.s",)
    assert model.flows["a_e"].target == "Q.e"
    assert model.nodes["Q.s"].outgoing == ("s_a",)


def test_a_sub_process_with_a_clashing_id_keeps_its_inside() -> None:
    inside = bpmn.sub("start t; task u; end f", "t > u > f")
    called = bpmn.diagram(
        f"start s; sub c0 {inside}; end e", "s > c0 > e", identity="Q"
    )
    model = loading.made(bpmn.definitions(calling("Q")), called)
    assert model.nodes["Q.c0"].body == "Q.c0"
    assert model.scopes["Q.c0"].nodes == ("t", "u", "f")
    assert model.nodes["u"].scope == "Q.c0"


def test_a_qualified_id_that_is_taken_is_refused() -> None:
    outer = bpmn.diagram(
        'start s; task Q.s; call c calledElement="Q"; end e', "s > Q.s > c > e"
    )
    assert ("id-clash", "s") in loading.refusals(outer, INNER)


def test_processes_of_one_file_may_call_each_other() -> None:
    inner = bpmn.process("start t; task u; end f", "t > u > f", identity="Q")
    model = loading.made(bpmn.definitions(calling("Q"), inner))
    assert model.id == "P"
    assert set(model.scopes) == {"P", "Q"}


def test_the_same_process_called_twice_is_one_scope() -> None:
    model = loading.made(bpmn.definitions(calling("Q", "Q")), INNER)
    assert model.nodes["c0"].body == model.nodes["c1"].body == "Q"
    assert list(model.scopes) == ["P", "Q"]


def test_a_recursive_call_is_refused() -> None:
    itself = bpmn.definitions(calling("P"))
    assert loading.refusals(itself) == [("call-cycle", "c0")]
    circle = [
        bpmn.diagram(
            f'start s{own}; call to{to} calledElement="{to}"; end e{own}',
            f"s{own} > to{to} > e{own}",
            identity=own,
        )
        for own, to in ("PQ", "QR", "RP")
    ]
    assert loading.refusals(*circle) == [("call-cycle", "toP")]


def nest(depth: int) -> list[bytes]:
    files = [
        bpmn.diagram(
            f'start s{n}; call c{n} calledElement="P{n + 1}"; end e{n}',
            f"s{n} > c{n} > e{n}",
            identity=f"P{n}",
        )
        for n in range(depth)
    ]
    last = bpmn.diagram("start z; task a; end y", "z > a > y", identity=f"P{depth}")
    return [*files, last]


def test_calls_nest_to_the_limit_and_no_deeper() -> None:
    assert len(loading.made(*nest(limits.CALL_DEPTH)).scopes) == limits.CALL_DEPTH + 1
    found = loading.refusals(*nest(limits.CALL_DEPTH + 1))
    assert ("call-depth", f"c{limits.CALL_DEPTH}") in found


def test_called_processes_and_sub_processes_share_one_limit_of_nesting() -> None:
    def file(number: int, inner: str) -> bytes:
        body = inner
        for level in range(20):
            one = f"{number}x{level}"
            body = bpmn.sub(
                f"start s{one}; sub u{one} {body}; end e{one}",
                f"s{one} > u{one} > e{one}",
            )
        drawn = f"s{number} > t{number} > e{number}"
        declared = f"start s{number}; sub t{number} {body}; end e{number}"
        return bpmn.diagram(declared, drawn, identity=f"P{number}")

    def call(number: int) -> str:
        return bpmn.sub(
            f'start y{number}; call c{number} calledElement="P{number + 1}"; '
            f"end z{number}",
            f"y{number} > c{number} > z{number}",
        )

    last = bpmn.sub("start y9; task a; end z9", "y9 > a > z9")
    assert loading.refusals(file(0, call(0)), file(1, last)) == []
    found = loading.refusals(*(file(n, call(n)) for n in range(3)), file(3, last))
    assert {code for code, _ in found} == {"nesting-too-deep"}


def test_a_short_and_a_long_way_to_the_same_process_count_the_long_one() -> None:
    files = nest(limits.CALL_DEPTH + 1)
    files[0] = files[0].replace(
        b"</process>",
        b'<callActivity id="short" calledElement="P8"/>'
        b'<sequenceFlow id="f8" sourceRef="s0" targetRef="short"/></process>',
    )
    assert ("call-depth", f"c{limits.CALL_DEPTH}") in loading.refusals(*files)


def test_many_calls_to_many_processes_are_walked_quickly() -> None:
    files = [
        bpmn.diagram(
            f"start s{n}; end e{n}; "
            + "; ".join(f'call c{n}x{k} calledElement="P{n + 1}"' for k in range(40)),
            f"s{n} > " + " > ".join(f"c{n}x{k}" for k in range(40)) + f" > e{n}",
            identity=f"P{n}",
        )
        for n in range(limits.CALL_DEPTH)
    ]
    last = bpmn.diagram("start z; task a; end y", "z > a > y", identity="P8")
    assert loading.refusals(*files, last) == []


def test_the_first_executable_process_is_the_main_one_and_others_are_noted() -> None:
    first = bpmn.process("start s; task a; end e", "s > a > e", identity="A")
    plain = first.replace('isExecutable="true"', 'isExecutable="false"')
    second = bpmn.process("start t; task b; end f", "t > b > f", identity="B")
    third = bpmn.process("start u; task c; end g", "u > c > g", identity="C")
    content = bpmn.definitions(plain, second, third)
    loaded = loading.load(content)
    assert loaded.model.id == "B"
    assert any(
        one.code == "process-others" and "C" in one.message for one in loaded.findings
    )
    assert loading.load(content, process="C").model.id == "C"
    assert loading.load(content, process="A").model.id == "A"
    assert loading.load(bpmn.definitions(plain)).model.id == "A"


def test_an_unknown_process_is_refused_with_the_known_ones() -> None:
    [finding] = loading.findings(INNER, process="Z")
    assert finding.code == "process-unknown"
    assert "Q" in finding.message


def test_a_black_box_pool_is_ignored() -> None:
    box = '<process id="B" name="Công dân"/>'
    pool = '<collaboration id="c"><participant id="p" processRef="B"/></collaboration>'
    assert loading.made(bpmn.definitions(pool, box, calling("Q")), INNER).id == "P"
    assert loading.refusals(bpmn.definitions(pool, box)) == [("no-process", "")]
    assert loading.refusals(bpmn.definitions(calling("B"), box)) == [
        ("call-unknown", "c0")
    ]


def test_what_is_not_linked_is_neither_checked_nor_in_the_hash() -> None:
    script = bpmn.process("start t; scriptTask x; end f", "t > x > f", identity="X")
    main = bpmn.process("start s; task a; end e", "s > a > e")
    content = bpmn.definitions(main, script)
    assert set(loading.made(content).scopes) == {"P"}
    loaded = loading.load(content, INNER)
    assert list(loaded.files) == ["a.bpmn"]
    assert "file-unused" in {one.code for one in loaded.findings}


def test_two_processes_of_one_id_are_refused() -> None:
    assert ("process-twice", "Q") in loading.refusals(INNER, INNER)


def test_no_files_and_equal_names_are_refused() -> None:
    with pytest.raises(errors.ModelInvalidError) as none:
        importer.load([])
    assert none.value.findings[0].code == "file-none"
    with pytest.raises(errors.ModelInvalidError) as twice:
        importer.load([("a", INNER), ("a", bpmn.definitions(calling("Q")))])
    assert "file-twice" in {one.code for one in twice.value.findings}
