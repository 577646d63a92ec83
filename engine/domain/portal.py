"""The state of a dossier on the National Public Service Portal.

The portal knows ten states; ours are kept apart from them and mapped by a dated table
(docs/manual/dossiers.md, rule 8), since the portal's codes change by order and vendors
have used them differently.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final

from engine.domain.dossier_record import Dossier, Ending


class PortalState(IntEnum):
    """The portal's codes."""

    REGISTERED = 1
    RECEIVED = 2
    NOT_RECEIVED = 3
    IN_PROCESS = 4
    SUPPLEMENT_ASKED = 5
    PAYMENT_ASKED = 6
    WITHDRAWAL_ASKED = 7
    STOPPED = 8
    DONE = 9
    RETURNED = 10


_Rule = tuple[Callable[[Dossier], bool], PortalState]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The mapping from a day on; the first rule that fits counts."""

    valid_from: date
    source: str
    rules: tuple[_Rule, ...]


_STOPPED: Final = frozenset({Ending.STOPPED, Ending.WITHDRAWN})

TABLES: Final[tuple[Table, ...]] = (
    Table(
        valid_from=date(2018, 6, 21),
        source="Nghị định số 61/2018/NĐ-CP; Nghị định số 118/2025/NĐ-CP",
        rules=(
            (lambda one: one.ending in _STOPPED, PortalState.STOPPED),
            (lambda one: one.returned_at is not None, PortalState.RETURNED),
            (
                lambda one: one.result is not None or one.ending is not None,
                PortalState.DONE,
            ),
            (lambda one: one.withdrawal_asked, PortalState.WITHDRAWAL_ASKED),
            (lambda one: one.waits_for("supplement"), PortalState.SUPPLEMENT_ASKED),
            (lambda one: one.waits_for("payment"), PortalState.PAYMENT_ASKED),
            (lambda one: one.handled, PortalState.IN_PROCESS),
            (lambda one: one.received_at is not None, PortalState.RECEIVED),
        ),
    ),
)


def state(dossier: Dossier, day: date) -> PortalState:
    """The state of a dossier by the table in force on a day.

    A dossier sent back before its receipt is no case: it is NOT_RECEIVED, and so told
    by the record of the desk (rule 3).
    """
    table = next((one for one in reversed(TABLES) if one.valid_from <= day), TABLES[0])
    for fits, found in table.rules:
        if fits(dossier):
            return found
    return PortalState.REGISTERED
