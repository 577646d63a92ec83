"""Who is told that something was asked, answered, returned, received, or names them."""

from uuid import UUID

from engine.commands.ask_outside import ReceiveSupplement, RequestSupplement
from engine.commands.return_task import ReturnTask
from engine.domain.notices import Kind, Way, What
from engine.domain.side_work import Stance
from tests.integration.engine import beside
from tests.integration.engine.office import Office
from tests.integration.engine.test_notices import choose, of, opened, tell


def whats(office: Office, login: str) -> list[What | None]:
    """What was answered or arrived, by the notices of an account, the newest first."""
    account = office.accounts[login]
    found = office.app.bell.listed(account.tenant, account.id, 100)
    return [one.about.what for one in found]


def claimed(office: Office) -> UUID:
    """A dossier that its examiner has taken."""
    case = opened(office)
    office.claim("thamtra", case, "tham_tra")
    return case


def returned(office: Office) -> ReturnTask:
    """Send the examination back to the desk."""
    case = claimed(office)
    return ReturnTask(
        case=case,
        element="tham_tra",
        occurrence=1,
        target="nhan",
        reason="Thiếu chữ ký",
    )


def test_whoever_is_asked_for_an_opinion_is_told_and_whoever_answers_tells_the_asker(
    office: Office,
) -> None:
    case = claimed(office)
    beside.ask(office, case)
    assert tell(office) == 1
    assert of(office, "xa") == [(Kind.ASKED, "~y1")]
    (line,) = office.app.bell.listed(office.tenant, office.accounts["xa"].id, 10)
    assert line.about.due == office.work(case)["~y1", 1].due_at
    beside.say(office, case)
    assert tell(office) == 1
    assert of(office, "thamtra") == [(Kind.ANSWERED, "tham_tra")]
    assert whats(office, "thamtra") == [What.OPINION]
    assert tell(office) == 0
    assert of(office, "thamtra2") == of(office, "lanhdao") == []


def test_what_was_asked_and_withdrawn_meanwhile_is_told_nobody(office: Office) -> None:
    case = claimed(office)
    beside.ask(office, case)
    beside.take_back(office, case)
    tell(office)
    assert of(office, "xa") == []


def test_an_answer_to_a_step_that_is_over_is_told_nobody(office: Office) -> None:
    case = claimed(office)
    beside.ask(office, case)
    beside.say(office, case)
    office.complete("thamtra", case, "tham_tra")
    tell(office)
    assert Kind.ANSWERED not in {kind for kind, _ in of(office, "thamtra")}


def test_signers_are_told_and_the_asker_reads_when_enough_have_signed(
    office: Office,
) -> None:
    case = claimed(office)
    beside.round_(office, case, quorum=2)
    tell(office)
    assert of(office, "lanhdao") == [(Kind.ASKED, "~k1.1")]
    assert of(office, "xa") == [(Kind.ASKED, "~k1.2")]
    beside.sign(office, case, "lanhdao", "~k1.1")
    tell(office)
    office.clock.move(minutes=1)
    beside.sign(office, case, "xa", "~k1.2")
    tell(office)
    assert whats(office, "thamtra") == [What.QUORUM, What.SIGNED]


def test_an_objection_is_told_as_what_it_is(office: Office) -> None:
    for veto, what in ((True, What.VETOED), (False, What.REFUSED)):
        case = claimed(office)
        beside.round_(office, case, veto=veto)
        no = {"stance": Stance.DISAGREE, "text": "Chưa đủ căn cứ"}
        beside.sign(office, case, "lanhdao", "~k1.1", **no)
        office.clock.move(minutes=1)
        tell(office)
        assert whats(office, "thamtra")[0] is what


def test_work_that_comes_back_is_told_to_whoever_had_done_it_and_only_once(
    office: Office,
) -> None:
    choose(office, "motcua", opened=["page"])
    command = returned(office)
    tell(office)
    before = of(office, "motcua")
    office.do("thamtra", command)
    tell(office)
    assert of(office, "motcua") == [(Kind.RETURNED, "nhan"), *before]
    assert of(office, "thamtra") == []


def test_a_supplement_is_told_to_who_has_the_work_and_who_asked(office: Office) -> None:
    case = claimed(office)
    ask = RequestSupplement(case=case, missing="Sổ gốc", reason="Bản sao mờ")
    office.do("lanhdao", ask)
    office.do("motcua", ReceiveSupplement(case=case))
    tell(office)
    for login in ("thamtra", "lanhdao"):
        assert of(office, login) == [(Kind.SUPPLEMENTED, "")]
        assert whats(office, login) == [What.SUPPLEMENT]
    assert of(office, "motcua") == of(office, "thamtra2") == []


def test_who_is_named_is_told_if_the_case_may_be_seen(office: Office) -> None:
    case = claimed(office)
    words = "Nhờ @lanhdao xem; @xa biết để phối hợp, @thamtra tự ghi, @lahoac."
    office.complete("thamtra", case, "tham_tra", {"comment": words})
    tell(office)
    assert of(office, "lanhdao") == [(Kind.MENTION, "tham_tra")]
    # Another agency, and whoever wrote it.
    assert of(office, "xa") == of(office, "thamtra") == []
    assert tell(office) == 0


def test_an_opinion_names_people_too_and_the_mail_tells_no_word_of_it(
    office: Office,
) -> None:
    choose(office, "lanhdao", mail="ba@example.gov.vn", mention=["mail"])
    case = claimed(office)
    beside.ask(office, case)
    beside.say(office, case, text="Đề nghị @lanhdao xem mốc giới thửa đất.")
    tell(office, Way.MAIL)
    (sent,) = office.app.post.deliveries(office.tenant, 10)
    assert sent.kind is Kind.MENTION
    assert sent.account == office.accounts["lanhdao"].id
    assert "mốc giới" not in repr(office.sql("SELECT about FROM notice_delivery"))
