"""Citizen ids, telephone numbers and addresses as officials meet them."""

import pytest

from engine.forms import checks


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("001200012345", "001200012345"),
        ("052 099 000 001", "052099000001"),
        ("096399999999", "096399999999"),
        # Born abroad: the first three digits are a country.
        ("101190123456", "101190123456"),
    ],
)
def test_a_citizen_id_is_accepted(text: str, stored: str) -> None:
    assert checks.cccd(text) == stored


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "cccd-digits"),
        ("201234567", "cccd-digits"),
        ("0012000123456", "cccd-digits"),
        ("00120001234a", "cccd-digits"),
        ("٠٠١٢٠٠٠١٢٣٤٥", "cccd-digits"),
        ("000200012345", "cccd-province"),
        ("003200012345", "cccd-province"),
        ("097200012345", "cccd-province"),
        ("001400012345", "cccd-century"),
    ],
)
def test_a_slip_in_a_citizen_id_is_named(text: str, code: str) -> None:
    assert checks.cccd(text) == checks.Wrong(code)


def test_there_are_63_provinces_of_first_registration() -> None:
    accepted = [
        f"{place:03}"
        for place in range(101)
        if checks.cccd(f"{place:03}190123456") == f"{place:03}190123456"
    ]
    assert len(accepted) == 63


@pytest.mark.parametrize(
    "text",
    [
        "0912345678",
        "091 234 56 78",
        "0256.3822.123",
        "(024) 3822 1234",
        "+84 912 345 678",
        "+84 (0)912-345-678",
        "+856 20 5555 1234",
    ],
)
def test_a_telephone_number_is_accepted(text: str) -> None:
    stored = checks.phone(text)
    assert isinstance(stored, str)
    assert checks.phone(stored) == stored


@pytest.mark.parametrize(
    "text",
    [
        "113",
        "912345678",
        "01234567890",
        "09123456789",
        "+84 112 345 678",
        "+0123456789",
        "0912345678 hoặc 0987654321",
        "0912345６78",
        "",
    ],
)
def test_what_is_no_telephone_number_is_refused(text: str) -> None:
    assert checks.phone(text) == checks.Wrong("phone")


@pytest.mark.parametrize(
    "text", ["ten@coquan.gov.vn", "a.b+c@mail.example.com", "x_1@a-b.vn"]
)
def test_an_address_is_accepted(text: str) -> None:
    assert checks.email(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a@b",
        "@b.vn",
        "a@",
        "a b@c.vn",
        "a@b..vn",
        ".a@b.vn",
        "a..b@c.vn",
        "a@-b.vn",
        "a@b.vn\nBcc: x",
        "a@b@c.vn",
        "a" * 65 + "@b.vn",
        "a@" + "b" * 250 + ".vn",
        "tên@b.vn",
        "a@b.v1",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    assert checks.email(text) == checks.Wrong("email")
