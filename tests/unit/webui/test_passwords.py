"""Which passwords an account may begin with."""

import pytest

from webui import demo_data, passwords

ABOUT = ("nguyenvanan", "Nguyễn Văn An")


@pytest.mark.parametrize(
    "password",
    [
        "sông xanh trăng bạc",
        "correct horse battery staple",
        "một mật khẩu đủ dài",
        "Qv7#kP2m!xRt",
        "0912 cây đa giếng nước",
        "x" * 4 + "thuyền ra khơi sớm",
    ],
)
def test_words_that_have_nothing_in_common_are_taken(password: str) -> None:
    assert passwords.fault_of(password, ABOUT) == ""


@pytest.mark.parametrize(
    "password",
    [
        "quantri12345",
        "matkhau@2026!",
        "MatKhau@123456",
        "password1234567",
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "123456789012345",
        "qwertyuiop123",
        "Nguyen Van An 90",
        "nguyenvanan2026",
        "Nguyễn Văn An 1!",
        demo_data.PASSWORD,
        demo_data.PASSWORD.upper(),
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert "easy to guess" in passwords.fault_of(password, ABOUT)


def test_lengths_are_refused_at_their_ends() -> None:
    good = "sông xanh trăng bạc "
    assert "at least 12" in passwords.fault_of("kP2m!xRt#v7")
    assert passwords.fault_of("kP2m!xRt#v7w") == ""
    assert passwords.fault_of((good * 60)[: passwords.LONGEST]) == ""
    assert "at most 1024" in passwords.fault_of((good * 60)[: passwords.LONGEST + 1])
    assert "at least 12" in passwords.fault_of("")


def test_a_short_name_does_not_spoil_every_password() -> None:
    assert passwords.fault_of("sông xanh trăng bạc", ("an", "Lê An")) == ""
