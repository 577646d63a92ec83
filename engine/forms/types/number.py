"""A number, typed the Vietnamese way and stored as a JSON number."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import ClassVar, Final

from engine.forms import numbers, registry, source
from engine.forms.field import JSON, Field, Scalar

#: Without `decimalDigits` two decimals may be typed, so that `1,234` (an English
#: thousand, a Vietnamese fraction) is asked about instead of being read as 1.234.
_DEFAULT_DECIMALS: Final = 2
_MOST_DECIMALS: Final = 10


@registry.component("number")
class Number(registry.ComponentType):
    """A number answer between two bounds."""

    properties: ClassVar = frozenset({"decimalDigits", "increment"})
    rules: ClassVar = frozenset({"required", "min", "max"})
    kind: ClassVar = "number"

    def compile(self, field: Field, component: source.Source) -> Field:
        """Read bounds and decimals."""
        rules = component.section("validate")
        smallest, largest = rules.number("min"), rules.number("max")
        if smallest is not None and largest is not None and smallest > largest:
            component.refuse("range-empty", "min is greater than max.")
        decimals = component.count("decimalDigits")
        if decimals is not None and decimals > _MOST_DECIMALS:
            component.refuse(
                "property-invalid", f"decimalDigits must be at most {_MOST_DECIMALS}."
            )
        return replace(
            field,
            minimum=smallest,
            maximum=largest,
            decimals=_DEFAULT_DECIMALS if decimals is None else decimals,
        )

    def parse(self, field: Field, items: Sequence[Scalar]) -> JSON:
        """Return the number, or `None` for nothing typed."""
        item = registry.single(items)
        if item is None or (isinstance(item, str) and not item.strip()):
            return None
        value = _read(item)
        _check_digits(field, value)
        if field.minimum is not None and value < field.minimum:
            raise registry.RefusedError("too-small", limit=numbers.show(field.minimum))
        if field.maximum is not None and value > field.maximum:
            raise registry.RefusedError("too-large", limit=numbers.show(field.maximum))
        return numbers.stored(value)

    def write(self, field: Field, value: JSON) -> tuple[str, ...]:
        """Return the number as it is typed."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return super().write(field, value)
        return (numbers.show(value),)


def _read(item: Scalar) -> Decimal:
    if isinstance(item, bool):
        raise registry.RefusedError("malformed")
    if isinstance(item, str):
        value = numbers.parse(item)
    else:
        value = numbers.exact(item)
    if value is None or not value.is_finite():
        raise registry.RefusedError("number")
    return value


def _check_digits(field: Field, value: Decimal) -> None:
    if numbers.whole_digits(value) > numbers.DIGITS:
        raise registry.RefusedError("too-many-digits", limit=numbers.DIGITS)
    if numbers.decimal_digits(value) > field.decimals:
        code = "too-many-decimals" if field.decimals else "no-decimals"
        raise registry.RefusedError(code, limit=field.decimals)
    if not numbers.fits(value):
        raise registry.RefusedError("too-many-digits", limit=numbers.DIGITS)
