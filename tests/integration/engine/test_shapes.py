"""What is read once for many events never hides what is wrong with one of them.

Every verdict of a court that has seen cases like a forged one is that of a court that
reads each event by itself, whatever was changed, and wherever.
"""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from engine.domain.events import Sealed
from engine.evidence import record
from engine.judging.court import Court
from tests.integration.engine import forging
from tests.integration.engine.office import Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_verdicts import FILES, wrong
from webui import judging


@scene
def cases(office: Office) -> tuple[UUID, UUID]:
    """Two finished cases that are equal but for their instants and codes."""
    office.publish_files(FILES)
    return _run(office), _run(office)


def _run(office: Office) -> UUID:
    made = office.open("3.001")
    office.claim("thamtra", made, "nhan")
    office.complete("thamtra", made, "nhan", {"so_tien": 500, "ghi_chu": "đủ"})
    office.complete("thamtra2", made, "duyet")
    office.complete("motcua", made, "tra")
    return made


Plant = Callable[[dict[str, Any], dict[str, Any]], None]


def _doer(of: str) -> Callable[[list[dict[str, Any]]], Plant]:
    def made(bodies: list[dict[str, Any]]) -> Plant:
        def plant(body: dict[str, Any], _: dict[str, Any]) -> None:
            body["doer"] = bodies[int(of) - 1]["doer"]

        return plant

    return made


def _plain(change: Plant) -> Callable[[list[dict[str, Any]]], Plant]:
    return lambda _: change


@pytest.mark.parametrize(
    ("seq", "plant", "reason"),
    [
        (4, _doer("3"), ("authority", "four-eyes")),
        (
            4,
            _plain(lambda body, _: body["effect"]["taken"].append("nowhere")),
            ("control_flow", "other-flows"),
        ),
        (
            3,
            _plain(lambda _, values: values.update(so_tien=2000)),
            ("data", "form-refuses"),
        ),
        (
            3,
            _plain(lambda _, values: values.update(so_tien=50)),
            ("data", "other-choice"),
        ),
        (
            3,
            _plain(lambda body, _: body["model"].update(number=9)),
            ("version", "version-changed"),
        ),
        (
            1,
            _plain(
                lambda body, _: body["effect"]["opened"][0].__setitem__(
                    4, "2030-01-01T00:00:00.000000Z"
                )
            ),
            ("time", "other-due"),
        ),
    ],
)
def test_what_is_planted_in_the_second_of_two_equal_cases_is_found(
    office: Office,
    cases: tuple[UUID, UUID],
    seq: int,
    plant: Callable[[list[dict[str, Any]]], Plant],
    reason: tuple[str, str],
) -> None:
    with judging.court(office.app, office.tenant) as (court, desk):
        first, second = (tuple(desk.case(one)[0]) for one in cases)
        bodies = [json.loads(one.body) for one in second]
        forged = forging.forge(second, seq, plant(bodies))
        found = [court.case(one) for one in (first, forged, first, second)]
    assert wrong(found[0]) == wrong(found[2]) == wrong(found[3]) == []
    assert (seq, *reason) in wrong(found[1])


def test_any_change_is_judged_as_if_nothing_had_been_seen_before(
    office: Office, cases: tuple[UUID, UUID]
) -> None:
    with judging.court(office.app, office.tenant) as (court, desk):
        first, second = (tuple(desk.case(one)[0]) for one in cases)
        alone = _reading_alone(court)
        assert court.case(first) == alone.case(first)
        tried = 0
        for forged in _forgeries(second):
            assert court.case(forged) == alone.case(forged)
            tried += 1
        assert tried > 500
        assert court.case(second) == alone.case(second)
        assert wrong(court.case(second)) == []


def _reading_alone(court: Court) -> Court:
    """A court with the same norms that remembers no shapes."""
    made = copy.copy(court)
    made.shapes = None
    return made


def _forgeries(events: tuple[Sealed, ...]) -> Iterator[tuple[Sealed, ...]]:
    """The case with one thing changed, everything after it chained anew."""
    for index, one in enumerate(events):
        body = json.loads(one.body)
        for changed in changes(body):
            yield _with(events, index, record.canonical(changed))
        for raw in _others(one.body):
            yield _with(events, index, raw)


def changes(value: Any) -> Iterator[Any]:
    """A JSON value with one part changed, removed or added."""
    if isinstance(value, dict):
        for name, part in value.items():
            rest = {other: one for other, one in value.items() if other != name}
            yield rest
            yield from ({**value, name: one} for one in changes(part))
        yield {**value, "prev": "0"}
        yield {**value, "nonce": {"prev": "0"}}
        yield {**value, "zz": 1}
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield [*value[:index], *value[index + 1 :]]
            yield from ([*value[:index], x, *value[index + 1 :]] for x in changes(part))
        yield [*value, "x"]
    elif isinstance(value, str):
        yield from (f"{value}x", '",}{', None)
    else:
        yield from (7, "x", None)


def _others(body: bytes) -> Iterator[bytes]:
    """Bytes that say the same in another form, or nothing at all."""
    yield body.replace(b":", b": ", 1)
    yield body + b" "
    yield body[:-1]
    for name in (b"doer", b"effect", b"facts", b"model", b"nonce", b"prev", b"visit"):
        part = b',"%b":' % name
        if part in body:
            yield body.replace(part, b',"%b":0%b' % (name, part))
            yield body.replace(part, b" " + part, 1)
    # The order of two parts, and a part inside another.
    parts = list(json.loads(body).items())
    yield json.dumps(
        dict(parts[::-1]), ensure_ascii=False, separators=(",", ":")
    ).encode()
    for index in range(len(parts) - 1):
        swapped = [*parts]
        swapped[index : index + 2] = parts[index + 1], parts[index]
        yield json.dumps(
            dict(swapped), ensure_ascii=False, separators=(",", ":")
        ).encode()


def _with(events: tuple[Sealed, ...], index: int, body: bytes) -> tuple[Sealed, ...]:
    leaf = record.leaf_hash(body)
    made = [*events[:index], replace(events[index], body=body, leaf=leaf)]
    for one in events[index + 1 :]:
        told = {**json.loads(one.body), "prev": made[-1].leaf.hex()}
        encoded = record.canonical(told)
        made.append(replace(one, body=encoded, leaf=record.leaf_hash(encoded)))
    return tuple(made)
