"""Files that are enclosed with an act (`engine.domain.enclosed`)."""

import re
from collections.abc import Sequence
from typing import Final

from engine.commands.transaction import Transaction
from engine.domain import enclosed
from engine.domain.run import Json
from engine.errors import NotReadyError, TooLargeError

_HASH: Final = re.compile(r"[0-9a-f]{64}")


def values_of(files: Sequence[str], transaction: Transaction) -> dict[str, Json]:
    """The files as the values of an event keep them; none: nothing.

    Args:
        files: SHA-256, hex, of files that are here.
        transaction: Of the act.

    Raises:
        NotReadyError: One of them is not here (`no-file`).
        TooLargeError: There are too many.
    """
    names: list[Json] = [*dict.fromkeys(files)]
    if len(names) > enclosed.MOST:
        raise TooLargeError(code="enclosed-files", limit=enclosed.MOST)
    here = transaction.tools.files
    for one in map(str, names):
        if not _HASH.fullmatch(one) or not here.holds(transaction.tenant, one):
            raise NotReadyError(code="no-file")
    return {enclosed.BESIDE: names} if names else {}
