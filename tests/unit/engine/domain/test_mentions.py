"""Whom a text names."""

from uuid import UUID

import pytest

from engine.domain import mentions
from engine.domain.mentions import Person

LAN = Person(id=UUID(int=1), login="lan", name="Nguyễn Thị Lan")
LAN_ANH = Person(id=UUID(int=2), login="lan.anh", name="Nguyễn Thị Lan Anh")
TWO = (
    Person(id=UUID(int=3), login="an1", name="Lê An"),
    Person(id=UUID(int=4), login="an2", name="Lê An"),
)


def found(text: str) -> tuple[set[int], tuple[str, ...]]:
    told = mentions.named(text, (LAN, LAN_ANH, *TWO))
    return {one.int for one in told.people}, told.strangers


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Nhờ @lan xem giúp.", {1}),
        ("Nhờ @LAN, @lan.anh xem", {1, 2}),
        ("@lan.anh.", {2}),
        ("@Nguyễn Thị Lan xem", {1}),
        ("@nguyễn thị lan anh xem", {2}),
        ("(@an1)", {3}),
        ("Nguyễn Thị Lan đã xem", set()),
        ("thư gửi ba@lan và ba.lan@lan.anh", set()),
        ("", set()),
    ],
)
def test_a_login_or_a_whole_name_behind_the_sign_names_somebody(
    text: str, people: set[int]
) -> None:
    assert found(text) == (people, ())


def test_letters_count_however_they_are_composed() -> None:
    assert found("@Nguye\u0302\u0303n Thi\u0323 Lan")[0] == {1}


@pytest.mark.parametrize(
    ("text", "stranger"),
    [("@lanh", "lanh"), ("@lan.an", "lan.an"), ("@Lê An nhé", "Lê An"), ("@x.", "x")],
)
def test_what_names_nobody_or_two_is_told_to_nobody(text: str, stranger: str) -> None:
    assert found(text) == (set(), (stranger,))


def test_no_more_than_a_number_of_names_count() -> None:
    text = " ".join(f"@x{n}" for n in range(mentions.MOST + 5))
    assert len(found(text)[1]) == mentions.MOST
