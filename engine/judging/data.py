"""Data and decision: do the answers satisfy the form, and do choices evaluate so?

What a function answered is taken from the record; it may have acted on the world and is
never called again. A decision table only answers, so it is asked again.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, Protocol

from engine.domain.deciding import Difference
from engine.domain.dossier import CODE_KEY
from engine.domain.events import EventType
from engine.domain.run import Choice, Json
from engine.errors import EngineError
from engine.forms import answers, document, plain
from engine.forms.form import Form
from engine.judging.dossier import Dossier
from engine.judging.erased import EXPLAINED
from engine.judging.integrity import Opened
from engine.judging.norm import Norm
from engine.judging.ruling import Ruling, fails, passes, unknown
from engine.judging.told import shown

_NONE: Final[Mapping[str, Json]] = {}
_NOTHING: Final = passes("no-data")
_FIT: Final = passes("data-fit")
_OWN_KEYS: Final = frozenset(document.comment_form().keys)
#: So few values of so few characters are no larger than answers may be.
FEW: Final = 16
_SHORT: Final = 1_000
_OPENED: Final = EventType.CASE_OPENED.value
_COMPLETED: Final = EventType.TASK_COMPLETED.value
_MESSAGE: Final = EventType.MESSAGE_RECEIVED.value

#: What the case held when a form was filled in.
Known = Callable[[], Mapping[str, Json]]


def entered(event: Opened) -> Mapping[str, Json]:
    """What was entered; other names are the record's own."""
    values = event.values
    if not values or event.type in EXPLAINED:
        return _NONE
    for one in values:
        if ":" in one:
            return {name: value for name, value in values.items() if ":" not in name}
    return values


def judge(event: Opened, differences: Sequence[Difference], *, unseen: bool) -> Ruling:
    """The verdict on an event whose answers fit, by the choices that it led through.

    Args:
        event: The event.
        differences: Recorded choices that evaluate otherwise (timers excepted).
        unseen: Some could not be evaluated because what they read was erased.
    """
    for one in differences:
        return _differs(one)
    if event.erased:
        gone: list[Json] = [one for one in sorted(event.erased) if ":" not in one]
        if gone:
            return unknown("erased-answers", names=shown(gone))
    if unseen:
        return unknown("erased-inputs")
    return _FIT if event.values or "effect" in event.body else _NOTHING


def _differs(one: Difference) -> Ruling:
    code = "other-rules" if one.choice is Choice.ANSWER else "other-choice"
    return fails(
        code,
        element=one.element,
        occurrence=one.occurrence,
        recorded=_value(one.recorded),
        evaluated=one.reason or _value(one.evaluated),
    )


def _value(value: Json) -> str:
    """A choice as a reason names it; never what a person entered."""
    if isinstance(value, dict):
        rules: Any = value.get("rules")
        return shown(rules) if isinstance(rules, list) else ", ".join(sorted(value))
    return shown(value)


class Holding(Protocol):
    """What a case holds."""

    def known(self, visit: tuple[str, int]) -> Mapping[str, Json]:
        """What the form of a visit may show."""


def fits(
    norm: Norm,
    case: Dossier,
    event: Opened,
    given: Mapping[str, Json],
    holds: Holding,
) -> Ruling | None:
    """What is wrong with what was entered; None: nothing, or it was erased."""
    if event.erased and any(":" not in one for one in event.erased):
        return None
    kind = event.type
    if kind == _OPENED:
        return opened(norm, case.code, event, given)
    if kind == _COMPLETED:
        visit = event.visit
        node = norm.model.nodes.get(visit[0])
        form = norm.form(node.work.form) if node and node.work.form else None
        if form is None:
            return free(norm, case.code, given)
        return formed(form, case.code, given, lambda: holds.known(visit))
    if kind == _MESSAGE and "sender" not in event.body["facts"]:
        own = norm.messages.get(str(event.body["facts"].get("name")), frozenset())
        return _free(norm, given, own) or _code(case.code, given)
    return None


def free(norm: Norm, code: str, given: Mapping[str, Json]) -> Ruling | None:
    """What is wrong with answers to work without a form; None: nothing."""
    return _free(norm, given, _OWN_KEYS) or _code(code, given)


def formed(
    form: Form, code: str, given: Mapping[str, Json], known: Known = dict
) -> Ruling | None:
    """What is wrong with answers to a form; None: nothing."""
    return _form(form, given, known) or _code(code, given)


def opened(
    norm: Norm, code: str, event: Opened, given: Mapping[str, Json]
) -> Ruling | None:
    """What is wrong with the answers that opened a case; None: nothing."""
    if given.get(CODE_KEY) != code:
        return fails("other-code", code=code)
    form = norm.form(norm.model.facts.start_form)
    if form is None or not event.body["doer"]:
        return None
    # The engine adds the code to what was entered, over a field of the same name.
    asked = {name: one for name, one in given.items() if name != CODE_KEY}
    if CODE_KEY in form.keys:
        return None
    return _form(form, asked, dict)


def _form(form: Form, given: Mapping[str, Json], known: Known) -> Ruling | None:
    readonly = any(field.readonly for field in form.fields)
    checked = answers.validate(form, given, known=known() if readonly else {})
    if checked.errors:
        first = checked.errors[0]
        return fails("form-refuses", name=first.key, why=first.code)
    if checked.values != given:
        kept = checked.values
        odd = kept.keys() ^ given.keys()
        odd |= {one for one in kept.keys() & given.keys() if kept[one] != given[one]}
        return fails("form-otherwise", name=min(odd))
    return None


def _free(norm: Norm, given: Mapping[str, Json], own: frozenset[str]) -> Ruling | None:
    """Without a form any plain value may come, but none that a form asks for."""
    if not given:
        return None
    if not _plain(given):
        return fails("not-plain")
    foreign = (given.keys() & norm.asked) - own if norm.asked else None
    return fails("foreign-answer", name=min(foreign)) if foreign else None


def _plain(given: Mapping[str, Json]) -> bool:
    """Whether values are plain, as `engine.forms.plain` says."""
    if len(given) > FEW:
        return _checked(given)
    for name, value in given.items():
        if isinstance(value, str):
            # Plain at first sight.
            if len(value) > _SHORT or not value.isprintable():
                return _checked(given)
        elif not (value is None or isinstance(value, int)):
            return _checked(given)
        if not _named(name):
            return False
    return True


@lru_cache(maxsize=10_000)
def _named(name: str) -> bool:
    return _checked({name: None})


def _checked(given: Mapping[str, Json]) -> bool:
    try:
        plain.check(given)
    except EngineError:
        return False
    return True


def _code(code: str, given: Mapping[str, Json]) -> Ruling | None:
    if given.get(CODE_KEY, code) != code:
        return fails("other-code", code=code)
    return None
