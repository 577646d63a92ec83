"""Papers as PDF: the views of `engine.evidence.papers`, set by the templates of a set.

A template says how a form of one circular looks; here instants become words and the
text of the QR code a picture. Several papers of one form make one file.
"""

import io
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Final

import segno

from engine.domain import iso8601
from engine.domain.paper_forms import FormSet, Kind
from engine.evidence.papers.book import Book
from engine.evidence.papers.letters import Apology, Receipt, Refusal, Stop, Supplement
from engine.evidence.papers.slip import Slip
from engine.evidence.papers.source import Head
from webui.documents import typesetting

Paper = Receipt | Supplement | Refusal | Apology | Stop | Slip | Book
#: A seventh of the code may be stained, and it is still read.
_CORRECTION: Final = "m"


def pdf(forms: FormSet, kind: Kind, papers: Sequence[Paper], now: datetime) -> bytes:
    """The PDF of some papers of one form.

    Raises:
        ConfigurationError: The template cannot be set with this data.
        TooLargeError: It takes too long.
    """
    form = forms.forms[kind]
    data = {
        "form": {"number": form.number, "title": form.title},
        "papers": [told(one) for one in papers],
    }
    return typesetting.pdf(f"papers/{forms.name}/{kind.value}", data, now)


def told(value: Any) -> Any:
    """A view as its template reads it."""
    if is_dataclass(value) and not isinstance(value, type):
        plain = {one.name: told(getattr(value, one.name)) for one in fields(value)}
        if isinstance(value, Head):
            plain["date"] = _written(value.day)
        if "qr" in plain:
            plain["qr"] = drawn(plain["qr"]) if plain["qr"] else ""
        return plain
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [told(one) for one in value]
    return value


def drawn(text: str) -> str:
    """The QR code of a text as SVG."""
    made = io.BytesIO()
    code = segno.make(text, error=_CORRECTION, micro=False)
    code.save(made, kind="svg", xmldecl=False, border=2)
    return made.getvalue().decode()


def _moment(at: datetime) -> dict[str, str]:
    """An instant in the ways that papers write it."""
    local = at.astimezone(iso8601.VIETNAM)
    day = f"{local:%d/%m/%Y}"
    return {
        "day": day,
        # No-break spaces: a number and its unit stay on one line.
        "long": (
            f"{local:%H}\u00a0giờ {local:%M}\u00a0phút,"
            f" ngày\u00a0{local:%d} tháng\u00a0{local:%m} năm\u00a0{local:%Y}"
        ),
        "short": f"{local:%H:%M}\u00a0{day}",
        "stacked": f"{local:%H:%M}\n{day}",
    }


def _written(day: date) -> str:
    """A day as the head of a paper writes it (Decree 30/2020/NĐ-CP, annex I).

    >>> _written(date(2026, 2, 3))
    'ngày 03 tháng 02 năm 2026'
    """
    # Days under 10 and the months 1 and 2 get a zero, the other months none.
    month = f"{day:%m}" if day.month <= 2 else str(day.month)  # noqa: PLR2004
    return f"ngày {day:%d} tháng {month} năm {day.year}"
