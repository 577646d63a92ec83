"""Packages: a procedure with its forms, called processes, scenarios and sources.

A package is a folder of `process.bpmn`, `called/*.bpmn`, `forms/*.form`,
`decisions/*.dmn`, `scenarios.toml`, `SOURCES.md` and `answers.json`, which keeps what
was decided about diagrams of other tools; everything but the first may be missing. A
form is named by its file name without `.form`, a decision as it is drawn. Versions of
published procedures that it calls stand whole in `called/<code>@<number>/`: nobody but
the upload puts them there. The built-in packages are in `procedures/`.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from engine import limits
from engine.errors import ModelInvalidError, NotFoundError
from models_bpmn import importer
from models_bpmn.importer import published
from models_bpmn.importer.report import Place, Report

PROCEDURES: Final = Path(__file__).parent / "procedures"
MAIN: Final = "process.bpmn"
SCENARIOS: Final = "scenarios.toml"
SOURCES: Final = "SOURCES.md"
#: What was decided about the diagrams: a JSON object of decision → choice.
ANSWERS: Final = "answers.json"
#: Where the files of a published version that is called stand.
CALLED: Final = re.compile(
    rf"{published.FOLDER}(?P<code>[^/@]+)@(?P<number>[0-9]{{1,9}})/"
)
#: What stands beside the main diagram of a package and nowhere else together with it.
MARKS: Final = (*("called", "forms", "decisions"), SCENARIOS, SOURCES, ANSWERS)
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PLACES: Final = (("called", ".bpmn"), ("forms", ".form"), ("decisions", ".dmn"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """The files of one package, read but not checked."""

    #: Name → bytes, names with `/`, in the order of their names.
    files: Mapping[str, bytes]
    #: SHA-256, hex, over every file with its name.
    hash: str

    @property
    def own(self) -> Mapping[str, bytes]:
        """The files without those of the published procedures that it calls."""
        return {
            name: content
            for name, content in self.files.items()
            if not CALLED.match(name)
        }

    @property
    def called(self) -> Mapping[tuple[str, int], Mapping[str, bytes]]:
        """Code and number of each version that it calls → its files."""
        found: dict[tuple[str, int], dict[str, bytes]] = {}
        for name, content in self.files.items():
            inside = CALLED.match(name)
            if inside:
                key = (inside["code"], int(inside["number"]))
                found.setdefault(key, {})[name[inside.end() :]] = content
        return found

    @property
    def diagrams(self) -> tuple[tuple[str, bytes], ...]:
        """The BPMN files, the main one first."""
        main = _main(self.files)
        others = [name for name in self.own if _is_diagram(name) and name != main]
        return tuple((name, self.files[name]) for name in (main, *others))

    @property
    def forms(self) -> Mapping[str, bytes]:
        """The form documents by name."""
        return {
            Path(name).stem: content
            for name, content in self.own.items()
            if name.endswith(".form")
        }

    @property
    def decisions(self) -> Mapping[str, bytes]:
        """The decision files by name."""
        return {
            name: content for name, content in self.own.items() if name.endswith(".dmn")
        }


def package(files: Mapping[str, bytes]) -> Package:
    """Make a package of files by name; a lone diagram may have any name.

    Raises:
        ModelInvalidError: a file does not belong in a package, the package is too
            large, or no file is the main diagram.
    """
    report = Report()
    for name in files:
        if not _belongs(name):
            report.add("package-file", Place(file=name))
    size = sum(map(len, files.values()))
    if size > limits.PACKAGE_BYTES:
        limit = limits.PACKAGE_BYTES
        report.add("package-too-large", Place(), size=size, limit=limit)
    if not _main(files):
        report.add("package-main", Place())
    stems = [
        Path(name).name
        for name in files
        if name.endswith(".form") and not CALLED.match(name)
    ]
    for name in sorted({name for name in stems if stems.count(name) > 1}):
        report.add("file-twice", Place(file=name))
    report.raise_refusals()
    ordered = {name: files[name] for name in sorted(files)}
    return Package(files=MappingProxyType(ordered), hash=digest(ordered))


def digest(files: Mapping[str, bytes]) -> str:
    """The identity of a set of files: each name and content with its length."""
    made = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            made.update(f"{len(part)}:".encode())
            made.update(part)
    return made.hexdigest()


def load(
    made: Package,
    *,
    process: str = "",
    services: frozenset[str] = frozenset(),
    decisions: frozenset[str] | None = None,
    find: importer.Find = importer.nothing,
) -> importer.Loaded:
    """Check and link the diagrams of a package.

    Args:
        made: the package.
        process: id of the process that a case runs; empty: the first executable one.
        services: names of the functions that service tasks may call.
        decisions: names of the decisions in it; None: not checked.
        find: finds the published procedures that no file of it holds.

    Raises:
        ModelInvalidError: with every refusal found.
    """
    return importer.load(
        made.diagrams,
        process=process,
        forms=made.forms,
        services=services,
        decisions=decisions,
        answers=answers(made),
        find=find,
    )


def answers(made: Package) -> Mapping[str, str]:
    """What was decided about the diagrams of a package.

    Raises:
        ModelInvalidError: the file is no JSON object of texts.
    """
    if ANSWERS not in made.files:
        return {}
    return read_answers(made.files[ANSWERS])


def read_answers(content: bytes) -> Mapping[str, str]:
    """The answers in a file.

    Raises:
        ModelInvalidError: the file is no JSON object of texts.
    """
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict) and all(type(one) is str for one in found.values()):
        return found
    report = Report()
    report.add("answers", Place(file=ANSWERS))
    raise ModelInvalidError(report.findings)


def read(folder: Path) -> Package:
    """Read a package from a folder; files that are no part of one stay outside.

    Raises:
        ModelInvalidError: as `package`.
        NotFoundError: there is no such folder.
    """
    if not folder.is_dir():
        raise NotFoundError(folder=folder.name)
    paths = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
    size = sum(path.stat().st_size for path in paths.values())
    if size > limits.PACKAGE_BYTES:
        report = Report()
        limit = limits.PACKAGE_BYTES
        report.add("package-too-large", Place(), size=size, limit=limit)
        raise ModelInvalidError(report.findings)
    return package({name: path.read_bytes() for name, path in paths.items()})


def built_in(folder: Path = PROCEDURES) -> tuple[str, ...]:
    """The names of the packages that come with the program."""
    if not folder.is_dir():
        return ()
    return tuple(
        sorted(
            path.name
            for path in folder.iterdir()
            if _SLUG.fullmatch(path.name) and (path / MAIN).is_file()
        )
    )


def read_built_in(slug: str, folder: Path = PROCEDURES) -> Package:
    """Read a package that comes with the program.

    Raises:
        NotFoundError: there is none of this name.
    """
    if slug not in built_in(folder):
        raise NotFoundError(package=slug)
    return read(folder / slug)


def _files(folder: Path) -> list[Path]:
    found = [path for path in folder.iterdir() if path.is_file()]
    for place, suffix in _PLACES:
        found.extend(sorted((folder / place).glob(f"*{suffix}")))
    return [path for path in found if _belongs(path.relative_to(folder).as_posix())]


def _belongs(name: str) -> bool:
    place, _, file = name.rpartition("/")
    if any(part in {"", ".", ".."} or "\\" in part for part in name.split("/")):
        return False
    called = CALLED.match(name)
    if called:
        inside = name[called.end() :]
        return inside == published.DOCUMENT or _belongs(inside)
    if not place:
        return file in {SCENARIOS, SOURCES, ANSWERS} or file.endswith(
            (".bpmn", ".form", ".dmn")
        )
    return any(place == one and file.endswith(suffix) for one, suffix in _PLACES)


def _is_diagram(name: str) -> bool:
    return name.endswith(".bpmn")


def _main(files: Mapping[str, bytes]) -> str:
    """The main diagram: `process.bpmn`, or the only one outside of `called/`."""
    if MAIN in files:
        return MAIN
    outside = [name for name in files if _is_diagram(name) and "/" not in name]
    return outside[0] if len(outside) == 1 else ""
