"""Rows beside the events that somebody changed with the guards off: caught, and named.

No event is touched here. Each test changes one column of one derived table, and a check
of everything must say which row and column that is, in both languages.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from engine.commands.declare_outage import DeclareOutage
from engine.commands.describe_agency import DescribeAgency
from engine.commands.erase_personal import ErasePersonal
from engine.commands.rename_agency import RenameAgency
from engine.commands.send_signal import SendSignal
from engine.commands.substitute import GiveSubstitution
from engine.domain.organisation import Naming, Reach, Substitution
from engine.evidence.findings import Finding
from tests.integration.engine.keeping import Kept
from tests.integration.engine.office import MAIN_STEPS, Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_calendars_of_agencies import YEAR, confirm
from tests.integration.engine.test_exchange import CARRYING, HEARING
from webui import delivering


@dataclass
class Full:
    """An office in which every derived table has rows, and nothing is wrong."""

    kept: Kept
    case: UUID
    closed: UUID

    def attacked(self, sql: str) -> list[Finding]:
        """What a check finds once rows were changed and the guards put back."""
        for short, condition in _SHORT.items():
            sql = sql.replace(short, condition)
        names = {"case": self.case, "closed": self.closed}
        names["auditor"] = self.kept.office.accounts["kiemtoan"].id
        names["clerk"] = self.kept.office.accounts["motcua"].id
        self.kept.office.unguard()
        given = {name: value for name, value in names.items() if f":{name}" in sql}
        self.kept.office.sql(sql, **given)
        self.kept.guard()
        report = self.kept.check()
        assert not report.ok
        for one in report.findings:
            assert "{" not in one.message_vi + one.message_en
        return list(report.findings)


@scene
def cases(office: Office) -> tuple[UUID, UUID]:
    """A case and a closed one, in an office in which something of all was done."""
    kept = Kept(office, office.folder / "signer")
    confirm(office, YEAR)
    today = office.clock.at.date()
    with office.app.store.begin(office.tenant) as uow:
        known = uow.accounts.organisation()
    absent = office.accounts["thamtra"].id
    [position] = [one.position for one in known.holders if one.account == absent]
    given = Substitution(
        id=office.app.ids.uuid(),
        position=position,
        absent=absent,
        substitute=office.accounts["xa"].id,
        valid_from=today,
        valid_to=today + timedelta(days=9),
        order="3/QĐ",
    )
    office.do("quantri", GiveSubstitution(substitution=given))
    begins = office.clock.at - timedelta(hours=2)
    ends = office.clock.at - timedelta(hours=1)
    outage = DeclareOutage(
        begins=begins, ends=ends, reason="Mất điện", document="12/TB-UBND"
    )
    office.do("quantri", outage)
    naming = Naming(since=today, name="Xã Mới", document="9/NQ")
    renamed = RenameAgency(agency=office.agencies["elsewhere"], naming=naming)
    office.do("quantri", renamed)
    reach = Reach(since=today, address="12 Lê Lợi", phone="0236 3822 001")
    described = DescribeAgency(agency=office.agencies["ward"], reach=reach)
    office.do("quantri", described)
    kept.case(0)
    closed, case = _closed(office, kept.case(0)), kept.case(1)
    kept.seal()
    assert kept.check().findings == ()
    return case, closed


@pytest.fixture
def full(office: Office, cases: tuple[UUID, UUID]) -> Full:
    """Give such an office."""
    return Full(Kept(office, office.folder / "signer"), *cases)


def _closed(office: Office, case: UUID) -> UUID:
    """Take a case to its end."""
    for login, element in MAIN_STEPS:
        if element == "ky":
            office.clock.move(days=3)
            office.wake(case)
        office.complete(login, case, element, {"ghi_chu": "Đủ"})
    office.receive(case, "thue_tra_loi")
    assert office.case(case).closed_at is not None
    return case


#: Short for conditions below.
_SHORT: Final = {
    "[one]": "WHERE id = :case",
    "[task]": "WHERE case_id = :case AND element = 'nhan'",
    "[open]": "WHERE case_id = :case AND status IN ('open', 'claimed')",
    "[letter]": "WHERE stream = :closed",
    "[signal]": "WHERE name = 'bao'",
}
#: What is done → the layer that names it, and words of what it says.
ORGANISATION: Final = {
    "UPDATE account SET roles = 'auditor' WHERE id = :clerk": ("account", "roles"),
    "UPDATE account SET login = 'ke_gian' WHERE id = :clerk": ("account", "login"),
    "UPDATE account SET name = 'Kẻ gian' WHERE id = :clerk": ("account", "name"),
    "UPDATE account SET active = false WHERE id = :auditor": ("account", "active"),
    "UPDATE account SET valid_to = '2099-01-01' WHERE id = :auditor": (
        *("account", "valid_to"),
    ),
    "UPDATE holder SET account = :auditor WHERE account = :clerk": ("holding", ""),
    "DELETE FROM holder WHERE account = :clerk": ("holding", "not in its table"),
    "UPDATE holder SET valid_to = '2026-11-01' WHERE account = :clerk": (
        *("holding", "valid_to"),
    ),
    "UPDATE position SET performers = '[\"Lãnh đạo\"]' WHERE name = 'Một cửa'": (
        *("position", "performers"),
    ),
    "UPDATE position SET valid_to = '2026-11-01' WHERE name = 'Một cửa'": (
        *("position", "valid_to"),
    ),
    "UPDATE agency SET parent = NULL WHERE name = 'Cơ quan ward'": ("agency", "parent"),
    "UPDATE agency SET name = 'Sở Khác' WHERE name = 'Cơ quan ward'": (
        *("agency", "name"),
    ),
    "UPDATE agency_naming SET reference = '1/NQ'": ("later name", "reference"),
    "DELETE FROM agency_naming": ("later name", "not in its table"),
    "UPDATE agency_reach SET phone = '1900 0000'": ("address and telephone", "phone"),
    "DELETE FROM agency_reach": ("address and telephone", "not in its table"),
    "UPDATE substitution SET valid_to = '2099-01-01'": ("substitution", "valid_to"),
    "UPDATE substitution SET substitute = :auditor": ("substitution", "substitute"),
    "DELETE FROM substitution": ("substitution", "not in its table"),
    "UPDATE outage SET reason = 'Bão'": ("outage", "reason"),
    "UPDATE outage SET begins = ends": ("outage", "begins"),
    "DELETE FROM outage": ("outage", "not in its table"),
    "UPDATE calendar_edition SET status = 'replaced'": ("calendar", "status"),
    "UPDATE calendar_edition SET confirmed_by = :clerk": ("calendar", "confirmed_by"),
    "UPDATE calendar_edition SET content = '{}'": ("calendar", "content"),
    "UPDATE calendar_edition SET source = 'x'": ("calendar", "source"),
    "UPDATE tenant SET name = 'Tỉnh Giả' WHERE name = 'Tỉnh Thử'": ("tenant", "name"),
}
PROCEDURES: Final = {
    "UPDATE procedure_version SET author = :clerk": "author",
    "UPDATE procedure_version SET publisher = :clerk": "publisher",
    "UPDATE procedure_version SET status = 'retired'": "status",
    "UPDATE procedure_version SET number = 7": "number",
    "UPDATE procedure_version SET name = 'Tên khác'": "name",
    "UPDATE procedure_version SET controlled = true": "controlled",
    "UPDATE procedure_version SET kind = 'document'": "kind",
    "UPDATE procedure SET name = 'Tên khác'": "name",
    "UPDATE procedure SET code = '9.999'": "code",
}
CASES: Final = {
    "UPDATE \"case\" SET applicant = 'Người khác' [one]": "applicant",
    "UPDATE \"case\" SET folded = 'nguoi khac' [one]": "folded",
    'UPDATE "case" SET due_at = opened_at [one]': "due_at",
    "UPDATE \"case\" SET status = 'completed' [one]": "status",
    'UPDATE "case" SET closed_at = opened_at [one]': "closed_at",
    "UPDATE \"case\" SET code = 'HS-1' [one]": "code",
    "UPDATE \"case\" SET channel = 'post' [one]": "channel",
    'UPDATE "case" SET handling = receiving [one]': "handling",
    'UPDATE "case" SET deciding = receiving [one]': "deciding",
    'UPDATE "case" SET helping = deciding [one]': "helping",
    'UPDATE "case" SET opened_at = opened_at - :day [one]': "opened_at",
    'UPDATE "case" SET portal = 9 [one]': "portal",
    'UPDATE "case" SET sides = 3 [one]': "sides",
    'UPDATE "case" SET version = 9 [one]': "version",
    'UPDATE "case" SET suspended_at = opened_at [one]': "suspended_at",
    'UPDATE "case" SET state = NULL [one]': "state",
    "UPDATE task SET assignee = :auditor [task]": "assignee",
    "UPDATE task SET due_at = opened_at [open]": "due_at",
    "UPDATE task SET closed_at = opened_at [open]": "closed_at",
    "UPDATE task SET status = 'cancelled' [task]": "status",
    "UPDATE task SET channel = 'post' [task]": "channel",
    "UPDATE task SET step = 'x' [task]": "step",
    "UPDATE task SET performer = 'x' [open]": "performer",
    "UPDATE task SET rank = rank + 900000000 [task]": "rank",
    "DELETE FROM task WHERE case_id = :case AND status IN ('open', 'claimed')"
    " AND NOT EXISTS (SELECT 1 FROM draft WHERE draft.case_id = task.case_id)": "",
    "UPDATE dossier SET channel = 'post' WHERE case_id = :case": "channel",
    "UPDATE dossier SET score = 5 WHERE case_id = :case": "score",
    "UPDATE dossier SET paid = 'paid' WHERE case_id = :case": "paid",
    "UPDATE dossier SET ending = 'refused' WHERE case_id = :case": "ending",
    "UPDATE dossier SET told = '{}' WHERE case_id = :case": "told",
    "DELETE FROM dossier WHERE case_id = :case": "",
    'UPDATE "case" SET closed_at = opened_at WHERE id = :closed': "closed_at",
}
#: What is done to the letter of the closed case → the column that is named.
LETTERS: Final = {
    "UPDATE outbox SET body = '{\"phi\": 999}' [letter]": "body",
    "UPDATE outbox SET body = '{\"phi\": false}' [letter]": "body",
    "UPDATE outbox SET body = '{}' [letter]": "body",
    'UPDATE outbox SET correlation = \'{"so": "9"}\' [letter]': "correlation",
    "UPDATE outbox SET name = 'khac' [letter]": "name",
    "UPDATE outbox SET partner = 'Kẻ gian' [letter]": "partner",
    "UPDATE outbox SET kind = 'signal' [letter]": "kind",
    "UPDATE outbox SET sent_at = sent_at - :day [letter]": "sent_at",
    "UPDATE outbox SET sent_at = NULL [letter]": "sent_at",
}
#: The same for the whole letter → the codes.
WHOLE_LETTERS: Final = {
    "DELETE FROM outbox [letter]": {"letter-gone"},
    "UPDATE outbox SET seq = seq + 1 [letter]": {"letter-gone", "letter-forged"},
    "UPDATE outbox SET n = 1 [letter]": {"letter-gone", "letter-forged"},
    "INSERT INTO outbox (tenant_id, stream, seq, n, kind, name, partner, body)"
    " SELECT tenant_id, stream, seq, 1, kind, name, partner, body FROM outbox"
    " [letter]": {"letter-forged"},
}
#: What is done to a signal that a person sent → the column that is named.
SIGNALS: Final = {
    'UPDATE outbox SET body = \'{"muc": true, "ten": "Đượm"}\' [signal]': "body",
    "UPDATE outbox SET body = '{}' [signal]": "body",
    "UPDATE outbox SET body = 'x' [signal]": "body",
    'UPDATE outbox SET correlation = \'{"so": "9"}\' [signal]': "correlation",
    "UPDATE outbox SET name = 'bao_khac' [signal]": "name",
    "UPDATE outbox SET partner = 'Kẻ gian' [signal]": "partner",
    "UPDATE outbox SET kind = 'message' [signal]": "kind",
    "UPDATE outbox SET sent_at = sent_at - :day [signal]": "sent_at",
}
#: The same for the whole letter → the codes.
WHOLE_SIGNALS: Final = {
    "DELETE FROM outbox [signal]": {"row-gone"},
    "UPDATE outbox SET seq = 7 [signal]": {"row-gone", "row-forged"},
    "UPDATE outbox SET n = 1 [signal]": {"row-gone", "row-forged"},
    "UPDATE outbox SET stream = :clerk [signal]": {"row-gone", "row-forged"},
}
REGISTERS: Final = {
    "UPDATE code_counter SET last = last - 1": "counter",
    "UPDATE code_counter SET last = last + 1": "counter",
    "DELETE FROM code_counter": "counter-gone",
}


@pytest.mark.parametrize("sql", ORGANISATION)
def test_a_changed_row_of_the_organisation_is_named(full: Full, sql: str) -> None:
    findings = full.attacked(sql)
    assert {one.layer for one in findings} >= {"organisation"}
    told = [one for one in findings if one.layer == "organisation"]
    for words in ORGANISATION[sql]:
        assert any(words in one.message_en for one in told), told
    assert all(one.event or one.code == "row-forged" for one in told)


def test_a_position_that_was_given_to_somebody_else_is_named(full: Full) -> None:
    findings = full.attacked(
        "UPDATE holder SET position = (SELECT id FROM position"
        " WHERE name = 'Lãnh đạo') WHERE account = :clerk"
    )
    codes = {one.code for one in findings if one.layer == "organisation"}
    assert codes == {"row-forged", "row-gone"}


@pytest.mark.parametrize("sql", PROCEDURES)
def test_a_changed_row_of_a_procedure_is_named(full: Full, sql: str) -> None:
    findings = full.attacked(sql)
    told = [one for one in findings if one.layer == "procedures"]
    assert any(
        f"({PROCEDURES[sql]})" in one.message_en or PROCEDURES[sql] in one.message_en
        for one in told
    )
    assert all(one.event.startswith("procedure:") for one in told)


@pytest.mark.parametrize("sql", CASES)
def test_a_changed_row_of_a_case_is_named(full: Full, sql: str) -> None:
    day = "86400000000" if "sqlite" in full.kept.office.url else "INTERVAL '1 day'"
    findings = full.attacked(sql.replace(":day", day))
    told = [one for one in findings if one.layer == "cases"]
    assert told
    assert {one.layer for one in findings} == {"cases"}
    name = CASES[sql]
    assert any(name in one.message_en for one in told), told
    case = full.closed if ":closed" in sql else full.case
    assert {one.event for one in told} == {f"case:{case.hex}"}


@pytest.mark.parametrize("sql", LETTERS)
def test_a_changed_letter_of_a_case_is_named_and_put_right(
    full: Full, sql: str
) -> None:
    day = "86400000000" if "sqlite" in full.kept.office.url else "INTERVAL '1 day'"
    [told] = full.attacked(sql.replace(":day", day))
    assert (told.layer, told.code) == ("cases", "case-row")
    assert f"({LETTERS[sql]})" in told.message_en
    assert "letter " in told.message_en
    assert "thư gửi đi " in told.message_vi
    with full.kept.office.app.store.begin(full.kept.tenant) as uow:
        [letter] = uow.outbox.letters_of(full.closed)
    assert told.event == f"case:{full.closed.hex} {letter.sent.seq}"
    assert "999" not in told.message_en + told.message_vi
    assert full.kept.office.rebuild(full.closed)
    assert full.kept.check().findings == ()


@pytest.mark.parametrize("sql", WHOLE_LETTERS)
def test_a_letter_that_was_taken_away_or_put_in_is_named(full: Full, sql: str) -> None:
    findings = full.attacked(sql)
    assert {one.layer for one in findings} == {"cases"}
    assert {one.code for one in findings} == WHOLE_LETTERS[sql]
    assert all(one.event.startswith(f"case:{full.closed.hex} ") for one in findings)
    # Nobody can tell whether it arrived: it stays as it is.
    full.kept.office.rebuild(full.closed)
    assert {one.code for one in full.kept.check().findings} == WHOLE_LETTERS[sql]


def test_an_altered_letter_that_still_waits_with_its_keys_is_named(
    office: Office,
) -> None:
    office.publish(carrying=CARRYING)
    kept = Kept(office, office.folder / "signer")
    case = office.open("gui_di", so="7", rieng="Đượm")
    office.complete("motcua", case, "lam", {"so": "7"})
    kept.sequence()
    with office.app.store.begin(office.tenant) as uow:
        [letter] = uow.outbox.letters_of(case)
    assert (letter.sent.body, letter.sent.correlation) == (
        {"tra_loi": "7"},
        {"so": "7"},
    )
    assert letter.tried.delivered_at is None
    assert kept.check().findings == ()
    office.sql('UPDATE outbox SET correlation = \'{"so": "8"}\'')
    [told] = kept.check().findings
    assert "(correlation)" in told.message_en
    assert office.rebuild(case)
    assert kept.check().findings == ()


def test_an_erased_letter_says_nothing_and_what_comes_back_is_named(
    full: Full,
) -> None:
    order = ErasePersonal(case=full.closed, basis="Luật 91/2025/QH15", order="12/QĐ")
    full.kept.office.do("quantri", order)
    full.kept.sequence()
    assert full.kept.check().findings == ()
    [told] = full.attacked("UPDATE outbox SET body = '{\"phi\": 0}' [letter]")
    assert (told.code, "(body)" in told.message_en) == ("case-row", True)
    assert full.kept.office.rebuild(full.closed)
    assert full.kept.check().findings == ()


@pytest.fixture
def told_all(full: Full) -> Full:
    """Give the same office after somebody told every case something."""
    signal = SendSignal(name="bao", payload={"ten": "Đượm", "muc": 1})
    full.kept.office.do("lienthong", signal)
    full.kept.sequence()
    assert full.kept.check().findings == ()
    return full


@pytest.mark.parametrize("sql", SIGNALS)
def test_a_changed_signal_of_a_person_is_named(told_all: Full, sql: str) -> None:
    day = "86400000000" if "sqlite" in told_all.kept.office.url else "INTERVAL '1 day'"
    [told] = told_all.attacked(sql.replace(":day", day))
    assert (told.layer, told.code) == ("registers", "row")
    assert f"({SIGNALS[sql]})" in told.message_en
    sender = told_all.kept.office.accounts["lienthong"].id
    assert told.event.startswith(f"account:{sender.hex} ")
    assert "Đượm" not in told.message_en + told.message_vi


def test_a_signal_that_was_heard_and_erased_says_nothing(office: Office) -> None:
    office.publish(nghe=HEARING)
    kept = Kept(office, office.folder / "signer")
    case = office.open("nghe_bao")
    office.do("lienthong", SendSignal(name="bao", payload={"ten": "Đượm", "muc": 1}))
    for _ in range(3):
        for due in delivering.due(office.app, office.tenant):
            delivering.perform(office.app, office.tenant, due)
    office.complete("motcua", case, "xong")
    kept.sequence()
    assert kept.check().findings == ()
    order = ErasePersonal(case=case, basis="Luật 91/2025/QH15", order="12/QĐ")
    office.do("quantri", order)
    kept.sequence()
    assert kept.check().findings == ()
    office.sql("UPDATE outbox SET body = '{\"muc\": 1}'")
    [told] = kept.check().findings
    assert (told.layer, told.code) == ("registers", "row")
    assert "(body)" in told.message_en


@pytest.mark.parametrize("sql", WHOLE_SIGNALS)
def test_a_signal_that_nobody_sent_or_that_is_gone_is_named(
    told_all: Full, sql: str
) -> None:
    findings = told_all.attacked(sql)
    assert {one.layer for one in findings} == {"registers"}
    assert {one.code for one in findings} == WHOLE_SIGNALS[sql]


@pytest.mark.parametrize("sql", REGISTERS)
def test_a_changed_register_is_named(full: Full, sql: str) -> None:
    findings = full.attacked(sql)
    assert ("registers", REGISTERS[sql]) in {(one.layer, one.code) for one in findings}


def test_a_rebuild_puts_a_case_right_and_the_check_passes_again(full: Full) -> None:
    assert full.attacked("UPDATE \"case\" SET channel = 'post', code = 'X' || code")
    with full.kept.office.app.store.begin(full.kept.tenant) as uow:
        known = tuple(uow.cases.all())
    for one in known:
        assert full.kept.office.rebuild(one)
        assert full.kept.office.rebuild(one) == []
    assert full.kept.check().findings == ()


def test_the_log_without_its_signed_heads_is_no_whole_evidence(full: Full) -> None:
    full.kept.office.unguard()
    full.kept.office.sql("DELETE FROM checkpoint")
    full.kept.guard()
    report = full.kept.check()
    assert [(one.layer, one.code) for one in report.findings] == [
        ("checkpoints", "heads-gone")
    ]
    layers = {one.layer: one for one in report.layers}
    assert layers["instants"].result == "NOT CHECKED"
    assert "không có đầu nhật ký đã ký nào" in layers["instants"].message_vi
    assert layers["signatures"].result == "NOT CHECKED"
    # Without the memory of the signer the leaves alone tell it.
    report = full.kept.check(last=None)
    assert [(one.layer, one.code) for one in report.findings] == [
        ("checkpoints", "no-heads")
    ]
    assert not full.kept.check(last=None, deep=False).ok


def test_stamps_that_nobody_gave_are_not_checked(full: Full) -> None:
    [layer] = [one for one in full.kept.check().layers if one.layer == "stamps"]
    assert layer.result == "NOT CHECKED"
    assert layer.message_vi == "Chưa kiểm tra: chưa có dấu thời gian."


def test_a_log_that_has_not_begun_is_no_alarm(office: Office, tmp_path: Path) -> None:
    report = Kept(office, tmp_path / "signer").check()
    assert report.findings == ()
    layers = {one.layer: one.result for one in report.layers}
    for name in ("checkpoints", "signatures", "instants", "stamps"):
        assert layers[name] == "NOT CHECKED"


#: What SQLite lets anybody put into a column, and the code that names it.
OTHER_KINDS: Final = {
    "UPDATE event SET at = 'x' WHERE stream = :case AND seq = 2": "row-kind",
    "UPDATE event SET body = 'x' WHERE stream = :case AND seq = 2": "row-kind",
    "UPDATE event SET leaf = 7 WHERE stream = :case AND seq = 2": "replaced",
    "UPDATE event SET seq = 'x' WHERE stream = :case AND seq = 2": "row-kind",
    "UPDATE event SET kind = x'00' WHERE stream = :case AND seq = 2": "columns",
    "UPDATE version_file SET bytes = 'x'": "row-kind",
    "UPDATE version_model SET bytes = 'x'": "row-kind",
    "UPDATE version_model SET hash = x'00'": "document",
    "UPDATE personal SET value = x'00' WHERE stream = :case AND seq = 2": "row-kind",
    "UPDATE personal SET salt = 'x' WHERE stream = :case AND seq = 2": "row-kind",
    "UPDATE log_index SET leaf = 'x' WHERE stream = :case AND seq = 2": "row-kind",
    "UPDATE checkpoint SET root = 'x'": "row-kind",
    "UPDATE checkpoint SET note = 'x'": "row-kind",
    "UPDATE checkpoint SET signed_at = 'x'": "row-kind",
    "UPDATE \"case\" SET due_at = 'x' WHERE id = :case": "case-differs",
    "UPDATE \"case\" SET head = 'x' WHERE id = :case": "row-head",
    "UPDATE task SET opened_at = 'x' WHERE case_id = :case": "case-differs",
    "UPDATE dossier SET told = x'00' WHERE case_id = :case": "case-row",
    "UPDATE outbox SET body = 'x' WHERE stream = :closed": "case-differs",
    "UPDATE outbox SET sent_at = 'x' WHERE stream = :closed": "case-differs",
    "UPDATE account SET valid_to = 'x' WHERE id = :clerk": "row",
    "UPDATE account SET roles = x'00' WHERE id = :clerk": "row",
    "UPDATE outage SET begins = 'x'": "row",
    "UPDATE position SET performers = 'x' WHERE name = 'Một cửa'": "row",
    "UPDATE calendar_edition SET content = x'00'": "row",
    "UPDATE procedure_version SET created_at = 'x'": "row",
    "UPDATE code_counter SET last = 'x'": "counter",
}


@pytest.mark.parametrize("sql", OTHER_KINDS)
def test_a_value_of_another_kind_is_named_and_the_rest_is_checked(
    full: Full, sql: str
) -> None:
    if "sqlite" not in full.kept.office.url:
        pytest.skip("the server refuses it")
    findings = full.attacked(sql)
    assert OTHER_KINDS[sql] in {one.code for one in findings}
