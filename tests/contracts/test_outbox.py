"""What every outbox promises, and every store of those who wait."""

import dataclasses
import threading

import pytest

from engine.domain.run import Visit
from engine.errors import NotFoundError
from engine.exchange import NO_KEYS, Attempts, Ref, Taker, fingerprint, fingerprints
from storage.database import Database, count_statements
from tests.contracts import letters, world
from tests.contracts.world import World


def test_letters_come_back_as_they_were_sent_oldest_first(here: World) -> None:
    case = here.opened()
    sent = [letters.letter(case, seq, name=f"m{seq}", key="1") for seq in (3, 1, 2)]
    with here.begin() as work:
        for each in sent:
            work.outbox.add(each)
        due = work.outbox.due(world.at(9), 10)
        assert due == tuple(Ref(case.id, seq, 0) for seq in (1, 2, 3))
        assert work.outbox.due(world.at(9), 2) == due[:2]
        assert work.outbox.due(world.at(2), 9) == due[:2]
        loaded = work.outbox.lock(due[0])
        assert loaded is not None
        assert loaded.sent == sent[1]
        assert loaded.tried == Attempts(next_try=world.at(1))


def test_a_letter_waits_behind_one_to_the_same_address(here: World) -> None:
    case = here.opened()
    first, second = letters.letter(case, 1), letters.letter(case, 2)
    other = letters.letter(case, 2, 1, key="7")
    with here.begin() as work:
        for each in (first, second, other):
            work.outbox.add(each)
        work.outbox.mark(first.ref, Attempts(attempts=1, next_try=world.at(50)))
        assert work.outbox.due(world.at(9), 9) == (other.ref,)
        work.outbox.mark(first.ref, Attempts(attempts=2, delivered_at=world.at(9)))
        assert work.outbox.due(world.at(9), 9) == (second.ref, other.ref)


def test_a_letter_is_written_again_and_what_became_of_it_stays(here: World) -> None:
    case = here.opened()
    sent, other = letters.letter(case, 1, key="7"), letters.letter(case, 2)
    tried = Attempts(attempts=2, reason="nobody", next_try=world.at(50))
    with here.begin() as work:
        for each in (sent, other):
            work.outbox.add(each)
        work.outbox.mark(sent.ref, tried)
        right = dataclasses.replace(
            sent,
            kind="signal",
            name="bao",
            partner="Thuế",
            body={"so": 8},
            correlation={},
            sent_at=world.at(3),
        )
        work.outbox.correct(right)
        stored = work.outbox.letters_of(case.id)
        assert [one.sent for one in stored] == [right, other]
        assert stored[0].tried == tried


def test_what_is_delivered_or_left_to_people_is_not_due(here: World) -> None:
    case = here.opened()
    done, left, due = (letters.letter(case, n, name=f"m{n}") for n in (1, 2, 3))
    with here.begin() as work:
        for each in (done, left, due):
            work.outbox.add(each)
        work.outbox.mark(done.ref, Attempts(attempts=1, delivered_at=world.at(4)))
        work.outbox.mark(left.ref, Attempts(attempts=1, reason="ambiguous"))
        assert work.outbox.due(world.at(9), 9) == (due.ref,)
        undelivered = work.outbox.letters(9, all_=False)
        assert [each.sent for each in undelivered] == [due, left]
        assert [each.sent for each in work.outbox.letters(9, all_=True)] == [
            *(due, left, done)
        ]
        assert undelivered[1].tried.reason == "ambiguous"
        # What goes to a partner outside is no trouble of ours.
        work.outbox.mark(left.ref, Attempts(attempts=1, reason="outside"))
        assert [each.sent for each in work.outbox.letters(9, all_=False)] == [due]


def test_a_parcel_is_stored_once_under_its_key(here: World) -> None:
    case, target = here.opened(), here.opened()
    sent = letters.letter(case, kind="signal")
    first = letters.parcel(sent, target)
    second = letters.parcel(sent, target, element="s")
    with here.begin() as work:
        work.outbox.add(sent)
        for each in (first, second, first):
            work.outbox.put(each)
        assert set(work.outbox.parcels_due(world.at(1), 9)) == {first, second}
        assert work.outbox.parcels_due(world.at(0), 9) == ()
        done = dataclasses.replace(
            first, receiver=target.id, tried=Attempts(delivered_at=world.at(2))
        )
        work.outbox.put(done)
        assert work.outbox.lock_parcel(sent.ref, target.id, "") == done
        assert work.outbox.parcels_due(world.at(1), 9) == (second,)
        assert set(work.outbox.letter(sent.ref).parcels) == {done, second}
        # A settled letter stands among the undelivered until its parcels are.
        work.outbox.mark(sent.ref, Attempts(delivered_at=world.at(2)))
        assert len(work.outbox.letters(9, all_=False)) == 1
        work.outbox.put(dataclasses.replace(done, element="s"))
        assert work.outbox.letters(9, all_=False) == ()


def test_what_another_worker_holds_is_passed_over(
    here: World, database: Database
) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time: nothing to pass over.")
    case = here.opened()
    sent = letters.letter(case)
    with here.begin() as work:
        work.outbox.add(sent)
        work.outbox.put(letters.parcel(sent, case))
        starts = (letters.start(here, "timer", "hen"),)
        work.arrivals.replace_starts(here.procedure.id, starts)
        work.commit()
    found: list[object] = []

    def look() -> None:
        with here.begin() as other:
            found.extend(
                (
                    other.outbox.due(world.at(9), 9),
                    other.outbox.lock(sent.ref),
                    other.outbox.parcels_due(world.at(9), 9),
                    other.outbox.lock_parcel(sent.ref, case.id, ""),
                    other.arrivals.starts_due(world.at(9), 9),
                    other.arrivals.start(here.procedure.id, "", "hen"),
                )
            )

    with here.begin() as work:
        assert work.outbox.lock(sent.ref) is not None
        assert work.outbox.lock_parcel(sent.ref, case.id, "") is not None
        assert work.arrivals.start(here.procedure.id, "", "hen") is not None
        thread = threading.Thread(target=look)
        thread.start()
        thread.join(10)
    assert found == [(), None, (), None, (), None]


def test_waits_are_written_with_the_act_that_opens_and_closes_them(
    here: World, database: Database
) -> None:
    case = here.opened()
    opened = (letters.wait(case, 1), letters.wait(case, 2, "signal"))
    act = dataclasses.replace(world.next_act(case), waits=opened)
    with here.begin() as work:
        work.cases.save(act)
        work.commit()
    with here.begin() as work:
        assert work.arrivals.waits(case.id) == opened
        after = world.next_act(act.case)
        work.cases.save(dataclasses.replace(after, closed=(Visit("cho", 1),)))
        assert work.arrivals.waits(case.id) == opened[1:]
        work.commit()
    with count_statements(database) as counted, here.begin() as work:
        work.cases.save(world.next_act(after.case))
    plain = counted.statements
    with count_statements(database) as counted, here.begin() as work:
        act = dataclasses.replace(world.next_act(after.case), waits=opened[:1])
        work.cases.save(act)
    assert counted.statements > plain, "an act without waits pays nothing for them"


def test_a_new_wait_wakes_the_letters_that_found_nobody(here: World) -> None:
    case = here.opened()
    nobody, other, outside = (letters.letter(case, n, name=f"m{n}") for n in (1, 2, 3))
    with here.begin() as work:
        for each in (nobody, other, outside):
            work.outbox.add(each)
        late = Attempts(attempts=9, reason="nobody", next_try=world.at(500))
        work.outbox.mark(nobody.ref, dataclasses.replace(late, next_try=None))
        work.outbox.mark(other.ref, late)
        work.outbox.mark(outside.ref, Attempts(attempts=1, reason="outside"))
        waits = (
            letters.wait(case, 7, name="m1"),
            letters.wait(case, 8, name="m3"),
            letters.wait(case, 9, "signal", name="m2"),
        )
        work.cases.save(dataclasses.replace(world.next_act(case), waits=waits))
        assert work.outbox.due(world.at(10), 9) == (nobody.ref,)


def test_keys_find_the_cases_whose_keys_are_all_equal_oldest_first(
    here: World,
) -> None:
    late, early, keyless, other = (here.opened() for _ in range(4))
    with here.begin() as work:
        for case, since, key in (
            *((late, 9, "1"), (early, 3, "1")),
            *((keyless, 1, ""), (other, 2, "2")),
        ):
            waits = (letters.wait(case, since, name="m", key=key),)
            work.arrivals.replace_waits(case.id, waits)
        carried = fingerprints({"so": "1", "khac": True})
        assert [one.case for one in work.arrivals.takers("m", carried)] == [
            *(early.id, late.id)
        ]
        assert work.arrivals.takers("m", ()) == ()
        assert work.arrivals.takers("n", carried) == ()
        assert work.arrivals.takers("m", fingerprints({"so": 1})) == ()


def test_keys_of_a_message_may_be_more_than_those_of_a_wait() -> None:
    carried = fingerprints({"a": 1, "b": "x"})
    assert set(carried) == {
        *(fingerprint({"a": 1}), fingerprint({"b": "x"})),
        fingerprint({"b": "x", "a": 1}),
    }
    assert NO_KEYS not in carried
    assert fingerprint({"a": True}) != fingerprint({"a": 1})
    assert fingerprint({"a": "1"}) != fingerprint({"a": 1})
    assert fingerprint({"a": 1.0}) != fingerprint({"a": 1})


def test_relatives_are_the_cases_of_one_conversation(here: World) -> None:
    first, stranger = here.opened(), here.opened()
    second = here.opened(here.case(conversation=first.id, process="p", generation=1))
    with here.begin() as work:
        for since, case in enumerate((stranger, second, first), 1):
            waits = (letters.wait(case, since, name="m"),)
            work.arrivals.replace_waits(case.id, waits)
        found = work.arrivals.relatives("m", first.id)
        procedure = here.procedure.id
        assert found == (
            Taker(case=second.id, procedure=procedure, process="p"),
            Taker(case=first.id, procedure=procedure, process=""),
        )
        assert work.cases.get(second.id) == second
        assert work.arrivals.relatives("n", first.id) == ()


def test_listeners_are_told_once_however_often_they_wait(here: World) -> None:
    one, two = here.opened(), here.opened()
    with here.begin() as work:
        twice = (letters.wait(one, 5, "signal"), letters.wait(one, 7, "signal"))
        work.arrivals.replace_waits(one.id, twice)
        work.arrivals.replace_waits(two.id, (letters.wait(two, 6, "signal"),))
        assert work.arrivals.listeners("signal") == (one.id, two.id)
        assert work.arrivals.listeners("other") == ()


def test_start_events_are_those_of_the_version_in_force(here: World) -> None:
    starts = tuple(letters.start(here, each, each) for each in ("signal", "timer"))
    with here.begin() as work:
        work.arrivals.replace_starts(here.procedure.id, starts)
        assert work.arrivals.starts_of(here.procedure.id) == starts
        assert work.arrivals.starts("signal", "signal") == starts[:1]
        assert work.arrivals.starts("message", "signal") == ()
        assert work.arrivals.starts_due(world.at(5), 9) == starts[1:]
        assert work.arrivals.starts_due(world.at(4), 9) == ()
        moved = dataclasses.replace(
            starts[1],
            due=world.at(60),
            passed=1,
            tried=Attempts(attempts=2, reason="busy", next_try=world.at(61)),
        )
        work.arrivals.change_start(moved)
        assert work.arrivals.start(here.procedure.id, "", "timer") == moved
        work.arrivals.replace_starts(here.procedure.id, ())
        assert work.arrivals.starts_of(here.procedure.id) == ()
        assert work.arrivals.start(here.procedure.id, "", "timer") is None


def test_nothing_is_written_for_another_than_the_named(here: World) -> None:
    case, other = here.opened(), here.opened()
    with here.begin() as work:
        with pytest.raises(NotFoundError):
            work.arrivals.replace_waits(case.id, (letters.wait(other, 1),))
        starts = (letters.start(here, "signal", "s"),)
        with pytest.raises(NotFoundError):
            work.arrivals.replace_starts(world.new_id(), starts)


def test_writes_never_reach_another_tenant(here: World, there: World) -> None:
    case = there.opened()
    sent = letters.letter(case)
    starts = (letters.start(there, "timer", "hen"),)
    with there.begin() as work:
        work.outbox.add(sent)
        work.arrivals.replace_waits(case.id, (letters.wait(case, 1),))
        work.arrivals.replace_starts(there.procedure.id, starts)
        work.commit()
    done = Attempts(delivered_at=world.at(9))
    with here.begin() as work:
        work.outbox.mark(sent.ref, done)
        work.arrivals.replace_waits(case.id, ())
        work.outbox.correct(dataclasses.replace(sent, name="khac"))
        work.arrivals.replace_starts(there.procedure.id, ())
        work.arrivals.change_start(dataclasses.replace(starts[0], passed=9))
        work.commit()
    with there.begin() as work:
        found = work.outbox.letter(sent.ref)
        assert (found.sent, found.tried.delivered_at) == (sent, None)
        assert len(work.arrivals.waits(case.id)) == 1
        assert work.arrivals.starts_of(there.procedure.id) == starts
