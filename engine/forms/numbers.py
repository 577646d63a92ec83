"""Numbers as officials write them: dots group thousands, a comma begins the decimals.

One rule, so that no amount is read a thousand times too large or too small: `1.234,5`
and `1234,5` are the same number, `1.234` is one thousand two hundred and thirty-four,
and `1234.5`, `1,234.5` or `1.23` are refused.

A number has at most 15 digits, so that a binary double (RFC 8785, 3.2.2.3) holds it
exactly and writes it back as it was typed.
"""

import re
from decimal import Decimal
from typing import Final

DIGITS: Final = 15

_WRITTEN: Final = re.compile(
    r"(?P<sign>[-−])?(?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,(?P<part>[0-9]+))?",
)


def parse(text: str) -> Decimal | None:
    """Read a number written the Vietnamese way; `None` when it is not one."""
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        return None
    sign = "-" if match["sign"] else ""
    return Decimal(f"{sign}{match['whole'].replace('.', '')}.{match['part'] or 0}")


def exact(value: float) -> Decimal:
    """Return a number as it is written, so that 0.1 is a tenth."""
    return Decimal(value) if isinstance(value, int) else Decimal(repr(value))


def show(value: Decimal | float) -> str:
    """Write a number the Vietnamese way; `parse` reads it back."""
    number = value if isinstance(value, Decimal) else exact(value)
    whole = number == number.to_integral_value()
    text = f"{number.to_integral_value() if whole else number.normalize():,f}"
    return text.translate(str.maketrans(",.", ".,"))


def fits(value: Decimal) -> bool:
    """Say whether a number has few enough digits to be stored exactly."""
    return whole_digits(value) + decimal_digits(value) <= DIGITS


def whole_digits(value: Decimal) -> int:
    """Count the digits before the decimal comma."""
    return max(value.adjusted() + 1, 1) if value else 1


def decimal_digits(value: Decimal) -> int:
    """Count the digits after the decimal comma, without trailing zeros."""
    exponent = value.normalize().as_tuple().exponent if value else 0
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def stored(value: Decimal) -> int | float:
    """Return the number as JSON holds it: whole numbers as integers."""
    return int(value) if value == value.to_integral_value() else float(value)
