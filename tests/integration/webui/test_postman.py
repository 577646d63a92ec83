"""Mails and messages leave by real servers, once for each cause; nothing is lost."""

import base64
import hashlib
import hmac
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine import limits
from engine.commands.open_case import OpenCase
from engine.domain import iso8601, notices
from engine.domain.notices import Choice, Kind, Way
from engine.notices import Delivery, Hook, Wording
from storage import schema
from tests.integration.webui import receivers, world
from tests.integration.webui.receivers import HookServer, MailServer
from tests.integration.webui.world import HERE, SECRET, World, id_of
from webui import config, notice_config, sending, system
from webui.notice_config import Hooking, Mailing
from webui.postman import Postman

CLERK: Final = "clerk.own-position"
ADDRESS: Final = "ba@example.gov.vn"


@dataclass(frozen=True)
class Sent:
    """A world with its postman and the servers that it sends to."""

    here: World
    postman: Postman
    mail: MailServer
    system: HookServer
    certificate: Path

    def pass_over(self) -> int:
        """Give events their places and let the postman go round once."""
        self.here.application.log.integrate(HERE, 2026, 10_000)
        return self.postman.once()

    def deliveries(self, way: Way) -> list[Delivery]:
        """What was to be delivered by a way."""
        found = self.here.application.post.deliveries(HERE, 100)
        return [one for one in found if one.way is way]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Make a certificate once."""
    return receivers.certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def sent(here: World, pair: tuple[Path, Path], tmp_path: Path) -> Iterator[Sent]:
    """Give a world whose clerk is told by mail, and a system that is told."""
    with (
        receivers.running(MailServer(pair)) as mail,
        receivers.running(HookServer(pair)) as system,
    ):
        password = tmp_path / "password"
        password.write_text("mat-khau-smtp\n", encoding="utf-8")
        here.open()
        settings = notice_config.from_environment(
            environment(mail, pair, password), here_settings(here)
        )
        chosen = Choice(
            account=id_of("account", CLERK),
            mail=ADDRESS,
            ways=notices.changed([("opened", "mail"), ("opened", "page")]),
        )
        here.application.bell.choose(HERE, chosen)
        hook = Hook(
            id=here.application.ids.uuid(),
            agency=id_of("agency", "department"),
            url=system.url,
            kinds=frozenset({Kind.OPENED}),
        )
        here.application.post.keep_hook(HERE, hook, here.clock.now())
        postman = Postman(here.application, settings)
        yield Sent(here, postman, mail, system, pair[0])


def environment(
    mail: MailServer, pair: tuple[Path, Path], password: Path
) -> dict[str, str]:
    """How the servers of a test are told to an installation."""
    return {
        "QUYTRINH_ADDRESS": "https://mot-cua.example.gov.vn",
        "QUYTRINH_SMTP": f"localhost:{mail.port}",
        "QUYTRINH_SMTP_FROM": "quytrinh@example.gov.vn",
        "QUYTRINH_SMTP_USER": "quytrinh",
        "QUYTRINH_SMTP_PASSWORD_FILE": str(password),
        "QUYTRINH_TRUSTED": str(pair[0]),
        "QUYTRINH_HOOK_NETWORKS": "127.0.0.0/8,::1/128",
    }


def here_settings(here: World) -> config.Config:
    """The configuration of a world, with one address for every tenant."""
    return config.Config(secret=SECRET, data=Path(here.url).parent)


def test_a_mail_leaves_by_tls_with_codes_and_a_link_and_nobodys_data(
    sent: Sent,
) -> None:
    assert sent.pass_over() == 2
    (mail,) = sent.mail.mails
    assert sent.mail.logins == ["\0quytrinh\0mat-khau-smtp"]
    (delivery,) = sent.deliveries(Way.MAIL)
    code = delivery.about.code
    assert mail["To"] == ADDRESS
    assert (
        mail["Subject"] == f"[Quytrinh] Có việc chờ nhận: Thẩm tra hồ sơ – hồ sơ {code}"
    )
    assert mail["Message-ID"] == f"<{delivery.id}@example.gov.vn>"
    assert mail["Auto-Submitted"] == "auto-generated"
    link = f"https://mot-cua.example.gov.vn/viec/{sent.here.case}/tham_tra/1"
    text = mail.get_content()
    assert link in text
    assert "Người" not in text
    assert delivery.delivered_at is not None
    (tried,) = sent.here.application.post.tries(HERE, delivery.id)
    assert (tried.to, tried.reason) == ("b…@example.gov.vn", "")
    assert sent.pass_over() == 0
    assert len(sent.mail.mails) == 1


def test_a_system_gets_a_signed_message(sent: Sent) -> None:
    sent.pass_over()
    ((headers, body),) = sent.system.told
    (delivery,) = sent.deliveries(Way.HOOK)
    (told,) = sent.system.bodies()
    assert told["type"] == "notice.opened"
    assert told["data"]["code"] == delivery.about.code
    assert told["data"]["accounts"] == [str(id_of("account", CLERK))]
    assert headers["webhook-id"] == headers["idempotency-key"] == str(delivery.id)
    # As Standard Webhooks say, worked out here once more.
    (hook,) = sent.here.application.post.hooks(HERE)
    secret = sending.secret_of(SECRET, HERE, hook.id, hook.generation)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    made = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{made}"
    assert int(headers["webhook-timestamp"]) == int(sent.here.clock.at.timestamp())
    # The secret of another generation, or of another system, is another.
    others = {
        sending.secret_of(SECRET, HERE, hook.id, 2),
        sending.secret_of(SECRET, HERE, HERE, 1),
        sending.secret_of(SECRET, world.THERE, hook.id, 1),
        sending.secret_of(SECRET[1:], HERE, hook.id, 1),
    }
    assert len(others | {secret}) == 5


def test_a_refusal_is_tried_again_later_and_later_under_one_id(sent: Sent) -> None:
    sent.system.status = 503
    sent.pass_over()
    for _ in range(3):
        (delivery,) = sent.deliveries(Way.HOOK)
        assert delivery.next_try is not None
        assert sent.pass_over() == 0
        sent.here.clock.at = delivery.next_try
        sent.pass_over()
    tries = sent.here.application.post.tries(HERE, delivery.id)
    gaps = [one.next_try - one.at for one in tries if one.next_try]
    assert gaps == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert [one.answer for one in tries] == ["503"] * 4
    sent.system.status = 200
    sent.here.clock.move(minutes=8)
    sent.pass_over()
    (delivery,) = sent.deliveries(Way.HOOK)
    assert (delivery.attempts, delivery.next_try) == (5, None)
    assert delivery.delivered_at == sent.here.clock.at
    assert len({headers["webhook-id"] for headers, _ in sent.system.told}) == 1


def test_after_the_last_attempt_a_person_decides(sent: Sent) -> None:
    sent.system.status = 500
    sent.pass_over()
    for _ in range(limits.NOTICE_ATTEMPTS + 3):
        sent.here.clock.move(hours=6)
        sent.pass_over()
    (delivery,) = sent.deliveries(Way.HOOK)
    assert (delivery.attempts, delivery.next_try) == (limits.NOTICE_ATTEMPTS, None)
    sent.system.status = 200
    now = sent.here.clock.now()
    assert sent.here.application.post.again(HERE, delivery.id, now)
    sent.pass_over()
    (delivery,) = sent.deliveries(Way.HOOK)
    assert delivery.delivered_at == now


def test_one_that_killed_every_postman_is_given_up_until_a_person_asks(
    sent: Sent,
) -> None:
    sent.here.application.log.integrate(HERE, 2026, 10_000)
    sent.postman.tell()
    post = sent.here.application.post
    for _ in range(limits.NOTICE_ATTEMPTS):
        now = sent.here.clock.now()
        assert post.take(HERE, Way.HOOK, now, now + timedelta(minutes=5))
        assert post.take(HERE, Way.HOOK, now, now) is None
        sent.here.clock.move(minutes=5)
    sent.pass_over()
    (delivery,) = sent.deliveries(Way.HOOK)
    (tried,) = post.tries(HERE, delivery.id)
    assert (tried.reason, delivery.next_try) == ("lost", None)
    assert sent.system.told == []
    post.again(HERE, delivery.id, sent.here.clock.now())
    sent.pass_over()
    assert len(sent.system.told) == 1


def test_a_redirect_is_not_followed(sent: Sent) -> None:
    sent.system.status, sent.system.location = 307, sent.system.url
    sent.pass_over()
    assert len(sent.system.told) == 1
    (delivery,) = sent.deliveries(Way.HOOK)
    (tried,) = sent.here.application.post.tries(HERE, delivery.id)
    assert tried.reason == "hook-refused"


def test_a_system_of_another_unit_is_told_nothing(sent: Sent) -> None:
    (hook,) = sent.here.application.post.hooks(HERE)
    far = Hook(
        id=hook.id,
        agency=id_of("agency", "elsewhere"),
        url=hook.url,
        kinds=hook.kinds,
    )
    sent.here.application.post.keep_hook(HERE, far, sent.here.clock.now())
    sent.pass_over()
    assert sent.system.told == []


@pytest.mark.parametrize(
    ("verb", "answer", "reason", "final"),
    [
        ("RCPT", "550 no such user", "mail-address", True),
        ("RCPT", "451 come later", "mail-address", False),
        ("DATA", "554 spam", "mail-refused", True),
        ("MAIL", "421 busy", "mail-refused", False),
        ("AUTH", "535 wrong", "mail-login", False),
        ("STARTTLS", "454 not now", "mail-refused", False),
    ],
)
def test_what_a_mail_server_says_decides_whether_it_is_tried_again(
    sent: Sent, verb: str, answer: str, reason: str, *, final: bool
) -> None:
    sent.mail.answers[verb] = answer
    sent.pass_over()
    (delivery,) = sent.deliveries(Way.MAIL)
    (tried,) = sent.here.application.post.tries(HERE, delivery.id)
    assert (tried.reason, tried.next_try is None) == (reason, final)
    assert sent.mail.mails == []


def test_a_mail_that_was_taken_is_not_sent_again_for_a_bad_farewell(
    sent: Sent,
) -> None:
    sent.mail.answers["QUIT"] = "500 what"
    sent.pass_over()
    (delivery,) = sent.deliveries(Way.MAIL)
    assert delivery.delivered_at is not None


def test_a_mail_server_that_nobody_vouches_for_gets_no_mail(
    sent: Sent,
) -> None:
    stranger = Mailing(
        host="localhost", port=sent.mail.port, tls="starttls", sender="a@example.vn"
    )
    letter = sending.Letter(
        id=HERE, to=ADDRESS, subject="x", body="x", at=sent.here.clock.now()
    )
    with pytest.raises(sending.SendingError) as refused:
        sending.mail(letter, stranger)
    assert refused.value.reason == "tls"
    assert sent.mail.mails == []
    assert "mat-khau-smtp" not in repr(sent.postman.outgoing)
    assert SECRET not in repr(sent.postman.outgoing)


def test_who_removed_the_address_gets_no_mail_any_more(sent: Sent) -> None:
    sent.mail.answers["RCPT"] = "451 later"
    sent.pass_over()
    sent.here.application.bell.choose(HERE, Choice(account=id_of("account", CLERK)))
    sent.mail.answers.clear()
    sent.here.clock.move(minutes=5)
    sent.pass_over()
    (delivery,) = sent.deliveries(Way.MAIL)
    assert (delivery.delivered_at, delivery.next_try) == (None, None)
    assert sent.mail.mails == []


def test_whose_account_ended_meanwhile_gets_no_mail(sent: Sent) -> None:
    sent.mail.answers["RCPT"] = "450 later"
    sent.pass_over()
    row = schema.account.c
    yesterday = iso8601.day(sent.here.clock.now()) - timedelta(days=1)
    with sent.here.application.database.write() as connection:
        ended = sa.update(schema.account).where(row.id == id_of("account", CLERK))
        connection.execute(ended.values(valid_to=yesterday))
    sent.mail.answers.clear()
    sent.here.clock.move(minutes=5)
    sent.pass_over()
    (delivery,) = sent.deliveries(Way.MAIL)
    assert (delivery.delivered_at, delivery.next_try) == (None, None)
    assert sent.mail.mails == []


def test_a_system_that_does_not_answer_delays_no_mail(sent: Sent) -> None:
    (hook,) = sent.here.application.post.hooks(HERE)
    gone = Hook(id=hook.id, agency=None, url="https://localhost:9/", kinds=hook.kinds)
    sent.here.application.post.keep_hook(HERE, gone, sent.here.clock.now())
    sent.pass_over()
    assert len(sent.mail.mails) == 1
    (delivery,) = sent.deliveries(Way.HOOK)
    (tried,) = sent.here.application.post.tries(HERE, delivery.id)
    assert tried.reason == "unreachable"


# Which addresses may be told (OWASP SSRF; ASVS 5.0, 1.3.6).


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.9", "10.0.0.8", "172.16.0.1"),
        *("192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1"),
        *("255.255.255.255", "192.0.2.1", "::", "::1", "fe80::1", "fc00::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"),
        *("2002:7f00:1::", "2002:a00:1::", "2001:0:1::", "ff02::1"),
        # Wrapped in ways that are out of use, and what no host of the world has.
        *("::127.0.0.1", "::10.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::7f00:1"),
        *("fec0::1", "5f00::1", "3fff::1", "192.88.99.1", "192.0.0.8"),
        *("localhost", "2130706433", "0x7f.1", "017700000001"),
    ],
)
def test_private_addresses_are_refused_however_they_are_written(host: str) -> None:
    with pytest.raises(sending.SendingError) as refused:
        sending.checked(host, 443, Hooking(secret=SECRET))
    assert refused.value.reason in {"private-address", "no-host"}


@pytest.mark.parametrize("host", ["8.8.8.8", "203.162.0.1", "2001:4860:4860::8888"])
def test_addresses_of_the_whole_world_may_be_told(host: str) -> None:
    assert sending.checked(host, 443, Hooking(secret=SECRET)) == host


def test_one_private_address_among_several_refuses_the_host(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name may lead to several addresses, and to others a moment later."""
    answers = [[(2, 1, 6, "", (one, 443)) for one in ("8.8.8.8", "10.0.0.1")]]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers[0])
    with pytest.raises(sending.SendingError) as refused:
        sending.checked("example.vn", 443, Hooking(secret=SECRET))
    assert refused.value.reason == "private-address"


def test_the_connection_goes_to_the_address_that_was_looked_at(
    sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers otherwise at a second look is not looked up again."""
    looked: list[str] = []
    real = socket.getaddrinfo

    def once(host: str, *rest: Any, **more: Any) -> object:
        looked.append(host)
        return real(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", once)
    sent.postman.tell()
    sent.here.application.log.integrate(HERE, 2026, 10_000)
    sent.postman.tell()
    sent.postman.deliver(Way.HOOK)
    assert len(sent.system.told) == 1
    assert looked.count("localhost") == 1


# The digest.


def test_a_digest_comes_on_a_working_morning_once(sent: Sent) -> None:
    choice = Choice(
        account=id_of("account", CLERK),
        mail=ADDRESS,
        ways=notices.changed([("digest", "mail")]),
        digest_hour=9,
    )
    sent.here.application.bell.choose(HERE, choice)
    # Saturday and Sunday nobody works; on Monday at 8:59 it is too early.
    for at in ("2026-11-21T02:30", "2026-11-22T02:30", "2026-11-23T01:59"):
        sent.here.clock.at = datetime.fromisoformat(f"{at}:00+00:00")
        sent.pass_over()
        assert sent.deliveries(Way.MAIL) == []
    for minute in (0, 5, 10):
        sent.here.clock.at = datetime(2026, 11, 23, 2, minute, tzinfo=UTC)
        sent.pass_over()
    (mail,) = sent.mail.mails
    assert mail["Subject"].startswith("[Quytrinh] Việc ngày 23/11/2026:")
    assert "– chờ nhận ở vị trí của ông/bà: 1\n" in text_of(mail)
    sent.here.clock.at = datetime(2026, 11, 24, 8, tzinfo=UTC)
    sent.pass_over()
    assert len(sent.mail.mails) == 1


def test_words_of_an_agency_are_those_of_the_one_above(sent: Sent) -> None:
    text = notices.Text(subject="Việc {code}", body="{agency}: {step}\n")
    for agency in ("elsewhere", "department"):
        wording = sending_text(agency, text)
        sent.here.application.post.keep_text(HERE, wording)
    sent.pass_over()
    (mail,) = sent.mail.mails
    assert mail["Subject"].startswith("Việc ")
    assert text_of(mail) == "Cơ quan handling: Thẩm tra hồ sơ\n"


def text_of(mail: EmailMessage) -> str:
    """The body of a mail."""
    return str(mail.get_content()).replace("\r\n", "\n")


def sending_text(agency: str, text: notices.Text) -> Wording:
    """A version of a text of an agency."""
    return Wording(
        agency=id_of("agency", agency),
        kind=Kind.OPENED,
        language="vi",
        text=text,
        author=id_of("account", "administrator.own-agency"),
        at=datetime(2026, 11, 20, tzinfo=UTC),
    )


# A postman that is killed.

#: Imports once; then each line that it reads makes a postman, whose id it writes.
PROGRAM: Final = """
import os, sys, time
from datetime import datetime, timedelta
from pathlib import Path
from webui import bootstrap, config, notice_config
from webui.postman import Postman

AT = datetime.fromisoformat(sys.argv[2])

class Clock:
    def now(self):
        return AT + timedelta(seconds=time.time() - float(sys.argv[3]))

def serve():
    app = bootstrap.build(sys.argv[1], Clock())
    settings = config.Config(secret=os.environ["SECRET"])
    outgoing = notice_config.from_environment(os.environ, settings)
    postman = Postman(app, outgoing, lease=timedelta(seconds=2), interval=0.01)
    print(os.getpid(), flush=True)
    postman.run()

while sys.stdin.readline():
    child = os.fork()
    if not child:
        serve()
    os.waitpid(child, 0)
"""


def test_nothing_is_lost_and_no_cause_is_told_twice_when_postmen_are_killed(
    sent: Sent, pair: tuple[Path, Path], tmp_path: Path
) -> None:
    here = sent.here
    cases = {here.case}
    for _ in range(11):
        opened = here.application.engine.execute(
            OpenCase(procedure="thu_tuc", data={}, agencies=world.case_agencies()),
            here.actor("clerk.other-agency"),
        )
        cases.add(UUID(str(opened["case"])))
    here.application.log.integrate(HERE, 2026, 10_000)
    began = system.SystemClock().now().timestamp()
    chance, kills = random.Random(11), 0  # noqa: S311 - when to kill
    password = tmp_path / "password"
    variables = {
        **os.environ,
        **environment(sent.mail, pair, password),
        "SECRET": SECRET,
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    until = time.monotonic() + 90
    with subprocess.Popen(
        [
            *(sys.executable, "-c", PROGRAM, here.url),
            *(here.clock.at.isoformat(), str(began)),
        ],
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as nursery:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        while time.monotonic() < until and not _arrived(sent, cases):
            nursery.stdin.write(b"\n")
            nursery.stdin.flush()
            postman = int(nursery.stdout.readline())
            time.sleep(chance.uniform(0.01, 0.25) if kills < 8 else 5)
            os.kill(postman, signal.SIGKILL)
            kills += 1
    assert _arrived(sent, cases)
    assert kills >= 5
    _check_told(sent, cases, kills)


def _check_told(sent: Sent, cases: set[UUID], kills: int) -> None:
    """Each cause was told once; what came twice came under one id."""
    account = id_of("account", CLERK)
    listed = sent.here.application.bell.listed(HERE, account, 100)
    assert Counter(one.about.case for one in listed) == Counter(cases)
    mails = {mail["Message-ID"]: mail["Subject"] for mail in sent.mail.mails}
    assert len(mails) == len(cases)
    posts = {headers["webhook-id"] for headers, _ in sent.system.told}
    assert len(posts) == len(cases)
    # What was sent twice was on its way when its postman was killed, and no more.
    assert len(sent.mail.mails) - len(mails) <= kills
    assert len(sent.system.told) - len(posts) <= kills


def _arrived(sent: Sent, cases: set[UUID]) -> bool:
    found = sent.here.application.post.deliveries(HERE, 1_000)
    done = [one for one in found if one.delivered_at is not None]
    return len(done) == 2 * len(cases)
