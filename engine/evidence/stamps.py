"""Time stamps over signed heads (RFC 3161): asked for, kept, checked.

What is kept is the time-stamp token in DER, as `openssl ts -token_in` reads it. A stamp
says that the head, and so everything under it, existed at an instant that somebody else
vouches for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import rfc3161_client
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from engine.errors import EvidenceError

#: A granted status, before which the token stands in a response (RFC 3161, 2.4.2).
_GRANTED: Final = b"\x30\x03\x02\x01\x00"
_SEQUENCE: Final = 0x30
_SHORT: Final = 0x80


@dataclass(frozen=True, slots=True)
class Asked:
    """A request on its way to a time-stamping authority."""

    content: bytes
    nonce: int | None


def ask(note: bytes) -> Asked:
    """A request for a stamp over a signed note (SHA-256, with nonce)."""
    builder = rfc3161_client.TimestampRequestBuilder(
        hash_algorithm=rfc3161_client.HashAlgorithm.SHA256
    )
    request = builder.data(note).build()
    return Asked(request.as_bytes(), request.nonce)


def accept(asked: Asked, note: bytes, response: bytes) -> bytes:
    """The token in an answer, when it answers the request.

    Raises:
        EvidenceError: It was not granted, or stamps something else.
    """
    try:
        answer = rfc3161_client.decode_timestamp_response(response)
        told = answer.tst_info
    except ValueError as error:
        raise EvidenceError(f"The answer holds no time stamp: {error}") from error
    _check_imprint(told, note)
    if told.nonce != asked.nonce:
        raise EvidenceError("The time stamp answers another request.")
    return answer.time_stamp_token()


def check(token: bytes, note: bytes, roots: Sequence[x509.Certificate]) -> datetime:
    """When a note was stamped, by an authority under one of the roots.

    Raises:
        EvidenceError: The token is damaged, stamps something else, or is not signed by
            an authority under the roots.
    """
    builder = rfc3161_client.VerifierBuilder(roots=[*roots])
    try:
        answer = rfc3161_client.decode_timestamp_response(_response(token))
        _check_imprint(answer.tst_info, note)
        builder.build().verify_message(answer, note)
    except (ValueError, rfc3161_client.VerificationError) as error:
        raise EvidenceError(str(error)) from error
    return answer.tst_info.gen_time


def read_roots(content: bytes) -> list[x509.Certificate]:
    """The certificates of a PEM file.

    Raises:
        EvidenceError: There is none.
    """
    try:
        return x509.load_pem_x509_certificates(content)
    except ValueError as error:
        raise EvidenceError("The file holds no certificate (PEM).") from error


def _check_imprint(told: rfc3161_client.TimeStampTokenInfo, note: bytes) -> None:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(note)
    if told.message_imprint.message != digest.finalize():
        raise EvidenceError("It stamps something else.")


def _response(token: bytes) -> bytes:
    """A token as the response that brought it."""
    content = _GRANTED + token
    return bytes([_SEQUENCE]) + _length(len(content)) + content


def _length(size: int) -> bytes:
    """A length in DER (X.690, 8.1.3)."""
    if size < _SHORT:
        return bytes([size])
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([_SHORT | len(octets)]) + octets
