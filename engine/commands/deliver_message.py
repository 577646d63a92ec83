"""Deliver a message that a case sent.

A message never goes by its name alone. It is taken, in this order, by

1. a case of the sender's conversation that waits for it: by its keys, or where the
   message or the wait has none, because nobody else can be meant;
2. the case whose wait is the oldest among those whose keys all equal the message's;
3. a message start event of another pool of the sender's version, then of a published
   procedure: a case is opened there.

Where several could be meant, nobody is; a message for a partner that is no pool of ours
stays for people.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from engine import limits
from engine.commands import letters
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.case import Case, conversation_of
from engine.domain.events import Event, EventType
from engine.domain.model import EventKind, Model
from engine.domain.run import Json, Message, Wait
from engine.errors import EngineError, NotAllowedError, NothingWaitsError
from engine.evidence.acts import CORRELATION
from engine.exchange import (
    MESSAGE,
    NOBODY,
    OUTSIDE,
    Attempts,
    Letter,
    Parcel,
    Ref,
    Start,
    Taker,
    fingerprint,
    fingerprints,
)
from engine.package import Package


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverMessage:
    """Deliver one message; the engine finds the case, a person names it."""

    stream: UUID
    seq: int
    n: int
    #: The case that a person chose.
    case: UUID | None = None


def handle(command: DeliverMessage, transaction: Transaction) -> Result:
    """Hand the message over and settle it, in one transaction.

    What was delivered before, or is being delivered by another worker, is left alone.

    Raises:
        NothingWaitsError: The case that a person chose does not wait for it.
        NotAllowedError: The actor delivers no messages, or chose no case.
        EngineError: The case cannot take it; it is tried again.
    """
    outbox = transaction.uow.outbox
    if transaction.actor is not None:
        tenant = policy.Thing(tenant=transaction.tenant)
        transaction.check(policy.Action.MESSAGE_DELIVER, tenant)
    letter = outbox.lock(Ref(command.stream, command.seq, command.n))
    if letter is None or letter.tried.delivered_at is not None:
        return _result(None)
    delivery = _Delivery(letter, transaction)
    found = delivery.by_hand(command.case) if transaction.actor else delivery.find()
    if isinstance(found, str):
        outbox.mark(letter.sent.ref, _put_off(letter.tried, found, transaction.now))
        return _result(None, found)
    outbox.mark(letter.sent.ref, letters.arrived(letter.tried, transaction.now))
    outbox.put(found)
    return _result(found.receiver)


def _put_off(tried: Attempts, reason: str, now: datetime) -> Attempts:
    """The attempts after one that reached nobody."""
    if reason in (NOBODY, letters.SUSPENDED):
        return letters.postponed(tried, reason, now)
    return letters.stays(tried, reason)


def _result(receiver: UUID | None, reason: str = "") -> Result:
    found: list[Json] = [] if receiver is None else [receiver.hex]
    return {"delivered": found, "reason": reason}


class _Delivery:
    """One message on its way, in one transaction."""

    def __init__(self, letter: Letter, transaction: Transaction) -> None:
        self._letter = letter
        self._transaction = transaction
        self._sender = transaction.uow.cases.get(letter.sent.stream)
        self._package: Package = transaction.edition(
            self._sender.procedure_version
        ).package
        #: The pool that the message names; None: it names none of ours.
        self._pool: str | None = self._named()

    def by_hand(self, case: UUID | None) -> Parcel | str:
        """Give it to the case that a person chose: to its oldest wait of the name."""
        if case is None:
            raise NotAllowedError(code="no-case")
        running = self._locked(case)
        wait = next(self._waits(running), None)
        if wait is None:
            raise NothingWaitsError(name=self._letter.sent.name)
        return self._give(running, wait, "person")

    def find(self) -> Parcel | str:
        """Give it to whom it is for; a reason when it stays."""
        sent = self._letter.sent
        if sent.partner and self._pool is None:
            return OUTSIDE
        if len(sent.correlation) > limits.CORRELATION_KEYS:
            return "keys"
        found = self._in_conversation() or self._by_keys()
        return found or self._at_a_start()

    def _in_conversation(self) -> Parcel | str | None:
        conversation = conversation_of(self._sender)
        arrivals = self._transaction.uow.arrivals
        known = arrivals.relatives(self._letter.sent.name, conversation)
        willing = [
            (running, wait)
            for running in self._candidates(known)
            if (wait := self._taken(running, related=True)) is not None
        ]
        if len(willing) > 1:
            return letters.AMBIGUOUS
        return self._give(*willing[0], "conversation") if willing else None

    def _by_keys(self) -> Parcel | str | None:
        sent, arrivals = self._letter.sent, self._transaction.uow.arrivals
        known = arrivals.takers(sent.name, fingerprints(sent.correlation))
        for running in self._candidates(known):
            wait = self._taken(running, related=False)
            if wait is not None:
                return self._give(running, wait, "keys")
        return None

    def _candidates(self, known: tuple[Taker, ...]) -> Iterator[Running]:
        """The cases that may take it, each locked when it is looked at."""
        for taker in known:
            pool = (self._sender.procedure, self._pool)
            fits = self._pool is None or (taker.procedure, taker.process) == pool
            if fits and taker.case != self._sender.id:
                yield self._locked(taker.case)

    def _locked(self, case: UUID) -> Running:
        found = self._transaction.uow.cases.lock(case).case
        return Running(self._transaction, found, found.version)

    def _waits(self, running: Running) -> Iterator[Wait]:
        name = self._letter.sent.name
        for wait in running.execution.picture().waiting:
            if wait.kind == MESSAGE and wait.name == name:
                yield wait

    def _taken(self, running: Running, *, related: bool) -> Wait | None:
        """The wait of a case that takes the message, if one may.

        An interpreter gives a message to the oldest wait whose keys all match, and one
        without keys matches any: where that one may not take it, nobody does.
        """
        carried = self._letter.sent.correlation
        for wait in self._waits(running):
            if related and not carried:
                return wait
            keys = {name: carried[name] for name in wait.keys if name in carried}
            if fingerprint(keys) == fingerprint(wait.keys):
                return wait if related or wait.keys else None
        return None

    def _give(self, running: Running, wait: Wait, how: str) -> Parcel | str:
        """Let a case take it at a wait; one that is suspended takes it afterwards."""
        if running.case.suspended_at is not None and how != "person":
            return letters.SUSPENDED
        sent, now = self._letter.sent, self._transaction.now
        case = running.case
        letters.check_code(self._letter, case)
        # Where the message brings no keys it was addressed, as by a person.
        addressed = how == "person" or not sent.correlation
        correlation = wait.keys if addressed else sent.correlation
        keys = {f"{CORRELATION}{key}": one for key, one in correlation.items()}
        running.act(
            Message(sent.name, sent.body, correlation),
            Event(
                type=EventType.MESSAGE_RECEIVED,
                at=now,
                doer=self._transaction.doer(),
                facts=letters.cause(self._letter, self._sender, how),
                values={**sent.body, **keys},
            ),
        )
        running.save()
        return self._parcel(case.id, case)

    def _at_a_start(self) -> Parcel | str:
        starts = self._pools() or self._published()
        if len(starts) > 1:
            return letters.AMBIGUOUS
        if not starts:
            return NOBODY
        (start,) = starts
        try:
            running = letters.open_at(
                start, self._letter, self._sender, self._transaction
            )
        except EngineError as error:
            if error.code != letters.CHAIN:
                raise
            return letters.CHAIN
        return self._parcel(start.procedure, running.case, start)

    def _pools(self) -> tuple[Start, ...]:
        """Message starts of the other pools of the sender's own version."""
        return tuple(
            Start(
                procedure=self._sender.procedure,
                version=self._sender.procedure_version,
                process=process,
                element=element,
                kind=MESSAGE,
            )
            for process, model in self._others().items()
            if self._pool in (None, process)
            for element in _message_starts(model, self._letter.sent.name)
        )

    def _published(self) -> tuple[Start, ...]:
        if self._pool is not None:
            return ()
        arrivals = self._transaction.uow.arrivals
        found = arrivals.starts(MESSAGE, self._letter.sent.name)
        return tuple(one for one in found if one.procedure != self._sender.procedure)

    def _others(self) -> Mapping[str, Model]:
        processes = self._package.processes()
        own = self._sender.process
        return {name: one for name, one in processes.items() if name != own}

    def _named(self) -> str | None:
        partner = self._letter.sent.partner.strip().casefold()
        for process, model in self._others().items():
            if partner and partner in (model.id.casefold(), model.name.casefold()):
                return process
        return None

    def _parcel(
        self, target: UUID, receiver: Case, start: Start | None = None
    ) -> Parcel:
        return Parcel(
            ref=self._letter.sent.ref,
            target=target,
            element=start.element if start else "",
            process=receiver.process,
            receiver=receiver.id,
            tried=letters.arrived(self._letter.tried, self._transaction.now),
        )


def _message_starts(model: Model, name: str) -> tuple[str, ...]:
    """The start events of a process that a message of this name opens."""
    nodes = (model.nodes[one] for one in model.root.triggers)
    return tuple(
        node.id
        for node in nodes
        if node.event.kind is EventKind.MESSAGE and node.event.name == name
    )
