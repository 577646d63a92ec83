"""Facts of the dossier that a step or an end records: do they follow from the drawing?

What was answered and what the tokens reached say all of it (docs/manual/dossiers.md,
rule 7); a result or an ending that nobody answered or reached was put there.
"""

from collections.abc import Mapping
from typing import Any, Final

from engine.domain import drawn_ending
from engine.domain.events import EventType
from engine.domain.run import Json
from engine.forms import facts
from engine.judging.integrity import Opened
from engine.judging.norm import Norm
from engine.judging.ruling import Ruling, fails

_COMPLETED: Final = EventType.TASK_COMPLETED.value
#: What a form records, and what is said of another record.
_OTHER: Final = {"result": "other-result", "returned": "other-return"}
_ENDING: Final = "ending"


def judge(norm: Norm, event: Opened, given: Mapping[str, Json]) -> Ruling | None:
    """What is wrong with the facts of the dossier in an event; None: nothing.

    An erased answer tells nothing any more; the fact that it was stays.
    """
    told = event.body["facts"]
    if not told and not norm.endings and not norm.recording:
        return None
    if told.get(_ENDING, "") != _reached(norm, event.body.get("effect")):
        return fails("other-ending", recorded=str(told.get(_ENDING, "")))
    if event.type != _COMPLETED:
        return None
    form = norm.recording.get(event.visit[0])
    if form is not None and any(":" not in one for one in event.erased):
        return None
    answered = facts.told(form, given)
    for name, code in _OTHER.items():
        if told.get(name) != answered.get(name):
            return fails(code)
    return None


def _reached(norm: Norm, effect: Any) -> str:
    if effect is None:
        return ""
    return drawn_ending.reached(norm.endings, effect["completed"])
