"""Passwords: how they are hashed, and which ones an account may begin with.

Argon2id with OWASP's smallest advice: 19 MiB, two passes, one lane. Length counts, not
kinds of characters (ASVS 5.0, 6.2.1 and 6.2.5); what people try first is refused
(6.2.4, 6.2.11).
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

import argon2

from webui import demo_data

HASHER: Final = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: A longer password is refused, so that nobody makes the server hash a book.
LONGEST: Final = 1024
SHORTEST: Final = 12
#: What must be left of a password, and how many kinds of characters, once the words
#: that everybody tries are taken out.
_LEFT: Final = 8
_KINDS: Final = 5
_TRIED: Final = (
    *("quytrinh", "matkhau", "mat khau", "password", "passw0rd", "quantri", "admin"),
    *("administrator", "qwertyuiop", "qwerty", "asdfghjkl", "asdfgh", "zxcvbnm"),
    *("1q2w3e4r5t", "1qaz2wsx", "abcdefghijklmnopqrstuvwxyz", "abcdef", "abcd", "abc"),
    *("iloveyou", "anhyeuem", "emyeuanh", "vietnam", "welcome", "letmein", "xinchao"),
    *("01234567890", "0123456789", "1234567890", "123456789", "12345678", "1234567"),
    *("123456", "12345", "1234", "123", "987654321", "87654321", "654321", "4321"),
)
_WORD: Final = re.compile(r"[^\W_]{2,}")
#: The same character three times or more counts once.
_RUN: Final = re.compile(r"(.)\1{2,}")


def hash_password(password: str) -> str:
    """The hash to store for a password."""
    return HASHER.hash(password)


def fault_of(password: str, about: Iterable[str] = ()) -> str:
    """What is wrong with a password for a new account; empty when nothing is.

    Args:
        password: The password.
        about: Login and name of the account, which a password must not be made of.

    Returns:
        A message id.
    """
    if len(password) < SHORTEST:
        return "A password has at least 12 characters."
    if len(password) > LONGEST:
        return "A password has at most 1024 characters."
    words = _without_known(_plain(password), about).split()
    left = _RUN.sub(r"\1", "".join(words))
    guessed = len(left) < _LEFT or len(set(left)) < _KINDS
    if guessed or password.casefold() == demo_data.PASSWORD:
        return "This password is easy to guess: take words that have nothing in common."
    return ""


def _plain(text: str) -> str:
    """A text without case and marks: `Nguyễn` and `nguyen` are one guess."""
    parts = unicodedata.normalize("NFD", text.casefold())
    letters = "".join(part for part in parts if not unicodedata.combining(part))
    return letters.replace("đ", "d")


def _without_known(text: str, about: Iterable[str]) -> str:
    """A password without the words that are tried first, longest first."""
    own = {word for each in about for word in _WORD.findall(_plain(each))}
    for word in sorted({*_TRIED, *own}, key=len, reverse=True):
        text = text.replace(word, "")
    return text
