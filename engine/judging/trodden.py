"""Cases that go where others went: verdicts that are found, not worked out again.

Theory of operation. An ordinary act claims or completes work and tells nothing else.
What is said of it depends on

1. where the case stands: its norm and agencies, its tokens, its open work and who holds
   that, and who did the steps that another person must not do after them;
2. what it says besides its own instant, commitments, nonce and link: bytes;
3. the hour, where the doer's rights do not end at an instant;
4. what is compared for each event: its bytes with those that they must be, its instant
   with the one before and with the due instant of the case, its answers with their form
   and its choices with the data.

So when the court has judged such an act, and nothing was to be said against it, the
step from 1 by 2 is kept with the hours of 3; the next case that makes it is asked for 4
alone. One event that makes no step that is known, or that is not as it must be, and the
whole case is judged event by event, as if nothing had been kept.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from engine.domain.dossier import CODE_KEY
from engine.domain.events import EventType
from engine.judging import clocks, data, integrity, steps, values
from engine.judging.control_flow import Place
from engine.judging.dossier import Dossier
from engine.judging.integrity import Brought, Opened
from engine.judging.norm import Norm
from engine.judging.people import People
from engine.judging.plain_data import Beside
from engine.judging.ruling import Judgement, Verdict
from engine.judging.steps import Begun, Five, Followed, Opening, Stand, Step

#: What is kept at most, in hours; a step counts as many, as it takes more room.
_KEPT: Final = 400_000
_STEP: Final = 20
_COMPLETED: Final = EventType.TASK_COMPLETED.value
_ORDINARY: Final = frozenset({_COMPLETED, EventType.TASK_CLAIMED.value})
_PASS: Final = Verdict.PASS
_OWN: Final = frozenset({CODE_KEY})
_ODD: Final = (LookupError, TypeError, ValueError, AttributeError, RecursionError)
_BEGIN: Final = integrity.BEGIN
_AT: Final = integrity.AT
_OPENED: Final = EventType.CASE_OPENED.value
#: Facts of an opening that say no more than its bytes.
_OPENING: Final = frozenset(
    {
        *("agencies", "channel", "code", "due", "version"),
        *("sets", "submitter", "collect", "fees", "fees_why", "components"),
    }
)
_CODE: Final = re.compile(rb'"code":"([0-9A-Za-z._-]+)"')
#: No event holds such bytes.
_NO_CODE: Final = b'"code":\x00'
_GENESIS: Final = b"0" * 64
_sha256: Final = sha256
_instant: Final = datetime.fromisoformat


class Trodden:
    """The steps that the cases of one court have made."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._stands: dict[tuple[Any, ...], Stand] = {}
        self._openings: dict[tuple[bytes, bytes, bytes, bytes], Opening] = {}
        self._kept = 0
        #: Of norms: elements of which it matters who did them; None: cases may wait.
        self._watched: dict[int, tuple[Norm, frozenset[str] | None]] = {}

    def stand(self, norm: Norm, case: Dossier, place: Place | None) -> Stand | None:
        """Where a case stands; None: ordinary acts depend on more than that tells."""
        watched = self._watch(norm)
        if place is None or watched is None or not _simple(case):
            return None
        key = (
            id(norm),
            place,
            case.agencies,
            case.closed,
            frozenset(
                (visit, work.performer, work.agency, work.holder)
                for visit, work in case.open.items()
            ),
            frozenset(
                (element, frozenset(case.doers[element]))
                for element in watched
                if element in case.doers
            ),
        )
        known = self._stands.get(key)
        if known is None:
            self._keep(_STEP)
            known = self._stands[key] = Stand(norm, closed=case.closed)
        return known

    def learn(
        self, stand: Stand, leads: Stand, sealed: Brought, event: Opened, five: Five
    ) -> bool:
        """Keep a step; whether it was an ordinary one."""
        if not self._ordinary(stand.norm, event, five):
            return False
        given = (
            values.committed(sealed.personal)
            if sealed.personal
            else steps.NOTHING_GIVEN
        )
        cut = integrity.cut(sealed.body, _BEGIN + len(given.commitments))
        step = stand.steps.get(cut)
        if step is None or step.leads is not leads or step.type != event.type:
            self._keep(_STEP)
            step = stand.steps[cut] = stand.usual = Step(event, cut, five)
            step.leads = leads
            node = stand.norm.model.nodes.get(event.visit[0])
            name = node.work.form if node and event.type == _COMPLETED else ""
            step.form = stand.norm.form(name) if name else None
        fit = given.plain and not any(one in _OWN or ":" in one for one in given.names)
        if step.form is None and fit and len(given.names) <= data.FEW:
            step.names = given.names
        self._keep(1)
        step.hours.add(event.at[:13])
        return True

    def begin(self, first: Brought) -> Begun | None:
        """A case that is opened as others were; None: it is not."""
        try:
            return self._begun(first)
        except _ODD:
            return None

    def _begun(self, first: Brought) -> Begun | None:
        given = values.committed(first.personal)
        cut = integrity.cut(first.body, _BEGIN + len(given.commitments))
        found = _CODE.search(cut.middle)
        step = found and self._openings.get(_around(cut, found))
        if not found or not step:
            return None
        code, at = found[1], first.body[_AT]
        begin = _BEGIN + len(given.commitments) + step.nonce + len(code)
        nonce, told = first.body[begin : begin + 32], at.decode()
        link = b'%b","seq":1%b' % (_GENESIS, integrity.own_link(first.stream))
        made = step.made(at, given.commitments, nonce, link)
        life, instant = step.norm.life, _instant(told)
        if (
            first.body != b"".join(made).replace(_NO_CODE, b'"code":"%b"' % code, 1)
            or first.seq != 1
            or first.leaf != _sha256(b"\x00" + first.body).digest()
            or not nonce.isalnum()
            or first.type != step.type
            or instant != first.at
            or not integrity.fixed(told)
            or told[:13] not in step.hours
            or life.published_at is None
            or instant < life.published_at
            or (life.retired_at is not None and instant > life.retired_at)
            or any(":" in one for one in given.names)
        ):
            return None
        number = code.decode()
        if data.opened(step.norm, number, step.event, given.values) is not None:
            return None
        beside = step.beside.fresh()
        beside.data.update(given.values)
        judged = steps.judged((1, step.type, told, *step.visit, step.rulings))
        return Begun(judged, step.norm, number, None, step.leads, beside)

    def follow(self, events: Sequence[Brought], begun: Begun) -> Judgement | None:
        """The verdicts on a case that makes steps that are known; None: it does not."""
        if begun.stand.usual is None:
            return None
        followed = Followed(events, begun)
        try:
            done = followed.go(begun.stand)
        except _ODD:
            return None
        if done is None:
            return None
        name = events[0].stream.id.hex
        return Judgement(name, tuple(done), (), failed=False, closed=followed.closed)

    def open(
        self, leads: Stand, sealed: Brought, event: Opened, five: Five, beside: Beside
    ) -> None:
        """Keep how a case was opened, if others may be opened so."""
        if not self._opens(event, five):
            return
        given = values.committed(sealed.personal)
        cut = integrity.cut(sealed.body, _BEGIN + len(given.commitments))
        found = _CODE.search(cut.middle)
        if not found or len(_CODE.findall(cut.middle)) > 1:
            return
        key = _around(cut, found)
        step = self._openings.get(key)
        if step is None or step.leads is not leads:
            self._keep(_STEP)
            middle = key[0] + key[1]
            cut = cut._replace(middle=middle.replace(b'"code":""', _NO_CODE, 1))
            step = self._openings[key] = Opening(event, cut, five)
            step.nonce = len(middle) + integrity.NONCE_VALUE
            step.norm, step.beside, step.leads = leads.norm, beside, leads
        self._keep(1)
        step.hours.add(event.at[:13])

    def _opens(self, event: Opened, five: Five) -> bool:
        """Whether what was said of an opening depends on no more than is kept."""
        body, facts = event.body, event.body["facts"]
        return (
            event.type == _OPENED
            and event.shape is not None
            and bool(event.shape.signature)
            and facts.keys() <= _OPENING
            and facts.get("due") is None
            and not body["effect"]["decisions"]
            and self._steady(body["doer"], five)
        )

    def _steady(self, doer: Mapping[str, Any], five: Five) -> bool:
        """Whether nothing is to be said, and will not be before the hour is over."""
        return (
            all(one[0] is _PASS for one in five)
            and "on_behalf_of" not in doer
            and self._people.steady(doer.get("account", ""))
        )

    def _keep(self, more: int) -> None:
        self._kept += more
        if self._kept > _KEPT:
            self._stands, self._openings, self._kept = {}, {}, 0

    def _watch(self, norm: Norm) -> frozenset[str] | None:
        known = self._watched.get(id(norm))
        if known is None:
            found: frozenset[str] | None = None
            if not clocks.drawn(norm.model):
                found = frozenset().union(*norm.partners.values())
            known = self._watched[id(norm)] = norm, found
        return known[1]

    def _ordinary(self, norm: Norm, event: Opened, five: Five) -> bool:
        """Whether what was said of an event depends on no more than is kept."""
        body = event.body
        if (
            event.type not in _ORDINARY
            or event.shape is None
            or event.erased
            or body["facts"]
            or not self._steady(body["doer"], five)
        ):
            return False
        effect = body.get("effect")
        if event.type != _COMPLETED:
            return effect is None and not event.values
        node = norm.model.nodes.get(event.visit[0])
        if effect is None or node is None or effect["incidents"]:
            return False
        form = norm.form(node.work.form) if node.work.form else None
        if node.id in norm.recording:
            # What it tells of the dossier depends on what was answered.
            return False
        shows = form is not None and any(field.readonly for field in form.fields)
        # What leads the tokens stands in the bytes (`control_flow.Walk`).
        return bool(event.shape.signature) and not shows


def _around(
    cut: integrity.Cut, code: re.Match[bytes]
) -> tuple[bytes, bytes, bytes, bytes]:
    """What an opening shares with others besides the number of its dossier."""
    before, after = cut.middle[: code.start(1)], cut.middle[code.end(1) :]
    return before, after, cut.between, cut.after


class Lesson:
    """What is kept of one case that is judged event by event."""

    def __init__(
        self, trodden: Trodden, norm: Norm, case: Dossier, beside: Beside | None
    ) -> None:
        self._trodden = trodden
        self._beside = beside
        self._norm = norm
        self._case = case
        #: None: nothing more is kept of this case.
        self._stand: Stand | None = None
        self._goes_on = True

    def take(
        self, sealed: Brought, event: Opened, five: Five, place: Place | None
    ) -> None:
        """Keep the step that led here, as long as all of them were ordinary."""
        if not self._goes_on:
            return
        before = self._stand
        leads = self._trodden.stand(self._norm, self._case, place)
        if leads is not None and event.seq == 1 and self._beside is not None:
            self._trodden.open(leads, sealed, event, five, self._beside)
        self._goes_on = leads is not None and (
            event.seq == 1
            or (
                before is not None
                and self._trodden.learn(before, leads, sealed, event, five)
            )
        )
        self._stand = leads


def _simple(case: Dossier) -> bool:
    """Whether nothing goes on in a case that is told by no stand."""
    return (
        case.clock is None
        and case.asked is None
        and not case.suspended
        and not case.beside.asked
        and not case.incidents
        and all(work.due is None for work in case.open.values())
    )
