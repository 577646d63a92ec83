"""How long a worklist takes: the whole page, as a browser asks for it.

A tenant is filled with work, and two people ask for their pages: a clerk with 200 open
tasks, and a supervisor over twenty units with 20,000, who also asks for the page of
supervision. Every request goes through the application: session, rights, counts of all
filters, rows, page.
"""

import gzip
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import flask
from flask.testing import FlaskClient

from engine.commands import change_organisation as organisation
from engine.commands.found_tenant import FoundTenant
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import (
    Account,
    Actor,
    Agency,
    Holder,
    Position,
    Role,
)
from webui import (
    app,
    bench,
    bench_models,
    bootstrap,
    config,
    month_upkeep,
    passwords,
)

#: What the pages are promised to hold.
CLERK_OPEN: Final = 200
SUPERVISED_OPEN: Final = 20_000
_UNITS: Final = 20
_ELSEWHERE: Final = 30
_ROUNDS: Final = 60
_WARM: Final = 5
_SECRET: Final = "of a bench that nobody but itself reaches"  # noqa: S105
_HOST: Final = "bench.test"
_PASSWORD: Final = "bench-worklist-only"  # noqa: S105 - of a database that is thrown away


class Crowded:
    """A tenant with work everywhere, and the two who look at it."""

    def __init__(self, joined: bootstrap.Application, tasks: int) -> None:
        self.app = joined
        self.tenant = joined.ids.uuid()
        joined.engine.run(FoundTenant(name="bench", beside=True), self.tenant)
        self._hash = _hashed(joined)
        self._root = self._agency(None)
        units = [self._agency(self._root) for _ in range(_UNITS)]
        other = [self._agency(None) for _ in range(_ELSEWHERE)]
        desks = [self._position(one, "desk") for one in (*units, *other)]
        above = self._position(self._root, "head")
        self.clerk = self._account("clerk", Role.CLERK, desks[0])
        holders = [
            self._account(f"c{n}", Role.CLERK, one) for n, one in enumerate(desks)
        ]
        self.supervisor = self._account("supervisor", Role.SUPERVISOR, above)
        bootstrap.crowd(joined, self._crowd(tasks, desks, holders))

    def _crowd(
        self, tasks: int, desks: list[Position], holders: list[Account]
    ) -> bootstrap.Crowd:
        share = min(SUPERVISED_OPEN, tasks // 2)
        each = (share - CLERK_OPEN) // (_UNITS - 1)
        outside = min(SUPERVISED_OPEN, tasks // 4) // _ELSEWHERE
        places = []
        for number, (desk, holder) in enumerate(zip(desks, holders, strict=True)):
            count = each if number < _UNITS else outside
            # The clerk has all that is claimed at the first desk.
            mine = self.clerk if number == 0 else holder
            places.append(
                bootstrap.CrowdDesk(
                    agency=desk.agency,
                    performer="desk",
                    open=CLERK_OPEN if number == 0 else count,
                    holder=mine.id,
                )
            )
        return bootstrap.Crowd(
            tenant=self.tenant,
            now=self.app.clock.now(),
            versions=self._versions(),
            desks=places,
            tasks=tasks,
        )

    def _versions(self) -> list[tuple[UUID, UUID]]:
        designer = Actor(account=self._account("designer", Role.DESIGNER))
        approver = Actor(account=self._account("approver", Role.APPROVER))
        for sample in bench.SAMPLES:
            upload = UploadVersion(files={f"{sample.name}.bpmn": sample.xml})
            stored = self.app.engine.execute(upload, designer)
            publish = PublishVersion(version=UUID(str(stored["version"])))
            self.app.engine.execute(publish, approver)
        with self.app.store.read(self.tenant) as uow:
            return [(one.procedure, one.id) for one in uow.procedures.in_force()]

    def _agency(self, parent: UUID | None) -> UUID:
        made = self.app.ids.uuid()
        agency = Agency(
            id=made, name=f"Đơn vị {made.hex[-6:]}", codes=("B01",), parent=parent
        )
        self.app.engine.run(organisation.CreateAgency(agency=agency), self.tenant)
        return made

    def _position(self, agency: UUID, performer: str) -> Position:
        made = Position(
            id=self.app.ids.uuid(),
            agency=agency,
            name=performer,
            performers=frozenset({performer, bench_models.PERFORMER}),
        )
        self.app.engine.run(organisation.CreatePosition(position=made), self.tenant)
        return made

    def _account(
        self, login: str, role: Role, position: Position | None = None
    ) -> Account:
        made = Account(
            tenant=self.tenant,
            id=self.app.ids.uuid(),
            login=login,
            name=f"Người {login}",
            roles=frozenset({role}),
        )
        run = self.app.engine.run
        command = organisation.CreateAccount(account=made, password_hash=self._hash)
        run(command, self.tenant)
        if position is not None:
            holder = Holder(position=position.id, account=made.id)
            run(organisation.HoldPosition(holder=holder), self.tenant)
        return made


def _hashed(joined: bootstrap.Application) -> str:
    """The password's hash, which the library makes inside of an application."""
    settings = config.Config(secret=_SECRET)
    with app.create_app(joined, settings).app_context():
        return passwords.hash_password(_PASSWORD)


def run(url: str | None, tasks: int) -> dict[str, Any]:
    """Measure both pages and give the figures of the command's JSON."""
    with tempfile.TemporaryDirectory(prefix="quytrinh-bench-") as folder:
        url = url or f"sqlite:///{folder}/bench.db"
        bootstrap.migrate(url)
        joined = bootstrap.build(url, folder=Path(folder))
        try:
            began = time.perf_counter()
            crowded = Crowded(joined, tasks)
            filled = time.perf_counter() - began
            figures = _measured(crowded, Path(folder))
            return {"tasks": tasks, **figures, "filled_s": round(filled, 1)}
        finally:
            joined.close()


def _measured(crowded: Crowded, folder: Path) -> dict[str, Any]:
    settings = config.Config(
        secret=_SECRET,
        tenants={_HOST: crowded.tenant},
        data=folder,
    )
    web = app.create_app(crowded.app, settings)
    pages = {
        "clerk": _page(web, crowded, "clerk"),
        "supervisor": _page(web, crowded, "supervisor"),
    }
    worst = max(pages.values(), key=lambda one: one["p95_ms"])
    most = max(one["statements"] for one in pages.values())
    head = {"p50_ms": worst["p50_ms"], "p95_ms": worst["p95_ms"], "statements": most}
    # Its months are counted before, as the background work does.
    month_upkeep.refresh(crowded.app, crowded.tenant)
    above = _page(web, crowded, "supervisor", "/giam-sat")
    return {**head, **pages, "supervision": above}


def _page(
    web: flask.Flask, crowded: Crowded, login: str, path: str = "/viec"
) -> dict[str, Any]:
    """One page, asked for again and again."""
    with _signed_in(web, login) as browser:
        timing = bench.Timing()
        answer = browser.get(path, base_url=f"http://{_HOST}")
        for _ in range(_WARM):
            browser.get(path, base_url=f"http://{_HOST}")
        for _ in range(_ROUNDS):
            timing.take(lambda: browser.get(path, base_url=f"http://{_HOST}"))
        with bootstrap.counting(crowded.app) as counter:
            browser.get(path, base_url=f"http://{_HOST}")
    if answer.status_code != 200:  # noqa: PLR2004 - OK
        raise AssertionError(f"The page was refused: {answer.status_code}")
    return {
        "p50_ms": bench.median(timing.wall),
        "p95_ms": bench.p95(timing.wall),
        "cpu_ms_p50": bench.median(timing.cpu),
        "statements": counter.statements,
        "gzip_bytes": len(gzip.compress(answer.data)),
    }


@contextmanager
def _signed_in(web: flask.Flask, login: str) -> Iterator[FlaskClient]:
    """A browser in which somebody has signed in."""
    base = f"http://{_HOST}"
    with web.test_client() as browser:
        page = browser.get("/dang-nhap", base_url=base).text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        form = {"csrf_token": token, "login": login, "password": _PASSWORD}
        browser.post("/dang-nhap", data=form, base_url=base)
        yield browser
