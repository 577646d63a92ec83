"""What must hold after any number of kills: nothing lost, doubled or torn.

The journals of the workers are compared with the histories in the database, both ways:
each acknowledged act is in exactly one event, and each event was acknowledged.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.commands.rebuild_case import RebuildCase
from engine.commands.verify_case import VerifyCase
from engine.commands.wake_case import WakeCase
from engine.domain.events import EventType
from engine.domain.run import Status
from engine.evidence import retrace
from tests.crash import journal, office
from webui import bootstrap

#: Which event an act of a worker leaves.
EVENTS = {
    "open": EventType.CASE_OPENED,
    "claim": EventType.TASK_CLAIMED,
    "complete": EventType.TASK_COMPLETED,
    "message": EventType.MESSAGE_RECEIVED,
}
#: Which column of the outbox tells where an effect comes from.
_OUTBOX = sa.text("SELECT seq, n FROM outbox")
_ANSWERS = sa.text("SELECT count(*) FROM idempotency")

#: Type of the event, case, element and occurrence, key that it carries.
Trace = tuple[EventType, str, str, int, str]


@dataclass
class Found:
    """What stands in the database."""

    cases: int = 0
    events: int = 0
    completed: int = 0
    traces: Counter[Trace] = field(default_factory=Counter)
    thrown: Counter[tuple[int, int]] = field(default_factory=Counter)
    #: The number of the event that carries a key.
    seqs: dict[str, int] = field(default_factory=dict)


def check(url: str, tenant: UUID, journals: Iterable[journal.Told]) -> Found:
    """Fail with what is wrong; give how much was looked at."""
    app = bootstrap.build(url)
    try:
        _let_time_pass(app, tenant)
        found = Found()
        with app.store.begin(tenant) as work:
            cases = list(work.cases.all())
        for case in cases:
            _check_case(app, tenant, case, found)
        _check_journals(app, found, list(journals))
        return found
    finally:
        app.close()


def _let_time_pass(app: bootstrap.Application, tenant: UUID) -> None:
    """Wake whatever is due; a case that stays due is stuck."""
    for _ in range(2):
        with app.store.begin(tenant) as work:
            due = work.cases.due(app.clock.now(), 1000)
        for case in due:
            app.engine.run(WakeCase(case=case), tenant)


def _check_case(
    app: bootstrap.Application, tenant: UUID, case: UUID, found: Found
) -> None:
    with app.store.begin(tenant) as work:
        stored = work.cases.lock(case).case
        events = work.history.read(case, stored.month)
        active = work.cases.active(stored)
        edition = app.engine.tools.runtime, stored.state
    # Numbers without gaps, each hash and each commitment (raises EvidenceError).
    steps = retrace.opened(events)
    assert len(steps) == stored.seq == stored.version, f"{case}: the row is torn"
    assert steps[0].type is EventType.CASE_OPENED, f"{case}: begins with no opening"
    for command in (RebuildCase(case=case, repair=False), VerifyCase(case=case)):
        result = app.engine.run(command, tenant)
        assert result["differences"] == [], f"{case}: {result['differences']}"
    if stored.status is not Status.COMPLETED:
        waits = stored.next_wake is not None or _awaits_a_message(steps)
        assert active or waits, f"{case}: open without next step"
        assert edition[1] is not None, f"{case}: open without state"
    found.cases += 1
    found.completed += stored.status is Status.COMPLETED
    found.events += len(steps)
    for step in steps:
        _note(case, step, found)


def _awaits_a_message(steps: tuple[retrace.Step, ...]) -> bool:
    """Whether the partner was asked more often than it has answered."""
    asked = sum(len(step.body.get("effect", {}).get("thrown", ())) for step in steps)
    return asked > sum(step.type is EventType.MESSAGE_RECEIVED for step in steps)


def _note(case: UUID, step: retrace.Step, found: Found) -> None:
    # Every value that was committed to is stored with its event.
    assert step.values.keys() == step.body.get("commitments", {}).keys(), (
        f"{case}: event {step.seq} has lost values"
    )
    element, occurrence = step.body.get("visit", ("", 0))
    key = str(step.values.get(office.KEY, ""))
    found.traces[step.type, case.hex, element, occurrence, key] += 1
    if key:
        assert key not in found.seqs, f"{case}: {key} was done twice"
        found.seqs[key] = step.seq
    for n, _ in enumerate(step.body.get("effect", {}).get("thrown", ())):
        found.thrown[step.seq, n] += 1


def _check_journals(
    app: bootstrap.Application, found: Found, journals: list[journal.Told]
) -> None:
    assert not [each for told in journals for each in told.pending()]
    wanted: Counter[Trace] = Counter()
    for told in journals:
        for key, result in told.acked.items():
            wanted[_trace(told.asked[key], result)] += 1
            if told.asked[key].kind == "complete":
                assert result["version"] == found.seqs.get(key), f"{key}: another act"
    own = Counter(
        {t: n for t, n in found.traces.items() if t[0] in EVENTS.values()},
    )
    assert wanted - own == Counter(), f"lost: {wanted - own}"
    assert own - wanted == Counter(), f"done, but never acknowledged: {own - wanted}"
    fired = [n for t, n in found.traces.items() if t[0] is EventType.TIMER_FIRED]
    assert set(fired) <= {1}, "a timer fired twice"
    with app.database.read() as connection:
        sent = Counter((seq, n) for seq, n in connection.execute(_OUTBOX))
        assert sent == found.thrown, "the outbox differs from the history"
        answers = connection.scalar(_ANSWERS)
    assert answers == sum(len(told.acked) for told in journals)


def _trace(act: journal.Act, result: dict[str, Any]) -> Trace:
    case = result["case"]
    kind = EVENTS[act.kind]
    if act.kind in ("open", "message"):
        return kind, case, "", 0, act.key
    key = act.key if act.kind == "complete" else ""
    return kind, case, act.element, act.occurrence, key
