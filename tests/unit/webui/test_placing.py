"""Work goes to the agencies that have its performers, the nearest first."""

from uuid import UUID

import pytest

from engine.domain.organisation import Agency, Organisation, Position
from webui import placing

NAMES = ("province", "ward", "desk", "branch", "office", "far")
IDS = {name: UUID(int=number) for number, name in enumerate(NAMES, start=1)}
PARENTS = {
    "ward": "province",
    "desk": "ward",
    "office": "province",
    "branch": "office",
}


def organisation(**performers: tuple[str, ...]) -> Organisation:
    """An organisation of six agencies in which some do some work."""
    agencies = {
        IDS[name]: Agency(
            id=IDS[name],
            name=name,
            parent=IDS[PARENTS[name]] if name in PARENTS else None,
        )
        for name in NAMES
    }
    positions = [
        Position(
            id=UUID(int=99 + n), agency=IDS[name], name=name, performers=frozenset(does)
        )
        for n, (name, does) in enumerate(performers.items())
    ]
    return Organisation(
        agencies=agencies, positions={each.id: each for each in positions}
    )


@pytest.mark.parametrize(
    ("does", "wanted", "handling", "deciding"),
    [
        # The receiver does everything.
        ({"desk": ("a", "b")}, "ab", "desk", "desk"),
        # The nearest above does the rest.
        (
            {"desk": ("a",), "ward": ("b", "c"), "far": ("b", "c")},
            "abc",
            "ward",
            "ward",
        ),
        # Most of the work counts before nearness.
        (
            {"desk": ("a",), "ward": ("b",), "branch": ("b", "c")},
            "abc",
            "branch",
            "branch",
        ),
        # What the handling agency lacks goes to the one that decides.
        (
            {"desk": ("a",), "branch": ("b", "c"), "office": ("d",)},
            "abcd",
            "branch",
            "office",
        ),
        # Nobody does it: it stays with the receiver, where somebody sees it.
        ({"desk": ("a",)}, "az", "desk", "desk"),
    ],
)
def test_agencies_of_a_case(
    does: dict[str, tuple[str, ...]], wanted: str, handling: str, deciding: str
) -> None:
    found = placing.agencies_for(organisation(**does), IDS["desk"], wanted)
    assert found.receiving == found.helping == IDS["desk"]
    assert (found.handling, found.deciding) == (IDS[handling], IDS[deciding])


def test_a_ring_in_the_tree_ends_the_search() -> None:
    ring = {
        IDS["ward"]: Agency(id=IDS["ward"], name="ward", parent=IDS["desk"]),
        IDS["desk"]: Agency(id=IDS["desk"], name="desk", parent=IDS["ward"]),
    }
    found = placing.agencies_for(Organisation(agencies=ring), IDS["desk"], "a")
    assert found.handling == IDS["desk"]


def test_work_that_no_position_does_is_named_before_a_case_stops_there() -> None:
    found = organisation(desk=("a",), far=("b",))
    assert placing.unstaffed(found, {"b", "a", "d", "c", ""}) == ("c", "d")
    assert placing.unstaffed(found, {"a", "b"}) == ()
