"""Remarks before the court: had whoever made one a part in the case at that moment?

Who works at an agency of the case has one, who is asked beside a step while the
question is open, and who supervises one of its agencies. A remark names the position
in which it was made (docs/manual/dossiers.md, rule 14).
"""

from typing import Any, Final

from engine.domain import side_work
from engine.domain.organisation import Role
from engine.judging.dossier import Dossier
from engine.judging.integrity import Opened
from engine.judging.norm import Norm
from engine.judging.orders import Bench
from engine.judging.ruling import Ruling, fails, passes

_HELD: Final = passes("position-held")
_STOOD_IN: Final = passes("stood-in")
_REMARKING: Final = frozenset({Role.CLERK, Role.SUPERVISOR})


def judge(bench: Bench, _: Norm, case: Dossier, event: Opened) -> Ruling:
    """Whether a remark was made by who may make one."""
    wrong = bench.person(event, _REMARKING) or bench.position(event)
    if wrong is not None:
        return wrong
    doer: Any = event.body["doer"]
    if _works(bench, case, doer):
        return _STOOD_IN if "on_behalf_of" in doer else _HELD
    if "on_behalf_of" not in doer and _supervises(bench, case, event):
        return _HELD
    return fails("other-place", agency=doer["agency"])


def _works(bench: Bench, case: Dossier, doer: Any) -> bool:
    """Whether a clerk acted at an agency of the case, or where one was asked."""
    if Role.CLERK not in bench.people.roles(doer["account"]):
        return False
    if doer["agency"] in case.agencies:
        return True
    post = bench.people.posts[doer["position"]]
    return any(
        side_work.is_side(element)
        and work.agency == doer["agency"]
        and (not work.performer or work.performer in post.performers)
        for (element, _), work in case.open.items()
    )


def _supervises(bench: Bench, case: Dossier, event: Opened) -> bool:
    """Whether a supervisor acted in a position over an agency of the case."""
    doer, at, day = event.body["doer"], event.instant, bench.day(event)
    if Role.SUPERVISOR not in bench.people.roles(doer["account"]):
        return False
    above = bench.people.above
    return any(doer["agency"] in above(one, at, day) for one in case.agencies)
