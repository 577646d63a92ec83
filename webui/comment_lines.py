"""What whoever completed a step said beside it, for the table of a replay."""

from collections.abc import Iterator, Mapping, Sequence

from engine.domain import comments
from engine.domain.events import EventType
from engine.erasure import Value
from engine.evidence.retrace import Step
from engine.forms import document
from engine.package import Package
from webui import timeline
from webui.timeline import Answer


def told(
    steps: Sequence[Step], package: Package, language: str
) -> Mapping[int, Answer]:
    """The comments of a case by the number of their event; erased ones say so."""
    return dict(_told(steps, package, language))


def _told(
    steps: Sequence[Step], package: Package, language: str
) -> Iterator[tuple[int, Answer]]:
    gone = timeline.erasures(steps)
    for step in steps:
        if step.type is not EventType.TASK_COMPLETED:
            continue
        name = comments.name_of(package.model.nodes[step.body["visit"][0]].work.form)
        if name not in step.body.get("commitments", {}):
            continue
        own = name == comments.BESIDE
        form = document.comment_beside() if own else document.comment_form()
        order = gone.get(Value(step.seq, name))
        here = {name: order} if order else {}
        [made] = timeline.data_answers(form, step.values, [name], language, here)
        if made.text or made.erased:
            yield step.seq, made
