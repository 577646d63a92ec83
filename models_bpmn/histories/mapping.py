"""What the columns and labels of a foreign history mean: a map that a person confirms.

The map is TOML: `[columns]` case, activity, time, resource, lifecycle, completed, due
(a list); `[dates]` order (`dmy` or `mdy`) and zone; `[[four_eyes]]` pair (two labels);
`[labels]` label = element id, a list of ids, or "" to ignore it; `[model]` silent: a
list of elements that the other system did not write down.
"""

import difflib
import hashlib
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta, timezone
from typing import Any, Final

from engine.domain import iso8601
from engine.domain.model import GATEWAYS, Model, Node
from models_bpmn.histories import dates
from models_bpmn.histories.table import HistoryError, Table

#: Names that columns have elsewhere, folded, the likeliest first.
_KNOWN: Final[Mapping[str, tuple[str, ...]]] = {
    "case": (
        *("case:concept:name", "case id", "caseid", "case", "trace", "dossier"),
        *("ma ho so", "so ho so", "ho so", "ma so ho so", "so bien nhan", "mahoso"),
    ),
    "activity": (
        *("concept:name", "activity", "activity name", "task", "event", "step"),
        *("buoc xu ly", "ten buoc", "buoc", "cong viec", "hoat dong", "tac vu"),
    ),
    "time": (
        *("time:timestamp", "timestamp", "complete timestamp", "time", "end time"),
        *("thoi gian hoan thanh", "thoi diem", "thoi gian", "ngay gio", "ngay xu ly"),
        *("thoi gian ket thuc", "ngay thuc hien", "ngay", "date"),
    ),
    "resource": (
        *("org:resource", "resource", "user", "performer", "nguoi xu ly", "can bo"),
        *("nguoi thuc hien", "can bo xu ly", "can bo thu ly", "nguoi dung"),
    ),
    "lifecycle": ("lifecycle:transition", "lifecycle", "transition", "trang thai buoc"),
}
#: Exports of ours, by columns that only they have, and where they say when a case was
#: finished and when it was due.
_OURS: Final = (
    (
        frozenset({"quytrinh:element", "quytrinh:leaf"}),
        ("case:quytrinh:closed", "case:quytrinh:due"),
    ),
    (frozenset({"element", "leaf", "head", "completed"}), ("completed", "due")),
)
_ONE: Final = ("case", "activity", "time", "resource", "lifecycle", "completed")
_ZONE: Final = re.compile(r"([+-])(\d{2}):(\d{2})", re.ASCII)
#: Suggestions for a label, and how alike they must be.
_SUGGESTED: Final = 3
_ALIKE: Final = 0.55
#: Longer labels have no suggestions and are cut, and no more labels have any.
_LONGEST: Final = 200
_SEARCHED: Final = 500
_KEPT: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """What a person has said about a file."""

    columns: Mapping[str, str] = field(default_factory=dict)
    due: tuple[str, ...] = ()
    four_eyes: tuple[tuple[str, str], ...] = ()
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    silent: tuple[str, ...] = ()
    order: str = "dmy"
    zone: timezone = iso8601.VIETNAM


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An element that a label may stand for; a person confirms it in the map."""

    label: str
    element: str
    name: str
    alike: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """What the labels of a file stand for."""

    #: Label → elements; without elements it is ignored.
    elements: Mapping[str, tuple[str, ...]]
    unmapped: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]


def label_of(text: str) -> str:
    """A label as it is compared: composed, without space around or doubled."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def short(label: str) -> str:
    """A label as it is shown and mapped: its beginning when it is very long.

    What was cut off still tells labels apart, by length and hash.
    """
    if len(label) <= _LONGEST:
        return label
    digest = hashlib.sha256(label.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{label[:_KEPT]}… [{len(label)}, #{digest[:12]}]"


def folded(text: str) -> str:
    """Without case, marks and punctuation: `Tiếp nhận, (HS)` is `tiep nhan hs`."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    kept = (one for one in plain if not unicodedata.combining(one))
    made = "".join(one if one.isalnum() or one == ":" else " " for one in kept)
    return " ".join(made.split())


# Reading and writing.


def parse(content: bytes) -> Map:
    """Read a map.

    Raises:
        HistoryError: It is no TOML, or says what no map says.
    """
    try:
        found = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HistoryError(f"The map is no TOML: {error}.") from error
    _known(found, {"columns", "dates", "four_eyes", "labels", "model"}, "")
    columns = _table(found, "columns", {*_ONE, "due"})
    dated = _table(found, "dates", {"order", "zone"})
    order = _text(dated.get("order", "dmy"), "dates.order")
    if order not in dates.ORDERS:
        raise HistoryError(f"“dates.order” is one of {', '.join(dates.ORDERS)}.")
    labels = _table(found, "labels", None)
    silent = _table(found, "model", {"silent"}).get("silent", [])
    return Map(
        columns={
            key: _text(value, f"columns.{key}")
            for key, value in columns.items()
            if key != "due"
        },
        due=_texts(columns.get("due", []), "columns.due"),
        four_eyes=tuple(_pairs(found.get("four_eyes", []))),
        labels={
            short(label_of(key)): tuple(one for one in _texts(value, key) if one)
            for key, value in labels.items()
        },
        silent=_texts(silent, "model.silent"),
        order=order,
        zone=_zone(_text(dated.get("zone", "+07:00"), "dates.zone")),
    )


def _table(
    found: Mapping[str, Any], name: str, keys: set[str] | None
) -> dict[str, Any]:
    table = found.get(name, {})
    if not isinstance(table, dict):
        raise HistoryError(f"“{name}” in the map is a table.")
    if keys is not None:
        _known(table, keys, f"{name}.")
    return table


def _known(table: Mapping[str, Any], keys: set[str], where: str) -> None:
    for key in table:
        if key not in keys:
            message = (
                f"The map has no “{where}{key}”; it has {', '.join(sorted(keys))}."
            )
            raise HistoryError(message)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise HistoryError(f"“{name}” in the map is a text.")
    return value


def _texts(value: object, name: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(_text(one, name) for one in values)


def _pairs(tables: object) -> Iterator[tuple[str, str]]:
    for one in tables if isinstance(tables, list) else [tables]:
        pair = (
            _texts(one.get("pair"), "four_eyes.pair") if isinstance(one, dict) else ()
        )
        if len(pair) != 2:  # noqa: PLR2004 - a pair
            raise HistoryError("“four_eyes.pair” in the map is a list of two labels.")
        yield label_of(pair[0]), label_of(pair[1])


def _zone(text: str) -> timezone:
    match = _ZONE.fullmatch(text)
    if match is None:
        raise HistoryError("“dates.zone” in the map is like +07:00.")
    length = timedelta(hours=int(match[2]), minutes=int(match[3]))
    if length >= timedelta(hours=24):
        raise HistoryError("“dates.zone” in the map is like +07:00.")
    return timezone(-length if match[1] == "-" else length)


def written(given: Map, matching: Matching, names: Mapping[str, str]) -> str:
    """A map as TOML for a person to edit; what is not confirmed is a comment."""
    lines = ["[columns]"]
    lines += [f"{key} = {_quoted(one)}" for key, one in given.columns.items()]
    lines += [f"due = [{', '.join(map(_quoted, given.due))}]"]
    lines += ["", "[dates]", f'order = "{given.order}"', f'zone = "{_offset(given)}"']
    for pair in given.four_eyes:
        lines += ["", "[[four_eyes]]", f"pair = [{', '.join(map(_quoted, pair))}]"]
    lines += ["", "[labels]"]
    for label, elements in matching.elements.items():
        listed = ", ".join(map(_quoted, elements))
        value = listed or '""' if len(elements) <= 1 else f"[{listed}]"
        told = ", ".join(names.get(one, "") for one in elements)
        lines.append(f"{_quoted(label)} = {value}  # {_comment(told)}".rstrip(" #"))
    for label in matching.unmapped:
        lines += ["", f"# {_comment(label)}: ?"]
        lines += [
            f"# {_quoted(label)} = {_quoted(one.element)}  "
            f"# {_comment(one.name)} ({one.alike:.2f})"
            for one in matching.suggestions
            if one.label == label
        ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # A JSON string is a basic string of TOML, but for the one control character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)


def _offset(given: Map) -> str:
    minutes = int((given.zone.utcoffset(None)).total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


# Columns.


def recognised(table: Table, given: Map) -> Map:
    """A map, and for an export of ours what it leaves open: `completed` and `due`."""
    completed, due = _ours(table)
    if not completed:
        return given
    kept = tuple(one for one in (due,) if one in table.columns)
    known = {"completed": completed} | dict(given.columns)
    return replace(given, columns=known, due=given.due or kept)


def _ours(table: Table) -> tuple[str, str]:
    """Where an export of ours says when a case was finished and due; else nothing."""
    found = set(table.columns)
    return next((names for marks, names in _OURS if marks <= found), ("", ""))


def columns(table: Table, given: Map) -> dict[str, str]:
    """The columns by meaning: those of the map, and by their names those it leaves out.

    Raises:
        HistoryError: A column of the map is not there, or the case or the activity is
            in none.
    """
    found: dict[str, str] = {}
    finished, _ = _ours(table)
    for key, name in given.columns.items():
        if name:
            # Where no case of our XES is finished, none has the attribute.
            known = key == "completed" and name == finished
            found[key] = name if known else column(table, name)
    taken = set(found.values())
    for key, names in _KNOWN.items():
        if key not in given.columns:
            guess = _guess(table, names, taken)
            if guess is not None:
                found[key] = guess
    for key in ("case", "activity"):
        if key not in found:
            listed = ", ".join(f"“{one}”" for one in table.columns[:40])
            message = f"Name the column of “{key}” in [columns]; there are {listed}."
            raise HistoryError(message)
    return found


def column(table: Table, name: str) -> str:
    """A column by the name that a map gives.

    Raises:
        HistoryError: There is none.
    """
    found = table.named(name)
    if found is None:
        listed = ", ".join(f"“{one}”" for one in table.columns[:40])
        raise HistoryError(f"There is no column “{name}”; there are {listed}.")
    return found


def _guess(table: Table, names: Iterable[str], taken: set[str]) -> str | None:
    by_name = {folded(one): one for one in reversed(table.columns) if one not in taken}
    return next((by_name[one] for one in names if one in by_name), None)


# Labels.


def match(labels: Iterable[str], model: Model, given: Map) -> Matching:
    """What each label stands for: what the map says, else a name that is the same.

    A name is the same exactly, else without case and marks when only one is.

    Raises:
        HistoryError: The map names an element that the model does not have.
    """
    for label, elements in [*given.labels.items(), ("silent", given.silent)]:
        for one in elements:
            if one not in model.nodes:
                message = (
                    f"The model has no element “{one}”, which “{label}” stands for."
                )
                raise HistoryError(message)
    names = _Names(model)
    found: dict[str, tuple[str, ...]] = {}
    unmapped: list[str] = []
    suggestions: list[Suggestion] = []
    for label in labels:
        elements = given.labels.get(label) or names.of(label)
        if elements or label in given.labels:
            found[label] = elements if given.labels.get(label) != () else ()
        else:
            unmapped.append(label)
            if len(unmapped) <= _SEARCHED:
                suggestions += names.like(label)
    return Matching(
        elements=found, unmapped=tuple(unmapped), suggestions=tuple(suggestions)
    )


class _Names:
    """The elements of a model by what a person may call them."""

    def __init__(self, model: Model) -> None:
        nodes = [one for one in model.nodes.values() if one.kind not in GATEWAYS]
        self._exact: dict[str, list[str]] = {}
        self._folded: dict[str, list[str]] = {}
        self._nodes: dict[str, Node] = {one.id: one for one in nodes}
        for node in nodes:
            for name in {short(label_of(node.name)), node.id} - {""}:
                self._exact.setdefault(name, []).append(node.id)
                self._folded.setdefault(folded(name), []).append(node.id)

    def of(self, label: str) -> tuple[str, ...]:
        """The elements of exactly this name, else of the only one that is folded so."""
        exact = self._exact.get(label)
        if exact:
            return tuple(exact)
        alike = self._folded.get(folded(label), [])
        named = {short(label_of(self._nodes[one].name)) for one in alike}
        return tuple(alike) if len(named) == 1 else ()

    def like(self, label: str) -> Iterator[Suggestion]:
        """The likeliest elements, the best first; none for what is very long."""
        if len(label) > _LONGEST:
            return
        scores = {
            name: difflib.SequenceMatcher(None, folded(label), name).ratio()
            for name in self._folded
        }
        ranked = sorted(scores, key=lambda name: (-scores[name], name))
        for name in ranked[:_SUGGESTED]:
            if scores[name] >= _ALIKE:
                for one in self._folded[name]:
                    text = self._nodes[one].name
                    yield Suggestion(label, one, text, round(scores[name], 2))
