"""Files that are enclosed with an act (`engine.domain.enclosed`)."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from engine.commands.transaction import Transaction
from engine.domain import enclosed
from engine.domain.run import Json
from engine.errors import NotReadyError, TooLargeError

_HASH: Final = re.compile(r"[0-9a-f]{64}")


def values_of(
    files: Sequence[str], case: UUID, transaction: Transaction
) -> dict[str, Json]:
    """The files as the values of an event keep them; none: nothing.

    Args:
        files: SHA-256, hex, of files that were sent for the case, or that it has.
        case: The case.
        transaction: Of the act.

    Raises:
        NotReadyError: One of them is not here, or of another case (`no-file`).
        TooLargeError: There are too many.
    """
    names: list[Json] = [*dict.fromkeys(files)]
    if len(names) > enclosed.MOST:
        raise TooLargeError(code="enclosed-files", limit=enclosed.MOST)
    if not all(_owned(one, case, transaction) for one in map(str, names)):
        raise NotReadyError(code="no-file")
    return {enclosed.BESIDE: names} if names else {}


def _owned(file: str, case: UUID, transaction: Transaction) -> bool:
    """Whoever knows the hash of a file of another case gets no way to it."""
    here = _HASH.fullmatch(file) and transaction.tools.files.holds(
        transaction.tenant, file
    )
    account = transaction.person.account.id
    return bool(here) and transaction.uow.dossiers.owns(file, case, account)
