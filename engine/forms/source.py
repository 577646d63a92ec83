"""Reading one component of a form-js document, keeping every fault that is found.

A designer repairs a form in one go, so reading never stops at the first fault: each
accessor notes what is wrong and returns a harmless value.
"""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from engine import errors
from engine.forms import numbers
from engine.forms.field import JSON

LABEL_CHARS: Final = 500
TEXT_CHARS: Final = 10_000
#: Largest length or count that a rule may name.
_LARGEST_COUNT: Final = 1_000_000
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,10})?")
#: Values that say nothing: a property holding one is as good as absent.
_ABSENT: Final[tuple[JSON, ...]] = (None, False, "", [], {})


class Report:
    """The findings of one document."""

    def __init__(self) -> None:
        self.findings: list[errors.Finding] = []

    def refuse(
        self, code: str, message: str, *, element: str = "", name: str = ""
    ) -> None:
        """Note a reason why the document is refused."""
        self.findings.append(
            errors.Finding(
                code=code,
                severity="refusal",
                message=message,
                element=element[:LABEL_CHARS],
                name=name[:LABEL_CHARS],
            ),
        )

    def stop(self) -> None:
        """Raise what was found, if anything was.

        Raises:
            FormInvalidError: With every finding.
        """
        if self.findings:
            raise errors.FormInvalidError(self.findings)


class Source:
    """One JSON object of the document, with the component that it belongs to."""

    def __init__(
        self,
        properties: Mapping[str, JSON],
        report: Report,
        *,
        element: str,
        path: str = "",
    ) -> None:
        self._properties = properties
        self._report = report
        self.element = element
        self._path = path
        self._name = properties.get("label") or properties.get("dateLabel")

    def refuse(self, code: str, message: str) -> None:
        """Note a fault of this component."""
        name = self._name if isinstance(self._name, str) else ""
        self._report.refuse(code, message, element=self.element, name=name)

    def raw(self, name: str) -> JSON:
        """Return a property as it stands."""
        return self._properties.get(name)

    def only(self, allowed: frozenset[str]) -> None:
        """Refuse each property that is set and that we do not carry out."""
        for name, value in self._properties.items():
            if name not in allowed and value not in _ABSENT:
                self.refuse(
                    "property-unsupported",
                    f"The property {self._path}{name[:LABEL_CHARS]} is not supported.",
                )

    def text(self, name: str, *, longest: int = LABEL_CHARS) -> str:
        """Return a text property: plain, without expressions and control characters."""
        value = self._properties.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._wrong(name, "a text")
            return ""
        if len(value) > longest:
            self._wrong(name, f"at most {longest} characters long")
            return ""
        if value.startswith("=") or "{{" in value:
            self._wrong(name, "a plain text, not an expression or template")
            return ""
        if not printable(value, lines=True):
            self._wrong(name, "free of control characters")
            return ""
        return unicodedata.normalize("NFC", value).strip()

    def flag(self, name: str) -> bool:
        """Return a yes-or-no property."""
        value = self._properties.get(name)
        if value is not None and not isinstance(value, bool):
            self._wrong(name, "true or false (expressions are not supported)")
        return value is True

    def number(self, name: str) -> Decimal | None:
        """Return a number property; form-js stores some of them as texts."""
        value = self._properties.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and _NUMBER.fullmatch(value):
            value = float(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._wrong(name, "a number")
            return None
        number = numbers.exact(value)
        if not number.is_finite() or not numbers.fits(number):
            self._wrong(name, f"a number of at most {numbers.DIGITS} digits")
            return None
        return number

    def count(self, name: str) -> int | None:
        """Return a property that is a whole number, zero or more."""
        value = self.number(name)
        if value is None:
            return None
        if value != value.to_integral_value() or not 0 <= value <= _LARGEST_COUNT:
            self._wrong(name, f"a whole number from 0 to {_LARGEST_COUNT}")
            return None
        return int(value)

    def section(self, name: str) -> "Source":
        """Return an object property, such as `validate`."""
        value = self._properties.get(name)
        if value is not None and not isinstance(value, Mapping):
            self._wrong(name, "an object")
        properties = value if isinstance(value, Mapping) else {}
        return Source(
            properties, self._report, element=self.element, path=f"{self._path}{name}."
        )

    def _wrong(self, name: str, wanted: str) -> None:
        self.refuse("property-invalid", f"{self._path}{name} must be {wanted}.")


def printable(text: str, *, lines: bool) -> bool:
    """Say whether a text has no control characters and no lone surrogates.

    PostgreSQL cannot store NUL, and UTF-8 has no lone surrogates (RFC 3629, 3).
    """
    allowed = "\n\t" if lines else ""
    return all(
        each in allowed or unicodedata.category(each) not in ("Cc", "Cs")
        for each in text
    )
