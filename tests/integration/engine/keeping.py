"""An office whose log is kept, and what an attacker with the whole machine can do."""

import dataclasses
import functools
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain.events import Sealed, Stream, StreamKind
from engine.evidence import audit, keeper, record
from engine.evidence.findings import Report
from storage import guards, history, log_schema, schema
from storage.statement import Link
from tests.integration.engine.office import MAIN_STEPS, Office
from webui import derived_rows, sequencing

#: An event of the log as an attacker edits it; None: it never happened.
Edit = Callable[[dict[str, Any]], dict[str, Any] | None]
_KEY: Final = "1"


@dataclass
class Kept:
    """An office with a sequencer and a signer."""

    office: Office
    folder: Path

    def __post_init__(self) -> None:
        """Make the keys and the sequencer."""
        self.signer = keeper.Keeper(self.folder)
        for tenant in (self.office.tenant, self.office.abroad):
            if not self.signer.keys(sequencing.log_name(tenant)):
                self.signer.make_key(sequencing.log_name(tenant), _KEY)
        self.work = sequencing.Sequencing(self.office.app, self.signer)

    @property
    def tenant(self) -> UUID:
        """The tenant that is checked."""
        return self.office.tenant

    def sequence(self) -> None:
        """Give everything its place, and have the head signed."""
        self.work.once()

    def seal(self) -> None:
        """Seal the day."""
        self.sequence()
        sequencing.seal(self.office.app, self.tenant)
        self.sequence()

    def guard(self) -> None:
        """Put the guards back, and what lists new events."""
        with self.office.app.database.write() as connection:
            guards.ensure_guards(connection)

    def head(self) -> bytes:
        """The newest signed head."""
        signed = self.office.app.log.newest(self.tenant, 2026)
        assert signed is not None
        return signed.note

    def check(self, **more: Any) -> Report:
        """Check everything."""
        asked = {
            "tenant": self.tenant,
            "log": sequencing.log_name(self.tenant),
            "now": self.office.clock.at,
            "last": self.signer.last,
            "title": functools.partial(
                derived_rows.title, self.office.app, self.tenant
            ),
            "cases": functools.partial(
                derived_rows.cases, self.office.app, self.tenant
            ),
        }
        return audit.run(self.office.app.check, audit.Asked(**{**asked, **more}))

    def case(self, steps: int = 2) -> UUID:
        """A case with some steps done."""
        made = self.office.open("1.001", ten="Nguyễn Thị Đượm", phi=0)
        for login, element in MAIN_STEPS[:steps]:
            self.office.complete(login, made, element, {"ghi_chu": "Đủ hồ sơ"})
        return made

    def codes(self, report: Report) -> list[tuple[str, str, str]]:
        """Layer, code and event of each finding."""
        return [(one.layer, one.code, one.event) for one in report.findings]


def stolen(kept: Kept, folder: Path) -> keeper.Keeper:
    """The keys in the hands of somebody else, without the memory of the signer."""
    shutil.copytree(kept.folder / "keys", folder / "keys")
    return keeper.Keeper(folder)


def forge(kept: Kept, edit: Edit, thief: keeper.Keeper) -> None:
    """Write the whole past anew: bodies, chains, rows, tree, nodes, signed heads."""
    office, tenant = kept.office, kept.tenant
    office.unguard()
    made = _rewritten(kept, edit)
    with office.app.database.write() as connection:
        for table in (
            *(log_schema.log_index, log_schema.log_node),
            *(log_schema.checkpoint, log_schema.pending, schema.event),
        ):
            connection.execute(sa.delete(table).where(table.c.tenant_id == tenant))
        history.store(Link(connection, None), made)
        rows = [
            {
                "tenant_id": tenant,
                "month": one.stream.month,
                "stream": one.stream.id,
                "seq": one.seq,
            }
            for one in made
        ]
        connection.execute(sa.insert(log_schema.pending), rows)
        _point(connection, kept, made)
    sequencing.Sequencing(office.app, thief).once()


def _rewritten(kept: Kept, edit: Edit) -> list[Sealed]:
    """Every event of the tenant, edited and chained anew."""
    event = schema.event.c
    query = (
        sa.select(event.stream, event.month, event.seq, event.kind, event.body)
        .where(event.tenant_id == kept.tenant)
        .order_by(event.stream, event.seq)
    )
    with kept.office.app.database.read() as connection:
        rows = connection.execute(query).all()
    made: list[Sealed] = []
    streams: dict[UUID, Stream] = {}
    for row in rows:
        body = edit(record.parse(row.body))
        if body is None:
            continue
        stream = streams.get(row.stream) or Stream(
            tenant=kept.tenant,
            kind=StreamKind(row.kind),
            id=row.stream,
            month=row.month,
        )
        body |= {"seq": stream.seq + 1, "prev": stream.head.hex()}
        made.append(_sealed(stream, body))
        streams[row.stream] = made[-1].next()
    return made


def _sealed(stream: Stream, body: Mapping[str, Any]) -> Sealed:
    encoded = record.canonical(dict(body))
    return Sealed(
        stream=stream,
        seq=stream.seq + 1,
        type=body["type"],
        at=datetime.fromisoformat(body["at"]),
        body=encoded,
        leaf=record.leaf_hash(encoded),
    )


def _point(connection: sa.Connection, kept: Kept, made: list[Sealed]) -> None:
    """Let the rows point to the last events."""
    last = {one.stream.id: one for one in made}
    for table in (schema.case, schema.stream):
        for identity, one in last.items():
            connection.execute(
                sa.update(table)
                .where(table.c.tenant_id == kept.tenant, table.c.id == identity)
                .values(seq=one.seq, head=one.leaf)
            )


def moved(kept: Kept, office: Office) -> Kept:
    """The same signer beside another database."""
    office.clock = kept.office.clock
    office.reopen()
    return dataclasses.replace(kept, office=office)
