"""The correlation of BPMN 2.0.2 (8.4.2, 10.6.3), where it is a matter of plain names.

A retrieval expression that is a path of names tells what a message that is sent carries
as a key, a binding that is one tells what a wait compares. Both become `qt:correlation`
at the element that sends or waits; what computes more is left to a person.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml.etree import _Element as Element

from models_bpmn.importer import names, reader, translation
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.sheet import Sheet

_PATH: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_SENDS: Final = ("sendTask", "intermediateThrowEvent", "endEvent")
_HEARS: Final = (
    *("receiveTask", "intermediateCatchEvent", "boundaryEvent", "startEvent"),
)


@dataclass(slots=True)
class _Properties:
    """What a file declares: key names by property, paths by message and property."""

    named: dict[str, str] = field(default_factory=dict)
    paths: dict[str, dict[str, str]] = field(default_factory=dict)


def translate(sheet: Sheet) -> None:
    """Write the keys of the standard at what sends and what waits."""
    found = _declared(sheet)
    if not found.named:
        return
    for node, message in _nodes(sheet.root, _SENDS):
        paths = found.paths.get(message, {})
        keys = {
            found.named[one]: _sent(node, path) for one, path in paths.items() if path
        }
        _write(node, message, keys, sheet)
    for process in reader.children(sheet.root, "process"):
        for subscription in list(reader.children(process, "correlationSubscription")):
            _subscribed(process, subscription, found, sheet)


def _declared(sheet: Sheet) -> _Properties:
    made = _Properties()
    for one in reader.children(sheet.root, "correlationProperty"):
        identity = one.get("id", "")
        called = (reader.words(one.get("name", "")), identity)
        usable = [name for name in called if not names.problem(name)]
        if not usable:
            continue
        made.named[identity] = usable[0]
        for way in reader.children(one, "correlationPropertyRetrievalExpression"):
            message = way.get("messageRef", "").rpartition(":")[2]
            path = _path(way, "messagePath")
            made.paths.setdefault(message, {})[identity] = path
            if not path:
                sheet.note("key-listed", sheet.place(one), key=usable[0])
    return made


def _path(holder: Element, tag: str) -> str:
    """A path of names in the safe language; empty for everything that computes."""
    for part in reader.children(holder, tag):
        text = reader.text_of(part)
        made = translation.expression(text, part.get("language", "")) if text else ""
        return made if _PATH.fullmatch(made) else ""
    return ""


def _nodes(root: Element, tags: tuple[str, ...]) -> Iterator[tuple[Element, str]]:
    """What sends or waits for a message, with the message."""
    for node in root.iter(*(f"{{{words.BPMN}}}{tag}" for tag in tags)):
        task = reader.local(node).endswith("Task")
        holders = [node] if task else reader.children(node, "messageEventDefinition")
        named = {one.get("messageRef", "").rpartition(":")[2] for one in holders}
        if len(named) == 1 and named != {""}:
            yield node, named.pop()


def _sent(node: Element, path: str) -> str:
    """The path in what the node sends, or in the data that the node sees."""
    first, dot, rest = path.partition(".")
    for value in node.iter(f"{{{words.QT}}}value"):
        written = value.get("expression", "")
        if value.get("name") == first and written:
            return f"({written}).{rest}" if dot else written
    return path


def _write(node: Element, message: str, keys: dict[str, str], sheet: Sheet) -> None:
    """Put keys at a node, unless the model says its own there or at the message."""
    own = (*node.iter(f"{{{words.QT}}}correlation"), *_exchanged(message, sheet))
    if not keys or own:
        return
    made = sheet.extension(node, "correlation")
    for name, text in keys.items():
        given = {"name": name, "expression": text}
        made.append(made.makeelement(f"{{{words.QT}}}key", given))
    sheet.note("key-mapped", sheet.place(node), text=", ".join(keys)[:80])


def _exchanged(message: str, sheet: Sheet) -> Iterator[Element]:
    declared = sheet.by_id.get(message)
    return iter(()) if declared is None else declared.iter(f"{{{words.QT}}}key")


def _subscribed(
    process: Element, subscription: Element, found: _Properties, sheet: Sheet
) -> None:
    """Let the waits of a process compare what its subscription binds."""
    bound: dict[str, str] = {}
    for one in reader.children(subscription, "correlationPropertyBinding"):
        bound[one.get("correlationPropertyRef", "")] = _path(one, "dataPath")
    if not bound or not all(bound.values()) or not set(bound) <= set(found.named):
        # Asked about by its name.
        return
    process.remove(subscription)
    for node, message in _nodes(process, _HEARS):
        known = found.paths.get(message, {})
        keys = {found.named[one]: bound[one] for one in bound if one in known}
        opens = reader.local(node) == "startEvent" and node.getparent() is process
        if not opens:
            _write(node, message, keys, sheet)
