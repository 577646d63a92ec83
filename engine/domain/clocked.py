"""The events that move the clock of a case by an act, and what each of them says.

Waits that the drawing begins have no events of their own: they stand in the event whose
effect opened or closed the visit (docs/manual/clock.md, rule 7).
"""

from types import MappingProxyType
from typing import Final

from engine.domain.clock_state import Cause
from engine.domain.events import EventType

#: What begins a wait, and for what.
BEGINS: Final = MappingProxyType(
    {
        EventType.SUPPLEMENT_REQUESTED: Cause.SUPPLEMENT,
        EventType.PAYMENT_REQUESTED: Cause.PAYMENT,
        EventType.AGENCY_CONSULTED: Cause.AGENCY,
        EventType.CASE_SUSPENDED: Cause.SUSPENSION,
    }
)
#: What ends one.
ENDS: Final = MappingProxyType(
    {
        EventType.SUPPLEMENT_RECEIVED: Cause.SUPPLEMENT,
        EventType.PAYMENT_RECEIVED: Cause.PAYMENT,
        EventType.AGENCY_ANSWERED: Cause.AGENCY,
        EventType.SUSPENSION_ENDED: Cause.SUSPENSION,
    }
)
#: Asked for by a clerk; granted or refused by somebody else.
EXTENSIONS: Final = frozenset(
    {
        EventType.EXTENSION_ASKED,
        EventType.EXTENSION_REFUSED,
        EventType.DEADLINE_EXTENDED,
    }
)
#: All that neither move a token nor change who does what.
EVENTS: Final = frozenset({*BEGINS, *ENDS, *EXTENSIONS, EventType.DUE_CHANGED})
