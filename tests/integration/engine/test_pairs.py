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
    cases, doers, sheets = [], list[dict[str, Any]](), set[str]()
    for events in campaign.run(min(ROUND, SEQUENCES)):
        assert pairs.broken(one.body for one in events) == [], campaign.case
        doers += done_for(events)
        sheets |= {one.type for one in events if b'"paper":{' in one.body}
        cases.append(campaign.case)
    with judging.court(office.app, office.tenant) as (court, desk):
        for case in cases:
            assert court.case(*desk.case(case)).failures() == []
    assert [case for case in cases if office.rebuild(case)] == []
    assert doers, "steps of the pair were done"
    if SEQUENCES >= ROUND:
        check_met(campaign, doers, sheets)


#: What was entered as done on paper in a whole round; the rest is rare.
ON_PAPER: Final = frozenset(
    {
        "task.completed",
        "extension.asked",
        "deadline.extended",
        "case.suspended",
        "fee.paid",
    }
)


def check_met(
    campaign: pairs.Campaign, doers: list[dict[str, Any]], sheets: set[str]
) -> None:
    """A whole round has met what it is about; a few sequences may miss some of it."""
    assert campaign.refused["complete: four-eyes"]
    assert any("on_behalf_of" in one for one in doers)
    apart = [one for one in doers if one["paper"]]
    assert any(one["paper"]["by"] != one["account"] for one in apart)
    kinds = {"return", "recall", "reassign", "substitute", "end holding", "hold"}
    assert kinds <= campaign.done.keys()
    assert sheets >= ON_PAPER
    assert campaign.refused["say: own-round"]
    assert campaign.done["say"]


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


def act(kind: str, visit: str, paper: str = "", **doer: str) -> bytes:
    """The bytes of another act; its question is the first one."""
    facts = {"n": 1, **({"paper": {"by": paper}} if paper else {})}
    event = {"type": kind, "visit": [visit, 1], "doer": doer, "facts": facts}
    return json.dumps(event).encode()


@pytest.mark.parametrize("hand", [{"account": "a"}, {"account": "c", "paper": "a"}])
def test_the_check_names_who_had_a_hand_in_signing_too(hand: dict[str, str]) -> None:
    soan, duyet = pairs.PAIR
    asked = act("cosign.asked", soan, account="z")
    signed = act("cosign.given", "~k1.1", **hand)
    other = act("cosign.given", "~k1.2", account="a")
    done = completed(soan, account="a")
    assert pairs.broken([asked, signed]) == []
    assert pairs.broken([asked, signed, completed(soan, account="b")]) == []
    assert pairs.broken([asked, signed, other]) == ["a"]
    assert pairs.broken([asked, signed, done]) == ["a"]
    assert pairs.broken([act("cosign.asked", soan, account="a"), signed]) == ["a"]
    assert pairs.broken([asked, signed, completed(duyet, account="a")]) == ["a"]
    wish = act("extension.asked", "", **hand)
    for answer in ("deadline.extended", "extension.refused"):
        assert pairs.broken([wish, act(answer, "", account="a")]) == ["a"]
        assert pairs.broken([wish, act(answer, "", account="b")]) == []
