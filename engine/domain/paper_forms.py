"""The papers that one-stop desks print, in the sets that the law has had.

Which set a paper is of follows from the day on which its dossier was received: what was
begun under one decree is finished on its forms. The dates are data, each with its
source; a new circular is one more row of `SETS` and one more folder of templates.

Layouts: Circular 01/2018/TT-VPCP designs forms 1 to 5 for A5 (148 mm x 210 mm), form 6
for A4. The layout of the forms of Circular 03/2025/TT-VPCP was not at hand; they are
printed on the same paper until somebody compares them with the gazette.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import Final


class Kind(Enum):
    """The papers, whatever number their forms have."""

    RECEIPT = "receipt"
    SUPPLEMENT = "supplement"
    REFUSAL = "refusal"
    APOLOGY = "apology"
    STOP = "stop"
    SLIP = "slip"
    BOOK = "book"


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a set."""

    #: Number in the set, as it is printed: `01`.
    number: str
    #: As the circular calls it.
    title: str
    #: Follows the number of a paper, `12/HDHS`; empty: it has no number of its own.
    symbol: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSet:
    """The forms of one circular."""

    #: Folder of its templates, and its name in events.
    name: str
    circular: str
    #: For dossiers received from this day on.
    received_from: date
    #: Why that day: what came into force when.
    source: str
    #: Its apology also asks the applicant for more time before that is granted.
    asks_for_time: bool
    forms: Mapping[Kind, Form]


_RECEIPT: Final = "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
_SUPPLEMENT: Final = "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"
_REFUSAL: Final = "Phiếu từ chối tiếp nhận giải quyết hồ sơ"
_SLIP: Final = "Phiếu kiểm soát quá trình giải quyết hồ sơ"
_BOOK: Final = "Sổ theo dõi hồ sơ"

#: The newest first.
SETS: Final = (
    FormSet(
        name="tt-03-2025",
        circular="Thông tư số 03/2025/TT-VPCP",
        received_from=date(2025, 7, 1),
        source=(
            "Nghị định số 118/2025/NĐ-CP có hiệu lực từ 01/7/2025; Thông tư số"
            " 03/2025/TT-VPCP, Phụ lục I, ban hành và có hiệu lực 15/9/2025"
        ),
        asks_for_time=True,
        forms=MappingProxyType(
            {
                Kind.RECEIPT: Form("01", _RECEIPT, "TNHS"),
                Kind.SUPPLEMENT: Form("02", _SUPPLEMENT, "HDHS"),
                Kind.REFUSAL: Form("03", _REFUSAL, "TCHS"),
                Kind.APOLOGY: Form(
                    "04",
                    "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết",
                    "XLGH",
                ),
                Kind.STOP: Form("05", "Thông báo dừng giải quyết hồ sơ", "TBDHS"),
                Kind.SLIP: Form("06", _SLIP),
                Kind.BOOK: Form("07", _BOOK),
            }
        ),
    ),
    FormSet(
        name="tt-01-2018",
        circular="Thông tư số 01/2018/TT-VPCP",
        received_from=date.min,
        source=(
            "Nghị định số 61/2018/NĐ-CP và Thông tư số 01/2018/TT-VPCP ngày"
            " 23/11/2018; hồ sơ tiếp nhận đến hết 30/6/2025"
        ),
        asks_for_time=False,
        forms=MappingProxyType(
            {
                Kind.RECEIPT: Form("01", _RECEIPT, "TNHS"),
                Kind.SUPPLEMENT: Form("02", _SUPPLEMENT, "HDHS"),
                Kind.REFUSAL: Form("03", _REFUSAL, "TCHS"),
                Kind.APOLOGY: Form(
                    "04", "Phiếu xin lỗi và hẹn lại ngày trả kết quả", "PXL"
                ),
                Kind.SLIP: Form("05", _SLIP),
                Kind.BOOK: Form("06", _BOOK),
            }
        ),
    ),
)


def set_for(received: date) -> FormSet:
    """The set for a dossier, by the local day of its receipt.

    >>> set_for(date(2025, 6, 30)).name, set_for(date(2025, 7, 1)).name
    ('tt-01-2018', 'tt-03-2025')
    """
    return next(one for one in SETS if one.received_from <= received)
