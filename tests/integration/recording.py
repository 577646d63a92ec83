"""Records of random cases: what the engine would have sealed, without a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from engine.conformance.game import TokenGame
from engine.decisions.library import Library
from engine.domain import calendars as calendar_register
from engine.domain import drawn_ending, run, working_time
from engine.domain.case import Task, TaskStatus
from engine.domain.deciding import Evaluating
from engine.domain.events import (
    Doer,
    Event,
    EventType,
    ModelRef,
    Sealed,
    Stream,
    StreamKind,
)
from engine.domain.model import Model, performer_of
from engine.errors import EngineError
from engine.evidence import record
from engine.evidence.acts import CORRELATION
from engine.forms import facts
from engine.forms.form import Form
from engine.judging.court import Court
from engine.judging.norm import Life, Norm, Surroundings, norm_of
from engine.judging.people import People
from engine.package import Package
from engine.ports import Context, Execution, Services
from models_bpmn import calendars
from tests.integration import random_walks
from tests.integration.random_models import dice

#: As the built-in scenarios name their dossier.
CODE: Final = "H49-260105-0001"
TENANT: Final = UUID(int=1)
AGENCY: Final = UUID(int=2)
POSITION: Final = UUID(int=3)
CLERK: Final = UUID(int=4)
SYSTEM: Final = UUID(int=5)
CHIEF: Final = UUID(int=6)
VERSION: Final = UUID(int=7)
CALENDAR: Final = calendars.default_calendar()
#: Compiles each model once for all who walk it and judge it; it holds no case.
GAME: Final = TokenGame()
_EVER: Final = {"from": "0001-01-01", "to": "9999-12-31"}


def clerk_of(model: Model, element: str) -> UUID:
    """Who does a step; two steps are never done by the same."""
    return UUID(int=10_000 + list(model.nodes).index(element))


def people(model: Model) -> People:
    """A clerk for each step of a model, a chief and a connected system."""
    performers = sorted({performer_of(node) for node in model.nodes.values()})
    told: list[dict[str, Any]] = [
        {"type": "agency.created", "facts": {"agency": AGENCY.hex, "parent": None}},
        {
            "type": "position.created",
            "facts": {
                "position": POSITION.hex,
                "agency": AGENCY.hex,
                "performers": performers,
                **_EVER,
            },
        },
    ]
    clerks = [CLERK, *(clerk_of(model, one) for one in model.nodes)]
    for account, role in (*((one, "clerk") for one in clerks), (SYSTEM, "integrator")):
        made = {"account": account.hex, "roles": [role], "to": _EVER["to"]}
        told.append({"type": "account.created", "facts": made})
    chief = {"account": CHIEF.hex, "roles": ["supervisor"], "to": _EVER["to"]}
    told.append({"type": "account.created", "facts": chief})
    for account in (*clerks, CHIEF):
        held = {"position": POSITION.hex, "account": account.hex, **_EVER}
        told.append({"type": "position.held", "facts": held})
    return People.of((random_walks.NOW, one) for one in told)


@dataclass
class OneNorm:
    """Judges every case by one version."""

    norm: Norm

    def of(self, version: str, process: str) -> Norm | None:
        """The norm of the only version."""
        assert version == VERSION.hex
        del process
        return self.norm


def court_of(model: Model) -> Court:
    """A court for the cases of a model without forms."""
    package = Package(
        model=model,
        forms={},
        hash=model.hash,
        decisions=cast("Library", random_walks.Tables()),
    )
    return court_for(package, random_walks.Functions())


def court_for(package: Package, services: Services) -> Court:
    """A court for the cases of a package."""
    life = Life(
        author=UUID(int=8).hex,
        publisher=UUID(int=9).hex,
        procedure="R",
        number=1,
        hash=package.hash,
        published_at=random_walks.NOW - timedelta(days=400),
    )
    surroundings = Surroundings(
        norms=OneNorm(norm_of(package, life)),
        services=services,
        calendars=calendar_register.alone(CALENDAR),
    )
    return Court(surroundings, people(package.model), GAME)


@dataclass
class Recorder:
    """Seals what a case does."""

    model: Model
    case: UUID
    #: Of the version that the case runs.
    hash: str
    #: The forms of the steps that record facts.
    recording: Mapping[str, Form] = field(default_factory=dict)
    events: list[Sealed] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin the stream."""
        self.stream = Stream(
            tenant=TENANT, kind=StreamKind.CASE, id=self.case, month=202601
        )
        self.rng = dice("noise", self.case.int)

    def seal(self, event: Event) -> None:
        """Seal one event."""
        named = ModelRef(procedure="R", number=1, hash=self.hash)
        sealed = record.seal(
            Event(**{**_fields(event), "model": named}),
            self.stream,
            self.rng.randbytes,
        )
        self.events.append(sealed)
        self.stream = sealed.next()

    def act(self, act: run.Act, effect: run.Advance, at: datetime, budget: int) -> None:
        """Seal an act with its effect."""
        opened = tuple(self._task(one, at) for one in effect.opened)
        told = _told(act, self.model, at)
        told["facts"] = self._facts(act, told.get("facts", {}), effect)
        self.seal(Event(at=at, effect=effect, opened=opened, budget=budget, **told))

    def _facts(
        self, act: run.Act, told: dict[str, Any], effect: run.Advance
    ) -> dict[str, Any]:
        """With what the drawing records of the dossier."""
        if isinstance(act, run.Complete):
            told = {**told, **facts.told(self.recording.get(act.element), act.answers)}
        endings = drawn_ending.endings(self.model)
        return dict(drawn_ending.told(told, endings, effect.completed))

    def _task(self, visit: run.Visit, at: datetime) -> Task:
        node = self.model.nodes[visit.element]
        limit = node.work.limit
        return Task(
            tenant=TENANT,
            case=self.case,
            month=202601,
            element=visit.element,
            occurrence=visit.occurrence,
            name="",
            short_name="",
            performer=performer_of(node),
            agency=AGENCY,
            status=TaskStatus.OPEN,
            opened_at=at,
            due_at=working_time.add(at, limit, CALENDAR).at if limit else None,
        )


def _fields(event: Event) -> dict[str, Any]:
    return {name: getattr(event, name) for name in event.__slots__}


def _told(  # noqa: C901, PLR0911 - one line for each kind of act
    act: run.Act, model: Model, at: datetime
) -> dict[str, Any]:
    clerk = Doer(account=CLERK, position=POSITION, agency=AGENCY)
    match act:
        case run.Open(data, start):
            due = model.facts.limit
            opening: dict[str, Any] = {
                "code": CODE,
                "version": VERSION.hex,
                "due": record.instant(working_time.add(at, due, CALENDAR).at)
                if due
                else None,
                "agencies": dict.fromkeys(
                    ("helping", "receiving", "handling", "deciding"), AGENCY.hex
                ),
            }
            if start:
                opening["start"] = start
            values = {**data, "ma_ho_so": CODE}
            return {
                "type": EventType.CASE_OPENED,
                "doer": clerk,
                "facts": opening,
                "values": values,
            }
        case run.Complete(element, occurrence, answers, outcome):
            return {
                "type": EventType.TASK_COMPLETED,
                "doer": replace(clerk, account=clerk_of(model, element)),
                "visit": run.Visit(element, occurrence),
                "values": answers,
                "outcome": outcome,
            }
        case run.Begin(element, occurrence, activity):
            return {
                "type": EventType.ACTIVITY_BEGUN,
                "doer": clerk,
                "visit": run.Visit(element, occurrence),
                "facts": {"activity": activity},
            }
        case run.Fire(element, occurrence):
            visit = run.Visit(element, occurrence)
            return {"type": EventType.TIMER_FIRED, "visit": visit}
        case run.Message(name, payload, keys):
            carried = {f"{CORRELATION}{key}": one for key, one in keys.items()}
            return {
                "type": EventType.MESSAGE_RECEIVED,
                "doer": Doer(account=SYSTEM),
                "facts": {"name": name},
                "values": {**payload, **carried},
            }
        case run.Signal(name, payload):
            return {
                "type": EventType.SIGNAL_RECEIVED,
                "facts": {"name": name, "sender": {}},
                "values": payload,
            }
        case run.Retry(element, occurrence):
            return {
                "type": EventType.INCIDENT_RETRIED,
                "doer": Doer(account=CHIEF),
                "visit": run.Visit(element, occurrence),
            }
        case run.Redirect(element, occurrence, target):
            return {
                "type": EventType.TASK_RETURNED,
                "doer": replace(clerk, account=clerk_of(model, element)),
                "visit": run.Visit(element, occurrence),
                "facts": {"target": target},
                "values": {"reason": "thiếu giấy tờ"},
            }
        case run.Stop():
            return {
                "type": EventType.CASE_STOPPED,
                "doer": Doer(account=CHIEF),
                "facts": {"basis": "Điều 9", "document": "12/QĐ"},
                "values": {"reason": "bán nhà"},
            }
    return {"type": EventType.CASE_CONTINUED}


def walk(model: Model, seed: int) -> list[Sealed]:
    """The record of a random case of a model."""
    rng, now = dice("acts", seed), random_walks.NOW
    live = GAME.begin(model)
    made = Recorder(model, UUID(int=1000 + seed), model.hash)
    act: run.Act = random_walks.opening(rng, model.root.triggers)
    for _ in range(random_walks.ACTS):
        budget = rng.choice((3, 40, 40))
        if isinstance(act, run.Open):
            act = run.Open({**act.data, "ma_ho_so": CODE}, act.start)
        context = Context(
            now=now,
            decider=Evaluating(),
            services=random_walks.Functions(),
            decisions=random_walks.Tables(),
            budget=budget,
        )
        before = live.dump()
        try:
            effect = live.act(act, context)
        except EngineError:
            live = GAME.load(model, before)
        else:
            made.act(act, effect, now, budget)
        now = random_walks.later(rng, now)
        act = _of_work(random_walks.random_act(rng, live.picture(), model), live)
    return made.events


def _of_work(act: run.Act, live: Execution) -> run.Act:
    """Nobody returns anything but work."""
    if isinstance(act, run.Redirect):
        visit = run.Visit(act.element, act.occurrence)
        return act if visit in live.picture().ready else run.Continue()
    return act
