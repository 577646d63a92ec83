"""Codes and ids stand in addresses and keys: their shape is limited."""

import pytest

from engine.domain import procedure
from tests import bpmn
from tests.unit.models_bpmn import loading

DRAWN = ("start s; task a; end e", "s > a > e")


def coded(code: str) -> bytes:
    made = bpmn.diagram(*DRAWN)
    facts = (
        '<extensionElements><qt:procedure xmlns:qt="urn:quytrinh:bpmn:1" '
        f'code="{code}"/></extensionElements>'
    )
    head, mark, rest = made.decode().partition('<startEvent id="s"')
    return f"{head}{facts}{mark}{rest}".encode()


@pytest.mark.parametrize("code", ["2.000908", "DKDD-GCN", "1.012784.H21", "số_1"])
def test_codes_in_use_are_accepted(code: str) -> None:
    assert loading.made(coded(code)).facts.code == code


@pytest.mark.parametrize("code", ["a/b", "..", ".", "-x", "a b", "x" * 101, "a?b"])
def test_a_code_that_fits_no_address_is_refused(code: str) -> None:
    assert ("qt-value", "P") in loading.refusals(coded(code))


def test_an_id_longer_than_a_key_may_be_is_changed() -> None:
    made = bpmn.diagram(*DRAWN).replace(b'"a"', b'"' + b"x" * 256 + b'"')
    assert max(map(len, loading.made(made).nodes)) < 256


@pytest.mark.parametrize(
    ("written", "process", "code"),
    [
        ("2.000908", "P", "2.000908"),
        ("", "leave_request", "leave_request"),
        ("", "../a/b", "a-b"),
        ("", "///", "process"),
        ("", "x" * 300, "x" * 100),
    ],
)
def test_a_procedure_without_code_is_named_by_its_process(
    written: str, process: str, code: str
) -> None:
    assert procedure.code_of(written, process) == code
