"""Loading in tests: the model, or why not."""

from collections.abc import Mapping

from engine import errors
from engine.domain import model
from models_bpmn import importer
from tests import effort


def load(
    *contents: bytes,
    process: str = "",
    forms: Mapping[str, bytes] | None = None,
    services: frozenset[str] = frozenset(),
) -> importer.Loaded:
    """Load files, the first named a.bpmn, the second b.bpmn and so on."""
    files = [(f"{chr(97 + i)}.bpmn", content) for i, content in enumerate(contents)]
    return importer.load(files, process=process, forms=forms, services=services)


def made(*contents: bytes, services: frozenset[str] = frozenset()) -> model.Model:
    """The model of files that must be accepted."""
    return load(*contents, services=services).model


def refusals(
    *contents: bytes,
    process: str = "",
    forms: Mapping[str, bytes] | None = None,
    services: frozenset[str] = frozenset(),
) -> list[tuple[str, str]]:
    """Code and element of each refusal; empty when the files are accepted."""
    return [
        (finding.code, finding.element)
        for finding in findings(
            *contents, process=process, forms=forms, services=services
        )
        if finding.severity == "refusal"
    ]


def findings(
    *contents: bytes,
    process: str = "",
    forms: Mapping[str, bytes] | None = None,
    services: frozenset[str] = frozenset(),
) -> tuple[errors.Finding, ...]:
    """Everything remarked, accepted or not; it must come to an end.

    That models of tests have no drawing is left out.
    """
    with effort.bounded():
        found = _findings(contents, process=process, forms=forms, services=services)
    return tuple(one for one in found if one.code != "drawn-by-itself")


def _findings(
    contents: tuple[bytes, ...],
    *,
    process: str,
    forms: Mapping[str, bytes] | None,
    services: frozenset[str],
) -> tuple[errors.Finding, ...]:
    try:
        found = load(*contents, process=process, forms=forms, services=services)
    except errors.ModelInvalidError as error:
        return error.findings
    return found.findings
