"""The look-up code on a receipt: it opens the citizen's page of one dossier.

Eight characters of an alphabet in which none is taken for another (docs/manual/
dossiers.md, rule 2). Only a salted hash is kept; the hash is slow, so that whoever
copies the database cannot try all codes.
"""

import hashlib
import hmac
from typing import Final

#: No 0 and O, no 1, I and L.
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH: Final = 8
_SALT: Final = 16
#: Cost of scrypt (RFC 7914): 4 MiB, some milliseconds.
_COST: Final = {"n": 2**12, "r": 8, "p": 1, "dklen": 32}


def code(noise: bytes) -> str:
    """A code made of random bytes: 16 of them are more than enough."""
    number = int.from_bytes(noise, "big")
    made = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        made.append(ALPHABET[place])
    return "".join(made)


def tidy(typed: str) -> str:
    """A code as people type it: small letters, blanks and hyphens do not matter."""
    return typed.upper().replace(" ", "").replace("-", "")


def kept(given: str, salt: bytes) -> bytes:
    """What is stored of a code: its salt and hash."""
    return salt + hashlib.scrypt(given.encode(), salt=salt, **_COST)


def fits(given: str, stored: bytes) -> bool:
    """Whether a code is the one of which this is stored; the answer takes as long."""
    salt = stored[:_SALT] or bytes(_SALT)
    return hmac.compare_digest(kept(tidy(given), salt), stored)


def valid(given: str) -> bool:
    """Whether a text could be a code."""
    return len(given) == LENGTH and set(given) <= set(ALPHABET)
