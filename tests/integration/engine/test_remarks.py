"""Remarks: noted at any time by who has a part in the case, and no work of the case."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands import change_organisation as change
from engine.commands.remark_case import RemarkCase
from engine.domain import comments
from engine.domain.case import Case
from engine.domain.events import EventType
from engine.domain.notices import Kind, Way
from engine.domain.organisation import Account, Holder, Position, Role
from engine.errors import (
    AnswersInvalidError,
    EngineError,
    NotAllowedError,
    NotFoundError,
    NotReadyError,
)
from engine.evidence import record
from engine.judging.ruling import Answer
from tests.integration.engine import forging
from tests.integration.engine.beside import ask, say, take_back
from tests.integration.engine.forging import Body
from tests.integration.engine.keeping import Kept
from tests.integration.engine.office import Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_bundles_of_erased_cases import (
    entries,
    export,
    verified,
)
from tests.integration.engine.test_comments import exported
from tests.integration.engine.test_ending import go_on, suspend
from tests.integration.engine.test_erasing import erase, everything
from tests.integration.engine.test_notices import choose, of, tell
from tests.integration.engine.test_orders_by_position import by, told
from tests.integration.engine.test_substitution import give
from tests.integration.engine.test_verdicts import FILES, judged, wrong

SAID: Final = "Ông Bí Mật Vô Song gọi điện: sẽ bổ sung bản gốc.\nĐã hẹn thứ Hai."
#: Columns of a case that every event moves.
_MOVED: Final = ("version", "seq", "head")


@scene
def case(office: Office) -> UUID:
    """A case whose examination somebody has."""
    office.publish_files(FILES)
    made = office.open("3.001")
    office.claim("thamtra", made, "nhan")
    return made


@pytest.fixture
def here(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Give an office whose register of erasures is its own."""
    monkeypatch.setenv("QUYTRINH_DATA", str(tmp_path / "data"))
    office.reopen()
    return office


def note(office: Office, case: UUID, login: str = "thamtra", text: str = SAID) -> None:
    office.do(login, RemarkCase(case=case, text=text))


def finish(office: Office, case: UUID) -> None:
    office.complete("thamtra", case, "nhan", {"so_tien": 500})
    office.complete("thamtra2", case, "duyet")
    office.complete("motcua", case, "tra")


def last(office: Office, case: UUID) -> Body:
    body: Body = json.loads(office.events(case)[-1].body)
    return body


def row(office: Office, case: UUID) -> Case:
    """The row of a case, but for what every event moves."""
    found = office.case(case)
    return replace(found, **dict.fromkeys(_MOVED))  # type: ignore[arg-type]


def dossier(office: Office, case: UUID) -> object:
    """What reports and the portal are told of a case."""
    with office.app.store.begin(office.tenant) as uow:
        return uow.dossiers.get(case)


def test_a_remark_is_a_value_of_its_event_and_changes_nothing_else(
    office: Office, case: UUID
) -> None:
    before = row(office, case), office.work(case), dossier(office, case)
    number = office.case(case).seq
    note(office, case, text=f"  {SAID} ")
    assert (row(office, case), office.work(case), dossier(office, case)) == before
    assert office.case(case).seq == number + 1
    sealed = office.events(case)[-1]
    assert sealed.type == EventType.CASE_REMARKED.value
    assert "Bí Mật" not in sealed.body.decode()
    kept = {one.name: record.value(str(one.value)) for one in sealed.personal}
    assert kept == {comments.BESIDE: SAID}
    body = last(office, case)
    assert set(body["commitments"]) == {comments.BESIDE}
    assert body["facts"] == {}
    assert "visit" not in body
    assert "effect" not in body
    assert office.rebuild(case) == []
    assert office.verify(case) == []


def test_a_case_with_remarks_conforms_without_deviation(
    office: Office, case: UUID
) -> None:
    note(office, case)
    office.complete("thamtra", case, "nhan", {"so_tien": 500})
    note(office, case, "motcua")
    office.complete("thamtra2", case, "duyet")
    note(office, case, "giamsat")
    office.complete("motcua", case, "tra")
    # What a case that is over leaves to be noted is noted, too.
    note(office, case, "lanhdao")
    found = judged(office, case)
    assert wrong(found) == []
    assert found.deviations == ()
    assert found.answer is Answer.CONFORMS
    assert office.case(case).closed_at is not None
    assert office.rebuild(case) == []
    assert office.verify(case) == []


def test_nobody_works_in_a_suspended_case_but_remarks_are_made(
    office: Office, case: UUID
) -> None:
    suspend(office, case)
    before = row(office, case)
    note(office, case)
    assert row(office, case) == before
    go_on(office, case)
    finish(office, case)
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []


@pytest.mark.parametrize("login", ["motcua", "thamtra", "thamtra2", "giamsat"])
def test_whoever_works_in_a_case_or_supervises_it_remarks_in_a_position(
    office: Office, case: UUID, login: str
) -> None:
    note(office, case, login)
    account = {"account": office.accounts[login].id.hex}
    assert last(office, case)["doer"] == account | by(office, login)
    assert told(judged(office, case)) == "position-held"


def test_a_substitute_remarks_for_whoever_is_away(office: Office, case: UUID) -> None:
    give(office, "thamtra", "xa")
    note(office, case, "xa")
    holder = office.accounts["thamtra"].id.hex
    assert last(office, case)["doer"]["on_behalf_of"] == holder
    assert told(judged(office, case)) == "stood-in"


@pytest.mark.parametrize(
    ("login", "error"),
    [
        ("kiemtoan", NotAllowedError),
        ("quantri", NotAllowedError),
        ("lienthong", NotAllowedError),
        ("thietke", NotFoundError),
        ("xa", NotFoundError),
        ("nuocngoai", NotFoundError),
    ],
)
def test_nobody_else_writes_into_a_case(
    office: Office, case: UUID, login: str, error: type[EngineError]
) -> None:
    before = office.digest()
    with pytest.raises(error):
        note(office, case, login)
    assert office.digest() == before


def test_an_auditor_who_has_a_position_at_no_agency_of_the_case_writes_nothing(
    office: Office, case: UUID
) -> None:
    both = Account(
        tenant=office.tenant,
        id=office.app.ids.uuid(),
        login="kiemnhiem",
        name="Người kiêm nhiệm",
        roles=frozenset({Role.CLERK, Role.AUDITOR}),
    )
    place = Position(
        id=office.app.ids.uuid(),
        agency=office.agencies["elsewhere"],
        name="Văn thư",
        performers=frozenset({"Văn thư"}),
    )
    for command in (
        change.CreateAccount(account=both, password_hash="!"),
        change.CreatePosition(position=place),
        change.HoldPosition(holder=Holder(position=place.id, account=both.id)),
    ):
        office.app.engine.run(command, office.tenant)
    office.accounts["kiemnhiem"] = both
    with pytest.raises(NotAllowedError) as refusal:
        note(office, case, "kiemnhiem")
    assert refusal.value.code == "not-in-case"


def test_who_is_asked_elsewhere_remarks_as_long_as_the_question_is_open(
    office: Office,
) -> None:
    case = office.open("1.001", ten="An", phi=0)
    office.complete("motcua", case, "nhan")
    office.claim("thamtra", case, "tham_tra")
    for answer in (say, take_back):
        ask(office, case)
        note(office, case, "xa", "Cần thêm trích lục.")
        assert told(judged(office, case)) == "position-held"
        if answer is say:
            say(office, case)
        else:
            take_back(office, case, 2)
        with pytest.raises(NotFoundError):
            note(office, case, "xa")
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []


def moved(events: Any, seq: int, to: int) -> Any:
    """The record with one event at another place."""
    (event,) = (one for one in events if one.seq == seq)
    others = [one for one in events if one.seq != seq]
    others.insert(to - 1, event)
    return forging.forge(others, 0, lambda *_: None)


def test_a_remark_of_one_who_was_not_asked_yet_is_found(office: Office) -> None:
    case = office.open("1.001", ten="An", phi=0)
    office.complete("motcua", case, "nhan")
    office.claim("thamtra", case, "tham_tra")
    ask(office, case)
    note(office, case, "xa")
    events = office.events(case)
    forged = moved(events, len(events), len(events) - 1)
    seq = len(events) - 1
    assert (seq, "authority", "other-place") in wrong(judged(office, case, forged))


def _as(office: Office, login: str, position: str = "") -> Mapping[str, str]:
    account = {"account": office.accounts[login].id.hex}
    return account | by(office, position or login)


@pytest.mark.parametrize(
    ("login", "position", "code"),
    [
        # Another agency; one's own position, but no right to write.
        ("xa", "", "other-place"),
        ("kiemtoan", "", "no-role"),
        ("quantri", "", "no-role"),
        # Another's position, and one that is none.
        ("thamtra", "lanhdao", "not-holder"),
        ("giamsat", "lanhdao", "not-holder"),
    ],
)
def test_a_remark_in_the_name_of_somebody_without_a_part_is_found(
    office: Office, case: UUID, login: str, position: str, code: str
) -> None:
    note(office, case)
    doer = _as(office, login, position)

    def change_doer(body: Body, _: Body) -> None:
        body["doer"] = dict(doer)

    seq = office.case(case).seq
    forged = forging.forge(office.events(case), seq, change_doer)
    assert wrong(judged(office, case, forged)) == [(seq, "authority", code)]


@pytest.mark.parametrize(
    ("doer", "code"),
    [((), "nobody"), (("account",), "no-position")],
)
def test_a_remark_of_nobody_or_in_no_position_is_found(
    office: Office, case: UUID, doer: tuple[str, ...], code: str
) -> None:
    note(office, case)

    def change_doer(body: Body, _: Body) -> None:
        body["doer"] = {name: body["doer"][name] for name in doer}

    seq = office.case(case).seq
    forged = forging.forge(office.events(case), seq, change_doer)
    assert (seq, "authority", code) in wrong(judged(office, case, forged))


def test_a_remark_that_moves_tokens_is_none(office: Office, case: UUID) -> None:
    office.complete("thamtra", case, "nhan", {"so_tien": 500})
    seq = office.case(case).seq

    def change_type(body: Body, _: Body) -> None:
        body["type"] = EventType.CASE_REMARKED.value

    forged = forging.forge(office.events(case), seq, change_type)
    assert (seq, "control_flow", "no-act") in wrong(judged(office, case, forged))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", NotReadyError),
        (" \n ", NotReadyError),
        ("x" * (comments.CHARS + 1), AnswersInvalidError),
        ("nửa \ud800 chữ", EngineError),
        ("không\x00", EngineError),
    ],
)
def test_what_says_nothing_or_cannot_be_kept_is_refused(
    office: Office, case: UUID, text: str, error: type[EngineError]
) -> None:
    before = office.digest()
    with pytest.raises(error):
        note(office, case, text=text)
    assert office.digest() == before


def test_the_longest_remark_is_kept_whole(office: Office, case: UUID) -> None:
    note(office, case, text="ế" * comments.CHARS)
    (kept,) = office.events(case)[-1].personal
    assert record.value(str(kept.value)) == "ế" * comments.CHARS


def test_a_form_that_is_sent_twice_leaves_one_remark(
    office: Office, case: UUID
) -> None:
    command = RemarkCase(case=case, text=SAID)
    first = office.do("thamtra", command, "k-1")
    assert office.do("thamtra", command, "k-1") == first
    types = [one.type for one in office.events(case)]
    assert types.count(EventType.CASE_REMARKED.value) == 1


def test_whom_a_remark_names_is_told_where_the_case_may_be_seen(
    office: Office, case: UUID
) -> None:
    choose(office, "lanhdao", mail="ba@example.gov.vn", mention=["mail", "page"])
    tell(office, Way.MAIL)
    note(office, case, text="Nhờ @lanhdao, @xa xem mốc giới; @thamtra tự ghi.")
    tell(office, Way.MAIL)
    # The whole case is meant, and no step of it.
    assert of(office, "lanhdao")[0] == (Kind.MENTION, "")
    assert of(office, "xa") == []
    assert Kind.MENTION not in {kind for kind, _ in of(office, "thamtra")}
    assert "mốc giới" not in repr(office.sql("SELECT about FROM notice_delivery"))
    assert tell(office, Way.MAIL) == 0


def test_whom_a_remark_on_a_finished_case_names_is_told(
    office: Office, case: UUID
) -> None:
    finish(office, case)
    tell(office)
    note(office, case, "motcua", "Người dân hỏi lại, @lanhdao cho ý kiến.")
    tell(office)
    assert of(office, "lanhdao")[0] == (Kind.MENTION, "")


def test_an_order_to_erase_takes_it_and_every_verdict_stays(here: Office) -> None:
    here.publish_files(FILES)
    case = here.open("3.001")
    note(here, case)
    finish(here, case)
    note(here, case, "motcua")
    assert everything(here).count("Bí Mật") >= 2
    erase(here, case)
    assert "Bí Mật" not in everything(here)
    found = judged(here, case)
    assert wrong(found) == []
    assert here.rebuild(case) == []
    assert here.verify(case) == []


def test_whatever_is_erased_by_name_takes_the_remarks_that_may_repeat_it(
    here: Office,
) -> None:
    case = here.open("1.001", ten="Bí Mật Vô Song", phi=0)
    note(here, case, "motcua")
    erase(here, case, "ten")
    assert "Bí Mật" not in everything(here)
    # The case is open: it goes on, and is remarked on again.
    note(here, case, "motcua", "Đã xóa theo đề nghị.")
    here.complete("motcua", case, "nhan")
    assert wrong(judged(here, case)) == []
    assert here.rebuild(case) == []


def test_exports_list_steps_and_no_remarks(office: Office, case: UUID) -> None:
    finish(office, case)
    before = exported(office, case, opens=True).done
    note(office, case, "motcua")
    assert exported(office, case, opens=True).done == before


def test_a_bundle_proves_remarks_as_they_were_and_after_they_were_erased(
    here: Office, tmp_path: Path
) -> None:
    here.publish_files(FILES)
    case = here.open("3.001")
    note(here, case)
    finish(here, case)
    kept = Kept(here, tmp_path / "signer")
    kept.sequence()
    for gone in (False, True):
        if gone:
            erase(here, case)
            kept.sequence()
        made = export(kept, case)
        assert verified(kept, made) == []
        found = entries(made)
        assert b"case.remarked" in found["events.jsonl"]
        opened = b"".join(found.values())
        assert ("Bí Mật Vô Song".encode() in opened) is not gone
        (report,) = json.loads(found["report.json"])["cases"]
        assert report["answer"] == "conforms"
        assert "case.remarked" in json.dumps(report)


def test_words_that_were_changed_in_the_database_open_no_commitment(
    office: Office, case: UUID
) -> None:
    note(office, case)
    seq = office.case(case).seq
    office.unguard()
    office.sql(
        "UPDATE personal SET value = :value WHERE stream = :case AND seq = :seq",
        value='"Không có gì."',
        case=case,
        seq=seq,
    )
    assert [one[:2] for one in wrong(judged(office, case))] == [(seq, "integrity")]
