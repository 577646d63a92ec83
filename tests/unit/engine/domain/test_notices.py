"""Words, choices and names of notices."""

from datetime import timedelta
from uuid import UUID

import pytest

from engine.domain import notice_texts, notices
from engine.domain.notices import Choice, Kind, Text, Way

ME = UUID(int=1)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", Kind)
def test_every_text_of_ours_can_be_stored(kind: Kind, language: str) -> None:
    text = notice_texts.default(kind, language)
    assert notices.faults(text, kind) == ()
    values = dict.fromkeys(notices.places(kind), "x")
    written = notices.write(text, values)
    assert "{" not in written.subject + written.body


@pytest.mark.parametrize(
    ("subject", "body", "codes"),
    [
        ("Trễ {code}", "{link}", []),
        ("{{code}}", "a {{ b }}", []),
        ("", "x", ["empty"]),
        ("x", "  ", ["empty"]),
        ("{applicant}", "x", ["unknown"]),
        ("{code.__class__}", "x", ["unknown"]),
        ("{code!r}", "x", ["unknown"]),
        ("{code:>9}", "x", ["unknown"]),
        ("{}", "x", ["unknown"]),
        ("{code", "x}", ["braces", "braces"]),
        ("a\nBcc: b@c.vn", "x", ["lines"]),
        ("x" * 151, "x" * 4_001, ["long", "long"]),
    ],
)
def test_a_text_is_checked_before_it_is_stored(
    subject: str, body: str, codes: list[str]
) -> None:
    found = notices.faults(Text(subject=subject, body=body), Kind.OVERDUE)
    assert [one.code for one in found] == codes


def test_a_digest_names_no_case_and_a_notice_no_counts() -> None:
    assert "code" not in notices.places(Kind.DIGEST)
    assert "late" not in notices.places(Kind.OVERDUE)


def test_a_value_with_a_line_break_adds_no_header() -> None:
    text = Text(subject="Trễ {step}", body="{step}")
    written = notices.write(text, {"step": "A\r\nBcc: b@c.vn {code}"})
    assert written.subject == "Trễ A Bcc: b@c.vn {code}"


def test_mail_is_told_only_to_an_address() -> None:
    without = Choice(account=ME)
    assert without.tells(Kind.OVERDUE, Way.PAGE)
    assert not without.tells(Kind.OVERDUE, Way.MAIL)
    assert not without.tells(Kind.OPENED, Way.PAGE)
    assert Choice(account=ME, mail="a@b.vn").tells(Kind.DIGEST, Way.MAIL)


def test_a_name_follows_from_what_it_names_and_from_nothing_else() -> None:
    name = notices.name_of("a", "b")
    assert name == notices.name_of("a", "b")
    assert name not in {notices.name_of("ab"), notices.name_of("b", "a")}
    assert (name.version, name.variant) == (8, "specified in RFC 4122")


def test_each_rest_is_twice_as_long_up_to_six_hours() -> None:
    rests = [notices.rest(number) for number in range(1, 15)]
    assert rests[:3] == [timedelta(minutes=one) for one in (1, 2, 4)]
    assert rests == sorted(rests)
    assert rests[-1] == notices.rest(1_000_000) == timedelta(hours=6)
    assert timedelta(days=1) < sum(rests, timedelta()) < timedelta(days=3)
