"""What asking and answering do to the promised date, said before anything is sent.

A wait does what its version said when it began (docs/manual/clock.md, rule 6); the new
date is planned by the function that the act itself uses.
"""

from collections.abc import Sequence
from typing import Final

from engine.domain import clock, timeliness
from engine.domain.clock_state import Cause, Clock, Policy, Wait
from webui import context, dossier, formats
from webui.i18n import translate

_ASKED: Final = {
    Policy.SUSPEND: "The time limit of case %(code)s stands still.",
    Policy.RESTART: "The time limit of case %(code)s begins anew.",
    Policy.CONTINUE: "The time limit of case %(code)s runs on meanwhile.",
}
_ENDED: Final = {
    Policy.SUSPEND: (
        "The time limit of case %(code)s stood still since %(since)s and goes on: the"
        " working time of the wait is added."
    ),
    Policy.RESTART: (
        "The time limit of case %(code)s stood still since %(since)s and begins anew:"
        " the whole limit counts from now."
    ),
    Policy.CONTINUE: (
        "The time limit of case %(code)s ran on while it waited since %(since)s."
    ),
}


def of_asking(found: dossier.Dossier, cause: Cause) -> str:
    """What asking does to the promised date, and how the portal counts it."""
    does = clock.policy_of(found.package.model.facts, cause)
    told = [translate(_ASKED[does], code=found.item.code)]
    asked = timeliness.requests(found.clock)
    if cause is Cause.SUPPLEMENT and asked:
        told.append(
            translate(
                "A supplement was asked for on %(day)s already: with a second request"
                " the portal counts the case as late.",
                day=formats.day(asked[0]),
            )
        )
    return " ".join(told)


def of_ending(found: dossier.Dossier, waits: Sequence[Wait]) -> str:
    """What the end of waits does to the promised date, for each of them alone."""
    state = found.clock
    if state is None:
        return ""
    return " ".join(_ending(found, state, one) for one in waits)


def _ending(found: dossier.Dossier, state: Clock, wait: Wait) -> str:
    since = formats.moment(wait.began)
    told = translate(_ENDED[wait.policy], code=found.item.code, since=since)
    calendar = context.calendar(found.item.agencies.handling)
    old, new = clock.end(state, wait.key, context.now(), calendar).due
    return f"{told} {_promised(state, formats.moment(old), formats.moment(new))}"


def _promised(state: Clock, old: str, new: str) -> str:
    """The date that is promised then; an act on paper counts from its own instant."""
    if state.case is None:
        return translate("No date is promised.")
    if not new:
        return translate("It still stands still, because the case waits for more.")
    if new == old:
        return translate("The result stays promised for %(due)s.", due=new)
    return translate("If noted now, the result is promised for %(due)s.", due=new)


def messages() -> tuple[str, ...]:
    """Message ids that stand in tables, for the test of the catalogues."""
    return (*_ASKED.values(), *_ENDED.values())
