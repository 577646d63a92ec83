"""Asks a time-stamping authority over HTTP (RFC 3161, 3.4)."""

import os
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from cryptography import x509

from engine.errors import ConfigurationError, EvidenceError
from engine.evidence import stamps, verifier
from webui import formats

#: Environment variable with the address of the authority that stamps bundles.
VARIABLE: Final = "QUYTRINH_TSA"
#: Seconds to wait for an answer, and its most bytes.
_SECONDS: Final = 30
_ANSWER: Final = 256 * 1024


def configured() -> str | None:
    """The address of the authority of this installation; None: there is none."""
    return os.environ.get(VARIABLE) or None


def token(url: str, content: bytes) -> bytes:
    """The time-stamp token over some bytes, in DER.

    Raises:
        ConfigurationError: The address is none of HTTP.
        EvidenceError: The authority does not answer, or not with such a stamp.
    """
    asked = stamps.ask(content)
    return stamps.accept(asked, content, _post(url, asked.content))


def checked(
    report: verifier.Report, bundle: Path, roots: Sequence[x509.Certificate]
) -> verifier.Report:
    """A report on a bundle whose time stamp is checked as well.

    The verifier alone cannot do that: it knows no X.509.

    Args:
        report: what the verifier says.
        bundle: the file.
        roots: the certificates of authorities that the checker trusts.
    """
    *others, last = report.layers
    if others[0].result != "PASS" or last.result != "NOT CHECKED":
        return report
    return replace(report, layers=[*others, _layer(last, bundle, roots)])


def _layer(
    layer: verifier.Layer, bundle: Path, roots: Sequence[x509.Certificate]
) -> verifier.Layer:
    with bundle.open("rb") as file:
        archive = verifier.Archive(file)
        archive.open()
        if verifier.STAMP not in archive.entries:
            return layer
        token, manifest = archive.read(verifier.STAMP), archive.read(verifier.MANIFEST)
    try:
        at = formats.moment(stamps.check(token, manifest, roots))
    except EvidenceError as error:
        return verifier.Layer(
            "timestamp",
            "FAIL",
            f"Dấu thời gian sai: {error.message}",
            f"The time stamp is wrong: {error.message}",
        )
    return verifier.Layer(
        "timestamp",
        "PASS",
        f"Đạt: danh mục tệp được đóng dấu thời gian lúc {at}.",
        f"Passes: the manifest was stamped at {at}.",
    )


def _post(url: str, content: bytes) -> bytes:
    if not url.startswith(("http://", "https://")):
        message = "The address of the authority begins with http:// or https://."
        raise ConfigurationError(message)
    headers = {"Content-Type": "application/timestamp-query"}
    request = urllib.request.Request(url, content, headers)  # noqa: S310 - checked above
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            return bytes(answer.read(_ANSWER))
    except (urllib.error.URLError, OSError) as error:
        message = f"The time-stamping authority does not answer: {error}"
        raise EvidenceError(message, code="no-authority") from error
