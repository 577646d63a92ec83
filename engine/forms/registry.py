"""The component types of forms: what each reads at upload, accepts and shows.

A new type is one file in `engine/forms/types` with one class:

    @registry.component("textfield")
    class TextField(registry.ComponentType):
        ...

`types()` imports every file of that folder once.
"""

import functools
import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Final

from engine.forms import source
from engine.forms.field import JSON, Field, Scalar


class RefusedError(Exception):
    """An answer is wrong; `code` and `params` name the message."""

    def __init__(self, code: str, **params: JSON) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class ComponentType:
    """Behaviour of one component type; the defaults are those of a static one.

    The contract of a keyed type: `parse(write(x)) == x` for every `x` that `parse` can
    return, and `parse` of anything else raises `RefusedError`.
    """

    #: Properties it carries out, beside those that every component has.
    properties: ClassVar[frozenset[str]] = frozenset()
    #: Rules under `validate` that it carries out.
    rules: ClassVar[frozenset[str]] = frozenset()
    #: Whether it asks for an answer, so that it needs a key and a label.
    keyed: ClassVar[bool] = True
    #: Whether it holds further components.
    container: ClassVar[bool] = False
    #: Property that holds the label.
    label_property: ClassVar[str] = "label"
    #: What conditions may compare it with: text, date, number, boolean or list.
    kind: ClassVar[str] = "text"
    #: Code of the message for a required field that was left empty.
    missing: ClassVar[str] = "required"

    def compile(self, field: Field, component: source.Source) -> Field:
        """Return the field with the settings of its type; note faults."""
        del component
        return field

    def parse(self, field: Field, items: Sequence[Scalar]) -> JSON:
        """Read what was typed or sent.

        Raises:
            RefusedError: The answer breaks a rule; required is checked by the caller.
        """
        raise NotImplementedError(field.type)

    def answer(self, field: Field, sent: object) -> JSON:
        """Read an answer and ask for it where it is required.

        Raises:
            RefusedError: The answer is missing or breaks a rule.
        """
        value = self.parse(field, items(sent))
        if field.required and (value is None or value is False or value == []):
            raise RefusedError(self.missing)
        return value

    def write(self, field: Field, value: JSON) -> tuple[str, ...]:
        """Return the items that stand in the inputs for a stored value."""
        del field
        return () if value is None else (str(value),)

    def show(self, field: Field, value: JSON, language: str) -> str:
        """Return a stored value as a person reads it."""
        del language
        return "\n".join(self.write(field, value))


class SeveralType(ComponentType):
    """A component type whose stored value is a list."""

    def write(self, field: Field, value: JSON) -> tuple[str, ...]:
        """Return each item of the list; what is none is written as one."""
        if isinstance(value, str) or not isinstance(value, Sequence):
            return super().write(field, value)
        return tuple(str(each) for each in value)


def items(sent: object) -> list[Scalar]:
    """Return what was sent for one field as a list of items.

    Raises:
        RefusedError: It is nested or no JSON value.
    """
    if sent is None:
        return []
    listed = sent if isinstance(sent, list | tuple) else [sent]
    if not all(isinstance(each, bool | int | float | str) for each in listed):
        raise RefusedError("malformed")
    return list(listed)


def single(sent: Sequence[Scalar]) -> Scalar | None:
    """Return the only item, `None` for nothing.

    Raises:
        RefusedError: There are several, which no input of ours sends.
    """
    if len(sent) > 1:
        raise RefusedError("malformed")
    return sent[0] if sent else None


def typed(sent: Sequence[Scalar], *, lines: bool = False) -> str:
    """Return the only item as trimmed text.

    Raises:
        RefusedError: It is no text, or holds characters that cannot be stored.
    """
    item = single(sent)
    if item is None:
        return ""
    if not isinstance(item, str):
        raise RefusedError("malformed")
    text = item.replace("\r\n", "\n").strip()
    if not source.printable(text, lines=lines):
        raise RefusedError("characters")
    return text


_TYPES: Final[dict[str, ComponentType]] = {}


def component(name: str) -> Callable[[type[ComponentType]], type[ComponentType]]:
    """Register a component type under its form-js name."""

    def register(behaviour: type[ComponentType]) -> type[ComponentType]:
        if name in _TYPES:
            message = f"component type {name} is registered twice"
            raise ValueError(message)
        _TYPES[name] = behaviour()
        return behaviour

    return register


@functools.cache
def types() -> Mapping[str, ComponentType]:
    """Return every component type by its form-js name."""
    package = importlib.import_module("engine.forms.types")
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
    return dict(sorted(_TYPES.items()))
