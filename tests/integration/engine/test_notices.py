"""Who is told of what: from the log and the alarms, once, and nobody too much."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from engine.commands.reassign_task import ReassignTask
from engine.commands.sound_alarms import SoundAlarms
from engine.commands.tell_notices import TellDigest, TellNotices
from engine.domain import notices
from engine.domain.notices import Choice, Kind, Way
from engine.notices import Hook
from tests.integration.engine.office import Office


def opened(office: Office) -> UUID:
    """A dossier that waits for its examiner."""
    case = office.open("1.001")
    office.complete("motcua", case, "nhan")
    return case


def sequence(office: Office) -> int:
    """Give every event its place in the log, as the sequencer does."""
    return office.app.log.integrate(office.tenant, 2026, 10_000)


def tell(office: Office, *ways: Way) -> int:
    """Tell everything that happened."""
    sequence(office)
    told = 0
    while True:
        done = office.app.engine.run(TellNotices(ways=frozenset(ways)), office.tenant)
        told += int(str(done["told"]))
        if not done["looked"]:
            return told


def of(office: Office, login: str) -> list[tuple[Kind, str]]:
    """The notices of an account, the newest first."""
    account = office.accounts[login]
    found = office.app.bell.listed(account.tenant, account.id, 100)
    return [(one.kind, one.about.element) for one in found]


def choose(office: Office, login: str, mail: str = "", **ways: Iterable[str]) -> None:
    """Store what somebody chose besides the defaults."""
    account = office.accounts[login]
    pairs = ((kind, way) for kind, named in ways.items() for way in named)
    chosen = notices.changed(pairs)
    known = {kind: chosen[kind] for kind in chosen if kind.value in ways}
    choice = Choice(account=account.id, mail=mail, ways={**notices.DEFAULTS, **known})
    office.app.bell.choose(office.tenant, choice)


def reassign(office: Office, case: UUID, to: str) -> None:
    """Give the examination to somebody."""
    held = office.actor(to).positions[0]
    command = ReassignTask(
        case=case,
        element="tham_tra",
        occurrence=1,
        position=held.id,
        account=office.accounts[to].id,
        reason="Chia lại việc",
    )
    office.do("giamsat", command)


def ring(office: Office) -> None:
    """Raise the alarms that are due."""
    office.app.engine.run(SoundAlarms(), office.tenant)


def test_whoever_is_given_work_is_told_once_and_the_giver_is_not(
    office: Office,
) -> None:
    case = opened(office)
    reassign(office, case, "thamtra2")
    assert tell(office) == 1
    assert of(office, "thamtra2") == [(Kind.ASSIGNED, "tham_tra")]
    assert tell(office) == 0
    assert of(office, "giamsat") == of(office, "thamtra") == []
    (line,) = office.app.bell.listed(office.tenant, office.accounts["thamtra2"].id, 10)
    work = office.work(case)["tham_tra", 1]
    assert line.about.code == office.case(case).code
    assert (line.about.case, line.about.due) == (case, work.due_at)


def test_open_work_is_told_to_whoever_chose_so_and_may_take_it(office: Office) -> None:
    for login in ("thamtra", "lanhdao", "xa"):
        choose(office, login, opened=["page"])
    opened(office)
    tell(office)
    assert of(office, "thamtra") == [(Kind.OPENED, "tham_tra")]
    # Another position, another agency, and whoever chose nothing.
    assert of(office, "lanhdao") == of(office, "xa") == of(office, "thamtra2") == []


def test_work_that_is_done_meanwhile_is_told_nobody(office: Office) -> None:
    choose(office, "thamtra", opened=["page"])
    case = opened(office)
    office.claim("thamtra2", case, "tham_tra")
    office.complete("thamtra2", case, "tham_tra")
    tell(office)
    assert of(office, "thamtra") == []


def test_work_that_was_given_on_is_told_only_to_the_last(office: Office) -> None:
    case = opened(office)
    reassign(office, case, "thamtra")
    reassign(office, case, "thamtra2")
    tell(office)
    assert of(office, "thamtra") == []
    assert of(office, "thamtra2") == [(Kind.ASSIGNED, "tham_tra")]


def test_a_warning_goes_to_whoever_has_the_work(office: Office) -> None:
    case = opened(office)
    office.claim("thamtra", case, "tham_tra")
    # 80 % of two working days from Friday morning are used up on Monday afternoon.
    office.clock.move(days=3, hours=8)
    ring(office)
    tell(office)
    assert of(office, "thamtra") == [(Kind.SOON, "tham_tra")]
    assert of(office, "thamtra2") == of(office, "giamsat") == []


def test_overdue_work_is_told_to_its_doer_and_the_nearest_supervisor(
    office: Office,
) -> None:
    case = opened(office)
    office.claim("thamtra", case, "tham_tra")
    office.clock.move(days=5)
    ring(office)
    tell(office)
    assert of(office, "thamtra") == [(Kind.OVERDUE, "tham_tra")]
    assert of(office, "giamsat") == [(Kind.ESCALATED, "tham_tra")]
    ring(office)
    assert tell(office) == 0


def test_an_overdue_case_is_told_to_its_deciding_agency_too(office: Office) -> None:
    case = opened(office)
    office.claim("thamtra", case, "tham_tra")
    office.clock.move(days=30)
    ring(office)
    tell(office)
    assert set(of(office, "giamsat")) == {
        (Kind.ESCALATED, "tham_tra"),
        (Kind.ESCALATED, ""),
    }
    assert (Kind.OVERDUE, "") in of(office, "thamtra")


def test_an_alarm_whose_due_instant_has_gone_is_told_nobody(office: Office) -> None:
    case = opened(office)
    office.claim("thamtra", case, "tham_tra")
    office.clock.move(days=5)
    ring(office)
    office.complete("thamtra", case, "tham_tra")
    tell(office)
    assert of(office, "thamtra") == of(office, "giamsat") == []
    with office.app.store.begin(office.tenant) as uow:
        assert uow.alarms.waiting(10) == ()


def test_what_is_told_later_than_two_days_is_not_sent_any_more(office: Office) -> None:
    choose(office, "thamtra2", mail="ba@example.gov.vn", assigned=["page", "mail"])
    case = opened(office)
    reassign(office, case, "thamtra2")
    office.clock.move(days=3)
    tell(office, Way.MAIL)
    assert of(office, "thamtra2") == [(Kind.ASSIGNED, "tham_tra")]
    assert office.app.post.deliveries(office.tenant, 10) == ()


def test_mail_goes_only_to_an_address_and_only_where_there_is_a_way(
    office: Office,
) -> None:
    case = opened(office)
    reassign(office, case, "thamtra2")
    tell(office, Way.MAIL)
    assert office.app.post.deliveries(office.tenant, 10) == ()
    choose(office, "thamtra", mail="ba@example.gov.vn")
    reassign(office, case, "thamtra")
    tell(office, Way.MAIL)
    (sent,) = office.app.post.deliveries(office.tenant, 10)
    assert (sent.way, sent.account) == (Way.MAIL, office.accounts["thamtra"].id)
    choose(office, "thamtra2", mail="tu@example.gov.vn")
    reassign(office, case, "thamtra2")
    tell(office)
    assert len(office.app.post.deliveries(office.tenant, 10)) == 1


def test_a_system_is_told_of_its_units_once_for_a_cause(office: Office) -> None:
    agencies = office.agencies
    units = {"all": None, "above": agencies["province"], "far": agencies["elsewhere"]}
    hooks = {}
    for name, agency in units.items():
        hooks[name] = Hook(
            id=office.app.ids.uuid(),
            agency=agency,
            url="https://example.gov.vn/nhan",
            kinds=frozenset({Kind.OPENED}),
        )
        office.app.post.keep_hook(office.tenant, hooks[name], office.clock.now())
    case = opened(office)
    tell(office, Way.HOOK)
    tell(office, Way.HOOK)
    posts = office.app.post.deliveries(office.tenant, 10)
    # The office is no unit of the agency far away.
    assert sorted(str(one.hook) for one in posts) == sorted(
        str(hooks[name].id) for name in ("all", "above")
    )
    assert {one.about.case for one in posts} == {case}
    both = {office.accounts[login].id for login in ("thamtra", "thamtra2")}
    assert [set(one.accounts) for one in posts] == [both, both]


def test_notices_change_nothing_of_a_case(office: Office) -> None:
    case = opened(office)
    reassign(office, case, "thamtra2")
    before = office.case(case), office.events(case)
    tell(office)
    assert (office.case(case), office.events(case)) == before
    assert office.rebuild(case) == []


def test_a_look_that_does_not_become_durable_is_made_again(office: Office) -> None:
    case = opened(office)
    reassign(office, case, "thamtra2")
    sequence(office)
    with office.app.store.begin(office.tenant) as uow:
        first = uow.notices.take(1_000)
    with office.app.store.begin(office.tenant) as uow:
        assert uow.notices.take(1_000) == first
    assert {one.stream for one in first} == {case}
    assert tell(office) == 1


def test_a_digest_is_sent_once_a_day_and_never_empty(office: Office) -> None:
    choose(office, "thamtra", mail="ba@example.gov.vn")
    full = TellDigest(
        account=office.accounts["thamtra"].id,
        day=date(2026, 11, 20),
        agency=office.agencies["office"],
        counts={"mine": 1, "late": 0},
    )
    run = office.app.engine.run
    assert run(full, office.tenant) == {"told": 1}
    assert run(full, office.tenant) == {"told": 0}
    empty = TellDigest(
        account=full.account, day=date(2026, 11, 23), agency=full.agency, counts={}
    )
    assert run(empty, office.tenant) == {"told": 0}
    assert len(office.app.post.deliveries(office.tenant, 10)) == 1


def test_whoever_may_not_sign_in_any_more_is_told_nothing(office: Office) -> None:
    choose(office, "thamtra", opened=["page"])
    opened(office)
    office.sql(
        "UPDATE account SET active = false WHERE id = :id",
        id=office.accounts["thamtra"].id,
    )
    tell(office)
    assert of(office, "thamtra") == []


def test_notices_of_one_tenant_are_nobodys_in_another(office: Office) -> None:
    case = opened(office)
    reassign(office, case, "thamtra2")
    tell(office)
    account = office.accounts["thamtra2"].id
    assert office.app.bell.listed(office.abroad, account, 10) == ()
    assert office.app.bell.unread(office.abroad, account, 10) == 0
    (line,) = office.app.bell.listed(office.tenant, account, 10)
    office.app.bell.read(office.abroad, account, office.clock.now())
    office.app.bell.read(office.tenant, office.accounts["thamtra"].id, office.clock.at)
    assert office.app.bell.unread(office.tenant, account, 10) == 1
    office.app.bell.read(office.tenant, account, office.clock.now(), line.id)
    assert office.app.bell.unread(office.tenant, account, 10) == 0
