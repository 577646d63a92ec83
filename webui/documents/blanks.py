"""Blank forms as PDF: the templates of the papers, with places to write on.

Where a paper shows what the record says, its blank form shows dots; a template knows by
`blank` that it draws more room and what else is wanted by hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.domain.paper_forms import FormSet, Kind
from webui.documents import typesetting

#: An instant to be written; a no-break space keeps a number and its unit together.
_LONG: Final = "……\u00a0giờ ……\u00a0phút, ngày\u00a0…… tháng\u00a0…… năm\u00a020……"
_SHORT: Final = "…… : ……, …… / …… / 20……"
_DATE: Final = "…… / …… / 20……"
_DAY: Final = "ngày …… tháng …… năm 20……"
_INSTANT: Final = {"day": _DATE, "long": _LONG, "short": _SHORT, "stacked": _SHORT}
#: Nobody yet: who hands in, who works on it.
_CONTACT: Final = dict.fromkeys(
    ("name", "representative", "number", "address", "phone", "email"), ""
)
_PARTY: Final = dict.fromkeys(("agency", "position", "person", "behalf"), "")
#: Rows that fit on one sheet.
_DOCUMENTS: Final = 5
_POINTS: Final = 7
_HANDOVERS: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Whose form it is: the agency, the one above it, and the place of signing."""

    above: str
    office: str
    place: str
    address: str = ""
    phone: str = ""


def pdf(forms: FormSet, kind: Kind, office: Office, now: datetime) -> bytes:
    """A blank form of an agency.

    Raises:
        ConfigurationError: The template cannot be set with this data.
        TooLargeError: It takes too long.
    """
    form = forms.forms[kind]
    data = {
        "form": {"number": form.number, "title": form.title},
        "blank": True,
        "papers": [
            {
                "head": _head(office, form.symbol),
                "code": "",
                "contact": _CONTACT,
                "procedure": "",
                "qr": "",
                **_PLACES[kind](office),
            }
        ],
    }
    return typesetting.pdf(f"papers/{forms.name}/{kind.value}", data, now)


def _head(office: Office, symbol: str) -> dict[str, str]:
    return {
        "above": office.above,
        "office": office.office,
        "place": office.place,
        "number": f"……/{symbol}" if symbol else "",
        "address": office.address,
        "phone": office.phone,
        "date": _DAY,
    }


def _receipt(office: Office) -> dict[str, Any]:
    document = {"name": "", "kind": "", "quantity": ""}
    # How the desk is reached takes the place of one of them.
    rows = _DOCUMENTS - bool(office.address or office.phone)
    return {
        "desk": office.office,
        "components": [document] * rows,
        "sets": "……",
        "limit": None,
        "received": _INSTANT,
        "promised": _INSTANT,
        "provisional": False,
        "collect": "",
        "fees": [],
        "book": 0,
        "line": 0,
        "receiver": _PARTY,
        "lookup": "",
    }


def _supplement(_: Office) -> dict[str, Any]:
    return {
        "items": [""] * _POINTS,
        "reason": "",
        "basis": "",
        "until": _DATE,
        "round": 0,
        "asked": _INSTANT,
        "official": _PARTY,
    }


def _apology(_: Office) -> dict[str, Any]:
    # An agency may apologise for what another one received: its name is written, too.
    return {
        "desk": "",
        "received": _INSTANT,
        "old": _INSTANT,
        "new": _INSTANT,
        "longer": None,
        "provisional": (False, False),
        "granted": True,
        "reason": "",
        "official": _PARTY,
    }


def _stop(_: Office) -> dict[str, Any]:
    return {
        "received": _INSTANT,
        "stopped": _INSTANT,
        "official": _PARTY,
    }


def _slip(office: Office) -> dict[str, Any]:
    return {
        "received": _INSTANT,
        "promised": _INSTANT,
        "provisional": False,
        "desk": office.office,
        "handling": office.office,
        "others": [],
        "lines": [None] * _HANDOVERS,
        "moves": [],
        "ended": None,
        "result": None,
    }


_PLACES: Final[Mapping[Kind, Callable[[Office], dict[str, Any]]]] = {
    Kind.RECEIPT: _receipt,
    Kind.SUPPLEMENT: _supplement,
    Kind.APOLOGY: _apology,
    Kind.STOP: _stop,
    Kind.SLIP: _slip,
}
