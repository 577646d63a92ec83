"""The normalised model: what a version runs as, kept beside the bytes it came as.

The uploaded files are never changed, and they are the identity of a version. What runs
is made of them once, by the importer of the day on which they were accepted, and kept
as this document: everything that a case needs, in one canonical form
(`models_bpmn.codec`). Whatever a later release refuses or reads in another way, an
accepted version runs for ever as it was accepted. What differs from the drawing is told
in the document too, element by element.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.decisions import model as dmn
from engine.domain.model import Model
from engine.domain.procedure import Call
from engine.errors import ConfigurationError
from engine.forms.form import Form
from models_bpmn import codec
from models_bpmn.importer.report import Remark

#: The shape of the document. Fields may be added; whatever means something else than
#: before gets another number.
FORMAT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One element that runs and is not drawn, or the other way round."""

    element: str
    name: str
    #: `added` or `removed`.
    change: str
    #: Why, in Vietnamese and in English; empty for what was added.
    vi: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalised:
    """All that a version runs as."""

    format: int
    #: The file of the main diagram.
    diagram: str
    model: Model
    #: The other pools of the drawing that run, by the id of their process.
    pools: Mapping[str, Model] = field(default_factory=dict)
    #: Every form by name: those of the package and those made of its diagrams.
    forms: Mapping[str, Form] = field(default_factory=dict)
    #: The decision models, in the order in which a decision is looked for.
    decisions: tuple[dmn.Model, ...] = ()
    #: What the check said when it accepted the files.
    findings: tuple[Remark, ...] = ()
    differences: tuple[Difference, ...] = ()
    #: The published procedures that it calls, and the decision models of each of them,
    #: by what their names begin with here.
    calls: tuple[Call, ...] = ()
    ruled: Mapping[str, tuple[dmn.Model, ...]] = field(default_factory=dict)
    #: Whether cases run on it; a document has its model for the outline only.
    runs: bool = True


def render(made: Normalised) -> bytes:
    """The document as bytes: the same for the same content."""
    return codec.dump(made, Normalised)


def read(content: bytes) -> Normalised:
    """The document in bytes that `render` made, in this release or an earlier one.

    Raises:
        ConfigurationError: A newer release wrote it, or it is damaged.
    """
    made = codec.load(content, Normalised)
    if made.format != FORMAT:
        raise ConfigurationError(
            f"The stored model has format {made.format}; this release reads {FORMAT}.",
            code="model-unreadable",
            place="format",
        )
    return made
