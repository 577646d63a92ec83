"""Compares a receipt that somebody holds with the log: is that leaf in it, and where.

The answer does not rest on what stands beside the tree: the path from the leaf to the
root of the newest signed head is followed. Who signed that head is for the one who asks
to check, with keys got otherwise (`engine.evidence.verifier`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from engine.domain.events import EventType, Sealed
from engine.domain.receipt import Receipt
from engine.evidence import checkpoint, record, verifier
from engine.evidence.sequencer import Found, Log, Place, Signed
from engine.evidence.verifier import Key, Malformed


class Outcome(Enum):
    """What the log says of a receipt."""

    #: The leaf is under a signed head, and opened that dossier.
    PROVED = "proved"
    #: The event has no place under a signed head yet.
    PENDING = "pending"
    #: The log has no such leaf: what the receipt was for was taken away or altered.
    MISSING = "missing"
    #: The leaf is there and opened another dossier, or none; or its bytes changed.
    ALTERED = "altered"
    #: It stands in the index, but not in the tree that was signed.
    FORGED = "forged"
    #: The receipt is of another log.
    ELSEWHERE = "elsewhere"
    #: None of the trusted keys signed the head.
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a receipt."""

    outcome: Outcome
    #: The case that the leaf belongs to.
    case: UUID | None = None
    place: Place | None = None
    #: The signed head that covers it.
    head: Signed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Looks for receipts in the log of a tenant."""

    log: Log
    tenant: UUID
    #: Name of the log.
    name: str
    #: Keys that whoever asks trusts; empty: the signature is not looked at.
    trusted: Sequence[Key] = ()

    def look_up(self, receipt: Receipt, first: Sealed | None) -> Answer:
        """Where the leaf of a receipt stands.

        Args:
            receipt: what somebody holds.
            first: the first event of the case with the code of the receipt, as stored;
                None: there is no such case.
        """
        if receipt.log != self.name:
            return Answer(outcome=Outcome.ELSEWHERE)
        known = self._known(receipt, first)
        if known is None:
            waits = first is not None and first.leaf == receipt.leaf
            return Answer(outcome=Outcome.PENDING if waits else Outcome.MISSING)
        case, place = known.stream, known.place
        head = self.log.newest(self.tenant, place.year)
        if head is None or head.size <= place.index:
            return Answer(outcome=Outcome.PENDING, case=case, place=place)
        outcome = self._under(head, receipt, place)
        if outcome is Outcome.PROVED and not _opened(receipt, first):
            outcome = Outcome.ALTERED
        return Answer(outcome=outcome, case=case, place=place, head=head)

    def _known(self, receipt: Receipt, first: Sealed | None) -> Found | None:
        if first is not None and first.leaf == receipt.leaf:
            stream = first.stream
            places = self.log.places(self.tenant, stream.id, stream.month)
            place = places.get(first.seq)
            return None if place is None else Found(stream.id, first.seq, place)
        return self.log.find(self.tenant, receipt.leaf)

    def _under(self, head: Signed, receipt: Receipt, place: Place) -> Outcome:
        """Follow the path from the leaf to the root that was signed."""
        try:
            note = verifier.read_note(head.note)
            said = verifier.read_checkpoint(note)
            signers = note.signed_by(self.trusted)
        except Malformed:
            return Outcome.UNSIGNED
        origin = checkpoint.origin(self.name, place.year)
        if self.trusted and not any(one.name == self.name for one in signers):
            return Outcome.UNSIGNED
        (path,) = self.log.inclusion(self.tenant, place.year, said.size, [place.index])
        proved = said.origin == origin and verifier.check_inclusion(
            receipt.leaf, place.index, said.size, path, said.root
        )
        return Outcome.PROVED if proved else Outcome.FORGED


def _opened(receipt: Receipt, first: Sealed | None) -> bool:
    """Whether the stored event is that of the receipt, and opened its dossier."""
    if first is None or record.leaf_hash(first.body) != receipt.leaf:
        return False
    try:
        body = verifier.parse(first.body)
    except Malformed:
        return False
    facts = body.get("facts") if isinstance(body, dict) else None
    named = facts.get("code") if isinstance(facts, dict) else None
    return body["type"] == EventType.CASE_OPENED.value and named == receipt.code
