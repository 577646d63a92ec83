"""Ad-hoc sub-processes (rule 36; BPMN 2.0.2, 13.3.5): who ends them."""

from engine.conformance import choices
from engine.conformance.state import Token
from engine.conformance.turn import Turn
from engine.domain.model import ACTIVITIES, AdHoc
from engine.domain.run import Choice


def over(turn: Turn, token: Token) -> bool:
    """Whether the sub-process ends at once because an activity in it completed.

    Raises:
        EngineError: The completion condition fails.
    """
    area, node = token.area, turn.net.places[token.node].node
    if area is None or area.over or node.kind not in ACTIVITIES:
        return False
    how = _around(turn, token)
    if how is None or not how.completion or node.triggered or node.for_compensation:
        return False
    view = turn.view(token.frames)
    area.over = choices.holds(turn, Choice.ENOUGH, token, how.completion, view)
    return area.over and how.cancel_remaining


def _around(turn: Turn, token: Token) -> AdHoc | None:
    owner = token.place.owner
    return None if owner is None else turn.net.places[owner.node].node.ad_hoc
