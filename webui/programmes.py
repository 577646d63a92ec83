"""The audit programme as pages and commands read it."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from engine.domain.events import Stream, StreamKind
from engine.domain.programme import Audit, Finding
from engine.domain.run import Status
from engine.errors import NotFoundError
from engine.evidence import programme
from engine.ports import UnitOfWork
from engine.queries import CaseItem
from webui import context

#: Folded audits that a process keeps, by the hash of their last event: a stream that
#: has grown has another one.
_KEPT: Final = 500
_folded: OrderedDict[tuple[UUID, bytes], Audit] = OrderedDict()


@dataclass(frozen=True, slots=True, kw_only=True)
class Nonconformity:
    """A finding with its audit, and the case of its corrective action."""

    audit: Audit
    finding: Finding
    #: None: no action yet.
    action: CaseItem | None = None
    #: How often the effect was checked and found missing.
    reopened: int = 0

    @property
    def state(self) -> str:
        """`open`, `acting` or `closed`."""
        if self.finding.action is None:
            return "open"
        done = self.action is not None and self.action.status is Status.COMPLETED
        return "closed" if done else "acting"


def every(uow: UnitOfWork) -> tuple[Audit, ...]:
    """All audits of a tenant, the newest first.

    Raises:
        EvidenceError: The stream of one is not what was sealed.
    """
    return tuple(_read(uow, stream) for stream in uow.auditing.streams())


def one(uow: UnitOfWork, audit: UUID) -> Audit:
    """An audit.

    Raises:
        EvidenceError: Its stream is not what was sealed.
        NotFoundError: There is none of this id.
    """
    stream = uow.history.known(StreamKind.AUDIT, audit)
    if stream is None:
        raise NotFoundError(code="no-audit")
    return _read(uow, stream)


def coded(uow: UnitOfWork, code: str) -> Audit:
    """An audit by its number.

    Raises:
        NotFoundError: There is none.
    """
    for audit in every(uow):
        if audit.code == code:
            return audit
    raise NotFoundError(code="no-audit")


def nonconformities(
    app: context.Application, audits: Iterable[Audit]
) -> tuple[Nonconformity, ...]:
    """Every finding with its action, the newest first."""
    actor = context.current_actor()
    made = []
    for audit in audits:
        for finding in reversed(audit.findings):
            action, reopened = None, 0
            if finding.action is not None:
                action = app.queries.case(actor, finding.action.hex)
                tasks = app.queries.case_tasks(actor, finding.action)
                checks = [task for task in tasks if task.element == _CHECK]
                reopened = max(0, len(checks) - 1)
            made.append(
                Nonconformity(
                    audit=audit, finding=finding, action=action, reopened=reopened
                )
            )
    return tuple(made)


def names(app: context.Application, audit: Audit) -> Mapping[UUID, str]:
    """The names of the team."""
    return app.queries.names(context.current_actor().tenant, audit.team)


#: The step of the built-in procedure that checks the effect.
_CHECK: Final = "danh_gia_hieu_luc"


def _read(uow: UnitOfWork, stream: Stream) -> Audit:
    key = stream.id, stream.head
    known = _folded.get(key)
    if known is None:
        events = uow.history.read(stream.id, stream.month)
        known = _folded[key] = programme.fold(stream, events)
        if len(_folded) > _KEPT:
            _folded.popitem(last=False)
    return known
