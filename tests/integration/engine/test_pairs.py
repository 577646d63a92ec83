"""Four eyes hold whatever people, supervisors and administrators try.

`make pairs` lives through 10,000 sequences; every test run through some of them.
"""

import json
import os
import random
from typing import Any, Final

import pytest

from engine.domain.events import Sealed
from tests.integration.engine import pairs
from tests.integration.engine.office import Office
from webui import judging

SEQUENCES: Final = int(os.environ.get("QUYTRINH_PAIRS", "50"))
#: Sequences in one office; the next one begins anew.
ROUND: Final = 200
ROUNDS: Final = -(-SEQUENCES // ROUND)


def done_for(events: tuple[Sealed, ...]) -> list[dict[str, Any]]:
    """How steps of the pair were completed: by whom and for whom, on paper or not."""
    bodies = (json.loads(one.body) for one in events)
    return [
        {**one["doer"], "paper": one["facts"].get("paper")}
        for one in bodies
        if one["type"] == "task.completed" and one["visit"][0] in pairs.PAIR
    ]


@pytest.mark.parametrize("number", range(ROUNDS))
def test_nobody_ever_has_a_hand_in_both_steps_of_a_pair(
    office: Office, number: int
) -> None:
    campaign = pairs.Campaign(office, random.Random(number))  # noqa: S311
    campaign.prepare()
    cases, doers = [], list[dict[str, Any]]()
    for events in campaign.run(min(ROUND, SEQUENCES)):
        assert pairs.broken(one.body for one in events) == [], campaign.case
        doers += done_for(events)
        cases.append(campaign.case)
    with judging.court(office.app, office.tenant) as (court, desk):
        for case in cases:
            assert court.case(*desk.case(case)).failures() == []
    assert [case for case in cases if office.rebuild(case)] == []
    assert doers, "steps of the pair were done"
    if SEQUENCES >= ROUND:
        check_met(campaign, doers)


def check_met(campaign: pairs.Campaign, doers: list[dict[str, Any]]) -> None:
    """A whole round has met what it is about; a few sequences may miss some of it."""
    assert campaign.refused["complete: four-eyes"]
    assert any("on_behalf_of" in one for one in doers)
    apart = [one for one in doers if one["paper"]]
    assert any(one["paper"]["by"] != one["account"] for one in apart)
    kinds = {"return", "recall", "reassign", "substitute", "end holding", "hold"}
    assert kinds <= campaign.done.keys()


def completed(step: str, paper: str = "", **doer: str) -> bytes:
    """The bytes of a completed step; `paper`: who did it on paper."""
    facts = {"paper": {"by": paper}} if paper else {}
    event = {"type": "task.completed", "visit": [step, 1], "doer": doer, "facts": facts}
    return json.dumps(event).encode()


@pytest.mark.parametrize(
    "other",
    [
        {"account": "a"},
        {"account": "c", "on_behalf_of": "a"},
        {"account": "c", "paper": "a"},
    ],
)
def test_the_check_names_who_had_a_hand_in_both(other: dict[str, str]) -> None:
    soan, duyet = pairs.PAIR
    assert pairs.broken([completed(soan, account="a"), completed(duyet, **other)])
    standing = completed(soan, account="b", on_behalf_of="a")
    assert pairs.broken([standing, completed(duyet, **other)]) == ["a"]
    entered = completed(soan, account="b", paper="a")
    assert pairs.broken([entered, completed(duyet, **other)]) == ["a"]
    assert not pairs.broken([completed(soan, account="b"), completed(duyet, **other)])
    assert not pairs.broken([completed(soan, account="a"), completed(soan, **other)])
