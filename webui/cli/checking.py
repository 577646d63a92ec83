"""What `quytrinh procedure check` says about files, as JSON and in words."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click

from engine.errors import Finding, ModelInvalidError
from models_bpmn import catalogue, packages
from models_bpmn.importer import Analysis, Outcome
from models_bpmn.importer.report import Place, Report

#: How BPMN files are called.
SUFFIXES: Final = (".bpmn", ".bpmn20.xml", ".bpmn2")
_DEFAULT: Final = "default"
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "runs": ("chạy được", "runs"),
    "documentation": ("tài liệu, không chạy", "documentation, does not run"),
    "decisions": ("chạy sau khi quyết định", "runs after decisions"),
    "refused": ("không nhận", "refused"),
    "listed": ("không chạy", "does not run"),
    "nodes": ("chạy {executable} trên {nodes} nút", "{executable} of {nodes} run"),
}


@dataclass(frozen=True, slots=True)
class Answers:
    """Decisions made beforehand: for every file, or by file name."""

    given: Mapping[str, Any] = field(default_factory=dict)
    defaults: bool = False

    @classmethod
    def read(cls, written: str | None) -> "Answers":
        """Read a file of answers; `default` accepts every default.

        Raises:
            click.BadParameter: There is no such file, or it is no JSON object.
        """
        if written is None or written == _DEFAULT:
            return cls(defaults=written == _DEFAULT)
        try:
            found = json.loads(Path(written).read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            raise click.BadParameter(f"{written}: {error}") from error
        if not isinstance(found, dict):
            raise click.BadParameter(f"{written}: no JSON object")
        return cls(found)

    def of(self, path: Path) -> dict[str, str]:
        """The answers for one file."""
        one = self.given.get(str(path), self.given.get(path.name, self.given))
        if not isinstance(one, dict):
            return {}
        return {key: value for key, value in one.items() if isinstance(value, str)}


def walk(paths: Sequence[Path]) -> Iterator[Path]:
    """Packages (a folder with process.bpmn) and files, folders searched through.

    A folder that is searched may be anybody's: what merely has a file of that name in
    it hides none of the other files, and only a folder that holds more of a package
    is taken for one.
    """
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = _diagrams(path)
        if packages.is_package(path) and _alone(path, found):
            yield path
            continue
        mains = {one.parent for one in found if one.name == catalogue.MAIN}
        inside = {one for one in mains if _whole(one, found)}
        told: set[Path] = set()
        for one in found:
            around = next((up for up in one.parents if up in inside), None)
            if around is None:
                yield one
            elif around not in told:
                told.add(around)
                yield around


def _diagrams(folder: Path) -> list[Path]:
    found = (one for one in folder.rglob("*") if _is_diagram(one.name))
    return sorted(one for one in found if one.is_file())


def _is_diagram(name: str) -> bool:
    return name.casefold().endswith(SUFFIXES)


def _alone(folder: Path, found: Sequence[Path]) -> bool:
    """Whether a package is all that is drawn in its folder."""
    main, called = folder / catalogue.MAIN, folder / "called"
    return all(
        one == main or called in one.parents for one in found if folder in one.parents
    )


def _whole(folder: Path, found: Sequence[Path]) -> bool:
    return _alone(folder, found) and any(
        (folder / name).exists() for name in catalogue.MARKS
    )


def check(
    maker: packages.Maker, path: Path, answers: Answers, language: str
) -> dict[str, Any]:
    """What becomes of one file or package."""
    began = time.monotonic()
    try:
        files = packages.read(path)
        found = maker.analyse(files, answers.of(path), defaults=answers.defaults)
    except ModelInvalidError as refusal:
        files = {}
        found = Analysis(outcome=Outcome.REFUSED, findings=refusal.findings)
    except OSError as error:
        files = {}
        found = _unread(path, error)
    result: dict[str, Any] = {"file": str(path), "sha256": _sha256(path, files)}
    result |= _told(found, language)
    result["ms"] = round((time.monotonic() - began) * 1000)
    return result


def _sha256(path: Path, files: Mapping[str, bytes]) -> str:
    if path.is_dir():
        joined = b"".join(files[name] for name in sorted(files))
        return hashlib.sha256(joined).hexdigest()
    try:
        with path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        # Why it cannot be read is told as a finding.
        return ""


def _unread(path: Path, error: OSError) -> Analysis:
    report = Report()
    place = Place(file=path.name)
    report.add("file-unreadable", place, reason=error.strerror or "?")
    return Analysis(outcome=Outcome.REFUSED, findings=report.findings)


def _told(found: Analysis, language: str) -> dict[str, Any]:
    return {
        "outcome": found.outcome.value,
        "dialect": found.dialect,
        "nodes": found.nodes,
        "executable": found.executable,
        "listed": [
            {
                "element": one.place.element,
                "name": one.place.name,
                "reason": one.reason(language),
            }
            for one in found.listed
        ],
        "decisions": [
            {
                "id": one.id,
                "element": one.place.element,
                "name": one.place.name,
                "line": one.place.line,
                "question": one.question(language),
                "choices": list(one.choices),
                "labels": one.labels(language),
                "default": one.default,
            }
            for one in found.decisions
        ],
        "findings": [_finding(one, language) for one in found.findings],
    }


def _finding(one: Finding, language: str) -> dict[str, Any]:
    return {
        "code": one.code,
        "severity": one.severity,
        "element": one.element,
        "name": one.name,
        "line": one.line,
        "message": packages.describe(one, language),
    }


def lines(result: Mapping[str, Any], language: str) -> Iterator[str]:
    """The result in words, for a person."""
    number = 0 if language == "vi" else 1
    outcome = _WORDS[result["outcome"]][number]
    counts = _WORDS["nodes"][number].format_map(result)
    yield f"{result['file']}: {outcome} ({counts})"
    for one in result["findings"]:
        if one["severity"] == "decision":
            line = f"({one['line']}) " if one["line"] else ""
            yield f"  ! {line}{one['message']}"
    for one in result["decisions"]:
        yield f"  ? {one['question']}"
        for choice in one["choices"]:
            mark = "*" if choice == one["default"] else " "
            yield f"    {mark} {choice}: {one['labels'][choice]}"
    for one in result["listed"]:
        label = one["name"] or one["element"]
        yield f"  – {label}: {_WORDS['listed'][number]}, {one['reason']}"
    for one in result["findings"]:
        if one["severity"] == "decision":
            continue
        line = f"({one['line']}) " if one["line"] else ""
        yield f"  {one['severity']}: {line}{one['message']}"
