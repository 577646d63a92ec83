"""Figures added up by groups, and the ways through a procedure."""

from uuid import UUID

from engine.domain import figures
from engine.domain.figures import Cases, Key, Path, Queue, Steps

ONE, TWO = UUID(int=1), UUID(int=2)


def path(number: int, *steps: str, procedure: str = "p") -> Path:
    return Path(
        procedure=procedure, case=UUID(int=number), code=f"H-{number}", steps=steps
    )


def test_groups_add_up_counts_and_lose_no_case() -> None:
    rows = [
        Cases(key=Key(procedure="a", agency=ONE, month="2026-10"), closed=3, due=2),
        Cases(key=Key(procedure="a", agency=TWO, month="2026-11"), closed=4, due=4),
        Cases(key=Key(procedure="b", agency=ONE, month="2026-11"), closed=5, on_time=1),
    ]
    for name, part in figures.PARTS.items():
        made = figures.grouped(rows, part)
        assert sum(one.closed for one in made) == 12, name
    by_month = figures.grouped(rows, figures.PARTS["month"])
    assert [(one.key.month, one.closed, one.due) for one in by_month] == [
        *(("2026-10", 3, 2), ("2026-11", 9, 4))
    ]
    by_unit = figures.grouped(rows, figures.PARTS["unit"])
    assert [one.key for one in by_unit] == [Key(agency=ONE), Key(agency=TWO)]


def test_steps_and_queues_add_up_every_count() -> None:
    step = Steps(key=Key(procedure="a"), done=2, due=1, on_time=1, again=1, handed=1)
    [both] = figures.grouped([step, step], figures.PARTS["procedure"])
    assert both == Steps(
        key=Key(procedure="a"), done=4, due=2, on_time=2, again=2, handed=2
    )
    queue = Queue(key=Key(procedure="a"), ages=(1, 2, 3, 4), late=5)
    [both_queues] = figures.grouped([queue, queue], figures.PARTS["procedure"])
    assert (both_queues.open, both_queues.ages, both_queues.late) == (
        *(20, (2, 4, 6, 8), 10),
    )


def test_the_usual_way_is_the_one_that_most_cases_took() -> None:
    found = figures.variants(
        [path(3, "a", "b"), path(1, "a", "b"), path(2, "a", "a", "b")]
    )
    assert [(one.steps, one.cases, one.at) for one in found] == [
        *((("a", "b"), 2, 0), (("a", "a", "b"), 1, 2))
    ]
    assert (found[0].code, found[1].instead, found[1].usual) == ("H-1", "a", "b")


def test_a_case_that_ends_early_or_goes_on_parts_where_the_other_ends() -> None:
    usual = [path(n, "a", "b") for n in range(3)]
    found = figures.variants([*usual, path(8, "a"), path(9, "a", "b", "c")])
    assert [(one.at, one.instead, one.usual) for one in found[1:]] == [
        *((2, "", "b"), (3, "c", ""))
    ]


def test_procedures_are_not_compared_with_each_other() -> None:
    found = figures.variants([path(1, "a"), path(2, "b", procedure="q")])
    assert [one.at for one in found] == [0, 0]
