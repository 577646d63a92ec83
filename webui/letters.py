"""Letters between cases as the page shows them: where they went, or why they stay."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.domain.model import NodeKind
from engine.exchange import MESSAGE, Attempts, Letter, Parcel, Ref
from engine.queries import CaseItem
from webui import context, errors
from webui.i18n import translate

#: Letters on one page.
PAGE: Final = 50
#: The nodes that send.
_SENDS: Final = frozenset(
    {NodeKind.SEND_TASK, NodeKind.THROW_EVENT, NodeKind.END_EVENT}
)
#: Reason code -> message id. The text says what to do.
REASONS: Final = {
    "nobody": "No case surely meant waits for it: choose one, or wait until one does",
    "outside": "For a partner outside the system: hand it over yourself",
    "ambiguous": "Several could be meant: choose the case",
    "suspended": "The case is suspended: it comes when the case goes on",
    "missed": "Did not wait for it any more",
    "chain": "Cases open each other without end: correct the procedures",
    "other-code": "It brings another dossier code: correct what the procedure sends",
    "keys": "It has too many correlation keys: correct the procedure",
    "before": "Sent before the system delivered messages: hand it over yourself",
    "failed": "The server failed; its log tells why",
    "evidence": "The history of the case does not verify: call the auditor",
    "state": "The state of the case is damaged: rebuild the case",
    "no-agency": "No agency could receive the case: add one",
    "not-in-force": "The procedure has no version in force any more",
    "nothing-waits": "The case does not wait for it any more",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place that a letter went to, or did not reach yet."""

    #: Dossier code; empty: nothing was opened yet.
    code: str
    #: Why it did not arrive; empty: it did.
    reason: str
    next_try: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A letter and what became of it."""

    ref: Ref
    at: datetime | None
    #: Dossier code of the sender; empty: a person sent it.
    sender: str
    kind: str
    name: str
    #: What the diagram calls the step that sends it, else the name itself.
    step: str
    partner: str
    places: tuple[Place, ...]
    #: Why it stays; empty: it has been addressed.
    reason: str
    next_try: datetime | None
    attempts: int
    delivered: bool

    @property
    def choosable(self) -> bool:
        """Whether a person may choose the case that takes it."""
        return self.kind == MESSAGE and not self.delivered


def undelivered() -> tuple[Told, ...]:
    """The letters that have not arrived everywhere, the newest first."""
    with context.application().store.read(context.tenant()) as uow:
        found = uow.outbox.letters(PAGE, all_=False)
    return tuple(_told(each) for each in found)


def sent_by(case: UUID) -> Mapping[tuple[int, int], Told]:
    """What became of the letters of a case, by event and place in it."""
    with context.application().store.read(context.tenant()) as uow:
        found = uow.outbox.letters_of(case)
    return {(each.sent.seq, each.sent.n): _told(each) for each in found}


def step(version: UUID, process: str, kind: str, name: str) -> str:
    """What the diagram calls the step that sends a letter.

    Where several send it, all of them; its technical name where none has a name.
    """
    application = context.application()
    with application.store.read(context.tenant()) as uow:
        kept = uow.procedures
        package = application.packages.published(kept.version(version), kept)
    named = dict.fromkeys(
        node.name
        for node in package.pool(process).model.nodes.values()
        if node.kind in _SENDS and node.event.kind.value == kind
        if node.event.name == name
    )
    return ", ".join(filter(None, named)) or name


def reason_of(code: str) -> str:
    """Why a letter stays, as a person reads it; empty for no reason."""
    if not code:
        return ""
    known = REASONS.get(code) or errors.TEXTS.get(code)
    return translate(known) if known else translate("Refused: %(code)s", code=code)


def _told(letter: Letter) -> Told:
    sent, tried = letter.sent, letter.tried
    sender = _case(sent.stream)
    return Told(
        ref=sent.ref,
        at=sent.sent_at,
        sender="" if sender is None else sender.code,
        kind=sent.kind,
        name=sent.name,
        step=sent.name
        if sender is None
        else step(sender.version, sender.process, sent.kind, sent.name),
        partner=sent.partner,
        places=tuple(map(_place, letter.parcels)),
        reason=_open_reason(tried),
        next_try=tried.next_try,
        attempts=tried.attempts,
        delivered=tried.delivered_at is not None,
    )


def _place(parcel: Parcel) -> Place:
    case = parcel.receiver or (None if parcel.element else parcel.target)
    return Place(
        code="" if case is None else _code(case),
        reason=reason_of(parcel.tried.reason) or _open_reason(parcel.tried),
        next_try=parcel.tried.next_try,
    )


def _open_reason(tried: Attempts) -> str:
    if tried.delivered_at is not None:
        return ""
    return reason_of(tried.reason) or translate("Is delivered in a moment")


def _code(case: UUID) -> str:
    found = _case(case)
    return "" if found is None else found.code


def _case(case: UUID) -> CaseItem | None:
    return context.application().queries.case(context.current_actor(), str(case))


def messages() -> tuple[str, ...]:
    """Every message id of the table, for the test of the catalogues."""
    return tuple(REASONS.values())
