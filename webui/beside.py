"""Beside a step: ask for opinions and co-signatures, answer them, take them back."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

import flask

from engine.commands import answer_beside as answering
from engine.commands import ask_beside as ask
from engine.commands import reasons
from engine.domain import policy, side_work
from engine.domain.side_work import Stance
from engine.errors import NotFoundError, NotReadyError
from webui import (
    asking,
    context,
    desk,
    dossier,
    dossier_forms,
    mentioning,
    on_paper,
    sheets,
    side_view,
    side_words,
    waits,
    worklist,
)
from webui.i18n import translate

blueprint = flask.Blueprint("beside", __name__)
_STEP: Final = "/viec/<uuid:case>/<element>/<int:occurrence>"
#: Signers that one form asks for; more rounds are for more people.
_SIGNERS: Final = 4
_BETWEEN: Final = ":"


@blueprint.route(f"{_STEP}/hoi-y-kien", methods=asking.BOTH)
def ask_opinion(case: UUID, element: str, occurrence: int) -> asking.Page:
    """Ask for an opinion."""
    return _asked(desk.read(case, element, occurrence), _opinion)


@blueprint.route(f"{_STEP}/trinh-dong-ky", methods=asking.BOTH)
def ask_cosign(case: UUID, element: str, occurrence: int) -> asking.Page:
    """Ask for co-signatures."""
    return _asked(desk.read(case, element, occurrence), _round)


@blueprint.route("/ho-so/<uuid:case>/thoi-hoi/<int:n>", methods=asking.BOTH)
def take_back(case: UUID, n: int) -> asking.Page:
    """Take a question back."""
    context.demand(policy.Action.SIDE_WITHDRAW)
    item = dossier.find(case)
    context.demand(policy.Action.SIDE_WITHDRAW, dossier.thing_of(item))
    found = dossier.read(item)
    reader = context.current_actor().account.id
    steps = {(one.element, one.occurrence) for one in found.tasks}
    open_ = (one for step in steps for one in side_view.beside(found, step, reader))
    asked = next((one for one in open_ if one.n == n and one.open), None)
    if asked is None:
        raise NotReadyError(code="nothing-asked")
    around = asking.of_case(policy.Action.SIDE_WITHDRAW, case)
    return asking.page(lambda: _taking_back(case, asked), around)


@blueprint.route("/tra-loi/<uuid:case>/<element>", methods=asking.BOTH)
def answer(case: UUID, element: str) -> asking.Page:
    """Say something to what was asked."""
    found = desk.read(case, element, 1)
    reader = context.current_actor().account.id
    asked = side_view.of(found.dossier, element, reader)
    if asked is None:
        raise NotFoundError(code="no-task")
    if not found.active:
        flask.flash(translate("This was answered, or is no longer needed."))
        return flask.redirect(flask.url_for("cases.show", case=case), 303)
    context.demand(policy.Action.SIDE_ANSWER, worklist.thing_of(found.task))
    task, signs = found.task, asked.signs
    paper = on_paper.of_case(
        found.dossier.item,
        found.dossier.files,
        lambda: on_paper.doers(task.performer, task.agency, holders=signs),
    )

    def after(_: object) -> None:
        on_paper.attach(found.dossier.item, paper())
        mentioning.warn(case, flask.request.form.get("f.text", ""))

    around = asking.Asking(
        action=policy.Action.WORKLIST_VIEW,
        onwards="worklist.show",
        name=translate("My work"),
        paper=paper,
        after=after,
        case=found.dossier.item,
        template="tasks/beside.html",
        more={"desk": found, "asked": asked},
    )
    return asking.page(lambda: _answering(found, asked), around)


def _asked(found: desk.Desk, make: Callable[[desk.Desk], sheets.Sheet]) -> asking.Page:
    task = found.task
    if side_work.is_side(task.element):
        raise NotFoundError(code="no-task")
    context.demand(policy.Action.SIDE_ASK, worklist.thing_of(task))
    if not found.active:
        raise NotReadyError(element=task.element, status=task.status.value)
    around = asking.Asking(
        action=policy.Action.WORKLIST_VIEW,
        onwards="tasks.show",
        name=task.step,
        to=_address(found),
    )
    return asking.page(lambda: make(found), around)


def _address(found: desk.Desk) -> dict[str, Any]:
    task = found.task
    return {
        "case": task.case,
        "element": task.element,
        "occurrence": task.occurrence,
    }


def _opinion(found: desk.Desk) -> sheets.Sheet:
    about = translate("The step “%(step)s” need not wait for it.", step=found.task.step)
    offered, groups = _offered()
    whom = sheets.choice("select", "whom", translate("Whom"), _first(offered))

    def made(values: sheets.Values, _: UUID) -> object:
        performer, agency = _chosen(values["whom"])
        return ask.AskOpinion(
            **_address(found),
            performer=performer,
            agency=agency,
            question=str(values["question"]),
            limit=waits.limit_of(values),
        )

    return sheets.Sheet(
        title=translate("Ask for an opinion"),
        about=about,
        submit=translate("Ask it"),
        done=translate("The question stands in the worklist of whom it is for."),
        form=sheets.with_options(sheets.form(whom, *_common()), ["whom"], offered),
        make=made,
        groups=groups,
    )


def _round(found: desk.Desk) -> sheets.Sheet:
    about = translate(
        "The step “%(step)s” is completed only when enough have agreed.",
        step=found.task.step,
    )
    offered, groups = _offered()
    keys = [f"whom{i}" for i in range(1, _SIGNERS + 1)]
    signers = [
        sheets.choice(
            "select",
            key,
            translate("Signer %(n)s", n=i),
            _first(offered),
            required=i == 1,
        )
        for i, key in enumerate(keys, start=1)
    ]
    quorum = {
        "type": "number",
        "key": "quorum",
        "label": translate("How many have to agree"),
        "decimalDigits": 0,
        "validate": {"required": True, "min": 1, "max": _SIGNERS},
    }
    veto = {
        "type": "checkbox",
        "key": "veto",
        "label": translate("Nobody may disagree"),
    }

    def made(values: sheets.Values, _: UUID) -> object:
        chosen = map(values.get, keys)
        return ask.AskCosign(
            **_address(found),
            signers=tuple(_chosen(one) for one in chosen if one),
            quorum=int(str(values["quorum"])),
            veto=bool(values.get("veto")),
            question=str(values["question"]),
            limit=waits.limit_of(values),
        )

    return sheets.Sheet(
        title=translate("Submit for co-signature"),
        about=about,
        submit=translate("Submit it"),
        done=translate("It stands in the worklists of those who are to sign."),
        form=sheets.with_options(
            sheets.form(*signers, quorum, veto, *_common()), keys, offered
        ),
        make=made,
        groups=groups,
        known={"quorum": 1},
    )


def _answering(found: desk.Desk, asked: side_view.Question) -> sheets.Sheet:
    task = found.task
    stances = [one for one in Stance if not (asked.signs and one is Stance.NONE)]
    offered = {one.value: translate(side_words.STANCE[one]) for one in stances}

    def made(values: sheets.Values, _: UUID) -> object:
        kind = answering.Cosign if asked.signs else answering.GiveOpinion
        return kind(
            case=task.case,
            element=task.element,
            stance=Stance(str(values["stance"])),
            text=str(values.get("text") or ""),
            enclosed=dossier_forms.sent(values, "files"),
        )

    return sheets.Sheet(
        title=task.step,
        about=f"{task.code} · {found.dossier.item.procedure}",
        submit=translate("Sign") if asked.signs else translate("Send the opinion"),
        done=translate("Your answer is recorded in case %(code)s.", code=task.code),
        form=sheets.form(
            sheets.choice("radio", "stance", translate("Answer"), offered),
            _words("text", translate("Opinion"), required=not asked.signs),
            dossier_forms.files("files", translate("Enclosed files")),
        ),
        make=made,
    )


def _taking_back(case: UUID, asked: side_view.Question) -> sheets.Sheet:
    kind = answering.WithdrawCosign if asked.signs else answering.WithdrawOpinion
    return sheets.Sheet(
        title=translate("Take the question back"),
        about=asked.text,
        submit=translate("Take it back"),
        done=translate("Nobody has to answer it any more."),
        form=sheets.form(_words("reason", translate("Reason"))),
        make=lambda values, _: kind(case=case, n=asked.n, reason=str(values["reason"])),
    )


def _common() -> tuple[Mapping[str, Any], ...]:
    return (
        _words("question", translate("What is asked")),
        *waits.limit_fields(translate("Time for the answer"), required=False),
    )


def _words(key: str, label: str, *, required: bool = True) -> dict[str, Any]:
    made = dict(sheets.text(key, label, longest=reasons.REASON_CHARS))
    rules = {"maxLength": reasons.REASON_CHARS, "required": required}
    return {**made, "type": "textarea", "validate": rules}


def _offered() -> tuple[dict[str, str], dict[str, str]]:
    """Everybody who can be asked today: what a position does and where; the agency."""
    organisation, today = context.organisation_now(), context.today()
    found = {
        (one.agency, performer)
        for one in organisation.positions.values()
        if one.exists_on(today) and one.agency in organisation.agencies
        for performer in one.performers
    }
    named = sorted(
        (organisation.agencies[agency].name, performer, agency)
        for agency, performer in found
    )
    keys = [f"{agency.hex}{_BETWEEN}{performer}" for _, performer, agency in named]
    # A list that is closed shows no heading: each line names the agency, too.
    labels = [f"{performer} · {name}" for name, performer, _ in named]
    names = [name for name, _, __ in named]
    return (
        dict(zip(keys, labels, strict=True)),
        dict(zip(keys, names, strict=True)),
    )


def _first(offered: Mapping[str, str]) -> dict[str, str]:
    """One of them, for the form that is compiled."""
    return dict(itertools.islice(offered.items(), 1))


def _chosen(value: Any) -> tuple[str, UUID]:
    agency, _, performer = str(value).partition(_BETWEEN)
    return performer, UUID(agency)
