"""A compiled form: its components in order, and what to show of stored values."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.forms import registry
from engine.forms.field import JSON, Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form that was accepted; made only by `engine.forms.document`."""

    #: Hexadecimal SHA-256 of the canonical document: the identity of the form.
    hash: str
    #: Every component in document order, texts and group headings included.
    parts: tuple[Field, ...]
    #: Keys ordered so that a condition reads only what comes before.
    order: tuple[str, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """The components that ask for an answer, in document order."""
        return tuple(part for part in self.parts if part.key)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the fields, in document order."""
        return tuple(field.key for field in self.fields)

    def field(self, key: str) -> Field | None:
        """Return the field with a key."""
        return next((part for part in self.parts if part.key and part.key == key), None)

    def field_of(self, fact: str) -> Field | None:
        """Return the field whose answer is a fact of the dossier."""
        return next((part for part in self.parts if part.fact == fact), None)

    def hidden(self, values: Mapping[str, JSON]) -> frozenset[str]:
        """Return the ids of the components that are hidden, given answers."""
        known = dict(values)
        hidden: set[str] = set()
        by_key = {field.key: field for field in self.fields}
        for field in (by_key[key] for key in self.order):
            if is_hidden(field, known):
                hidden.add(field.id)
                known.pop(field.key, None)
        hidden.update(part.id for part in self.parts if is_hidden(part, known))
        return frozenset(hidden)

    def typed(self, values: Mapping[str, JSON]) -> dict[str, tuple[str, ...]]:
        """Return what stands in each input: the known value, else the default."""
        kinds = registry.types()
        return {
            field.key: kinds[field.type].write(
                field, values.get(field.key, field.default)
            )
            for field in self.fields
        }

    def show(
        self, values: Mapping[str, JSON], language: str = "vi"
    ) -> list[tuple[str, str]]:
        """Return label and text of each answer that is there, for reading only.

        Dates are `dd/mm/yyyy`, numbers are written the Vietnamese way, options by their
        label; an empty answer is an empty text.
        """
        return [
            (field.name(language), show(field, values[field.key], language))
            for field in self.fields
            if field.key in values
        ]


def show(field: Field, value: JSON, language: str = "vi") -> str:
    """Return one stored value as a person reads it, with its unit."""
    text = registry.types()[field.type].show(field, value, language)
    around = (field.prefix, text, field.suffix)
    return " ".join(each for each in around if each) if text else ""


def is_hidden(field: Field, values: Mapping[str, JSON]) -> bool:
    """Say whether one of the conditions of a component or its groups holds."""
    return any(condition.holds(values) for condition in field.hide)
