"""Decision files: DMN 1.1 to 1.5, from bytes to a program or to reasons why not."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from engine.decisions import check, compiler, model, program
from engine.decisions.errors import Flaw
from engine.errors import Finding, ModelInvalidError
from models_bpmn.decisions import reader
from models_bpmn.decisions.report import Report, describe
from models_bpmn.importer.report import Place

__all__ = ["Loaded", "Together", "describe", "load", "together"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A decision file that was accepted."""

    model: model.Model
    program: program.Program
    #: Warnings and notes.
    findings: tuple[Finding, ...]
    #: SHA-256 of the bytes.
    hash: str


def load(name: str, content: bytes) -> Loaded:
    """Read and check a decision file.

    Raises:
        ModelInvalidError: With every refusal found.
    """
    report = Report()
    drawn = reader.read(name, content, report)
    if drawn is None:
        raise ModelInvalidError(report.findings)
    compiled = compiler.compile(drawn)
    _tell(compiled.flaws, name, report)
    if not report.refused:
        _tell(check.check(compiled.program), name, report)
    if report.refused:
        raise ModelInvalidError(report.findings)
    return Loaded(
        model=drawn,
        program=compiled.program,
        findings=report.findings,
        hash=hashlib.sha256(content).hexdigest(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """The decision files of a package."""

    #: In the order of the files' names.
    models: tuple[model.Model, ...] = ()
    programs: tuple[program.Program, ...] = ()
    #: Of every file; with a refusal the others must not be used.
    findings: tuple[Finding, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """What a business rule task may ask: ids and names of the decisions."""
        drawn = [one for made in self.models for one in made.decisions]
        return frozenset(name for one in drawn for name in (one.id, one.name))

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """What keeps the package from being accepted."""
        return tuple(one for one in self.findings if one.severity == "refusal")


def together(files: Mapping[str, bytes]) -> Together:
    """Read and check the decision files of a package; a name is used once in all."""
    models, programs = [], []
    findings: list[Finding] = []
    report, first = Report(), dict[str, str]()
    for name in sorted(files):
        try:
            loaded = load(name, files[name])
        except ModelInvalidError as error:
            findings += error.findings
            continue
        models.append(loaded.model)
        programs.append(loaded.program)
        findings += loaded.findings
        for one in loaded.model.decisions:
            for word in dict.fromkeys((one.id, one.name)):
                if first.setdefault(word, name) != name:
                    place = Place(one.id, one.name, one.line, name)
                    words = {"decision": word, "first": first[word]}
                    report.add("decision-elsewhere", place, **words)
    return Together(
        models=tuple(models),
        programs=tuple(programs),
        findings=(*report.findings, *findings),
    )


def _tell(flaws: tuple[Flaw, ...], file: str, report: Report) -> None:
    for one in flaws:
        place = Place(one.element, one.name, one.line, file)
        report.add(one.code, place, **one.words)
