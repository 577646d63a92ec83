"""The organisation of a tenant, read from its rows."""

import json
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from engine.domain.organisation import (
    Agency,
    Holder,
    Naming,
    Organisation,
    Position,
    Reach,
    Substitution,
)
from storage import naming_schema, schema


def read(connection: sa.Connection, tenant: UUID) -> Organisation:
    """Everything: agencies with their names, positions, holders, substitutions."""

    def rows(table: sa.Table) -> sa.CursorResult[Any]:
        return connection.execute(
            sa.select(table)
            .where(table.c.tenant_id == tenant)
            .order_by(*table.primary_key.columns)
        )

    named: dict[UUID, list[Naming]] = {}
    for row in rows(naming_schema.agency_naming):
        named.setdefault(row.agency, []).append(_naming(row))
    reached: dict[UUID, list[Reach]] = {}
    for row in rows(naming_schema.agency_reach):
        reach = Reach(since=row.since, address=row.address, phone=row.phone)
        reached.setdefault(row.agency, []).append(reach)
    followed = {
        row.position: row.successor for row in rows(naming_schema.position_successor)
    }
    return Organisation(
        agencies={
            row.id: _agency(
                row, tuple(named.get(row.id, ())), tuple(reached.get(row.id, ()))
            )
            for row in rows(schema.agency)
        },
        positions={
            row.id: _position(row, followed.get(row.id))
            for row in rows(schema.position)
        },
        holders=tuple(
            Holder(
                position=row.position,
                account=row.account,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
            for row in rows(schema.holder)
        ),
        substitutions=tuple(map(_substitution, rows(schema.substitution))),
    )


def _naming(row: sa.Row[Any]) -> Naming:
    return Naming(
        since=row.since,
        name=row.name,
        codes=tuple(json.loads(row.codes)),
        level=row.level,
        parent=row.parent,
        document=row.reference,
    )


def _agency(
    row: sa.Row[Any], renamed: tuple[Naming, ...], reached: tuple[Reach, ...]
) -> Agency:
    return Agency(
        id=row.id,
        name=row.name,
        codes=tuple(json.loads(row.codes)),
        level=row.level,
        parent=row.parent,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        successors=tuple(map(UUID, json.loads(row.successors))),
        calendar=row.calendar,
        colour=row.colour,
        renamed=renamed,
        reached=reached,
    )


def _substitution(row: sa.Row[Any]) -> Substitution:
    return Substitution(
        id=row.id,
        position=row.position,
        absent=row.absent,
        substitute=row.substitute,
        procedures=frozenset(map(UUID, json.loads(row.procedures))),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        order=row.reference,
    )


def _position(row: sa.Row[Any], successor: UUID | None) -> Position:
    return Position(
        id=row.id,
        agency=row.agency,
        name=row.name,
        performers=frozenset(json.loads(row.performers)),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        successor=successor,
    )
