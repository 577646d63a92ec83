"""Targets: the nearest agency and the procedure itself count first, from a day on."""

from datetime import UTC, date, datetime
from uuid import UUID

from engine.domain.targets import Target, Targets

PROVINCE, WARD, DESK, ELSEWHERE = (UUID(int=n) for n in range(1, 5))
COPY, LAND = UUID(int=10), UUID(int=11)
PARENTS = {PROVINCE: None, WARD: PROVINCE, DESK: WARD, ELSEWHERE: None}
NOW = datetime(2026, 11, 20, tzinfo=UTC)
DAY = date(2026, 11, 20)


def target(
    agency: UUID, share: int, since: date = DAY, procedure: UUID | None = None
) -> Target:
    return Target(
        agency=agency,
        procedure=procedure,
        share=share,
        valid_from=since,
        why="vì",
        set_at=NOW,
    )


def held(*told: Target, agency: UUID = DESK, day: date = DAY) -> int | None:
    found = Targets(told, PARENTS).of(agency, COPY, day)
    return None if found is None else found.share


def test_a_target_holds_for_everything_under_its_agency() -> None:
    assert held(target(PROVINCE, 900)) == 900
    assert held(target(PROVINCE, 900), agency=ELSEWHERE) is None


def test_the_nearest_agency_counts_before_the_procedure_above_it() -> None:
    above = target(PROVINCE, 900, procedure=COPY)
    assert held(above, target(WARD, 950)) == 950
    assert held(target(WARD, 950), target(WARD, 980, procedure=COPY)) == 980
    assert held(target(WARD, 950, procedure=LAND), above) == 900


def test_a_target_holds_from_its_day_and_not_before() -> None:
    old, new = target(WARD, 900, date(2026, 1, 1)), target(WARD, 950)
    assert held(new) == 950
    assert held(new, day=date(2026, 11, 19)) is None
    assert held(new, old, day=date(2026, 11, 19)) == 900
    assert held(new, old) == 950


def test_of_two_from_the_same_day_the_later_word_counts() -> None:
    assert held(target(WARD, 900), target(WARD, 950)) == 950


def test_agencies_above_each_other_in_a_circle_end() -> None:
    circle = {WARD: DESK, DESK: WARD}
    assert Targets((), circle).of(DESK, None, DAY) is None


def test_the_target_of_a_step_counts_before_that_of_its_procedure_and_only_there() -> (
    None
):
    step = Target(
        agency=WARD,
        procedure=COPY,
        element="xem",
        step="Xem xét",
        share=990,
        valid_from=DAY,
        why="vì",
        set_at=NOW,
    )
    told = Targets((step, target(WARD, 950, procedure=COPY)), PARENTS)

    def held_by(element: str, procedure: UUID = COPY) -> int | None:
        found = told.of(DESK, procedure, DAY, element)
        return None if found is None else found.share

    assert held_by("xem") == 990
    assert held_by("khac") == 950
    assert held_by("") == 950
    assert held_by("xem", LAND) is None
    # The nearest agency counts first, whatever it says.
    nearer = Targets((*told.told, target(DESK, 900)), PARENTS)
    found = nearer.of(DESK, COPY, DAY, "xem")
    assert found is not None
    assert found.share == 900
