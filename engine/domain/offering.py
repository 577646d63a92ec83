"""How a procedure is offered to people, as its version says.

A dossier is counted by the version it was received on, so what is said holds from the
day a version is in force, and a new one never rewrites the figures of an old period.
What no version says is unknown, and never no.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final


class Online(Enum):
    """How much of it may be done on the portal (Decree 42/2022/NĐ-CP, article 11)."""

    #: Toàn trình: from end to end.
    WHOLE = "whole"
    #: Một phần.
    PART = "part"
    NONE = "none"


class OnlinePayment(Enum):
    """Through what its fees may be paid online (Decision 766/QĐ-TTg, group 4)."""

    #: The payment platform of the national portal.
    NPSP = "npsp"
    #: The gateway of the agency.
    GATEWAY = "gateway"
    NONE = "none"


class Answer(Enum):
    """With what the applicant is answered."""

    DOCUMENT = "document"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offering:
    """What a version says of it; None: nothing."""

    online: Online | None = None
    payment: OnlinePayment | None = None
    answer: Answer | None = None

    @property
    def whole_online(self) -> bool | None:
        """Whether it may be done online from end to end; None: nobody has said."""
        return None if self.online is None else self.online is Online.WHOLE

    @property
    def pays_online(self) -> bool | None:
        """Whether fees may be paid online; None: nobody has said."""
        return None if self.payment is None else self.payment is not OnlinePayment.NONE

    def needs_result(self, results: Sequence[str]) -> bool | None:
        """Whether it is answered with a document; None: nobody has said.

        Args:
            results: What the version says that the applicant receives.
        """
        if self.answer is None:
            return True if results else None
        return self.answer is Answer.DOCUMENT


#: Of a version that says nothing.
SILENT: Final = Offering()
