"""Called versions inside a package, and what is refused about them."""

import pytest

from engine.domain.procedure import Binding, Call
from engine.errors import ModelInvalidError
from engine.package import Offer
from models_bpmn import calls, catalogue, packages
from tests import bpmn

MAKER = packages.Maker(frozenset())
FEE = {
    "process.bpmn": bpmn.diagram("start s; task a; end e", "s > a > e", identity="P1")
}
CALLER = {
    "process.bpmn": bpmn.diagram(
        'start s; call c calledElement="PHI"; end e', "s > c > e", identity="P2"
    )
}


def offers(name: str) -> list[Offer]:
    """One procedure in force."""
    made = MAKER.check(FEE)
    offer = Offer(code="PHI", number=3, files=FEE, document=made.normalised)
    return [offer] if name == "PHI" else []


def test_a_linked_package_needs_nothing_but_its_files() -> None:
    files = MAKER.link(CALLER, offers, {})
    assert set(files) == {
        *("process.bpmn", "called/PHI@3/process.bpmn", "called/PHI@3/model.json")
    }
    made = packages.Maker(frozenset()).check(files)
    hashed = catalogue.package(FEE).hash
    [call] = made.calls
    assert call == Call(
        element="c", code="PHI", number=3, hash=hashed, binding=Binding.PINNED
    )
    assert made.model.nodes["c"].body == "PHI@3"
    assert made.model.nodes["PHI@3.s"].scope == "PHI@3"
    assert MAKER.unlinked(files) == CALLER


def test_what_holds_its_processes_itself_is_not_looked_up() -> None:
    def never(name: str) -> list[Offer]:
        raise AssertionError(name)

    assert MAKER.link(FEE, never, {}) == FEE


@pytest.mark.parametrize("content", [b"", b"{}", b"[", b'{"format": 99}'])
def test_a_damaged_called_version_is_refused(content: bytes) -> None:
    files = {**MAKER.link(CALLER, offers, {}), "called/PHI@3/model.json": content}
    with pytest.raises(ModelInvalidError) as refused:
        packages.Maker(frozenset()).check(files)
    codes = {one.code for one in refused.value.findings}
    assert codes == {"package-called-damaged"}


@pytest.mark.parametrize(
    "name",
    [
        *("called/PHI@3/run.sh", "called/PHI@3/../process.bpmn", "called/PHI@x/a.bpmn"),
        *("called/PHI@3/called/x.json", "called/@3/process.bpmn"),
    ],
)
def test_a_called_version_holds_nothing_that_no_package_holds(name: str) -> None:
    with pytest.raises(ModelInvalidError) as refused:
        catalogue.package({**CALLER, name: b""})
    assert {one.code for one in refused.value.findings} == {"package-file"}


def test_nobody_uploads_files_of_a_called_version() -> None:
    with pytest.raises(ModelInvalidError) as refused:
        calls.refuse(MAKER.link(CALLER, offers, {}))
    assert {one.code for one in refused.value.findings} == {"package-called"}
