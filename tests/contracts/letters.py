"""Letters, parcels, waits and start events for the contracts."""

from engine.domain.case import Case
from engine.exchange import (
    NO_KEYS,
    Attempts,
    OpenWait,
    Outgoing,
    Parcel,
    Start,
    fingerprint,
)
from tests.contracts import world
from tests.contracts.world import World


def letter(case: Case, seq: int = 1, n: int = 0, **changes: str) -> Outgoing:
    """A message that a case sent; the higher its number, the later."""
    keys = changes.get("key", "")
    return Outgoing(
        stream=case.id,
        seq=seq,
        n=n,
        kind=changes.get("kind", "message"),
        name=changes.get("name", "tra_loi"),
        partner=changes.get("partner", ""),
        body={"so": 7, "ten": "Đượm"},
        correlation={"so": keys} if keys else {},
        sent_at=world.at(seq),
    )


def parcel(sent: Outgoing, target: Case, **changes: str) -> Parcel:
    """A parcel of a letter, due at once."""
    return Parcel(
        ref=sent.ref,
        target=target.id,
        element=changes.get("element", ""),
        tried=Attempts(next_try=sent.sent_at),
    )


def wait(
    case: Case, since: int, kind: str = "message", *, name: str = "", key: str = ""
) -> OpenWait:
    """An open wait since some minute; its name is its kind unless told."""
    return OpenWait(
        case=case.id,
        element="cho",
        occurrence=since,
        kind=kind,
        name=name or kind,
        keys=fingerprint({"so": key}) if key else NO_KEYS,
        since=world.at(since),
    )


def start(here: World, kind: str, name: str, due: int = 5) -> Start:
    """A start event of the world's procedure; timers are due at some minute."""
    timed = kind == "timer"
    return Start(
        procedure=here.procedure.id,
        version=here.version.id,
        process="",
        element=name,
        kind=kind,
        name="" if timed else name,
        due=world.at(due) if timed else None,
        tried=Attempts(next_try=world.at(due) if timed else None),
    )
