"""Install the demonstration: organisation, accounts, built-in procedures, some cases.

Everything goes through the same commands as real work, by the accounts that may do it,
so that the demonstration has a true history. Installing again adds what is missing and
nothing else.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from engine import dispatch
from engine.commands import change_organisation as change
from engine.commands.calendars import ConfirmCalendar, ProposeCalendar
from engine.commands.complete_task import CompleteTask
from engine.commands.found_tenant import FoundTenant
from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain import iso8601, organisation, working_time
from engine.domain.case import ACTIVE
from engine.domain.dossier import CODE_KEY
from engine.errors import ConfigurationError
from engine.forms import facts
from engine.package import Package, recording
from engine.queries import CaseFilter, TaskItem
from models_bpmn import catalogue
from models_bpmn.calendars import proposal
from webui import bootstrap, passwords, placing
from webui.demo_data import PASSWORD, TENANT, document, id_of

#: The procedures are in force before the first case.
_BEFORE: Final = timedelta(days=14)
#: Working minutes from one step to the next.
_STEP: Final = 12


class _Past:
    """A clock that stands where the story of the demonstration is."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant of the story."""
        return self.at


def install_demo(application: bootstrap.Application) -> None:
    """Install the demonstration, or what is missing of it.

    Raises:
        ConfigurationError: The database holds another tenant already.
    """
    tenants = application.store.tenants()
    story = _Story(application)
    if TENANT not in tenants:
        if tenants:
            raise ConfigurationError("A database with real work takes no demo.")
        story.tenant()
    story.catch_up()
    story.agencies()
    story.accounts()
    story.calendar()
    story.procedures()
    if not story.has_cases():
        for number, case in enumerate(document()["case"], start=1):
            story.case(number, case)


class _Story:
    """One installation on its way."""

    def __init__(self, application: bootstrap.Application) -> None:
        self._app = application
        self._now = application.clock.now()
        self._clock = _Past(self._now - _BEFORE)
        tools = replace(application.engine.tools, clock=self._clock)
        self._engine = dispatch.Engine(application.store, tools)

    def tenant(self) -> None:
        """Found the installation."""
        self._engine.run(FoundTenant(name=document()["tenant"]), TENANT)

    def catch_up(self) -> None:
        """Where the story was told already, what is added happens now.

        The log has passed the time of the story: its check would call that backdated.
        """
        told = self._app.sign_in.by_login(TENANT, "kiemtoan") is not None
        if told and self.has_cases():
            self._clock.at = self._now

    def agencies(self) -> None:
        """Add the agencies, those above first."""
        known = self._organisation().agencies
        for each in document()["agency"]:
            agency = organisation.Agency(
                id=id_of("agency", each["key"]),
                name=each["name"],
                codes=tuple(each["codes"]),
                level=each.get("level", "unit"),
                parent=id_of("agency", each["parent"]) if "parent" in each else None,
            )
            if agency.id not in known:
                self._engine.run(change.CreateAgency(agency=agency), TENANT)

    def accounts(self) -> None:
        """Add the accounts with their positions."""
        # One hash for all: they share the password, and hashing is slow on purpose.
        secret = ""
        for each in document()["account"]:
            if self._app.sign_in.by_login(TENANT, each["login"]) is None:
                secret = secret or passwords.hash_password(PASSWORD)
                self._add_account(each, secret)
            if "position" in each:
                self._add_position(
                    each["login"], each["position"], each["agency"], each["performers"]
                )

    def calendar(self) -> None:
        """Put a calendar of two years and this one in force, unless there is one."""
        with self._app.store.read(TENANT) as uow:
            if uow.calendars.editions(None):
                return
        today = iso8601.day(self._clock.at)
        proposed = self._engine.execute(
            ProposeCalendar(
                agency=None,
                content=proposal.proposed(today.year - 2, today.year),
                source=proposal.source(),
            ),
            self._actor("quantri"),
        )
        self._engine.execute(
            ConfirmCalendar(
                edition=UUID(str(proposed["edition"])),
                document=document()["calendar"],
                dated=today,
            ),
            self._actor("pheduyet"),
        )

    def procedures(self) -> None:
        """Put the built-in procedures in force; each lane finds a position."""
        for slug in catalogue.built_in():
            package = catalogue.read_built_in(slug)
            stored = self._engine.execute(
                UploadVersion(files=package.files), self._actor("thietke")
            )
            if stored["status"] == "draft":
                self._engine.execute(
                    PublishVersion(version=UUID(str(stored["version"]))),
                    self._actor("pheduyet"),
                )
            self._cover(self._performers(package.files))

    def has_cases(self) -> bool:
        """Whether cases have been opened already."""
        auditor = self._actor("kiemtoan")
        return bool(self._app.queries.cases(auditor, CaseFilter(limit=1)))

    def case(self, number: int, wanted: Mapping[str, Any]) -> None:
        """Open a case from a scenario and do its first steps."""
        package = catalogue.read_built_in(wanted["package"])
        scenario = _scenario(package.files, wanted["scenario"])
        made = self._app.packages.check(package.files)
        model = made.model
        receiver = self._actor("motcua")
        minutes = wanted["hours"] * 60
        self._clock.at = self._ago(minutes)
        opened = self._engine.execute(
            OpenCase(
                procedure=model.facts.code,
                data={
                    **scenario["open"],
                    **wanted["open"],
                    model.facts.applicant: wanted["applicant"],
                },
                agencies=placing.agencies_for(
                    self._organisation(),
                    receiver.positions[0].agency,
                    placing.performers_of(model),
                ),
            ),
            receiver,
            key=f"demo-{number}",
        )
        for step in scenario["step"][: wanted["steps"]]:
            minutes -= _STEP
            self._clock.at = self._ago(minutes)
            self._do(UUID(str(opened["case"])), self._dated(step, made))

    def _dated(self, step: Mapping[str, Any], package: Package) -> Mapping[str, Any]:
        """A step whose result is of its own day, not of that of the scenario."""
        form = recording(package).get(step["complete"])
        field = form.field_of(facts.DATE) if form else None
        if field is None:
            return step
        day = iso8601.day(self._clock.at).isoformat()
        return {**step, "answers": {**step["answers"], field.key: day}}

    def _ago(self, minutes: int) -> datetime:
        """So much working time ago: nobody works at night, not even in a story."""
        return working_time.before(self._now, minutes, self._engine.tools.calendar)

    def _do(self, case: UUID, step: Mapping[str, Any]) -> None:
        tasks = self._app.queries.case_tasks(self._actor("kiemtoan"), case)
        task = next(
            task
            for task in tasks
            if task.element == step["complete"] and task.status in ACTIVE
        )
        answers = step.get("answers", {})
        if CODE_KEY in answers:  # A scenario knows no code of ours.
            answers = {**answers, CODE_KEY: task.code}
        command = CompleteTask(
            case=case,
            element=task.element,
            occurrence=task.occurrence,
            answers=answers,
            outcome=step.get("outcome", ""),
        )
        self._engine.execute(command, self._doer(task))

    def _doer(self, task: TaskItem) -> organisation.Actor:
        actors = (self._actor(each["login"]) for each in document()["account"])
        return next(
            actor for actor in actors if actor.seat_for(task.performer, task.agency)
        )

    def _cover(self, performers: frozenset[str]) -> None:
        """Give a lane that nobody does to the ward's examiner."""
        found = self._organisation()
        for performer in sorted(performers):
            if not any(found.performs(performer, agency) for agency in found.agencies):
                self._add_position("chuyenvien", performer, "phuong", [performer])

    def _performers(self, files: Mapping[str, bytes]) -> frozenset[str]:
        return placing.performers_of(self._app.packages.check(files).model)

    def _add_account(self, each: Mapping[str, Any], secret: str) -> None:
        account = organisation.Account(
            tenant=TENANT,
            id=id_of("account", each["login"]),
            login=each["login"],
            name=each["name"],
            roles=frozenset(map(organisation.Role, each["roles"])),
        )
        self._engine.run(
            change.CreateAccount(account=account, password_hash=secret), TENANT
        )

    def _add_position(
        self, login: str, name: str, agency: str, performers: list[str]
    ) -> None:
        position = organisation.Position(
            id=id_of("position", f"{login}/{name}"),
            agency=id_of("agency", agency),
            name=name,
            performers=frozenset(performers),
        )
        if position.id in self._organisation().positions:
            return
        held = organisation.Holder(
            position=position.id, account=id_of("account", login)
        )
        self._engine.run(change.CreatePosition(position=position), TENANT)
        self._engine.run(change.HoldPosition(holder=held), TENANT)

    def _organisation(self) -> organisation.Organisation:
        return self._app.directory.organisation(TENANT)

    def _actor(self, login: str) -> organisation.Actor:
        found = self._app.sign_in.by_login(TENANT, login)
        if found is None:
            raise ConfigurationError(f"The demo account {login} is missing.")
        day = iso8601.day(self._clock.at)
        return self._app.directory.actor(found.account, day)


def _scenario(files: Mapping[str, bytes], name: str) -> Mapping[str, Any]:
    document = tomllib.loads(files[catalogue.SCENARIOS].decode())
    scenarios: list[Mapping[str, Any]] = document["scenario"]
    return next(each for each in scenarios if each["name"] == name)
