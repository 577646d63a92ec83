"""Checks of what officials type most: citizen ids, telephone numbers, e-mail addresses.

Each returns the text as it is stored (separators removed), or the code of the message
that says what is wrong.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

# Circular 59/2021/TT-BCA, annex: provinces are numbered from 001 to 096 with gaps. The
# numbers of provinces merged in 2025 stay valid, because a citizen id never changes.
# Who was first registered abroad carries the three digits of a country, from 101 on.
_PROVINCES: Final = (
    "001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 "
    "033 034 035 036 037 038 040 042 044 045 046 048 049 051 052 054 056 058 060 062 "
    "064 066 067 068 070 072 074 075 077 079 080 082 083 084 086 087 089 091 092 093 "
    "094 095 096"
)
_FIRST_COUNTRY: Final = 101

_SEPARATORS: Final = re.compile(r"[ .\-\u00a0()]")
_DOMESTIC: Final = re.compile(r"0[35789][0-9]{8}|02[0-9]{8,9}")
_INTERNATIONAL: Final = re.compile(r"\+[1-9][0-9]{7,14}")
_VIETNAM: Final = "+84"
_EMAIL: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}",
)
_EMAIL_CHARS: Final = 254


@dataclass(frozen=True, slots=True)
class Wrong:
    """A text failed a check; `code` names the message."""

    code: str


def cccd(text: str) -> str | Wrong:
    """Check a 12-digit citizen id number (Decree 137/2015/ND-CP, article 13).

    Three digits of the province or country of first registration, one of century and
    sex (0 and 1: born 1900-1999, 2 and 3: 2000-2099), two of the year of birth, six
    random ones.
    """
    digits = text.replace(" ", "").replace("\u00a0", "")
    if not re.fullmatch(r"[0-9]{12}", digits):
        return Wrong("cccd-digits")
    place = digits[:3]
    if place not in _PROVINCES.split() and int(place) < _FIRST_COUNTRY:
        return Wrong("cccd-province")
    # Nobody alive was born in 2100 or later.
    return digits if digits[3] in "0123" else Wrong("cccd-century")


def phone(text: str) -> str | Wrong:
    """Check a telephone number: ten digits, a landline of 02…, or +country number.

    The prefixes are those of the numbering plan (Circular 22/2014/TT-BTTTT and the
    change of mobile prefixes of 2018); other countries follow ITU-T E.164, 6.2.
    """
    number = _SEPARATORS.sub("", text)
    if number.startswith(_VIETNAM):
        domestic = "0" + number.removeprefix(_VIETNAM).removeprefix("0")
        return number if _DOMESTIC.fullmatch(domestic) else Wrong("phone")
    known = _DOMESTIC.fullmatch(number) or _INTERNATIONAL.fullmatch(number)
    return number if known else Wrong("phone")


def email(text: str) -> str | Wrong:
    """Check an e-mail address as browsers do, and ask for a dot in the domain.

    The pattern is that of HTML 4.10.5.1.5; lengths are those of RFC 5321, 4.5.3.1.
    """
    local, _, _domain = text.partition("@")
    dotted = local.startswith(".") or local.endswith(".") or ".." in local
    if len(text) > _EMAIL_CHARS or dotted or not _EMAIL.fullmatch(text):
        return Wrong("email")
    return text


#: By the name that a form uses: `qt:check` or `validate.validationType`.
CHECKS: Final[Mapping[str, Callable[[str], str | Wrong]]] = {
    "cccd": cccd,
    "phone": phone,
    "email": email,
}
