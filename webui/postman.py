"""The postman: tells what has happened, and delivers it by mail and to systems.

Theory of operation. Each pass looks, for every tenant, at what the log and the alarms
have to tell (one transaction with how far it looked), at whose digest has come, and at
what is to be delivered. A delivery is taken for a while, sent without a transaction,
and noted: whoever is killed on the way leaves it to be taken again, under the same id.
So nothing is lost; a mail that was handed over just before a crash may come twice, with
one Message-ID, and a system sees the same `webhook-id`.

Mail and systems have a thread each, so that a slow one does not delay the other, and
neither delays timers (`webui.worker`).
"""

import functools
from collections.abc import Callable
from concurrent import futures
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Final
from uuid import UUID

import structlog

from engine import limits
from engine.commands.tell_notices import TellNotices
from engine.domain import iso8601, notices
from engine.domain.notices import Way
from engine.notices import Delivery, Try
from webui import background, context, digests, notice_letters, sending
from webui.notice_config import Outgoing
from webui.sending import SendingError

#: Seconds between two passes, and the longest rest after failures.
INTERVAL: Final = 2.0
_LONGEST: Final = 300.0
_LEASE: Final = timedelta(seconds=limits.NOTICE_LEASE)
_DIGESTS: Final = timedelta(minutes=1)
_CLEANING: Final = timedelta(hours=1)
#: Looks at the log of a tenant in one pass.
_LOOKS: Final = 50
_SENT: Final = (Way.MAIL, Way.HOOK)
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Postman(background.Background):
    """Tells and delivers; told to stop, it finishes what it is sending."""

    thread: ClassVar[str] = "postman"
    application: context.Application
    outgoing: Outgoing
    interval: float = INTERVAL
    #: How long a delivery is this postman's: longer than sending it can take.
    lease: timedelta = _LEASE
    _rest: float = 0.0
    #: When something was last done for a tenant.
    _kept: dict[tuple[str, UUID], datetime] = field(default_factory=dict)

    def run(self) -> None:
        """Pass over all tenants until stopped."""
        with futures.ThreadPoolExecutor(len(_SENT), "post") as executor:
            while not self._stop.is_set():
                self._tried(executor)
                self._stop.wait(self._rest or self.interval)

    def _tried(self, executor: futures.Executor) -> None:
        began = executor.submit(self.tell)
        failures = [began.exception()]
        sent = [executor.submit(self.deliver, way) for way in _SENT]
        failures += [one.exception() for one in sent]
        failed = [one for one in failures if one is not None]
        if not failed:
            self._rest = 0.0
            return
        self._rest = min(_LONGEST, max(2 * self._rest, self.interval))
        for failure in failed:
            _log.error("notices wait", rest_seconds=self._rest, exc_info=failure)

    @property
    def ways(self) -> frozenset[Way]:
        """The ways by which this installation can deliver."""
        mail = {Way.MAIL} if self.outgoing.mailing else set()
        return frozenset({Way.HOOK, *mail})

    def once(self) -> int:
        """One pass; how many were sent, arrived or not."""
        self.tell()
        return sum(map(self.deliver, _SENT))

    def tell(self) -> None:
        """Store whom what has happened is told."""
        for tenant in self.application.store.tenants():
            self._look(tenant)
            now = self.application.clock.now()
            if Way.MAIL in self.ways and self._is_time("digest", tenant, _DIGESTS):
                digests.tell(self.application, tenant)
            if self._is_time("clean", tenant, _CLEANING):
                before = now - timedelta(days=limits.NOTICE_DAYS)
                self.application.bell.clear(tenant, before)

    def _look(self, tenant: UUID) -> None:
        for _ in range(_LOOKS):
            with self.application.store.read(tenant) as uow:
                waits = uow.notices.waits() or bool(uow.alarms.waiting(1))
            if not waits or self._stop.is_set():
                return
            self.application.engine.run(TellNotices(ways=self.ways), tenant)

    def _is_time(self, what: str, tenant: UUID, interval: timedelta) -> bool:
        now = self.application.clock.now()
        last = self._kept.get((what, tenant))
        if last is not None and now - last < interval:
            return False
        self._kept[what, tenant] = now
        return True

    def deliver(self, way: Way) -> int:
        """Send what is due by a way; how many were sent, arrived or not."""
        sent = 0
        for tenant in self.application.store.tenants():
            while not self._stop.is_set():
                now = self.application.clock.now()
                taken = self.application.post.take(tenant, way, now, now + self.lease)
                if taken is None:
                    break
                self._send(tenant, taken)
                sent += 1
        return sent

    def _send(self, tenant: UUID, taken: Delivery) -> None:
        """Send one and note what became of it."""
        send: Callable[[], str] = functools.partial(_fail, "lost")
        to = ""
        if not self._lost(tenant, taken):
            to, send = self._prepared(tenant, taken)
        try:
            answer, reason, final = send(), "", True
        except SendingError as error:
            answer, reason, final = error.answer, error.reason, error.final
            _log.info("notice not delivered", id=str(taken.id), reason=reason)
        now = self.application.clock.now()
        over = final or taken.attempts >= limits.NOTICE_ATTEMPTS
        again = None if over else now + notices.rest(taken.attempts)
        tried = Try(
            number=taken.attempts,
            at=now,
            to=to,
            reason=reason,
            answer=answer,
            next_try=again,
        )
        self.application.post.done(tenant, taken.id, tried)

    def _lost(self, tenant: UUID, taken: Delivery) -> bool:
        """Whether nobody came to note too many attempts, one after the other."""
        if taken.attempts <= limits.NOTICE_ATTEMPTS:
            return False
        tries = self.application.post.tries(tenant, taken.id)
        noted = tries[-1].number if tries else 0
        return taken.attempts - noted > limits.NOTICE_ATTEMPTS

    def _prepared(self, tenant: UUID, taken: Delivery) -> tuple[str, Callable[[], str]]:
        """Where one goes, as the log shows it, and what sends it."""
        today = iso8601.day(self.application.clock.now())
        writer = notice_letters.Writer(
            organisation=self.application.directory.organisation(tenant).on(today),
            texts=self.application.post.texts(tenant),
            address=self.outgoing.address_of(tenant),
        )
        if taken.way is Way.HOOK:
            return self._to_system(tenant, taken, writer)
        return self._to_person(tenant, taken, writer)

    def _to_person(
        self, tenant: UUID, taken: Delivery, writer: notice_letters.Writer
    ) -> tuple[str, Callable[[], str]]:
        if taken.account is None or self.outgoing.mailing is None:
            return "", functools.partial(_fail, "no-mail", final=False)
        with self.application.store.read(tenant) as uow:
            account = uow.accounts.account(taken.account)
        address = self.application.bell.choice(tenant, taken.account).mail
        today = iso8601.day(self.application.clock.now())
        if account is None or not account.active or today > account.valid_to:
            return "", functools.partial(_fail, "account-closed")
        if not address:
            return "", functools.partial(_fail, "no-address")
        text = writer.written(taken, account.language)
        letter = sending.Letter(
            id=taken.id,
            to=address,
            subject=text.subject,
            body=text.body,
            at=self.application.clock.now(),
        )
        send = functools.partial(sending.mail, letter, self.outgoing.mailing)
        return masked(address), send

    def _to_system(
        self, tenant: UUID, taken: Delivery, writer: notice_letters.Writer
    ) -> tuple[str, Callable[[], str]]:
        hook = self.application.post.hook(tenant, taken.hook) if taken.hook else None
        if hook is None or not hook.active:
            return "", functools.partial(_fail, "no-hook")
        hooking = self.outgoing.hooking
        message = sending.Message(
            id=taken.id,
            url=hook.url,
            secret=sending.secret_of(hooking.secret, tenant, hook.id, hook.generation),
            body=writer.message(taken),
            at=self.application.clock.now(),
        )
        send = functools.partial(sending.post, message, hooking)
        return sending.host_of(hook.url), send


def masked(address: str) -> str:
    """A mail address of which the log shows little: `b…@example.gov.vn`."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}…@{domain}"


def _fail(reason: str, *, final: bool = True) -> str:
    """What cannot be sent at all.

    Raises:
        SendingError: Always.
    """
    raise SendingError(reason, final=final)
