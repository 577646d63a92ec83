"""Passwords: argon2id with OWASP's smallest advice, 19 MiB, two passes, one lane."""

from typing import Final

import argon2

HASHER: Final = argon2.PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
#: A longer password is refused, so that nobody makes the server hash a book.
LONGEST: Final = 1024


def hash_password(password: str) -> str:
    """The hash to store for a password."""
    return HASHER.hash(password)
