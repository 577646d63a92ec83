"""Data as drawn: objects, stores and the associations that lead to and from them.

A case has one set of data, which every step sees by name (semantics.md, rule 25). So an
association between data of one name has nothing to do, one between two names would be a
copy that nobody makes, and a data store is a register outside the case. Each is told.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from lxml.etree import _Element as Element

from models_bpmn.importer import reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.reader import Source
from models_bpmn.importer.report import Report

#: What data are called in a remark about the process → their elements.
_DRAWN: Final[Mapping[str, tuple[str, ...]]] = {
    "data-objects": ("dataObject", "dataObjectReference"),
    "data-stores": ("dataStoreReference",),
}
_ASSOCIATIONS: Final = ("dataInputAssociation", "dataOutputAssociation")
_STORE: Final = "dataStoreReference"
#: Names of data that one remark tells, and characters.
_SHOWN: Final = 10
_CHARS: Final = 300


def tell(source: Source, process: Element, report: Report) -> None:
    """Say what the data of a process mean, and what each association does."""
    for code, tags in _DRAWN.items():
        drawn = process.iter(*(f"{{{words.BPMN}}}{tag}" for tag in tags))
        _add(code, source, process, [_name(one) for one in drawn], report)
    told: dict[tuple[Element, str], list[str]] = {}
    for one in process.iter(*(f"{{{words.BPMN}}}{tag}" for tag in _ASSOCIATIONS)):
        activity = one.getparent()
        if activity is not None:
            for code, what in _meaning(one, source):
                told.setdefault((activity, code), []).append(what)
    for (activity, code), named in told.items():
        _add(code, source, activity, named, report)


def _add(
    code: str, source: Source, element: Element, named: list[str], report: Report
) -> None:
    names = list(dict.fromkeys(filter(None, named)))
    told = [*names[:_SHOWN], *(["…"] if len(names) > _SHOWN else [])]
    if told:
        report.add(code, source.place(element), names=", ".join(told)[:_CHARS])


def _meaning(association: Element, source: Source) -> Iterator[tuple[str, str]]:
    """The code of what an association means, and the data that it is about."""
    starts, ends = (
        [
            source.by_id.get(reader.text_of(one))
            for one in reader.children(association, tag)
        ]
        for tag in ("sourceRef", "targetRef")
    )
    both = [one for one in (*starts, *ends) if one is not None]
    stores = [one for one in both if reader.local(one) == _STORE]
    if stores:
        yield "data-association-store", ", ".join(map(_name, stores))
        return
    before = {_written(one) for one in starts if one is not None} - {""}
    after = {_written(one) for one in ends if one is not None} - {""}
    if before and after and before != after:
        what = f"{', '.join(sorted(before))} → {', '.join(sorted(after))}"
        yield "data-association-copy", what
    else:
        named = sorted(before | after) or [_name(one) for one in both[:1]]
        yield "data-association-same", ", ".join(named)


def _written(one: Element) -> str:
    """The name of data as drawn; a part of a step without one has none."""
    return reader.words(one.get("name", ""))


def _name(one: Element) -> str:
    return _written(one) or one.get("id", "")
