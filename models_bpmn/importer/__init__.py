"""From bytes to a checked, linked model: reader → dialect → normalise → lint → report.

`reader` makes a safe tree; `repairs` and `dialects` change what can be changed while
the meaning stays. Then come the strict steps: `dialect` refuses by name what does not
run, `parse` makes records, `link` joins the processes of several files, `normalise`
decides what a plain diagram leaves unsaid, `lint` keeps the rules. What they refuse and
a person can settle, `remedies` turns into questions; `balance` lists every node that
does not run, and `analysis` holds it all together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.domain.model import Model
from engine.errors import Finding, ModelInvalidError
from models_bpmn.importer.analysis import Analysis, Outcome, Settings, analyse
from models_bpmn.importer.balance import Listed
from models_bpmn.importer.messages import describe
from models_bpmn.importer.published import Call, Find, nothing

__all__ = [
    "Analysis",
    "Find",
    "Loaded",
    "Outcome",
    "Settings",
    "analyse",
    "describe",
    "load",
    "nothing",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A model that was accepted."""

    model: Model
    #: Warnings and notes.
    findings: tuple[Finding, ...]
    #: The files the model is made of, by name, in link order.
    files: Mapping[str, bytes]
    #: Forms made of what another tool keeps in the diagram.
    forms: Mapping[str, bytes] = field(default_factory=dict)
    #: The other pools that run, as cases of their own: process id → model.
    pools: Mapping[str, Model] = field(default_factory=dict)
    #: Drawn nodes that do not run, with the reasons.
    listed: tuple[Listed, ...] = ()
    #: The calls of published procedures.
    calls: tuple[Call, ...] = ()


def load(  # noqa: PLR0913 - what an import is told, by name
    files: Sequence[tuple[str, bytes]],
    *,
    process: str = "",
    forms: Mapping[str, bytes] | None = None,
    services: frozenset[str] = frozenset(),
    decisions: frozenset[str] | None = None,
    answers: Mapping[str, str] | None = None,
    find: Find = nothing,
) -> Loaded:
    """Read, check and link the files of a procedure that is to run.

    Args:
        files: name and bytes of each BPMN file; called processes may stand in any.
        process: id of the process that a case runs; empty: the first executable one
            of the first file.
        forms: the form documents of the package by name; None: they are not at hand,
            and whether a named form exists is not checked.
        services: names of the functions that service tasks may call.
        decisions: ids of the decisions of the package; None: they are not at hand, and
            whether a named decision exists is not checked.
        answers: what was decided about the drawing, by decision.
        find: finds the published procedures that no file holds.

    Raises:
        ModelInvalidError: with every refusal found, by file and line; a decision that
            nobody has made is a refusal.
    """
    found = analyse(
        files,
        Settings(
            process=process,
            forms=forms,
            services=services,
            decisions=decisions,
            answers=answers or {},
            intent=False,
            find=find,
        ),
    )
    if found.model is None or found.outcome is not Outcome.RUNS:
        raise ModelInvalidError(found.refusals or found.findings)
    return Loaded(
        model=found.model,
        findings=found.findings,
        files=found.files,
        forms=found.forms,
        pools=found.pools,
        listed=found.listed,
        calls=found.calls,
    )
