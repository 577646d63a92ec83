"""What a compiled form is made of: plain frozen data, read by templates and checks."""

from dataclasses import dataclass
from decimal import Decimal

from engine import expressions
from engine.forms import conditions, patterns

#: A value as it is stored: what JSON can hold.
JSON = expressions.JSON
#: One typed or sent item, before it is read.
Scalar = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a radio, select or checklist."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the designer put a component: form-js row id and columns of 16."""

    row: str = ""
    columns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One component of a form; without `key` it is only shown.

    The settings after `suffix` belong to some types only; `None`, empty or `False`
    means that the rule does not apply.
    """

    id: str
    type: str
    #: Name of the stored value; empty for text, separator, spacer and group.
    key: str = ""
    label: str = ""
    label_en: str = ""
    description: str = ""
    required: bool = False
    #: Shown, and never taken from a request.
    readonly: bool = False
    #: A personal answer is stored apart from the history, behind a commitment.
    personal: bool = True
    #: What the answer is of the dossier (`engine.forms.facts`); empty: nothing.
    fact: str = ""
    default: JSON = None
    layout: Layout = Layout()
    #: Id of the enclosing group, empty at the top.
    group: str = ""
    #: Hidden when one of these holds: its own condition, then those of its groups.
    hide: tuple[conditions.Condition, ...] = ()
    prefix: str = ""
    suffix: str = ""
    #: Text of a `text` component: plain text, never markup.
    text: str = ""
    options: tuple[Option, ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: patterns.Pattern | None = None
    #: Name of a check in `engine.forms.checks`, empty for none.
    check: str = ""
    #: Decimal digits that a number may have.
    decimals: int = 0
    multiple: bool = False
    #: File name endings (`.pdf`) and media types (`image/*`) that may be attached.
    accept: tuple[str, ...] = ()

    def name(self, language: str) -> str:
        """Return the label in a language, Vietnamese where there is no other."""
        return self.label_en if language == "en" and self.label_en else self.label

    def option(self, value: JSON) -> Option | None:
        """Return the choice with a stored value."""
        return next((each for each in self.options if each.value == value), None)
