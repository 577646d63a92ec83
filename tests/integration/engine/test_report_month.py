"""A month of dossiers, counted twice: by the report, and by a ledger kept beside it.

The ledger is written while the dossiers are made, in plain sums; it asks nothing of
`engine.domain.indicators` and `scores` but what it is compared with.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.commands import ask_outside as ask
from engine.commands.dossier_acts import IssueResult, PayFee
from engine.commands.end_case import StopCase, WithdrawCase
from engine.commands.open_case import OpenCase
from engine.commands.rate_case import RateCase
from engine.domain import indicators, scores
from engine.domain.case import Agencies
from engine.domain.dossier_record import Component, Fee
from engine.domain.indicators import Filed, Period
from engine.dossiers import Part
from tests import bpmn
from tests.integration.engine.office import Office, ext, lanes
from webui import report_making

HANOI: Final = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
DOSSIERS: Final = 300
LOOKUP: Final = "ABCD2345"
CHANNELS: Final = ("online", "direct", "post")
PAYING: Final = ("npsp", "gateway", "counter", "bank")
#: How a dossier ends; empty: it does not.
ENDS: Final = ("done", "refused", "stop", "back", "")
SOURCES: Final = ("applicant", "store", "population")
PROCEDURES: Final = ("8.001", "8.002", "8.003", "8.004")


@dataclass(frozen=True)
class Says:
    """What a version says of its procedure; empty and None: nothing."""

    online: str = ""
    payment: str = ""
    answer: str = ""
    #: Whether it names what the applicant receives.
    result: bool = False

    @property
    def needs(self) -> bool | None:
        """Whether a document is to be issued."""
        if self.answer:
            return self.answer == "document"
        return True if self.result else None


#: What is in force when the month begins, and what comes into force within it.
AT_FIRST: Final = {
    "8.001": Says(online="whole", payment="npsp", result=True),
    "8.002": Says(online="part", payment="none", answer="none", result=True),
    "8.003": Says(answer="document"),
    "8.004": Says(),
}
LATER: Final = {
    "8.002": Says(online="whole", payment="gateway", result=True),
    "8.003": Says(online="none"),
}
#: Days on which something is asked for, brought or ended, after the receipt.
STEP: Final = timedelta(days=1, minutes=7)


@dataclass
class Ledger:
    """What was done, in sums."""

    #: Procedure -> column of the quarterly report -> dossiers.
    lines: dict[str, Counter[str]] = field(default_factory=dict)
    #: Code of an indicator -> numerator, denominator.
    shares: Counter[tuple[str, int]] = field(default_factory=Counter)
    #: Code -> procedures of the numerator, of the denominator.
    named: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    #: Code -> procedures of which no version that was used says what it asks.
    silent: dict[str, set[str]] = field(default_factory=dict)

    def line(self, procedure: str, *columns: str) -> None:
        """Count a dossier in columns."""
        self.lines.setdefault(procedure, Counter()).update(columns)

    def share(self, code: str, *, counts: bool) -> None:
        """Count a dossier in an indicator."""
        self.shares[code, 1] += 1
        self.shares[code, 0] += counts

    def names(self, code: str, procedure: str, *, counts: bool) -> None:
        """Count its procedure."""
        self.named.setdefault((code, 1), set()).add(procedure)
        if counts:
            self.named.setdefault((code, 0), set()).add(procedure)

    def pair(self, code: str) -> tuple[int, int]:
        """Numerator and denominator."""
        if (code, 1) in self.named:
            found = (self.named.get((code, n), set()) for n in (0, 1))
            above, below = map(len, found)
            return above, below
        return self.shares[code, 0], self.shares[code, 1]


@dataclass
class Told:
    """One dossier as it was made."""

    procedure: str
    channel: str
    came: datetime
    promised: datetime
    due: datetime | None = None
    ended: datetime | None = None
    how: str = ""
    papers: tuple[Component, ...] = ()
    fee: int = 0
    paid: str = ""
    waits: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    electronic: bool | None = None
    score: int = 0
    #: What the step finds: it is refused.
    refused: bool = False
    #: Whoever has a look-up code rates what is over; making one is slow by intent.
    rates: bool = False
    says: Says = Says()


def local(at: datetime) -> date:
    return at.astimezone(HANOI).date()


def drawn(code: str, says: Says) -> bytes:
    told = {"online": says.online, "onlinePayment": says.payment, "answer": says.answer}
    written = "".join(f' {name}="{value}"' for name, value in told.items() if value)
    return bpmn.definitions(
        bpmn.process(
            "start s; task xem 'Xem xét'; xor x default=\"cap\"; end e\n"
            "end tu_choi 'Từ chối' qt:ending=\"refused\"",
            "s > xem > x >cap> e\nx >khong [du_dieu_kien == False]> tu_choi",
            identity=f"p_{code.replace('.', '_')}",
            more=lanes(examiner="xem")
            + ext(
                f'<qt:procedure code="{code}"{written}>'
                '<qt:limit amount="5" unit="working-day"/>'
                + ("<qt:result>Giấy phép</qt:result>" if says.result else "")
                + "</qt:procedure>"
            ),
        )
    )


class Maker:
    """Makes dossiers by the commands, with a moved clock, and remembers each."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.chance = random.Random(766)  # noqa: S311 - repeatable, no secret.
        self.cases: dict[UUID, Told] = {}
        self.says: dict[str, Says] = {}

    def publish(self, found: dict[str, Says]) -> None:
        """Put versions in force."""
        for code, says in found.items():
            self.office.publish(thu_tuc=drawn(code, says))
        self.says |= found

    def make(self, came: datetime) -> None:
        """One dossier from its receipt to wherever it gets."""
        case, one = self._receive(came)
        self.cases[case] = one
        if one.fee and self.chance.random() < 0.7:
            one.paid = self.chance.choice(PAYING)
            paid = PayFee(case=case, name="Phí", amount=one.fee, channel=one.paid)
            self.office.do("motcua", paid)
        for _ in range(self.chance.choice((0, 0, 0, 1, 2))):
            self._supplement(case, one)
        if one.waits and one.waits[-1][1] is None:
            return
        self.office.clock.at += self.chance.randrange(9) * STEP
        one.due = self.office.case(case).due_at
        self._end(case, one, self.chance.choice(("done",) * 5 + ("stop", "back", "")))

    def _receive(self, came: datetime) -> tuple[UUID, Told]:
        office, pick = self.office, self.chance.choice
        office.clock.at = came
        ward, at = office.agencies["ward"], office.agencies["office"]
        papers = tuple(
            Component(
                name=f"Giấy {n}", source=pick(SOURCES), digitised=pick((0, 1, 1)) > 0
            )
            for n in range(pick((0, 1, 2)))
        )
        one = Told(
            procedure=pick(PROCEDURES),
            channel=pick(CHANNELS),
            came=came,
            promised=came,
            papers=papers,
            fee=pick((0, 8000)),
        )
        one.says = self.says[one.procedure]
        one.refused = self.chance.random() < 0.25
        one.rates = self.chance.random() < 0.4
        command = OpenCase(
            procedure=one.procedure,
            data={"du_dieu_kien": not one.refused},
            agencies=Agencies(helping=ward, receiving=ward, handling=at, deciding=at),
            channel=one.channel,
            components=papers,
            fees=(Fee(name="Phí", amount=one.fee),),
            fees_why="Theo nghị quyết của tỉnh",
            lookup=LOOKUP if one.rates else "",
        )
        case = UUID(str(office.do("motcua", command)["case"]))
        due = office.case(case).due_at
        assert due is not None
        one.promised = one.due = due
        return case, one

    def _supplement(self, case: UUID, one: Told) -> None:
        if one.waits and one.waits[-1][1] is None:
            return
        clock = self.office.clock
        clock.at += STEP
        began = clock.at
        asked = ask.RequestSupplement(case=case, missing="Đơn", reason="Thiếu chữ ký")
        self.office.do("thamtra", asked)
        one.due = None
        brought = None
        if self.chance.random() < 0.8:
            clock.at += self.chance.randrange(1, 4) * STEP
            self.office.do("thamtra", ask.ReceiveSupplement(case=case))
            brought = clock.at
        one.waits.append((began, brought))

    def _end(self, case: UUID, one: Told, how: str) -> None:
        office = self.office
        if not how:
            return
        told: dict[str, Any] = {"reason": "Trùng", "basis": "Điều 1", "document": "1"}
        if how == "stop":
            office.do("giamsat", StopCase(case=case, **told))
        elif how == "back":
            office.do("motcua", WithdrawCase(case=case, **told))
        else:
            how = "refused" if one.refused else how
            if not one.refused:
                self._result(case, one)
            office.complete("thamtra", case, "xem")
        one.ended, one.how = office.clock.at, how
        if one.rates:
            one.score = self.chance.randrange(1, 6)
            rated = RateCase(
                code=office.case(case).code, lookup=LOOKUP, score=one.score
            )
            office.app.engine.run(rated, office.tenant)

    def _result(self, case: UUID, one: Told) -> None:
        if self.chance.random() < 0.2:
            return
        one.electronic = self.chance.random() < 0.6
        command = IssueResult(
            case=case,
            number="1/GP",
            date=local(self.office.clock.at),
            electronic=one.electronic,
            file="ab" * 32 if one.electronic else "",
        )
        self.office.do("thamtra", command)


def ledger(cases: dict[UUID, Told]) -> Ledger:
    """The sums of a month, by the rules as the law and the portal state them."""
    made = Ledger()
    for one in cases.values():
        if local(one.came) > LAST or (one.ended and local(one.ended) < FIRST):
            continue
        ended = one.ended if one.ended and local(one.ended) <= LAST else None
        _line(made, one, ended)
        made.share("ON_TIME", counts=_in_time(one, ended))
        if local(one.came) >= FIRST:
            _received(made, one)
        if ended:
            _ended(made, one)
    return made


def _line(made: Ledger, one: Told, ended: datetime | None) -> None:
    if local(one.came) < FIRST:
        came = "carried"
    else:
        came = "online" if one.channel == "online" else "other"
    if ended:
        due = None if one.due is None else local(one.due)
        day = local(ended)
        stands = "on_time" if due in {None, day} else "early" if day < due else "late"
        made.line(one.procedure, came, "received", stands, "solved")
        return
    # What waits for a supplement at the end of the month is not overdue.
    waits = any(
        local(began) <= LAST and (back is None or local(back) > LAST)
        for began, back in one.waits
    )
    last = one.due or one.promised
    stands = "in_time" if waits or local(last) >= LAST else "overdue"
    made.line(one.procedure, came, "received", stands, "in_progress")


def _in_time(one: Told, ended: datetime | None) -> bool:
    month_end = datetime(2026, 11, 30, 23, 59, 59, tzinfo=HANOI)
    asked = [began for began, _ in one.waits if began <= month_end]
    if len(asked) > 1:
        return False
    end = ended or month_end
    waited = sum(
        (
            min(back or end, end) - began
            for began, back in one.waits
            if began < min(back or end, end)
        ),
        timedelta(),
    )
    return local(end - waited) <= local(one.promised)


def _received(made: Ledger, one: Told) -> None:
    sources = {paper.source for paper in one.papers}
    made.share("COMPONENTS_REUSED", counts="store" in sources)
    made.share("POPULATION_DATA_DOSSIERS", counts="population" in sources)
    code = "POPULATION_DATA_PROCEDURES"
    made.names(code, one.procedure, counts="population" in sources)
    if one.fee:
        online = one.paid in {"npsp", "gateway"}
        made.share("PAID_ONLINE", counts=online)
        made.names("PAYMENT_PROCEDURES_USED", one.procedure, counts=online)
        code = "PAYMENT_PROCEDURES_INTEGRATED"
        if one.says.payment:
            made.names(code, one.procedure, counts=one.says.payment != "none")
        else:
            made.silent.setdefault(code, set()).add(one.procedure)
    for code in ("ONLINE_PROCEDURES", "ONLINE_DOSSIERS"):
        if not one.says.online:
            made.silent.setdefault(code, set()).add(one.procedure)
    if one.says.online == "whole":
        made.share("ONLINE_DOSSIERS", counts=one.channel == "online")
        made.names("ONLINE_PROCEDURES", one.procedure, counts=one.channel == "online")


def _ended(made: Ledger, one: Told) -> None:
    needs = one.says.needs
    if needs is None:
        made.silent.setdefault("COMPONENTS_DIGITISED", set()).add(one.procedure)
    if one.how == "done" and needs is None:
        made.silent.setdefault("ELECTRONIC_RESULT", set()).add(one.procedure)
    elif one.how == "done" and needs:
        made.share("ELECTRONIC_RESULT", counts=one.electronic is True)
    scanned = [p.digitised for p in one.papers if p.source == "applicant"]
    whole = bool(one.papers) and all(scanned)
    if needs is not None:
        counts = whole and (not needs or one.electronic is True)
        made.share("COMPONENTS_DIGITISED", counts=counts)
    if one.score:
        made.share("DOSSIER_SATISFACTION", counts=one.score >= 4)


def test_a_month_counted_by_hand_is_what_the_report_tells(office: Office) -> None:
    maker = Maker(office)
    maker.publish(AT_FIRST)
    start = datetime(2026, 10, 19, 2, 5, tzinfo=UTC)
    for n in range(DOSSIERS):
        if n == DOSSIERS // 2:
            maker.publish(LATER)
        maker.make(start + timedelta(hours=24 * (n % 45), minutes=n))
    period = Period(first=FIRST, last=LAST)
    filed = stated(office, period)
    by_hand = ledger(maker.cases)
    _same_lines(filed, period, by_hand)
    found = {one.code: one for one in scores.of(filed, period)}
    computed = {code for code, one in found.items() if one.numerator is not None}
    told = {code: (found[code].numerator, found[code].denominator) for code in computed}
    assert told == {code: by_hand.pair(code) for code in computed}
    assert len(computed) == 12
    silent = {code: {*one.silent} for code, one in found.items() if one.silent}
    assert silent == by_hand.silent
    assert len(silent) == 5
    # No item is equal because nothing of the kind was there.
    for code, (above, below) in told.items():
        assert 0 < (above or 0) <= (below or 0), code
    ways = {(one.channel, one.how) for one in maker.cases.values()}
    assert ways >= {(channel, how) for channel in CHANNELS for how in ENDS}


def stated(office: Office, period: Period) -> tuple[Filed, ...]:
    """The dossiers with what their versions say, as a report gathers them."""
    maker = report_making.Maker(
        app=office.app,
        actor=office.actor("kiemtoan"),
        period=period,
        group="quy-trinh",
    )
    return maker.gather(Part(agencies=maker.agencies()))


def _same_lines(filed: Any, period: Period, by_hand: Ledger) -> None:
    lines = indicators.handling(filed, period, lambda one: one.procedure)
    names = [
        *("received", "online", "other", "carried", "solved", "early", "on_time"),
        *("late", "in_progress", "in_time", "overdue"),
    ]
    told = {key: {n: getattr(one, n) for n in names} for key, one in lines.items()}
    wanted = {key: {n: one[n] for n in names} for key, one in by_hand.lines.items()}
    assert told == wanted
    assert all(sum(one[n] for one in wanted.values()) for n in names)
