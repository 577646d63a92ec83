"""`quytrinh log`: histories that other systems kept, beside a model."""

import hashlib
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import click

from engine import limits
from engine.conformance import flow_compiler, foreign
from engine.conformance.alignment import Move
from engine.conformance.flows import Net
from engine.conformance.foreign import Measures
from engine.domain.model import Model
from engine.errors import EngineError, ModelInvalidError
from models_bpmn import packages
from models_bpmn.histories import cases, mapping, reading
from models_bpmn.histories.cases import Gathered
from models_bpmn.histories.mapping import Map, Matching
from models_bpmn.histories.table import HistoryError, Problem, Table
from webui import bootstrap
from webui.cli import common, keeping, log_export

#: Lines of one kind that are printed for people; JSON has all.
_SHOWN: Final = 20
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "head": (
        "{file}: nhật ký nhập ngoài (imported), {format}, {encoding}, {sha256}",
        "{file}: imported history, {format}, {encoding}, {sha256}",
    ),
    "counts": (
        "{cases} hồ sơ, {events} sự kiện, {variants} biến thể",
        "{cases} cases, {events} events, {variants} variants",
    ),
    "fit": (
        "{fitting} hồ sơ khớp mô hình; tổng sai lệch nhỏ nhất {cost}",
        "{fitting} cases fit the model; cheapest deviations {cost} in all",
    ),
    "unfinished": (
        "{unfinished} hồ sơ chưa xong: chỉ xét phần đã làm",
        "{unfinished} cases are not finished: judged by what they show so far",
    ),
    "unmapped": (
        "{unmapped} sự kiện có nhãn không ứng với phần tử nào",
        "{unmapped} events have a label that stands for no element",
    ),
    "unordered": (
        "{count} hồ sơ không chứng minh được thứ tự (trùng thời điểm, thiếu giờ)",
        "{count} cases whose order is not provable (one instant, or no hour)",
    ),
    "not-computed": (
        "{count} hồ sơ không tính được: {reason}",
        "{count} cases not computed: {reason}",
    ),
    "on-time": (
        "{column}: {on_time} đúng hạn, {late} quá hạn",
        "{column}: {on_time} on time, {late} late",
    ),
    "rework": (
        "{rework} lần làm lại, {handovers} lần chuyển người",
        "{rework} repeated activities, {handovers} handovers",
    ),
    "four-eyes": (
        "“{pair}”: {count} hồ sơ do cùng một người làm cả hai",
        "“{pair}”: one person did both in {count} cases",
    ),
    "extra": ("thừa {count} lần: {name}", "extra {count} times: {name}"),
    "missing": ("thiếu {count} lần: {name}", "missing {count} times: {name}"),
    "kept": (
        "đã lưu {path}; toàn vẹn chỉ từ {since}",
        "kept as {path}; integrity only since {since}",
    ),
    "suggestion": (
        "“{label}” có thể là {element} “{name}” ({alike}); xác nhận trong [labels]",
        "“{label}” may be {element} “{name}” ({alike}); confirm it in [labels]",
    ),
    "line": ("dòng {line}: {text}{left}", "line {line}: {text}{left}"),
    "left": ("; dòng này không được dùng", "; the row is not used"),
    "more": ("… và {count} dòng nữa (xem --json)", "… and {count} more (see --json)"),
}


@click.group()
def log() -> None:
    """Check histories that other systems kept."""


log.add_command(log_export.export)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A file, read and mapped."""

    table: Table
    given: Map
    model: Model
    gathered: Gathered
    matching: Matching
    content: bytes


@log.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--model",
    "model_path",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="BPMN file or package to compare with.",
)
@click.option(
    "--map",
    "map_path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML file that says what columns and labels mean.",
)
@click.option(
    "--suggest",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a map to edit to this file; nothing is compared.",
)
@click.option("--keep", is_flag=True, help="Keep the file, and record its import.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi")
@common.viewing
@common.as_json
def import_(
    file: Path,
    model_path: Path,
    language: str,
    json_: bool,  # noqa: FBT001
    **more: Any,
) -> None:
    """Compare FILE (XES, CSV, XLSX) with a model: the cheapest deviations, exactly.

    Every row that cannot be used is listed. Labels that are not names of the model are
    suggested, and used when the map confirms them.
    """
    began = time.perf_counter()
    found = _read(file, model_path, more["map_path"])
    if more["suggest"] is not None:
        _suggest(more["suggest"], found)
        return
    gathered = cases.cases(found.table, found.gathered, found.matching, found.given)
    measures = foreign.measure(gathered, _net(found), found.given.four_eyes)
    result = _told(found, measures)
    result["seconds"] = round(time.perf_counter() - began, 3)
    digest = hashlib.sha256(found.content).hexdigest()
    result |= {"file": file.name, "sha256": digest, "label": "imported"}
    result |= _details(found, measures, language)
    if more["keep"]:
        kept = keeping.Import(
            content=found.content,
            map_content=_content(more["map_path"]) if more["map_path"] else b"",
            model=found.model.hash,
            measures={key: result[key] for key in keeping.MEASURES},
        )
        result["kept"] = keeping.keep(kept, more["login"])
    if json_:
        common.show(result, json_=True)
    else:
        click.echo("\n".join(_lines(result, found, measures, language)))


def _read(file: Path, model_path: Path, map_path: Path | None) -> _Read:
    content = _content(file)
    given = mapping.parse(_content(map_path)) if map_path else Map()
    table = reading.read(content)
    given = mapping.recognised(table, given)
    gathered = cases.gather(table, given)
    model = _model(model_path)
    return _Read(
        table=table,
        given=given,
        model=model,
        gathered=gathered,
        matching=mapping.match(gathered.labels, model, given),
        content=content,
    )


def _content(path: Path) -> bytes:
    """The bytes of a file, one more than the limit at most.

    Raises:
        HistoryError: It cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(limits.HISTORY_BYTES + 1)
    except OSError as error:
        raise HistoryError(f"{path.name}: {error.strerror}.") from error


def _model(path: Path) -> Model:
    """The model that is compared with: what the importer makes of it by defaults.

    Raises:
        ModelInvalidError: It cannot run, and so says nothing about an order of work.
    """
    files = packages.read(path)
    maker = packages.Maker(bootstrap.tools().services.names())
    found = maker.analyse(files, defaults=True, intent=False)
    if found.model is None:
        raise ModelInvalidError(found.findings)
    return found.model


def _net(found: _Read) -> Net:
    """The model as a net that shows its drawn tasks and all that labels stand for."""
    model = found.model
    shown = {one for each in found.matching.elements.values() for one in each}
    # What the importer has put in, a question before a choice, has no line.
    tasks = {
        one.id
        for one in model.nodes.values()
        if one.line and one.kind.value.lower().endswith("task")
    }
    return flow_compiler.net(model, shown | tasks - set(found.given.silent))


def _suggest(path: Path, found: _Read) -> None:
    columns = dict(found.gathered.columns)
    names = {one.id: one.name for one in found.model.nodes.values()}
    given = replace(found.given, columns=columns)
    text = mapping.written(given, found.matching, names)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        message = f"{path.name}: {error.strerror}."
        raise EngineError(message, code="file") from error
    click.echo(str(path))


# What is told.


def _told(found: _Read, measures: Measures) -> dict[str, Any]:
    return {
        "cases": measures.cases,
        "events": len(found.gathered.entries),
        "variants": measures.variants,
        "fitting": measures.fitting,
        "cost": measures.cost,
        "on_time": {one: measures.on_time[one] for one in found.given.due},
        "rework": measures.rework,
        "handovers": measures.handovers,
        "four_eyes": {
            "|".join(pair): measures.four_eyes[pair] for pair in found.given.four_eyes
        },
        "unmapped": measures.unmapped,
    }


def _details(found: _Read, measures: Measures, language: str) -> dict[str, Any]:
    labels = Counter(one.label for one in found.gathered.entries)
    return {
        "format": found.table.format,
        "encoding": found.table.encoding,
        "model": {"id": found.model.id, "hash": found.model.hash},
        "columns": dict(found.gathered.columns),
        "deviating": {one: cost for one, cost in measures.costs.items() if cost},
        "late": {one: measures.late[one] for one in found.given.due},
        "unfinished": measures.unfinished,
        "beside": measures.beside,
        "comments": sum(bool(cases.said(one.row)) for one in found.gathered.entries),
        "unordered": measures.unordered,
        "not_computed": dict(measures.not_computed),
        "zones": dict(found.gathered.zones),
        "transitions": dict(found.gathered.transitions),
        "deviations": [
            {"kind": move.kind, "name": _name(found.model, move), "count": count}
            | (
                {}
                if move.label.startswith("?")
                else {"elements": move.label.split("|")}
            )
            for move, count in _ranked(measures.deviations)
        ],
        "unmapped_labels": {one: labels[one] for one in found.matching.unmapped},
        "suggestions": [
            {"label": one.label, "element": one.element, "name": one.name}
            | {"alike": one.alike}
            for one in found.matching.suggestions
        ],
        "problems": [
            {"line": one.line, "code": one.code, "used": one.used}
            | {"reason": one.text(language)}
            for one in _sorted(found.gathered.problems)
        ],
        "not_used": sum(not one.used for one in found.gathered.problems),
    }


def _ranked(moves: Counter[Move]) -> list[tuple[Move, int]]:
    return sorted(moves.items(), key=lambda one: (-one[1], one[0].kind, one[0].label))


def _sorted(problems: Sequence[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda one: (one.line, one.code))


def _name(model: Model, move: Move) -> str:
    if move.label.startswith("?"):
        return move.label[1:]
    nodes = (model.nodes[one] for one in move.label.split("|"))
    return " / ".join(dict.fromkeys(one.name or one.id for one in nodes))


def _lines(
    result: Mapping[str, Any], found: _Read, measures: Measures, language: str
) -> Iterator[str]:
    def say(key: str, **params: object) -> str:
        told = _WORDS[key][0 if language == "vi" else 1]
        return told.format_map({**result, **params})

    shown = ("head", "counts", "fit", "rework")
    yield from map(say, (*shown, "unfinished") if measures.unfinished else shown)
    for column in found.given.due:
        numbers = {"on_time": result["on_time"][column], "late": result["late"][column]}
        yield say("on-time", column=column, **numbers)
    for pair, count in result["four_eyes"].items():
        yield say("four-eyes", pair=pair, count=count)
    if measures.unordered:
        yield say("unordered", count=measures.unordered)
    for reason, count in measures.not_computed.items():
        yield say("not-computed", count=count, reason=reason)
    yield from _some(
        [
            say(one["kind"], count=one["count"], name=one["name"])
            for one in result["deviations"]
        ],
        say,
    )
    if measures.unmapped:
        yield say("unmapped")
    if "kept" in result:
        yield say("kept", **result["kept"])
    yield from (say("suggestion", **one) for one in result["suggestions"])
    yield from _some(
        [
            say(
                "line",
                line=one["line"],
                text=one["reason"],
                left="" if one["used"] else say("left"),
            )
            for one in result["problems"]
        ],
        say,
    )


def _some(lines: Sequence[str], say: Any) -> Iterator[str]:
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield say("more", count=len(lines) - _SHOWN)
