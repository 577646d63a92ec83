"""Statements about the counters of dossier codes and papers, compiled once."""

from typing import Final

import sqlalchemy as sa

from storage import schema
from storage.statement import Statement, parameter, setting

_ROW: Final = schema.code_counter.c
_ONE: Final = sa.literal_column("1", sa.BigInteger)
NEXT_CODE: Final = Statement.upsert(
    schema.code_counter,
    lambda added: (
        added.values(**setting(schema.code_counter, "tenant_id", "prefix"), last=_ONE)
        .on_conflict_do_update(
            index_elements=["tenant_id", "prefix"], set_={"last": _ROW.last + _ONE}
        )
        .returning(_ROW.last)
    ),
)
LAST_CODE: Final = sa.select(_ROW.last).where(
    _ROW.tenant_id == parameter("tenant", _ROW.tenant_id),
    _ROW.prefix == parameter("prefix", _ROW.prefix),
)
