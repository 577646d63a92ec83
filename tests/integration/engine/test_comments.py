"""What is said beside a form: recorded, erasable, and no data of the case."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from engine.commands.recall_task import RecallTask
from engine.domain import comments
from engine.domain.paper_forms import Kind
from engine.domain.run import Visit
from engine.errors import EngineError
from engine.evidence import record
from engine.evidence.exports import csv, rows, xes
from engine.evidence.papers import slip
from engine.evidence.papers.source import Source
from models_bpmn.histories import cases, reading
from tests.integration.engine import test_papers
from tests.integration.engine.office import Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_erasing import erase, everything
from tests.integration.engine.test_verdicts import FILES, judged, wrong

SAID = "Đã gọi điện cho ông Bí Mật Vô Song, hẹn thứ Hai bổ sung bản gốc."


@scene
def case(office: Office) -> UUID:
    """A case whose first step has a form of its own."""
    office.publish_files(FILES)
    return office.open("3.001")


@pytest.fixture
def here(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Give an office whose register of erasures is its own."""
    monkeypatch.setenv("QUYTRINH_DATA", str(tmp_path / "data"))
    office.reopen()
    return office


def done(office: Office, case: UUID, comment: str = SAID) -> None:
    office.complete("thamtra", case, "nhan", {"so_tien": 500}, comment=comment)


def source_of(office: Office, case: UUID) -> Source:
    return test_papers.source_of(office, case)


def remarks(office: Office, case: UUID) -> list[str]:
    """The last column of the control slip."""
    view = slip.slip(source_of(office, case), office.clock.now())
    return [line.remark for line in view.lines]


def test_a_comment_is_a_value_of_the_act_and_no_data_of_the_case(
    office: Office, case: UUID
) -> None:
    done(office, case)
    sealed = office.events(case)[-1]
    assert "Bí Mật Vô Song" not in sealed.body.decode()
    assert f'"{comments.BESIDE}":"' in sealed.body.decode()
    kept = {one.name: one.value for one in sealed.personal}
    assert record.value(str(kept[comments.BESIDE])) == SAID
    with office.app.store.begin(office.tenant) as uow:
        row = uow.cases.lock(case).case
    assert SAID not in repr(row)
    assert office.rebuild(case) == []
    assert office.verify(case) == []


def test_the_verdicts_and_the_next_steps_know_nothing_of_it(
    office: Office, case: UUID
) -> None:
    done(office, case)
    office.complete("thamtra2", case, "duyet", comment="Đồng ý.")
    office.complete("motcua", case, "tra")
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []


def test_it_stands_in_the_last_column_of_the_slip(office: Office, case: UUID) -> None:
    done(office, case)
    # A step without a form asks for a comment alone: it is the remark there.
    office.complete("thamtra2", case, "duyet", {"comment": "Đồng ý."})
    office.complete("motcua", case, "tra")
    assert remarks(office, case) == ["", SAID, "Đồng ý.", ""]


def test_the_printed_slip_shows_it(office: Office, case: UUID) -> None:
    done(office, case)
    source = source_of(office, case)
    view = slip.slip(source, office.clock.now())
    text = test_papers.text_of(source, Kind.SLIP, view)
    assert "hẹn thứ Hai" in text


def test_nothing_typed_is_nothing_recorded(office: Office, case: UUID) -> None:
    done(office, case, " \n ")
    assert comments.BESIDE not in office.events(case)[-1].body.decode()


@pytest.mark.parametrize("said", ["x" * 1001, "nửa \ud800 chữ", "không\x00"])
def test_what_cannot_be_kept_is_refused_and_nothing_is_done(
    office: Office, case: UUID, said: str
) -> None:
    before = office.digest()
    with pytest.raises(EngineError):
        done(office, case, said)
    assert office.digest() == before


def test_answers_never_take_its_name(office: Office, case: UUID) -> None:
    done(office, case, "")
    before = office.digest()
    smuggled = {comments.BESIDE: "không ai nói"}
    with pytest.raises(EngineError):
        office.complete("thamtra2", case, "duyet", smuggled)
    assert office.digest() == before


def test_it_is_the_draft_again_of_whoever_recalls_the_step(
    office: Office, case: UUID
) -> None:
    done(office, case)
    office.do("thamtra", RecallTask(case=case, element="nhan", occurrence=1))
    account = office.accounts["thamtra"]
    draft = office.app.drafts.load(account, case, Visit("nhan", 2))
    assert draft is not None
    assert draft[comments.BESIDE] == SAID


def test_erasing_takes_it_and_the_slip_says_by_which_order(here: Office) -> None:
    here.publish_files(FILES)
    case = here.open("3.001")
    done(here, case)
    here.complete("thamtra2", case, "duyet", {})
    here.complete("motcua", case, "tra")
    erase(here, case)
    assert "Bí Mật" not in everything(here)
    assert here.rebuild(case) == []
    assert wrong(judged(here, case)) == []
    assert "12/QĐ-UBND" in remarks(here, case)[1]


def exported(office: Office, case: UUID, *, opens: bool) -> rows.Exported:
    """The case as CSV and XES tell it."""
    with office.app.store.begin(office.tenant) as uow:
        row = uow.cases.get(case)
        version = uow.procedures.version(row.procedure_version)
        model = office.app.packages.published(version, uow.procedures).model
    return rows.Exported(
        code=row.code,
        procedure="3.001",
        opened=row.opened_at,
        due=row.due_at,
        closed=None,
        done=rows.steps(office.events(case), model, opens=opens),
    )


@pytest.mark.parametrize("writer", [csv.write, xes.write], ids=["csv", "xes"])
def test_exports_carry_it_there_and_back_only_for_who_may_see(
    here: Office, writer: Callable[..., bytes]
) -> None:
    here.publish_files(FILES)
    case = here.open("3.001")
    odd = f"=1+1; \"{SAID}\"\n'hai dòng', <ba>"
    done(here, case, odd)
    here.complete("thamtra2", case, "duyet", {"comment": "Đồng ý."})
    here.complete("motcua", case, "tra")

    def back(*, opens: bool) -> list[str]:
        content = writer([exported(here, case, opens=opens)], rows.Head())
        return [cases.said(row) for row in reading.read(content).rows]

    assert back(opens=True) == ["", odd, "Đồng ý.", ""]
    assert back(opens=False) == [""] * 4
    erase(here, case, comments.BESIDE)
    gone, *_ = (one for one in back(opens=True) if one)
    assert gone.startswith("đã xóa theo ")
    assert "12/QĐ-UBND" in gone
    assert [one.opened for one in exported(here, case, opens=True).done] == [
        False,
        False,
        True,
        False,
    ]


def test_no_spreadsheet_computes_it(office: Office, case: UUID) -> None:
    done(office, case, "=HYPERLINK(0)")
    text = csv.write([exported(office, case, opens=True)], rows.Head()).decode()
    assert ",'=HYPERLINK(0)," in text
