"""Statements about the counters of dossier codes and papers, compiled once."""

from typing import Final

import sqlalchemy as sa

from storage import schema
from storage.statement import Statement, parameter, setting

_ROW: Final = schema.code_counter.c
_TYPED: Final = schema.typed_number.c
_NONE: Final = sa.literal_column("0", sa.BigInteger)
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
#: The counter as it stands, held until the transaction ends; begun where there is none.
HOLD_CODE: Final = Statement.upsert(
    schema.code_counter,
    lambda added: (
        added.values(**setting(schema.code_counter, "tenant_id", "prefix"), last=_NONE)
        .on_conflict_do_update(
            index_elements=["tenant_id", "prefix"], set_={"last": _ROW.last}
        )
        .returning(_ROW.last)
    ),
)
TYPED_CODE: Final = sa.select(_TYPED.number).where(
    _TYPED.tenant_id == parameter("tenant", _TYPED.tenant_id),
    _TYPED.prefix == parameter("prefix", _TYPED.prefix),
    _TYPED.number == parameter("number", _TYPED.number),
)
TYPE_CODE: Final = Statement.upsert(
    schema.typed_number,
    lambda added: added.values(
        setting(schema.typed_number, "tenant_id", "prefix", "number")
    ).on_conflict_do_nothing(index_elements=["tenant_id", "prefix", "number"]),
)
