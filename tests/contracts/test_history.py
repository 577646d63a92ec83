"""What every store of histories promises."""

import dataclasses
import threading

import pytest

from engine.domain.events import Sealed, Stream, StreamKind
from engine.errors import NotFoundError, StaleError
from tests.contracts import world
from tests.contracts.world import World


def _stream(here: World, kind: StreamKind = StreamKind.PROCEDURE) -> Stream:
    return Stream(tenant=here.tenant, kind=kind, id=world.new_id(), month=world.MONTH)


def _append(here: World, sealed: Sealed) -> None:
    with here.begin() as work:
        work.history.append(sealed)
        work.commit()


def test_events_come_back_as_they_were_sealed_and_in_order(here: World) -> None:
    stream = _stream(here)
    sealed = []
    for number in range(3):
        sealed.append(world.sealed(stream, {"họ tên": "Đỗ Ư", "n": number}))
        _append(here, sealed[-1])
        stream = sealed[-1].next()
    with here.begin() as work:
        assert work.history.read(stream.id, stream.month) == tuple(sealed)


def test_a_stream_has_no_head_before_its_first_event_and_its_last_leaf_after(
    here: World,
) -> None:
    stream = _stream(here)
    sealed = world.sealed(stream)
    with here.begin() as work:
        assert work.history.stream(stream.kind, stream.id) is None
        work.history.append(sealed)
        work.commit()
    with here.begin() as work:
        assert work.history.stream(stream.kind, stream.id) == sealed.next()
        assert work.history.stream(StreamKind.ACCESS, stream.id) is None


def test_an_event_that_does_not_follow_the_last_one_is_refused(here: World) -> None:
    stream = _stream(here)
    first = world.sealed(stream)
    _append(here, first)
    gap = dataclasses.replace(first.next(), seq=5)
    for wrong in (world.sealed(stream), world.sealed(gap)):
        with pytest.raises(StaleError):
            _append(here, wrong)
    with here.begin() as work:
        assert work.history.read(stream.id, stream.month) == (first,)


def test_of_two_first_events_one_is_stored(here: World) -> None:
    stream = _stream(here)
    barrier = threading.Barrier(2)
    lost: list[StaleError] = []

    def append(value: int) -> None:
        barrier.wait()
        try:
            _append(here, world.sealed(stream, {"n": value}))
        except StaleError as error:
            lost.append(error)

    threads = [threading.Thread(target=append, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(lost) == 1
    with here.begin() as work:
        assert len(work.history.read(stream.id, stream.month)) == 1


def test_another_month_or_stream_is_empty(here: World) -> None:
    stream = _stream(here)
    _append(here, world.sealed(stream))
    with here.begin() as work:
        assert work.history.read(stream.id, stream.month + 1) == ()
        assert work.history.read(world.new_id(), stream.month) == ()


def test_an_event_of_another_tenant_is_refused(here: World, there: World) -> None:
    with pytest.raises(NotFoundError):
        _append(here, world.sealed(_stream(there)))
