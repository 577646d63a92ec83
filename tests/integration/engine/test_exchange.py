"""Cases that talk: messages, signals and timers reach and open cases, once."""

import json
from concurrent import futures
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from engine.commands import deliver_message
from engine.commands.deliver_message import DeliverMessage
from engine.commands.deliver_signal import DeliverSignal
from engine.commands.rebuild_starts import RebuildStarts
from engine.commands.retire_version import RetireVersion
from engine.commands.retry_delivery import RetryDelivery
from engine.commands.send_signal import SendSignal
from engine.commands.transaction import Transaction
from engine.domain.run import Json, Status
from engine.errors import NotAllowedError, NothingWaitsError, NotReadyError
from engine.exchange import Letter, Ref
from tests import bpmn
from tests.bpmn import timer
from tests.integration.engine.office import Office, ext, lanes
from webui import bootstrap, delivering


def throws(name: str, kind: str = "message") -> str:
    return f'<{kind}EventDefinition {kind}Ref="{name}"/>'


def values(**named: str) -> str:
    inside = "".join(
        f'<qt:value name="{name}" expression="{text}"/>' for name, text in named.items()
    )
    return ext(f"<qt:payload>{inside}</qt:payload>")


def beside(*messages: str, signals: tuple[str, ...] = (), **keys: str) -> str:
    """Messages and signals whose ids are their names; `keys`: message → its key."""
    made = []
    for name in messages:
        inside = ""
        if name in keys:
            key = f'<qt:key name="{keys[name]}" expression="{keys[name]}"/>'
            inside = ext(f"<qt:exchange>{key}</qt:exchange>")
        made.append(f'<message id="{name}" name="{name}">{inside}</message>')
    made += (f'<signal id="{name}" name="{name}"/>' for name in signals)
    return "".join(made)


ASKING = bpmn.definitions(
    beside("hoi", "dap", dap="so"),
    bpmn.process(
        "start s; task lam 'Soạn'; send hoi_di 'Hỏi' messageRef=\"hoi\" "
        + values(so="so", noi_dung="noi_dung")
        + "\nreceive cho 'Chờ trả lời' messageRef=\"dap\"; end e",
        "s > lam > hoi_di > cho > e",
        identity="hoi_dap",
        name="Hỏi",
        more=lanes(desk="lam"),
    ),
)
ANSWERING = bpmn.definitions(
    beside("hoi", "dap"),
    bpmn.process(
        f"start nhan 'Nhận câu hỏi' {throws('hoi')}\ntask xem 'Xem'\n"
        "send dap_di 'Trả lời' messageRef=\"dap\" "
        + values(tra_loi="tra_loi")
        + "\nend e",
        "nhan > xem > dap_di > e",
        identity="tra_loi",
        name="Trả lời",
        more=lanes(examiner="xem"),
    ),
)
#: A case that waits for `dap` under the value `so`, and one that waits without keys.
KEYED = bpmn.definitions(
    beside("dap", dap="so"),
    bpmn.process(
        "start s; receive cho 'Chờ' messageRef=\"dap\"; task xong 'Xong'; end e",
        "s > cho > xong > e",
        identity="co_khoa",
    ),
)
KEYLESS = bpmn.definitions(
    beside("dap"),
    bpmn.process(
        "start s; receive cho 'Chờ' messageRef=\"dap\"; end e",
        "s > cho > e",
        identity="khong_khoa",
    ),
)
SENDING = bpmn.definitions(
    beside("dap"),
    bpmn.process(
        "start s; task lam 'Làm'; send gui 'Gửi' messageRef=\"dap\" "
        + values(tra_loi="so")
        + "\nend e",
        "s > lam > gui > e",
        identity="gui_di",
        more=lanes(desk="lam"),
    ),
)
#: The same, with the value `so` as the key of what it sends.
CARRYING = SENDING.replace(
    b"<qt:payload>",
    b'<qt:correlation><qt:key name="so" expression="so"/></qt:correlation><qt:payload>',
)
HEARING = bpmn.definitions(
    beside(signals=("bao",)),
    bpmn.process(
        f"start s; catch nghe 'Nghe' {throws('bao', 'signal')}\n"
        "task xong 'Xong'; end e",
        "s > nghe > xong > e",
        identity="nghe_bao",
        more=lanes(desk="xong"),
    ),
)
CALLING = bpmn.definitions(
    beside(signals=("bao",)),
    bpmn.process(
        f"start s; task lam 'Làm'; end keu 'Báo' {throws('bao', 'signal')}",
        "s > lam > keu",
        identity="keu_bao",
        more=lanes(desk="lam"),
    ),
)
WOKEN = bpmn.definitions(
    beside(signals=("bao",)),
    bpmn.process(
        f"start s {throws('bao', 'signal')}\ntask lam 'Làm'; end e",
        "s > lam > e",
        identity="mo_khi_bao",
        more=lanes(desk="lam"),
    ),
)
POOLS = bpmn.definitions(
    beside("don", "hoa_don"),
    '<collaboration id="c"><participant id="p1" name="Khách" processRef="khach"/>'
    '<participant id="p2" name="Cửa hàng" processRef="cua_hang"/></collaboration>',
    bpmn.process(
        "start s; task dat 'Đặt hàng'; send gui 'Gửi đơn' messageRef=\"don\" "
        + values(hang="hang")
        + "\nreceive cho 'Chờ hóa đơn' messageRef=\"hoa_don\"; end e",
        "s > dat > gui > cho > e",
        identity="khach",
        name="Khách",
        more=lanes(desk="dat"),
    ),
    bpmn.process(
        f"start nhan {throws('don')}\ntask giao 'Giao hàng'\n"
        "send lap 'Lập hóa đơn' messageRef=\"hoa_don\" "
        + values(so_tien="so_tien")
        + "\nend e2",
        "nhan > giao > lap > e2",
        identity="cua_hang",
        name="Cửa hàng",
        more=lanes(examiner="giao")
        .replace("lane", "lane2")
        .replace("lane2Set", "laneSet"),
    ),
)


def monthly(text: str, kind: str = "timeCycle") -> bytes:
    return bpmn.definitions(
        bpmn.process(
            f"start hen 'Hẹn' {timer(text, kind)}\ntask lam 'Lập báo cáo'; end e",
            "hen > lam > e",
            identity="bao_cao",
            name="Báo cáo",
            more=lanes(examiner="lam"),
        )
    )


def sweep(office: Office) -> int:
    return delivering.sweep(office.app, office.tenant)


def letters(office: Office) -> tuple[Letter, ...]:
    """All letters, the oldest first."""
    with office.app.store.begin(office.tenant) as uow:
        return uow.outbox.letters(100, all_=True)[::-1]


def body(office: Office, case: UUID, at: int = -1) -> Any:
    return json.loads(office.events(case)[at].body)


def cases(office: Office) -> list[UUID]:
    with office.app.store.begin(office.tenant) as uow:
        return list(uow.cases.all())


def sound(office: Office) -> None:
    """Every case is what its record says, on both interpreters."""
    for case in cases(office):
        assert office.rebuild(case, repair=False) == []
        assert office.verify(case) == []


def test_a_message_opens_a_case_and_the_answer_comes_back(office: Office) -> None:
    office.publish(hoi=ASKING)
    office.publish(dap=ANSWERING)
    asking = office.open("hoi_dap", so="7", noi_dung="Phí?")
    office.complete("motcua", asking, "lam")
    assert sweep(office) == 1
    (answering,) = set(cases(office)) - {asking}
    row = office.case(answering)
    assert (row.conversation, row.generation) == (asking, 1)
    assert row.agencies.handling == office.agencies["office"]
    opened = body(office, answering)
    assert opened["facts"]["sender"] == {
        "kind": "case",
        "stream": asking.hex,
        "seq": 2,
        "n": 0,
        "code": office.case(asking).code,
    }
    assert opened["doer"] == {}
    office.complete("thamtra", answering, "xem", {"tra_loi": "5000"})
    assert sweep(office) == 1
    assert office.case(asking).status is Status.COMPLETED
    taken = body(office, asking)
    assert taken["facts"]["by"] == "conversation"
    assert taken["facts"]["sender"]["stream"] == answering.hex
    sound(office)


def test_a_message_never_goes_by_its_name_alone(office: Office) -> None:
    office.publish(khong_khoa=KEYLESS)
    office.publish(gui=SENDING)
    stranger = office.open("khong_khoa")
    sender = office.open("gui_di", so="1")
    office.complete("motcua", sender, "lam")
    sweep(office)
    assert office.case(stranger).status is Status.OPEN
    (letter,) = letters(office)
    assert (letter.tried.reason, letter.tried.delivered_at) == ("nobody", None)
    # A person may still say whom it is for.
    ref = letter.sent.ref
    chosen = DeliverMessage(stream=ref.stream, seq=ref.seq, n=ref.n, case=stranger)
    with pytest.raises(NotAllowedError):
        office.do("motcua", chosen)
    office.do("lienthong", chosen)
    assert office.case(stranger).status is Status.COMPLETED
    assert body(office, stranger)["facts"]["by"] == "person"
    office.complete("motcua", second := office.open("gui_di", so="2"), "lam")
    late = DeliverMessage(stream=second, seq=2, n=0, case=stranger)
    with pytest.raises(NothingWaitsError):
        office.do("lienthong", late)
    sound(office)


def test_of_equal_names_the_keys_tell_which_case_is_meant(office: Office) -> None:
    office.publish(co_khoa=KEYED)
    office.publish(gui=CARRYING)
    first, second = office.open("co_khoa", so="1"), office.open("co_khoa", so="2")
    office.complete("motcua", sender := office.open("gui_di", so="2"), "lam")
    sweep(office)
    assert ("xong", 1) in office.work(second)
    assert ("xong", 1) not in office.work(first)
    facts = body(office, second)["facts"]
    assert (facts["by"], facts["sender"]["stream"]) == ("keys", sender.hex)
    # True is not 1, and a text is no number.
    office.complete("motcua", office.open("gui_di", so=1), "lam")
    sweep(office)
    assert ("xong", 1) not in office.work(first)
    sound(office)


def test_of_equal_keys_the_oldest_wait_takes_the_message(office: Office) -> None:
    office.publish(co_khoa=KEYED)
    office.publish(gui=CARRYING)
    waiting = []
    for _ in range(3):
        office.clock.move(minutes=1)
        waiting.append(office.open("co_khoa", so="1"))
    for done in range(1, 4):
        office.complete("motcua", office.open("gui_di", so="1"), "lam")
        sweep(office)
        taken = [("xong", 1) in office.work(case) for case in waiting]
        assert taken == [True] * done + [False] * (3 - done)


def test_a_message_waits_for_somebody_to_wait_and_keeps_its_order(
    office: Office,
) -> None:
    office.publish(co_khoa=KEYED)
    office.publish(gui=CARRYING)
    senders = []
    for _ in range(2):
        office.clock.move(minutes=1)
        senders.append(office.open("gui_di", so="9"))
        office.complete("motcua", senders[-1], "lam")
    assert sweep(office) == 2
    assert sweep(office) == 0, "what found nobody rests"
    receivers = [office.open("co_khoa", so="9") for _ in range(2)]
    assert sweep(office) == 2, "and is tried as soon as somebody waits"
    senders_of = [body(office, one)["facts"]["sender"]["stream"] for one in receivers]
    assert senders_of == [one.hex for one in senders]


def test_nothing_is_delivered_twice(office: Office) -> None:
    office.publish(dap=ANSWERING)
    office.publish(hoi=ASKING)
    asking = office.open("hoi_dap", so="7", noi_dung="?")
    office.complete("motcua", asking, "lam")
    command = DeliverMessage(stream=asking, seq=2, n=0)
    # A server that dies before the commit leaves nothing behind.
    with office.app.store.begin(office.tenant) as uow:
        transaction = Transaction(
            uow=uow,
            tools=office.app.engine.tools,
            now=office.clock.now(),
            tenant=office.tenant,
            actor=None,
        )
        assert deliver_message.handle(command, transaction)["delivered"]
    assert cases(office) == [asking]
    # One that dies after it finds that it is done.
    for _ in range(3):
        office.app.engine.run(command, office.tenant)
    assert len(cases(office)) == 2
    assert sweep(office) == 0
    sound(office)


def test_several_servers_deliver_everything_once(office: Office) -> None:
    office.publish(dap=ANSWERING)
    office.publish(hoi=ASKING)
    office.publish(nghe=HEARING)
    office.publish(keu=CALLING)
    hearing = [office.open("nghe_bao") for _ in range(4)]
    for n in range(6):
        case = office.open("hoi_dap", so=str(n), noi_dung="?")
        office.complete("motcua", case, "lam")
    office.complete("motcua", office.open("keu_bao"), "lam")
    others = [bootstrap.build(office.url, office.clock) for _ in range(2)]
    before = len(cases(office))
    with futures.ThreadPoolExecutor(3) as pool:
        done = [
            pool.submit(delivering.sweep, app, office.tenant)
            for app in (office.app, *others)
        ]
    # What two wanted at once may have been postponed by one of them.
    assert [each.exception() for each in done] == [None] * 3
    for _ in range(3):
        office.clock.move(minutes=1)
        sweep(office)
    assert len(cases(office)) == before + 6
    assert [len(office.events(case)) for case in hearing] == [2] * 4
    for other in others:
        other.close()
    sound(office)


def test_a_signal_reaches_everybody_though_one_fails(office: Office) -> None:
    office.publish(nghe=HEARING)
    office.publish(keu=CALLING)
    office.publish(mo=WOKEN)
    waiting = [office.open("nghe_bao") for _ in range(3)]
    office.complete("motcua", caller := office.open("keu_bao"), "lam")
    office.unguard()
    # The middle one has lost its state, and its history does not verify.
    office.sql('UPDATE "case" SET state = NULL WHERE id = :id', id=waiting[1])
    office.sql("UPDATE event SET leaf = body WHERE stream = :id", id=waiting[1])
    assert sweep(office) == 1 + 4
    heard = [len(office.events(case)) for case in waiting]
    assert heard == [2, 1, 2]
    assert body(office, waiting[0])["facts"]["sender"]["stream"] == caller.hex
    (opened,) = set(cases(office)) - {caller, *waiting}
    assert ("lam", 1) in office.work(opened)
    (letter,) = letters(office)
    assert letter.tried.delivered_at is not None
    failed = [one for one in letter.parcels if one.tried.delivered_at is None]
    assert [(one.target, one.tried.reason) for one in failed] == [
        (waiting[1], "evidence")
    ]
    assert sweep(office) == 0
    office.clock.move(seconds=3)
    assert sweep(office) == 1, "it is tried again, and only it"
    # Nobody hears it twice.
    ref = letter.sent.ref
    again = DeliverSignal(stream=ref.stream, seq=ref.seq, n=ref.n, target=waiting[0])
    office.app.engine.run(again, office.tenant)
    assert len(office.events(waiting[0])) == 2


def test_who_does_not_wait_any_more_has_missed_the_signal(office: Office) -> None:
    office.publish(nghe=HEARING)
    case = office.open("nghe_bao")
    for _ in range(2):
        office.do("lienthong", SendSignal(name="bao", payload={"muc": 1}))
        delivering.perform(
            office.app, office.tenant, delivering.due(office.app, office.tenant)[0]
        )
    sweep(office)
    assert len(office.events(case)) == 2
    told = [one.parcels[0].tried.reason for one in letters(office)]
    assert sorted(told) == ["", "missed"]
    assert office.rebuild(case) == []
    with pytest.raises(NotAllowedError):
        office.do("motcua", SendSignal(name="bao"))


def test_pools_ask_and_answer_as_cases_of_their_own(office: Office) -> None:
    office.publish(ban_hang=POOLS)
    customer = office.open("khach", hang="gạo")
    office.complete("motcua", customer, "dat")
    sweep(office)
    (shop,) = set(cases(office)) - {customer}
    row = office.case(shop)
    assert (row.process, row.conversation) == ("cua_hang", customer)
    assert row.procedure_version == office.case(customer).procedure_version
    # A second conversation does not disturb the first.
    other = office.open("khach", hang="muối")
    office.complete("motcua", other, "dat")
    sweep(office)
    (second,) = set(cases(office)) - {customer, shop, other}
    office.complete("thamtra", second, "giao", {"so_tien": 3})
    sweep(office)
    assert office.case(other).status is Status.COMPLETED
    assert office.case(customer).status is Status.OPEN
    office.complete("thamtra", shop, "giao", {"so_tien": 5})
    sweep(office)
    assert office.case(customer).status is Status.COMPLETED
    sound(office)


def test_a_pool_stays_on_the_version_of_its_conversation(office: Office) -> None:
    office.publish(ban_hang=POOLS)
    customer = office.open("khach", hang="gạo")
    office.publish(ban_hang=POOLS.replace("Giao hàng".encode(), b"Giao"))
    office.complete("motcua", customer, "dat")
    sweep(office)
    (shop,) = set(cases(office)) - {customer}
    assert office.work(shop)["giao", 1].name == "Giao hàng"


def test_a_message_for_a_partner_outside_stays_for_people(office: Office) -> None:
    case = office.open("1.001", phi=0)
    for login, element in (("motcua", "nhan"), ("thamtra", "tham_tra")):
        office.complete(login, case, element)
    office.clock.move(days=3)
    office.wake(case)
    office.complete("lanhdao", case, "ky")
    assert sweep(office) == 1
    (letter,) = letters(office)
    assert (letter.tried.reason, letter.tried.next_try) == ("outside", None)
    office.clock.move(days=1)
    assert sweep(office) == 0


def test_who_may_be_meant_twice_is_not_meant(office: Office) -> None:
    office.publish(dap=ANSWERING)
    office.publish(nua=ANSWERING.replace(b'"tra_loi" name', b'"tra_loi_2" name'))
    office.publish(hoi=ASKING)
    office.complete("motcua", office.open("hoi_dap", so="7", noi_dung="?"), "lam")
    sweep(office)
    (letter,) = letters(office)
    assert (letter.tried.reason, letter.tried.next_try) == ("ambiguous", None)
    assert len(cases(office)) == 1
    # When one of the two is not in force any more, a person lets it be tried again.
    (version,) = office.sql(
        "SELECT v.id FROM procedure_version v JOIN procedure p"
        " ON p.id = v.procedure WHERE p.code = 'tra_loi_2'"
    )[0]
    version = version if isinstance(version, UUID) else UUID(bytes=version)
    office.do("pheduyet", RetireVersion(version=version))
    ref = letter.sent.ref
    office.do("lienthong", RetryDelivery(stream=ref.stream, seq=ref.seq, n=ref.n))
    sweep(office)
    assert len(cases(office)) == 2


def test_a_timer_start_opens_a_case_at_each_instant(office: Office) -> None:
    office.publish(bao_cao=monthly("R/PT24H"))
    assert sweep(office) == 0
    office.clock.move(hours=24)
    assert sweep(office) == 1
    assert sweep(office) == 0
    (first,) = cases(office)
    opened = body(office, first)
    assert opened["doer"] == {}
    assert opened["facts"]["scheduled"] == "2026-11-21T02:05:00.000000Z"
    assert office.work(first)["lam", 1].agency == office.agencies["office"]
    # Three days without a server: one case, which says how many were missed.
    office.clock.move(hours=75)
    assert sweep(office) == 1
    second = cases(office)[-1]
    facts = body(office, second)["facts"]
    assert facts["scheduled"] == "2026-11-22T02:05:00.000000Z"
    assert facts["missed"] == 2
    office.clock.move(hours=21)
    assert sweep(office) == 1
    sound(office)


@pytest.mark.parametrize(
    ("text", "kind", "opened"),
    [
        ("R2/PT1H", "timeCycle", 2),
        ("PT1H", "timeDuration", 1),
        ("2026-11-20T03:00:00Z", "timeDate", 1),
        ("2026-11-20T01:00:00Z", "timeDate", 0),
        ("R/2026-11-20T01:00:00Z/PT1H", "timeCycle", 8),
    ],
)
def test_a_timer_start_comes_as_often_as_it_says(
    office: Office, text: str, kind: str, opened: int
) -> None:
    office.publish(bao_cao=monthly(text, kind))
    for _ in range(8):
        office.clock.move(hours=1)
        sweep(office)
    assert len(cases(office)) == opened


def test_a_new_version_moves_the_starts_and_retiring_removes_them(
    office: Office,
) -> None:
    office.publish(bao_cao=monthly("R/PT1H"))
    office.clock.move(minutes=50)
    version = office.publish(bao_cao=monthly("R/PT2H"))["version"]
    office.clock.move(hours=1)
    assert sweep(office) == 0, "the version before would have been due"
    office.clock.move(hours=1)
    assert sweep(office) == 1
    assert office.case(cases(office)[0]).procedure_version == UUID(str(version))
    office.do("pheduyet", RetireVersion(version=UUID(str(version))))
    office.clock.move(days=9)
    assert sweep(office) == 0


def test_lost_starts_are_found_by_a_rebuild(office: Office) -> None:
    office.publish(bao_cao=monthly("R/PT1H"))
    with office.app.store.begin(office.tenant) as uow:
        found = uow.procedures.by_code("bao_cao")
    assert found is not None

    def rebuild() -> Json:
        command = RebuildStarts(procedure=found.id)
        return office.app.engine.run(command, office.tenant)["differences"]

    office.clock.move(minutes=90)
    assert sweep(office) == 1
    before = office.digest()
    assert rebuild() == []
    assert office.digest() == before
    office.sql("DELETE FROM start")
    lost = ["the start event hen of the main process differs"]
    assert rebuild() == lost
    assert rebuild() == []
    # It goes on with the next instant, and repeats none.
    assert sweep(office) == 0
    office.clock.move(minutes=30)
    assert sweep(office) == 1
    office.sql("UPDATE start SET element = 'khac'")
    assert rebuild() == [
        "the start event hen of the main process differs",
        "the start event khac of the main process differs",
    ]
    assert rebuild() == []


def test_a_start_that_fails_stays_due_and_is_tried_again(office: Office) -> None:
    office.publish(bao_cao=monthly("R1/PT1H"))
    office.clock.move(hours=1)
    (job,) = delivering.due(office.app, office.tenant)
    delivering.postpone(office.app, office.tenant, job, "busy")
    assert sweep(office) == 0
    office.clock.move(seconds=3)
    assert sweep(office) == 1
    assert len(cases(office)) == 1


def test_cases_that_open_each_other_without_end_are_stopped(office: Office) -> None:
    def echo(identity: str, takes: str, gives: str) -> bytes:
        return bpmn.definitions(
            beside(takes, gives),
            bpmn.process(
                f"start s {throws(takes)}\nend e 'Gửi' {throws(gives)}",
                "s > e",
                identity=identity,
            ),
        )

    office.publish(di=echo("di", "a", "b"))
    office.publish(ve=echo("ve", "b", "a"))
    office.open("di")
    sweep(office)
    assert len(cases(office)) == 33
    assert [one.tried.reason for one in letters(office)][-1] == "chain"


def test_a_lost_wait_is_found_by_a_rebuild(office: Office) -> None:
    office.publish(co_khoa=KEYED)
    case = office.open("co_khoa", so="1")
    before = office.digest()
    office.sql("DELETE FROM wait")
    assert office.rebuild(case) == ["the wait cho (1) differs from the record"]
    assert office.digest() == before
    office.sql("UPDATE wait SET name = 'khac'")
    assert office.rebuild(case) == ["the wait cho (1) differs from the record"]
    assert office.digest() == before


def test_a_lost_conversation_is_found_by_a_rebuild(office: Office) -> None:
    office.publish(ban_hang=POOLS)
    customer = office.open("khach", hang="gạo")
    office.complete("motcua", customer, "dat")
    sweep(office)
    (shop,) = set(cases(office)) - {customer}
    before = office.digest()
    office.sql(
        'UPDATE "case" SET process = :none, conversation = NULL, generation = 0'
        " WHERE id = :id",
        none="",
        id=shop,
    )
    assert office.rebuild(shop) == [
        f"{name} differs from the record"
        for name in ("process", "conversation", "generation")
    ]
    assert office.digest() == before


def test_a_letter_rests_longer_and_longer_and_then_waits_for_a_person(
    office: Office,
) -> None:
    office.publish(gui=SENDING)
    office.complete("motcua", case := office.open("gui_di", so="1"), "lam")
    rests: list[timedelta] = []
    for _ in range(30):
        sweep(office)
        (letter,) = letters(office)
        if letter.tried.next_try is None:
            break
        rests.append(letter.tried.next_try - office.clock.at)
        office.clock.at = letter.tried.next_try
    assert rests[:3] == [
        timedelta(seconds=2),
        timedelta(seconds=4),
        timedelta(seconds=8),
    ]
    assert max(rests) == timedelta(minutes=10)
    assert len(rests) == 19
    assert letters(office)[0].sent.ref == Ref(case, 2, 0)


def test_a_message_that_would_change_the_dossier_code_is_not_taken(
    office: Office,
) -> None:
    office.publish(co_khoa=KEYED)
    wrong = CARRYING.replace(b'name="tra_loi"', b'name="ma_ho_so"')
    office.publish(gui=wrong)
    case = office.open("co_khoa", so="1")
    office.complete("motcua", office.open("gui_di", so="1"), "lam")
    sweep(office)
    assert len(office.events(case)) == 1
    assert letters(office)[0].tried.reason == "other-code"


def test_work_without_waits_writes_nothing_about_them(office: Office) -> None:
    office.publish(keu=CALLING)
    office.open("keu_bao")
    assert office.sql("SELECT count(*) FROM wait")[0][0] == 0
    with pytest.raises(NotReadyError):
        office.receive(cases(office)[0], "dap")
