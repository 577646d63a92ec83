"""Whose a scanned sheet is: a file of a case, kept in a draft of it, or just sent."""

from typing import Final
from uuid import UUID

import sqlalchemy as sa

from storage import schema
from storage.file_schema import attachment, upload
from storage.statement import Link, Statement, parameter

_FILE: Final = attachment.c
_DRAFT: Final = schema.draft.c
_SENT: Final = upload.c
#: Before a dossier is received there is no case, and no file belongs to it.
_NONE: Final = UUID(int=0)
_SHA256: Final = parameter("sha256", _FILE.sha256)
_CASE: Final = parameter("case", _FILE.case_id)
_FILES: Final = sa.select(_FILE.id).where(
    _FILE.tenant_id == parameter("tenant", _FILE.tenant_id), _FILE.sha256 == _SHA256
)
_OWN: Final = Statement(_FILES.where(_FILE.case_id == _CASE))
_ELSEWHERE: Final = Statement(_FILES.where(_FILE.case_id != _CASE))
_DRAFTED: Final = Statement(
    sa.select(_DRAFT.case_id).where(
        _DRAFT.tenant_id == parameter("tenant", _DRAFT.tenant_id),
        _DRAFT.case_id == parameter("case", _DRAFT.case_id),
        _DRAFT.typed.like(parameter("named", _DRAFT.typed)),
    )
)
_FRESH: Final = Statement(
    sa.select(_SENT.id).where(
        _SENT.tenant_id == parameter("tenant", _SENT.tenant_id),
        _SENT.sha256 == _SHA256,
        _SENT.account == parameter("account", _SENT.account),
        sa.or_(
            _SENT.case_id.is_(None), _SENT.case_id == parameter("case", _SENT.case_id)
        ),
    )
)


def belongs(
    link: Link, tenant: UUID, sha256: str, case: UUID | None, account: UUID
) -> bool:
    """Whether a scan is of a case.

    It is one of its files; or a draft of its work holds it, or the account has sent it
    for this case (or for none yet), and no other case has it.

    Args:
        link: The transaction.
        tenant: Whose.
        sha256: Of the scan, in hex.
        case: The case; None: it is received now.
        account: Who enters it.
    """
    values = {"tenant": tenant, "sha256": sha256, "case": case or _NONE}
    if link.first(_OWN, values) is not None:
        return True
    # A hash in hex holds nothing that LIKE reads otherwise.
    named = {"tenant": tenant, "case": case or _NONE, "named": f"%{sha256}%"}
    held = link.first(_DRAFTED, named)
    held = held or link.first(_FRESH, {**values, "account": account})
    return held is not None and link.first(_ELSEWHERE, values) is None
