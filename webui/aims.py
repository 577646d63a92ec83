"""Targets of punctuality: what holds, who set it when and why, and a new one."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import flask

from engine.commands.set_target import SetTarget
from engine.domain import model as models
from engine.domain import policy, targets
from engine.domain.events import StreamKind
from engine.domain.targets import Target, Targets
from engine.evidence import aims
from engine.forms.form import Form
from webui import asking, context, sheets, supervision_asking
from webui.i18n import translate

blueprint = flask.Blueprint("aims", __name__)

_ROOT: Final = "/giam-sat/chi-tieu"
#: 95, 96,5 or 100.
_PERCENT: Final = r"^(100|[1-9]?[0-9])([.,][0-9])?$"
_ALL: Final = "-"
_BETWEEN: Final = ":"
_kept: dict[tuple[UUID, bytes], tuple[Target, ...]] = {}
_MOST: Final = 100


def read() -> Targets:
    """The targets of the tenant; folded again only after one was set."""
    tenant = context.current_actor().tenant
    parents = {
        one.id: one.parent for one in context.organisation_now().agencies.values()
    }
    with context.application().store.read(tenant) as uow:
        stream = uow.history.known(StreamKind.TARGET, targets.stream_of(tenant))
        if stream is None:
            return Targets((), parents)
        key = tenant, stream.head
        found = _kept.get(key)
        if found is None:
            found = aims.told(uow.history.read(stream.id, stream.month))
    if len(_kept) >= _MOST:
        _kept.clear()
    _kept[key] = found
    return Targets(found, parents)


@blueprint.get(_ROOT)
def listing() -> str:
    """Every target that was ever set, the newest first."""
    context.demand(policy.Action.TARGET_VIEW)
    known = read()
    actor = context.current_actor()
    procedures = context.application().supervision.procedures(actor.tenant)
    people = {one.set_by for one in known.told if one.set_by}
    return flask.render_template(
        "supervision/targets.html",
        targets=known.told[::-1],
        holds={
            id(one)
            for one in known.told
            if known.of(one.agency, one.procedure, context.today(), one.element) is one
        },
        id=id,
        agencies=context.organisation_now().agencies,
        procedures=procedures,
        names=context.application().queries.names(actor.tenant, people),
    )


@blueprint.route(f"{_ROOT}/dat", methods=asking.BOTH)
def add() -> asking.Page:
    """Set a target."""
    about = asking.Asking(
        action=policy.Action.TARGET_SET, onwards=".listing", name=translate("Targets")
    )
    return asking.page(_sheet, about)


def _sheet() -> sheets.Sheet:
    actor = context.current_actor()
    procedures = context.application().supervision.procedures(actor.tenant)
    offered = {one.hex: name for one, name in supervision_asking.units().items()}
    every = {_ALL: translate("Every procedure")}
    every |= {one.hex: f"{name} ({code})" for one, (code, name) in procedures.items()}
    every |= _steps({one: name for one, (_, name) in procedures.items()})
    return sheets.Sheet(
        title=translate("Set a target"),
        about=translate(
            "Share of cases that are to end by their promised date, or of one step by"
            " its due date."
        ),
        submit=translate("Set the target"),
        done=translate("The target was set; it stands in the record with its reason."),
        form=sheets.with_options(_form(offered), ("procedure",), every),
        known={"procedure": _ALL, "since": context.today().isoformat()},
        make=_make,
    )


def _form(units: Mapping[str, str]) -> Form:
    """What is asked; every procedure and step is more than anybody would draw."""
    label, all_ = translate("Procedure or step"), {_ALL: translate("Every procedure")}
    return sheets.form(
        sheets.choice("select", "agency", translate("Unit"), units),
        sheets.choice("select", "procedure", label, all_),
        sheets.text(
            "percent",
            translate("Percent on time"),
            pattern=_PERCENT,
            hint=translate("For example 95 or 97,5"),
        ),
        sheets.date_field("since", translate("Valid from")),
        sheets.text("why", translate("Why"), longest=targets.WHY_CHARS),
    )


def _steps(names: Mapping[UUID, str]) -> dict[str, str]:
    """The steps of the versions in force that people do by a limit, by procedure."""
    application, tenant = context.application(), context.current_actor().tenant
    found: dict[str, str] = {}
    with application.store.read(tenant) as uow:
        for version in uow.procedures.in_force():
            package = application.packages.published(version, uow.procedures)
            for node in package.model.nodes.values():
                if models.is_work(node) and node.work.limit is not None:
                    key = f"{version.procedure.hex}{_BETWEEN}{node.id}"
                    name = names.get(version.procedure, "–")
                    step = translate("step “%(step)s”", step=node.name or node.id)
                    found[key] = f"{name} · {step}"
    return dict(sorted(found.items(), key=lambda one: one[1]))


def _make(values: sheets.Values, _: UUID) -> object:
    typed = str(values.get("percent") or "").replace(",", ".")
    share = round(float(typed) * 10) if typed else 0
    if not 0 < share <= targets.WHOLE:
        return sheets.wrong(
            "percent", translate("Enter a share over 0 and up to 100 percent.")
        )
    procedure, _between, element = str(values["procedure"]).partition(_BETWEEN)
    return SetTarget(
        agency=UUID(str(values["agency"])),
        procedure=None if procedure == _ALL else UUID(procedure),
        element=element,
        share=share,
        valid_from=sheets.day(values["since"]),
        why=str(values["why"]),
    )
