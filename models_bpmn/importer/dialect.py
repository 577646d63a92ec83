"""What of a file is BPMN that runs, what is refused by name, what is left out.

Foreign dialects that are translated get their own step before this one; what reaches it
untranslated is standard BPMN 2.0 with `qt:`, or it is refused or noted here.
"""

from collections.abc import Iterator
from typing import Final

from lxml.etree import _Element as Element

from models_bpmn.importer import dataflow, extension, reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.reader import Source
from models_bpmn.importer.report import Place, Report
from models_bpmn.importer.wording.elements import REFUSED
from models_bpmn.schema import source as schema

#: Which elements of the standard have attributes of ours.
_OWN: Final = {
    schema.LOOP_HOST: schema.LOOP,
    schema.CALL_HOST: schema.CALL,
    **{
        host: (
            *(schema.CLOCK if host in schema.CLOCK_HOSTS else ()),
            *(schema.ENDING if host in schema.ENDING_HOSTS else ()),
        )
        for host in dict.fromkeys((*schema.CLOCK_HOSTS, *schema.ENDING_HOSTS))
    },
}
#: Attributes that decide how tokens move: the values that run, the default first. What
#: undoes is waited for (semantics.md, 32), and a transaction is undone by compensation.
_VALUES: Final = {
    "ordering": ("Parallel", "Sequential"),
    "waitForCompletion": ("true", "1"),
    "method": ("##Compensate", "Compensate", "compensate"),
}


def check(source: Source, process: Element, report: Report) -> None:
    """Look at every element of a process and at everything foreign inside it."""
    waiting = [process]
    while waiting:
        element = waiting.pop()
        place = _nearest(source, element)
        _attributes(element, place, report)
        _flags(element, place, report)
        waiting.extend(reversed(list(_looked_into(source, element, place, report))))
    dataflow.tell(source, process, report)


def check_message(source: Source, message: Element, report: Report) -> None:
    """Look at a message, signal or error, which stand outside of processes."""
    place = source.place(message)
    _attributes(message, place, report)
    for holder in reader.children(message, "extensionElements"):
        _extensions(holder, place, report)


def _nearest(source: Source, element: Element) -> Place:
    """A part without id belongs to the element around it; the line is its own."""
    owner: Element | None = element
    while owner is not None and not owner.get("id"):
        owner = owner.getparent()
    place = source.place(element if owner is None else owner)
    line = reader.line(element) or place.line
    return Place(place.element, place.name, line, place.file)


def _looked_into(
    source: Source, element: Element, place: Place, report: Report
) -> Iterator[Element]:
    if reader.local(element) == "extensionElements":
        _extensions(element, place, report)
        return
    if reader.local(element) in {"documentation", "script"}:
        return
    for child in element:
        name = reader.local(child)
        if reader.namespace(child) != words.BPMN:
            here = _nearest(source, child)
            report.add("element-unknown", here, tag=name)
        elif name in words.DOCUMENTATION:
            continue
        elif name in words.RESOURCES:
            report.add("resource-ignored", _nearest(source, child), tag=name)
        else:
            _named(name, _nearest(source, child), report)
            # What is refused is not looked into, but the steps of a sub-process are.
            if name not in REFUSED or name in words.STAND_INS:
                yield child


def _named(name: str, place: Place, report: Report) -> None:
    if name in words.NODES or name in words.PARTS or name in words.DATA:
        return
    if name in REFUSED:
        report.add(f"element-{name}", place)
    else:
        report.add("element-unknown", place, tag=name)


def _flags(element: Element, place: Place, report: Report) -> None:
    """Attributes that turn an element that runs into one that does not."""
    if element.get("instantiate") in {"true", "1"}:
        report.add("element-instantiate", place)
    if element.get("eventGatewayType", "Exclusive") != "Exclusive":
        report.add("element-parallelEventGateway", place)
    for name, allowed in _VALUES.items():
        value = element.get(name, allowed[0])
        if value not in allowed:
            report.add(
                "attribute-value",
                place,
                attribute=name,
                value=value[:60],
                allowed=", ".join(allowed),
            )
    if element.get("behavior", "All") != "All":
        report.add("element-multiInstanceBehavior", place)
    for name in ("startQuantity", "completionQuantity"):
        if element.get(name, "1") != "1":
            report.add("element-quantity", place)


def _attributes(element: Element, place: Place, report: Report) -> None:
    for key, value in reader.attributes(element):
        space, _, name = key.rpartition("}")
        space = space.removeprefix("{")
        if space in words.VENDORS:
            what = f"{words.VENDORS[space]}:{name}"
            executes = name in words.VENDOR_ATTRIBUTES
            code = "vendor-execution" if executes else "vendor-ignored"
            report.add(code, place, what=what)
        elif space == words.QT:
            _own_attribute(element, name, value, place, report)
        elif not space and name not in words.ATTRIBUTES:
            report.add("attribute-unknown", place, attribute=name[:60])
        elif name in words.BOOLEANS and value not in {"true", "false", "1", "0"}:
            report.add(
                "attribute-value",
                place,
                attribute=name,
                value=value[:60],
                allowed="true, false",
            )


def _own_attribute(
    element: Element, name: str, value: str, place: Place, report: Report
) -> None:
    """A `qt:` attribute stands on the elements that have one, or nowhere."""
    tag = reader.local(element)
    known = {one.name: one for one in _OWN.get(tag, ())}
    if name not in known:
        told = (
            f"{', '.join(one.name for one in ours)} ({host})"
            for host, ours in _OWN.items()
        )
        report.add(
            "qt-attribute-unknown",
            place,
            tag=tag,
            attribute=f"qt:{name}"[:60],
            known="; ".join(told),
        )
    elif tag != schema.LOOP_HOST:
        extension.check(tag, known[name], value.strip(), place, report)


def _extensions(holder: Element, place: Place, report: Report) -> None:
    for child in holder:
        space, name = reader.namespace(child), reader.local(child)
        if space == words.QT:
            continue
        vendor = words.VENDORS.get(space, space)
        what = f"{vendor}:{name}"[:120]
        if space in words.VENDORS and name in words.VENDOR_ELEMENTS:
            report.add("vendor-execution", place, what=what)
        elif space in words.VENDORS:
            report.add("vendor-ignored", place, what=what)
        elif space in {"", words.BPMN}:
            # No tool's extension: a BPMN element hidden from the rest of the checks.
            report.add("element-unknown", place, tag=name)
