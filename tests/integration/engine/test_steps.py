"""A case that goes a way that is known is judged as if no other had gone it before."""

import copy
import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from engine.domain.events import Sealed
from engine.evidence import record
from engine.judging.court import Court
from tests import bpmn
from tests.integration.engine import forging
from tests.integration.engine.office import Office, ext, lanes
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_shapes import changes
from tests.integration.engine.test_verdicts import FORM, wrong
from webui import judging

#: No step has a limit, so that nothing but the hour ties its rights to an instant.
PROCESS: Final = bpmn.definitions(
    bpmn.process(
        "start s; task nhan 'Tiếp nhận' "
        + ext('<qt:work form="phieu"/>')
        + "\nxor x default=\"nho\"; task duyet 'Duyệt' "
        + ext('<qt:work fourEyes="nhan"/>')
        + "; task tra 'Trả kết quả'; end e",
        "s > nhan > x\nx >lon [so_tien > 100]> duyet > tra\nx >nho> tra > e",
        identity="xet_duyet",
        name="Xét duyệt",
        more=ext('<qt:procedure code="3.002"/>')
        + lanes(examiner="nhan duyet", desk="tra"),
    )
)
FILES: Final = {"process.bpmn": PROCESS, "forms/phieu.form": FORM}


@scene
def cases(office: Office) -> list[tuple[Sealed, ...]]:
    """Three cases that went the same way, of which the last went it as known."""
    office.publish_files(FILES)
    return [office.events(_run(office)) for _ in range(3)]


def _run(
    office: Office,
    *,
    four_eyes: bool = True,
    hands: tuple[str, str] = ("thamtra", "thamtra2"),
) -> UUID:
    made = office.open("3.002")
    office.claim(hands[0], made, "nhan")
    answers = {"so_tien": 500 if four_eyes else 5, "ghi_chu": "đủ"}
    office.complete(hands[0], made, "nhan", answers)
    if four_eyes:
        office.complete(hands[1], made, "duyet")
    office.complete("motcua", made, "tra", {"ket_qua": "đã trả"})
    return made


def _alone(court: Court) -> Court:
    """A court with the same norms that keeps nothing."""
    made = copy.copy(court)
    made.shapes = None
    return made


def _known(court: Court, events: tuple[Sealed, ...]) -> bool:
    """Whether the whole case goes on known steps."""
    begun = court.trodden.begin(events[0])
    return begun is not None and court.trodden.follow(events, begun) is not None


def test_a_case_that_went_a_known_way_is_not_judged_step_by_step(
    office: Office, cases: list[tuple[Sealed, ...]]
) -> None:
    with judging.court(office.app, office.tenant) as (court, _):
        assert not _known(court, cases[0])
        assert court.case(cases[0]) == _alone(court).case(cases[0])
        assert _known(court, cases[2])
        assert court.case(cases[2]) == _alone(court).case(cases[2])
        assert wrong(court.case(cases[2])) == []


def test_another_way_is_learned_beside_the_first(
    office: Office, cases: list[tuple[Sealed, ...]]
) -> None:
    short = [office.events(_run(office, four_eyes=False)) for _ in range(2)]
    with judging.court(office.app, office.tenant) as (court, _):
        for one in (cases[0], short[0], cases[1], short[1]):
            assert court.case(one) == _alone(court).case(one)
        assert _known(court, cases[2])
        assert _known(court, short[1])


def test_a_known_way_hides_no_change_of_a_body(
    office: Office, cases: list[tuple[Sealed, ...]]
) -> None:
    with judging.court(office.app, office.tenant) as (court, _):
        tried = _same(court, cases, _bodies(cases[2]))
    assert tried > 500


def test_a_known_way_hides_no_change_beside_a_body(
    office: Office, cases: list[tuple[Sealed, ...]]
) -> None:
    with judging.court(office.app, office.tenant) as (court, _):
        tried = _same(court, cases, _rows(cases[2]))
    assert tried > 30


def test_a_known_way_hides_no_other_instant(
    office: Office, cases: list[tuple[Sealed, ...]]
) -> None:
    """Of any event: an hour, a day, or years before and after, in and out of order."""
    with judging.court(office.app, office.tenant) as (court, _):
        forged = [
            forging.forge(cases[2], one.seq, _later(timedelta(days=days, hours=hours)))
            for one in cases[2]
            for days in (-4000, -1, 0, 1, 4000)
            for hours in (-1, 1)
        ]
        assert _same(court, cases, iter(forged)) == len(forged)


def test_a_known_way_is_known_for_the_hours_in_which_others_went_it(
    office: Office, cases: list[tuple[Sealed, ...]]
) -> None:
    """Rights that end on a day are asked for again on the next."""
    last = forging.forge(cases[2], 5, _later(timedelta(days=2)))
    account = json.loads(last[4].body)["doer"]["account"]
    with judging.court(office.app, office.tenant) as (court, _):
        court.case(cases[0])
        assert wrong(court.case(last)) == []
        people = court.trodden._people
        ends = people.persons[account]._replace(last=cases[2][4].at.date())
    with judging.court(office.app, office.tenant) as (court, _):
        court.authority.people.persons[account] = ends
        assert _same(court, cases, iter([last])) == 1
        assert (5, "authority", "account-closed") in wrong(court.case(last))


def test_a_case_opened_before_its_version_was_published_is_found(
    office: Office, cases: list[tuple[Sealed, ...]]
) -> None:
    """In the same hour, too."""
    with judging.court(office.app, office.tenant) as (court, _):
        court.case(cases[0])
        begun = court.trodden.begin(cases[1][0])
        assert begun is not None
        norm = begun.norm
        later = cases[1][0].at + timedelta(microseconds=1)
        for life in (
            replace(norm.life, published_at=later),
            replace(norm.life, retired_at=later - timedelta(microseconds=2)),
        ):
            object.__setattr__(norm, "life", life)
            found = court.case(cases[1])
            assert wrong(found)
            assert found == _alone(court).case(cases[1])


def test_hands_that_are_known_one_by_one_are_not_mixed(office: Office) -> None:
    """Who holds the work completes it, and nobody has a hand in both steps."""
    office.publish_files(FILES)
    ways = (("thamtra", "thamtra2"), ("thamtra2", "thamtra"))
    true = [office.events(_run(office, hands=one)) for one in ways]
    doers = [json.loads(true[0][seq - 1].body)["doer"] for seq in (3, 4)]
    with judging.court(office.app, office.tenant) as (court, _):
        for one in true:
            assert wrong(court.case(one)) == []
            assert _known(court, one)
        failed = 0
        for hands in itertools.product(doers, repeat=3):
            forged = true[0]
            for seq, doer in zip((2, 3, 4), hands, strict=True):
                forged = forging.forge(forged, seq, _by(doer))
            found = court.case(forged)
            assert found == _alone(court).case(forged)
            failed += bool(wrong(found))
        # Of eight ways two are lawful.
        assert failed == 6


def test_a_known_way_hides_no_other_answer_or_doer(
    office: Office, cases: list[tuple[Sealed, ...]]
) -> None:
    values: tuple[Any, ...] = (0, 50, 2000, None, True, "x", "y" * 70_000, {}, [1.5])
    doers = [json.loads(one.body)["doer"] for one in cases[2]]
    with judging.court(office.app, office.tenant) as (court, _):
        forged = [
            forging.forge(cases[2], one.seq, _told(name, value))
            for one in cases[2]
            for name in ("so_tien", "ghi_chu", "ma_ho_so", "moi", "a:b")
            for value in values
        ]
        forged += [
            forging.forge(cases[2], one.seq, _by(doer))
            for one in cases[2]
            for doer in doers
        ]
        assert _same(court, cases, iter(forged)) == len(forged)


def test_the_end_of_a_case_that_is_gone_is_found_on_a_known_way(
    office: Office, cases: list[tuple[Sealed, ...]]
) -> None:
    events = cases[2]
    head = events[-1].seq, events[-1].leaf
    with judging.court(office.app, office.tenant) as (court, _):
        court.case(cases[0])
        assert wrong(court.case(events, head)) == []
        found = court.case(events[:-1], head)
        assert (4, "integrity", "tail-missing") in wrong(found)
        assert found == _alone(court).case(events[:-1], head)


def _same(
    court: Court, cases: list[tuple[Sealed, ...]], forged: Iterator[tuple[Sealed, ...]]
) -> int:
    """How many forged cases both courts judged alike; the way stays known."""
    alone = _alone(court)
    court.case(cases[0])
    assert _known(court, cases[1])
    tried = 0
    for one in forged:
        assert court.case(one) == alone.case(one)
        tried += 1
    assert _known(court, cases[1])
    assert court.case(cases[1]) == alone.case(cases[1])
    return tried


def _bodies(events: tuple[Sealed, ...]) -> Iterator[tuple[Sealed, ...]]:
    for one in events:
        for changed in changes(json.loads(one.body)):
            yield _with(events, one.seq, record.canonical(changed))


def _with(events: tuple[Sealed, ...], seq: int, body: bytes) -> tuple[Sealed, ...]:
    """The case with one body changed, everything after it chained anew."""
    made = [*events[: seq - 1]]
    made.append(replace(events[seq - 1], body=body, leaf=record.leaf_hash(body)))
    for one in events[seq:]:
        told = {**json.loads(one.body), "prev": made[-1].leaf.hex()}
        encoded = record.canonical(told)
        made.append(replace(one, body=encoded, leaf=record.leaf_hash(encoded)))
    return tuple(made)


def _rows(events: tuple[Sealed, ...]) -> Iterator[tuple[Sealed, ...]]:
    """What stands beside a body changed, the body not."""
    for index, one in enumerate(events):
        others: list[dict[str, Any]] = [
            {"type": "task.claimed"},
            {"type": "task.completed"},
            {"seq": one.seq + 1},
            {"at": one.at + timedelta(microseconds=1)},
            {"leaf": bytes(32)},
            {"personal": one.personal[1:]},
            {"personal": (*one.personal, *one.personal)},
        ]
        for place, value in enumerate(one.personal):
            for changed in (
                value._replace(value='"khác"'),
                value._replace(value=""),
                value._replace(salt=bytes(16)),
                value._replace(salt=bytes(17)),
                value._replace(name="khac"),
                value._replace(value=None, salt=None),
                value._replace(value=None),
            ):
                rows = [*one.personal]
                rows[place] = changed
                others.append({"personal": tuple(rows)})
        for other in others:
            yield (*events[:index], replace(one, **other), *events[index + 1 :])
    yield events[:1]
    yield (events[0], *events[2:])
    yield (*events, events[-1])


def _later(span: timedelta) -> forging.Change:
    def change(body: forging.Body, _: dict[str, Any]) -> None:
        body["at"] = record.instant(forging.record_instant(body["at"]) + span)

    return change


def _by(doer: Any) -> forging.Change:
    def change(body: forging.Body, _: dict[str, Any]) -> None:
        body["doer"] = doer

    return change


def _told(name: str, value: Any) -> forging.Change:
    def change(_: forging.Body, values: dict[str, Any]) -> None:
        values[name] = value

    return change
