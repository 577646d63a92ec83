"""One line of text, with length, pattern and the checks of names and numbers."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Final

from engine.forms import checks, patterns, registry, source
from engine.forms.field import JSON, Field, Scalar

#: form-js calls the free rules `custom`.
_CUSTOM: Final = "custom"


@registry.component("textfield")
class TextField(registry.ComponentType):
    """A text answer; stored trimmed and in Unicode normal form C (UAX 15)."""

    rules: ClassVar = frozenset(
        {"required", "minLength", "maxLength", "pattern", "validationType"},
    )
    lines: ClassVar[bool] = False

    def compile(self, field: Field, component: source.Source) -> Field:
        """Read lengths, pattern and named check."""
        rules = component.section("validate")
        shortest, longest = rules.count("minLength"), rules.count("maxLength")
        if shortest is not None and longest is not None and shortest > longest:
            component.refuse("range-empty", "minLength is greater than maxLength.")
        return replace(
            field,
            min_length=shortest,
            max_length=longest,
            pattern=_pattern(rules),
            check=_check(component, rules) if self.rules >= TextField.rules else "",
        )

    def parse(self, field: Field, items: Sequence[Scalar]) -> JSON:
        """Return the text, or `None` for an empty one."""
        text = registry.typed(items, lines=self.lines)
        text = unicodedata.normalize("NFC", text)
        if not text:
            return None
        _check_length(field, text)
        if field.pattern is not None and not field.pattern.found_in(text):
            raise registry.RefusedError("pattern")
        return _checked(field, text)


def _check_length(field: Field, text: str) -> None:
    length = len(text)
    if field.min_length is not None and length < field.min_length:
        raise registry.RefusedError("too-short", limit=field.min_length, length=length)
    if field.max_length is not None and length > field.max_length:
        raise registry.RefusedError("too-long", limit=field.max_length, length=length)


def _checked(field: Field, text: str) -> str:
    if not field.check:
        return text
    outcome = checks.CHECKS[field.check](text)
    if isinstance(outcome, checks.Wrong):
        raise registry.RefusedError(outcome.code)
    return outcome


def _pattern(rules: source.Source) -> patterns.Pattern | None:
    written = rules.raw("pattern")
    if written is None or written == "":
        return None
    outcome = (
        patterns.compile(written) if isinstance(written, str) else "it is not a text"
    )
    if isinstance(outcome, patterns.Pattern):
        return outcome
    rules.refuse("pattern-invalid", f"The pattern cannot be used: {outcome}.")
    return None


def _check(component: source.Source, rules: source.Source) -> str:
    named = component.section("properties").text("qt:check")
    kind = rules.text("validationType")
    named = named or ("" if kind == _CUSTOM else kind)
    if named and named not in checks.CHECKS:
        known = ", ".join(sorted(checks.CHECKS))
        component.refuse("check-unknown", f"There is no check {named}; use {known}.")
        return ""
    return named
