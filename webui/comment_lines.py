"""What was said beside steps, and noted in the case, for the table of a replay."""

from collections.abc import Iterator, Mapping, Sequence

from engine.domain import comments
from engine.domain.events import EventType
from engine.erasure import Value
from engine.evidence.retrace import Step
from engine.forms import document
from engine.forms.form import Form
from engine.package import Package
from webui import timeline
from webui.timeline import Answer


def told(
    steps: Sequence[Step], package: Package, language: str
) -> Mapping[int, Answer]:
    """Comments and remarks by the number of their event; erased ones say so."""
    return dict(_told(steps, package, language))


def _told(
    steps: Sequence[Step], package: Package, language: str
) -> Iterator[tuple[int, Answer]]:
    gone = timeline.erasures(steps)
    for step in steps:
        asked = _asked(step, package)
        if asked is None or asked[0] not in step.body.get("commitments", {}):
            continue
        name, form = asked
        order = gone.get(Value(step.seq, name))
        here = {name: order} if order else {}
        [made] = timeline.data_answers(form, step.values, [name], language, here)
        if made.text or made.erased:
            yield step.seq, made


def _asked(step: Step, package: Package) -> tuple[str, Form] | None:
    """The name under which an act keeps words, and their form; None: it has none."""
    if step.type is EventType.CASE_REMARKED:
        return comments.BESIDE, document.remark()
    if step.type is not EventType.TASK_COMPLETED:
        return None
    name = comments.name_of(package.model.nodes[step.body["visit"][0]].work.form)
    own = name == comments.BESIDE
    return name, document.comment_beside() if own else document.comment_form()
