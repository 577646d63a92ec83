"""Reading what a designer types: flags, expressions, timers, multi-instance data."""

import re
from collections.abc import Callable
from typing import Final

from lxml.etree import _Element as Element

from engine import expressions, limits
from engine.domain import iso8601
from engine.domain.model import AdHoc, Loop, MultiInstance, Timer, TimerKind
from engine.errors import DurationError, ExpressionError
from models_bpmn.importer import names, reader
from models_bpmn.importer.extension import Extension
from models_bpmn.importer.reader import Source
from models_bpmn.importer.report import Place, Report
from models_bpmn.importer.vocabulary import QT
from models_bpmn.schema import source as schema

#: Values of a language attribute that mean the safe language.
_OURS: Final = frozenset({"", "python", "urn:quytrinh:expression:1"})
_TEMPLATE: Final = re.compile(r"[$#]\{.*\}", re.DOTALL)
_QUOTED: Final = re.compile(r"(['\"])([^'\"]*)\1")
# What looks like ISO 8601 is never taken for the name of a value.
_ISO_SHAPE: Final = re.compile(r"[+-]?P[\dT][\dA-Z.,]*|R\d*/.*|\d{4}-\d.*", re.ASCII)
_EXCERPT: Final = 80
_MAXIMUM: Final = re.compile(r"\d{1,9}", re.ASCII)


def flag(element: Element, name: str, *, default: bool | None) -> bool | None:
    """An XML boolean (XML Schema part 2, 3.2.2); `default` when it is not written."""
    value = element.get(name)
    return default if value is None else value in {"true", "1"}


def expression(
    element: Element, place: Place, report: Report, *, optional: bool = False
) -> str:
    """The text of an expression element, checked; empty when it was refused."""
    text, what = reader.text_of(element), reader.local(element)
    if not text:
        if not optional:
            report.add("expression-empty", place, what=what)
        return ""
    language = _foreign(text, element.get("language", ""))
    if language:
        report.add(
            "expression-language",
            place,
            what=what,
            text=text[:_EXCERPT],
            language=language,
        )
        return text
    check(text, what, place, report)
    return text


def check(text: str, what: str, place: Place, report: Report) -> None:
    """Refuse a text that is not in the safe language."""
    try:
        expressions.compile(text)
    except ExpressionError as error:
        report.add(
            "expression", place, what=what, text=text[:_EXCERPT], reason=error.reason
        )


def _foreign(text: str, language: str) -> str:
    """The language of an expression that is not ours; empty when it is ours."""
    if language.strip().lower() not in _OURS:
        return language.strip()[:_EXCERPT]
    if text.startswith("="):
        return "FEEL"
    return "JUEL" if _TEMPLATE.search(text) else ""


def expressions_of(
    written: Extension | None, name: str, place: Place, report: Report
) -> dict[str, str]:
    """`<qt:NAME name expression/>` children as a mapping in document order."""
    found: dict[str, str] = {}
    for one in written.all(name) if written else ():
        if one.get("name") in found:
            report.add("name-twice", place, what=f"qt:{name}", name=one.get("name"))
        found[one.get("name")] = one.get("expression")
    return found


def timer(definition: Element, place: Place, report: Report) -> Timer | None:
    """The time of a timer event definition (BPMN 2.0.2, table 10.101)."""
    kinds = [kind.value for kind in TimerKind]
    parts = list(reader.children(definition, *kinds))
    if len(parts) != 1:
        report.add("timer-kind", place)
        return None
    kind, text = TimerKind(reader.local(parts[0])), reader.text_of(parts[0])
    literal = iso8601.is_literal(kind, text) or bool(_ISO_SHAPE.fullmatch(text))
    quoted = _QUOTED.fullmatch(text)
    if not literal:
        # An expression; a quoted time is one that can be judged already.
        text = expression(parts[0], place, report)
    if literal or quoted:
        _check_time(kind, quoted[2] if quoted else text, place, report)
    return Timer(kind, text, literal)


def _check_time(kind: TimerKind, text: str, place: Place, report: Report) -> None:
    readers: dict[TimerKind, Callable[[str], object]] = {
        TimerKind.DURATION: iso8601.parse_duration,
        TimerKind.DATE: iso8601.parse_instant,
        TimerKind.CYCLE: iso8601.parse_cycle,
    }
    try:
        readers[kind](text)
    except DurationError as error:
        report.add("timer", place, text=text[:_EXCERPT], reason=error.message)


def multi_instance(
    activity: Element, source: Source, report: Report
) -> MultiInstance | None:
    """The multi-instance characteristics of an activity; None when it has none."""
    for loop in reader.children(activity, "multiInstanceLoopCharacteristics"):
        place = source.place(activity)
        return _instances(loop, source, place, report)
    return None


def loop(activity: Element, place: Place, report: Report) -> Loop | None:
    """The standard loop of an activity (BPMN 2.0.2, 13.3.6); None when it has none."""
    for found in reader.children(activity, "standardLoopCharacteristics"):
        several = reader.children(activity, "multiInstanceLoopCharacteristics")
        if next(several, None) is not None:
            report.add("loop-both", place)
        condition = _part(found, "loopCondition", place, report)
        written = found.get("loopMaximum", "").strip()
        maximum = int(written) if _MAXIMUM.fullmatch(written) else 0
        limit = limits.CYCLE_REPETITIONS
        if written and not 1 <= maximum <= limit:
            report.add("loop-maximum", place, text=written[:_EXCERPT], limit=limit)
        elif not condition and not maximum:
            report.add("loop-endless", place)
        before = flag(found, "testBefore", default=False) is True
        return Loop(condition=condition, test_before=before, maximum=maximum)
    return None


def ad_hoc(activity: Element, place: Place, report: Report) -> AdHoc | None:
    """What makes an activity an ad-hoc sub-process (BPMN 2.0.2, 13.3.5), or None."""
    if reader.local(activity) != "adHocSubProcess":
        return None
    return AdHoc(
        sequential=activity.get("ordering") == "Sequential",
        completion=_optional(activity, "completionCondition", place, report),
        cancel_remaining=flag(activity, "cancelRemainingInstances", default=True)
        is True,
    )


def activation(gateway: Element, place: Place, report: Report) -> str:
    """The activation condition of a complex gateway (BPMN 2.0.2, 13.4.5)."""
    if reader.local(gateway) != "complexGateway":
        return ""
    return _optional(gateway, "activationCondition", place, report)


def _optional(element: Element, name: str, place: Place, report: Report) -> str:
    for part in reader.children(element, name):
        return expression(part, place, report, optional=True)
    return ""


def _instances(
    loop: Element, source: Source, place: Place, report: Report
) -> MultiInstance:
    made = MultiInstance(
        sequential=flag(loop, "isSequential", default=False) is True,
        cardinality=_part(loop, "loopCardinality", place, report),
        collection=_data(loop, "collection", "loopDataInputRef", source),
        item=_data(loop, "item", "inputDataItem", source),
        output_collection=_data(loop, "output", "loopDataOutputRef", source),
        output_item=_data(loop, "outputItem", "outputDataItem", source),
        completion=_part(loop, "completionCondition", place, report),
    )
    _check_count(made, place, report)
    _check_names(made, place, report)
    if bool(made.output_collection) is not bool(made.output_item):
        report.add("multi-instance-output", place)
    return made


def _part(loop: Element, name: str, place: Place, report: Report) -> str:
    for part in reader.children(loop, name):
        return expression(part, place, report)
    return ""


def _data(loop: Element, ours: str, standard: str, source: Source) -> str:
    """A name of data: `qt:…`, or what the standard reference or item is called."""
    written = loop.get(f"{{{QT}}}{ours}")
    if written is not None:
        return written.strip()
    for part in reader.children(loop, standard):
        if standard.endswith("Item"):
            return part.get("name", "") or part.get("id", "")
        return _referred(reader.text_of(part), source)
    return ""


def _referred(reference: str, source: Source) -> str:
    """The name of the data object that a reference means; the reference otherwise."""
    element = source.by_id.get(reference)
    name = reader.words(element.get("name", "")) if element is not None else ""
    return name if name.isidentifier() else reference


def _check_count(made: MultiInstance, place: Place, report: Report) -> None:
    if not made.cardinality and not made.collection:
        report.add("multi-instance-count", place)
    if made.cardinality and made.collection:
        report.add("multi-instance-both", place)
    count = _constant(made.cardinality)
    limit = limits.MULTI_INSTANCE_ITEMS
    if count is not None and not 0 <= count <= limit:
        report.add("multi-instance-many", place, count=count, limit=limit)


def _constant(text: str) -> int | None:
    """The value of a number that no data can change, for example `10 * 100000`."""
    try:
        made = expressions.compile(text)
        value = None if made.names else made.evaluate({})
    except ExpressionError:
        # It was refused when it was read, or fails as it would in a case.
        return None
    return value if type(value) is int else None


def _check_names(made: MultiInstance, place: Place, report: Report) -> None:
    written = (made.collection, made.item, made.output_collection, made.output_item)
    for attribute, name in zip(schema.LOOP, written, strict=True):
        problem = names.problem(name) if name else ""
        if problem:
            report.add(
                "name-invalid",
                place,
                what=attribute.name,
                name=name[:_EXCERPT],
                reason=problem,
            )
