"""Decision files: DMN 1.1 to 1.5, from bytes to a program or to reasons why not."""

import hashlib
from dataclasses import dataclass

from engine.decisions import check, compiler, model, program
from engine.decisions.errors import Flaw
from engine.errors import Finding, ModelInvalidError
from models_bpmn.decisions import reader
from models_bpmn.decisions.report import Report, describe
from models_bpmn.importer.report import Place

__all__ = ["Loaded", "describe", "load"]


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


def _tell(flaws: tuple[Flaw, ...], file: str, report: Report) -> None:
    for one in flaws:
        place = Place(one.element, one.name, one.line, file)
        report.add(one.code, place, **one.words)
