"""The queue of writers."""

import threading
import time

import pytest

from engine.errors import BusyError
from storage.turns import Turns


def _wait_until(turns: Turns, count: int) -> None:
    while len(turns._waiting) < count:
        time.sleep(0.001)


def test_writers_are_served_in_the_order_of_their_coming() -> None:
    turns, served = Turns(), list[int]()

    def write(number: int) -> None:
        turns.take()
        served.append(number)
        turns.give()

    turns.take()
    threads = []
    for number in range(8):
        threads.append(threading.Thread(target=write, args=(number,)))
        threads[-1].start()
        _wait_until(turns, number + 1)
    turns.give()
    for thread in threads:
        thread.join(10)
    assert served == list(range(8))


def test_only_one_writes_at_a_time() -> None:
    turns = Turns()
    inside, most = 0, 0

    def write() -> None:
        nonlocal inside, most
        for _ in range(200):
            turns.take()
            inside += 1
            most = max(most, inside)
            inside -= 1
            turns.give()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert most == 1


def test_who_waits_too_long_is_told_and_leaves_the_queue() -> None:
    turns = Turns(wait=0.01)
    turns.take()
    with pytest.raises(BusyError):
        turns.take()
    turns.give()
    turns.take()
    turns.give()
