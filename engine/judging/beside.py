"""Side work before the court: was it asked, answered and held to as the rules say?

The rules are those of docs/manual/people.md, 5-8, folded by `engine.domain.side_work`
as the commands fold them. A case beside whose steps nothing was asked costs one look
at the type of each event.
"""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from engine.domain import on_paper, side_work
from engine.domain.clock_state import Key
from engine.domain.events import EventType
from engine.domain.model import Model, TimeLimit
from engine.domain.side_work import Asked, Piece, Record, Stance, Told
from engine.judging.dossier import Dossier, Work
from engine.judging.integrity import Opened
from engine.judging.norm import Norm
from engine.judging.people import People
from engine.judging.ruling import Ruling, fails, passes, unknown

ASKED: Final = frozenset(one.value for one in side_work.ASKED)
GIVEN: Final = frozenset(one.value for one in side_work.GIVEN)
WITHDRAWN: Final = frozenset(one.value for one in side_work.WITHDRAWN)
EVENTS: Final = ASKED | GIVEN | WITHDRAWN
_COSIGNED: Final = EventType.COSIGN_GIVEN.value
_COMPLETED: Final = EventType.TASK_COMPLETED.value
_NONE: Final[Mapping[str, Any]] = {}
_NOBODY: Final[frozenset[str]] = frozenset()
_NO_WORK: Final = unknown("no-work")
_TAKEN_BACK: Final = passes("position-held")


class Bench(Protocol):
    """Asks about authority (`engine.judging.authority`)."""

    @property
    def people(self) -> People:
        """The organisation."""

    def work(self, norm: Norm, case: Dossier, event: Opened) -> Ruling:
        """Whether work was done by who may do it."""

    def works(self, event: Opened, work: Work) -> Ruling | None:
        """What is wrong with who does work."""


def told(event: Opened) -> Told:
    """What an event says of side work."""
    effect = event.body.get("effect") or _NONE
    return Told(
        seq=event.seq,
        at=event.real,
        type=EventType(event.type),
        visit=event.visit,
        facts=event.body["facts"],
        doer=event.body["doer"],
        closed=tuple((one[0], one[1]) for one in effect.get("closed", ())),
    )


def opens(event: Opened) -> tuple[Piece, ...]:
    """The rows that an event opens."""
    return side_work.opens(told(event)) if event.type in ASKED else ()


def closes(case: Dossier, event: Opened) -> tuple[Key, ...]:
    """The rows that an event closes."""
    if not case.beside.asked:
        return ()
    rows = side_work.closes(case.beside, told(event))
    return tuple((element, 1) for element in rows)


def limit_of(model: Model, beside: Record, element: str) -> TimeLimit | None:
    """What a step of the drawing, or a row beside one, is given."""
    if side_work.is_side(element):
        asked = beside.of(element)
        return None if asked is None else asked.limit
    node = model.nodes.get(element)
    return None if node is None else node.work.limit


# Control flow.


def still(case: Dossier, event: Opened) -> Ruling | None:
    """What is wrong with an act of side work at its moment; None: nothing.

    Any other event that moves nothing has no place in a case.
    """
    if case.closed or event.type not in EVENTS:
        return fails("no-act", type=event.type)
    if event.type in ASKED:
        return _asking(case, event)
    return (_withdrawing if event.type in WITHDRAWN else _giving)(case, event)


def _giving(case: Dossier, event: Opened) -> Ruling | None:
    asked = case.beside.of(event.visit[0])
    if asked is None or event.visit not in case.open:
        return fails("no-such-work")
    facts = event.body["facts"]
    places = [one.element for one in asked.pieces]
    signer = places.index(event.visit[0]) + 1
    signs = event.type == _COSIGNED
    fits = asked.signs is signs and facts["n"] == asked.n
    if not fits or facts.get("signer", signer) != signer:
        return fails("other-question", n=asked.n)
    if signs and Stance(facts["stance"]) is Stance.NONE:
        return fails("other-question", n=asked.n)
    return None


def _asking(case: Dossier, event: Opened) -> Ruling | None:
    facts, expected = event.body["facts"], len(case.beside.asked) + 1
    step = (facts["element"], facts["occurrence"])
    if side_work.is_side(step[0]) or step != event.visit or step not in case.open:
        return fails("no-such-work")
    if facts["n"] != expected:
        return fails("other-question", n=expected)
    if "quorum" in facts and not 0 < facts["quorum"] <= len(facts["signers"]):
        return fails("other-question", n=expected)
    return None


def _withdrawing(case: Dossier, event: Opened) -> Ruling | None:
    n = event.body["facts"]["n"]
    signs = event.type == EventType.COSIGN_WITHDRAWN.value
    for one in case.beside.asked:
        if one.n == n and one.signs is signs and one.step == event.visit:
            return None if one.open or one.holds_up else fails("no-such-work")
    return fails("no-such-work")


def ended(case: Dossier, event: Opened) -> Ruling | None:
    """What is wrong with how an act that moves tokens left it; None: nothing.

    A step with an open round is not completed; what was open beside a step that is over
    ends with it, and the event says so.
    """
    if not case.beside.asked:
        return None
    if event.type == _COMPLETED:
        asked = case.beside.obstacle(event.visit)
        if asked is not None:
            return fails(
                "round-open", n=asked.n, agreed=asked.agreed, quorum=asked.quorum
            )
    left = [element for element, _ in closes(case, event)]
    if list(event.body["facts"].get("left", ())) != left:
        return fails("other-left", left=", ".join(left) or "–")
    return None


# Authority.


def asking(bench: Bench, norm: Norm, case: Dossier, event: Opened) -> Ruling:
    """Who has work asks beside it, of somebody who is there to answer."""
    return _whom(bench.people, event) or bench.work(norm, case, event)


def taking_back(bench: Bench, _: Norm, case: Dossier, event: Opened) -> Ruling:
    """Who asked, or has the step now, takes a question back."""
    work = case.open.get(event.visit)
    if work is None:
        return _NO_WORK
    return bench.works(event, work) or _asker(case, event) or _TAKEN_BACK


def _whom(people: People, event: Opened) -> Ruling | None:
    """What is wrong with whom something was asked of; None: nothing."""
    for piece in opens(event):
        if piece.agency not in people.parents:
            return fails("work-elsewhere", element=piece.element, agency=piece.agency)
        performs = (
            one.agency == piece.agency and piece.performer in one.performers
            for one in people.posts.values()
        )
        if not piece.performer or not any(performs):
            return fails(
                "work-misgiven", element=piece.element, performer=piece.performer
            )
    return None


def hands(
    case: Dossier, event: Opened, partners: Mapping[str, tuple[str, ...]]
) -> Ruling | None:
    """What is wrong with whose hands an act is; None: nothing.

    Nobody has a hand in both steps of a pair. Whoever completes a step did not sign it;
    whoever signs neither asked nor has the step, and signs once.
    """
    if event.type not in (_COMPLETED, _COSIGNED):
        return None
    mine = on_paper.hands_of(event.body["doer"], event.body["facts"])
    step, wrong = event.visit, None
    asked = case.beside.of(step[0]) if event.type == _COSIGNED else None
    if asked is not None:
        step, wrong = asked.step, _signing(case, asked, event)
    elif case.beside.asked and mine & case.beside.signers(*step):
        wrong = fails("signed-it", account=event.body["doer"].get("account", ""))
    for partner in () if wrong is not None else partners.get(step[0], ()):
        done = case.doers.get(partner, _NOBODY) | case.beside.signers(partner)
        if mine & done:
            account = event.body["doer"].get("account", "")
            return fails("four-eyes", account=account, partner=partner)
    return wrong


def _signing(case: Dossier, asked: Asked, event: Opened) -> Ruling | None:
    mine = on_paper.hands_of(event.body["doer"], event.body["facts"])
    step = case.open.get(asked.step)
    again = any(mine & one.hands for one in asked.said.values())
    if mine & asked.hands or again or (step is not None and step.holder in mine):
        return fails("own-signature", account=event.body["doer"].get("account", ""))
    return None


def _asker(case: Dossier, event: Opened) -> Ruling | None:
    """What is wrong with who takes a question back; None: nothing."""
    n, account = event.body["facts"]["n"], event.body["doer"].get("account", "")
    asked: Asked | None = next((one for one in case.beside.asked if one.n == n), None)
    work = None if asked is None else case.open.get(asked.step)
    if asked is None or work is None:
        return None
    if account in asked.hands or work.holder == account:
        return None
    return fails("not-asker", account=account)


def _answering(bench: Bench, norm: Norm, case: Dossier, event: Opened) -> Ruling:
    return bench.work(norm, case, event)


#: What is asked about authority, by the type of an event.
ASK: Final = (
    dict.fromkeys(ASKED, asking)
    | dict.fromkeys(GIVEN, _answering)
    | dict.fromkeys(WITHDRAWN, taking_back)
)


# Going on.


def take(case: Dossier, event: Opened) -> None:
    """Go on in the case: rows come and go."""
    if event.type not in EVENTS and not case.beside.asked:
        return
    now = told(event)
    for key in closes(case, event):
        case.open.pop(key, None)
    case.beside = side_work.follow(case.beside, now)
    due = event.body["facts"].get("due")
    for piece in side_work.opens(now):
        case.open[piece.key] = Work(piece.performer, piece.agency, due, event.done)
