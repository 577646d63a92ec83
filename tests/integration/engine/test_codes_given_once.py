"""A dossier code is given once, whatever happens to the cases and to the counters."""

from collections.abc import Callable
from concurrent import futures
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.commands.end_case import StopCase, WithdrawCase
from engine.commands.erase_personal import ErasePersonal
from engine.commands.open_case import OpenCase
from engine.domain.case import Agencies
from engine.errors import BusyError, EngineError, NotReadyError
from engine.evidence import record
from tests import bpmn
from tests.integration.engine.office import Office, ext, lanes

#: Two with the same pattern, and some whose codes could be taken for each other's.
PATTERNS: Final = {
    "9.001": "{agency}-{yymmdd}-{n:4}",
    "9.002": "{agency}-{yymmdd}-{n:4}",
    "9.003": "{agency}-{yymmdd}-{n:2}",
    "9.004": "{agency}{n:1}",
    "9.005": "{agency}1{n:1}",
}
#: What an end and an erasure rest on.
TOLD: Final[dict[str, Any]] = {"reason": "Trùng", "basis": "Điều 1", "document": "1"}
ORDER: Final[dict[str, Any]] = {
    "basis": "Luật 91/2025/QH15, Điều 14",
    "order": "12/QĐ ngày 02/11/2026",
}


def drawn(code: str, pattern: str) -> bytes:
    return bpmn.definitions(
        bpmn.process(
            "start s; task xem 'Xem xét'; end e",
            "s > xem > e",
            identity=f"p_{code.replace('.', '_')}",
            more=lanes(examiner="xem")
            + ext(f'<qt:procedure code="{code}" dossierPattern="{pattern}"/>'),
        )
    )


@pytest.fixture
def desk(office: Office) -> Office:
    """An office whose procedures have these patterns."""
    for code, pattern in PATTERNS.items():
        office.publish(thu_tuc=drawn(code, pattern))
    return office


class Life:
    """What befalls the dossiers of an office."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.cases: list[UUID] = []

    def opened(self, at: int) -> None:
        procedure = [*PATTERNS][at % len(PATTERNS)]
        self.cases.append(self.office.open(procedure, ten="Nguyễn Thị Đượm"))

    def refused(self, at: int) -> None:
        """One whose receipt is taken back, and its number with it."""
        procedure = [*PATTERNS][at % len(PATTERNS)]
        with pytest.raises(EngineError):
            self.office.open(procedure, **{"không phải tên": "1"})

    def stopped(self, at: int) -> None:
        self._ended("giamsat", StopCase(case=self._one(at), **TOLD))

    def withdrawn(self, at: int) -> None:
        self._ended("motcua", WithdrawCase(case=self._one(at), **TOLD))

    def erased(self, at: int) -> None:
        self._ended("quantri", ErasePersonal(case=self._one(at), **ORDER))

    def rebuilt(self, at: int) -> None:
        assert self.office.rebuild(self._one(at)) == []

    def next_day(self, _: int) -> None:
        self.office.clock.move(hours=20)

    def next_year(self, _: int) -> None:
        """Minutes before the end of the local year."""
        year = self.office.clock.at.year
        ends = datetime(year, 12, 31, 16, 57, tzinfo=UTC)
        self.office.clock.at = max(self.office.clock.at, ends)
        self.office.clock.move(minutes=2)

    def counters_lost(self, _: int) -> None:
        """A table that was not restored with the cases."""
        self.office.sql("DELETE FROM code_counter")

    def counters_of_before(self, at: int) -> None:
        self.office.sql("UPDATE code_counter SET last = :some", some=at % 3)

    def _one(self, at: int) -> UUID:
        if not self.cases:
            self.opened(at)
        return self.cases[at % len(self.cases)]

    def _ended(self, who: str, command: object) -> None:
        try:
            self.office.do(who, command)
        except NotReadyError:
            # It is over already.
            return


ACTS: Final[tuple[Callable[[Life, int], None], ...]] = (
    *(Life.opened,) * 6,
    *(Life.refused, Life.stopped, Life.withdrawn, Life.erased, Life.rebuilt),
    *(Life.next_day, Life.next_year, Life.counters_lost, Life.counters_of_before),
)


def codes(office: Office) -> list[str]:
    """Every code that the record says was given."""
    rows = office.sql("SELECT body FROM event WHERE type = 'case.opened'")
    return [str(record.parse(bytes(row[0]))["facts"]["code"]) for row in rows]  # type: ignore[index,call-overload]


@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 30)), min_size=12))
@settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[*HealthCheck],
)
def test_no_code_is_given_twice_whatever_happens(
    desk: Office, acts: list[tuple[Callable[[Life, int], None], int]]
) -> None:
    life = Life(desk)
    before = codes(desk)
    for act, at in acts:
        act(life, at)
    given_now = codes(desk)
    assert len(given_now) == len(before) + len(life.cases)
    assert len(set(given_now)) == len(given_now)
    # Whatever befell it, a case has the code that it was opened with.
    assert {desk.case(one).code for one in life.cases} <= {*given_now}


def test_codes_that_two_patterns_write_alike_are_passed_over(desk: Office) -> None:
    given_now = [desk.case(desk.open("9.004")).code for _ in range(12)]
    assert given_now[-2:] == ["WARD11", "WARD12"]
    # `WARD1` + 1 and + 2 are there already.
    assert desk.case(desk.open("9.005")).code == "WARD13"
    assert desk.case(desk.open("9.004")).code == "WARD14"


def test_desks_that_receive_at_once_give_each_code_once(desk: Office) -> None:
    # From here on both patterns without a sign between write the same texts.
    for _ in range(9):
        desk.open("9.004")
    before, actor = len(codes(desk)), desk.actor("motcua")
    ward, office = desk.agencies["ward"], desk.agencies["office"]
    agencies = Agencies(helping=ward, receiving=ward, handling=office, deciding=office)

    def receive(number: int) -> int:
        command = OpenCase(
            procedure=("9.001", "9.002", "9.004", "9.005")[number % 4],
            data={},
            agencies=agencies,
        )
        try:
            desk.app.engine.execute(command, actor)
        except BusyError:
            # Another desk was writing the same text; the person tries again.
            return 0
        return 1

    with futures.ThreadPoolExecutor(4) as desks:
        received = sum(desks.map(receive, range(40)))
    given_now = codes(desk)
    assert len(given_now) == len({*given_now}) == before + received
    assert received > 20
