"""The forms of the audit programme: plan, draw, find, conclude."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from engine import limits
from engine.commands import audits
from engine.domain.organisation import Role
from engine.domain.programme import Audit, Grade, Scope
from engine.domain.sampling import Basis, Plan, Query, Risk
from models_bpmn import standards
from webui import audit_words, checklists, context, formats, matrix, measures, sheets
from webui.i18n import translate

_SEED_BYTES: Final = 8
_MOST_WEIGHT: Final = 20


def planning() -> sheets.Sheet:
    """Put an audit on the programme."""
    today = context.today()
    auditors = _auditors()
    me = context.current_actor().account.id.hex

    def make(values: sheets.Values, _: UUID) -> object:
        return audits.PlanAudit(
            title=str(values["title"]),
            scope=Scope(
                procedures=_several(values, "procedures"),
                agencies=tuple(map(UUID, _several(values, "units"))),
                first=sheets.day(values["scope_first"]),
                last=sheets.day(values["scope_last"]),
            ),
            first=sheets.day(values["first"]),
            last=sheets.day(values["last"]),
            lead=UUID(str(values["lead"])),
            team=tuple(map(UUID, _several(values, "team"))),
            criteria=str(values.get("criteria") or ""),
            edition=str(values["edition"]),
        )

    return sheets.Sheet(
        title=translate("Plan an audit"),
        about="",
        submit=translate("Put it on the programme"),
        done=translate("The audit was put on the programme."),
        form=sheets.form(
            sheets.text("title", translate("What is audited")),
            _area("criteria", translate("Criteria"), required=False),
            sheets.choice("select", "edition", translate("Edition"), _editions()),
            *_ticked(
                "procedures",
                translate("Procedures"),
                {code: f"{name} ({code})" for code, name in measures.procedures()},
            ),
            *_ticked("units", translate("Units"), _units()),
            sheets.date_field("scope_first", translate("Records from")),
            sheets.date_field("scope_last", translate("Records to")),
            sheets.date_field("first", translate("Audit from")),
            sheets.date_field("last", translate("Audit to")),
            sheets.choice("select", "lead", translate("Lead auditor"), auditors),
            sheets.choice(
                "checklist", "team", translate("Team"), auditors, required=False
            ),
        ),
        known={
            "edition": standards.in_force(today).edition,
            "scope_first": date(today.year, 1, 1).isoformat(),
            "scope_last": today.isoformat(),
            "first": today.isoformat(),
            "last": (today + timedelta(days=4)).isoformat(),
            "lead": me,
        },
        make=make,
    )


def drawing(audit: Audit) -> sheets.Sheet:
    """Draw a sample."""
    ids, scope = context.application().engine.tools.ids, audit.scope

    def make(values: sheets.Values, _: UUID) -> object:
        weights = {risk: _whole(values, f"w_{risk.name.lower()}") for risk in Risk}
        return audits.DrawSample(
            audit=audit.id,
            plan=Plan(
                query=Query(
                    basis=Basis(str(values["basis"])),
                    first=sheets.day(values["first"]),
                    last=sheets.day(values["last"]),
                    as_of=context.now(),
                    procedures=scope.procedures,
                    agencies=scope.agencies,
                    value=str(values.get("value") or ""),
                    amount=_whole(values, "amount"),
                ),
                seed=str(values["seed"]),
                size=_whole(values, "size"),
                weights={risk: of for risk, of in weights.items() if of},
            ),
        )

    basis = {one.value: translate(audit_words.BASIS[one]) for one in Basis}
    return sheets.Sheet(
        title=translate("Draw a sample"),
        about=f"{audit.code} · {audit.title}",
        submit=translate("Draw the sample"),
        done=translate("The sample was drawn and recorded."),
        form=sheets.form(
            sheets.choice("radio", "basis", translate("Cases that"), basis),
            sheets.date_field("first", translate("From day")),
            sheets.date_field("last", translate("To day")),
            sheets.text(
                "seed",
                translate("Seed"),
                longest=64,
                hint=translate(
                    "Any text; the same seed draws the same cases again. Agree on it"
                    " with the audited unit, for example the result of a public draw."
                ),
            ),
            _number("size", translate("Size of the sample"), 1, limits.SAMPLE_CASES),
            *(
                _number(
                    f"w_{risk.name.lower()}",
                    translate("Weight added: %(risk)s", risk=_risk(risk)),
                    0,
                    _MOST_WEIGHT,
                )
                for risk in Risk
            ),
            sheets.text(
                "value",
                translate("Name of a value that may be high"),
                longest=100,
                pattern=".*",
                hint=translate("A number that a form asks for, such as an amount."),
            ),
            _number("amount", translate("High from"), 0, 10**15 - 1, required=False),
        ),
        known={
            "basis": Basis.CLOSED.value,
            "first": scope.first.isoformat(),
            "last": scope.last.isoformat(),
            "seed": ids.random(_SEED_BYTES).hex(),
            "size": 10,
            **{f"w_{risk.name.lower()}": 0 for risk in Risk},
        },
        make=make,
    )


def finding(audit: Audit, shown: checklists.Sheet, seq: int) -> sheets.Sheet:
    """Attach a finding to an event of a case."""
    moments = {
        str(one.seq): f"{one.seq}. {one.what}"
        f"{f' · {one.step}' if one.step else ''} · {formats.moment(one.at)}"
        for one in shown.moments
    }

    def make(values: sheets.Values, _: UUID) -> object:
        return audits.RaiseFinding(
            audit=audit.id,
            case=shown.item.id,
            seq=int(str(values["seq"])),
            grade=Grade(str(values["grade"])),
            clause=str(values.get("clause") or ""),
            text=str(values["text"]),
        )

    grades = {one.value: translate(audit_words.GRADE[one][0]) for one in Grade}
    return sheets.Sheet(
        title=translate("Raise a finding"),
        about=f"{audit.code} · {shown.item.code}",
        submit=translate("Raise the finding"),
        done=translate("The finding was raised."),
        form=sheets.form(
            sheets.choice("select", "seq", translate("Step it is about"), moments),
            sheets.choice("radio", "grade", translate("Grade"), grades),
            sheets.choice(
                "select",
                "clause",
                translate("Clause"),
                {
                    one.number: f"{one.number} {matrix.title(one)}"
                    for one in standards.edition(audit.edition).leaves()
                },
                required=False,
            ),
            _area("text", translate("What was found, against which requirement")),
        ),
        known={"seq": str(seq)} if str(seq) in moments else {},
        make=make,
    )


def conclusion(audit: Audit) -> sheets.Sheet:
    """End an audit."""
    return sheets.Sheet(
        title=translate("Conclude the audit"),
        about=f"{audit.code} · {audit.title}",
        submit=translate("Conclude the audit"),
        done=translate("The audit was concluded."),
        form=sheets.form(_area("conclusion", translate("Conclusion"))),
        make=lambda values, _: audits.ConcludeAudit(
            audit=audit.id, conclusion=str(values["conclusion"])
        ),
    )


def _auditors() -> dict[str, str]:
    app, today = context.application(), context.today()
    return {
        one.id.hex: f"{one.name} ({one.login})"
        for one in app.directory.accounts(context.current_actor().tenant)
        if Role.AUDITOR in one.roles and one.active and today <= one.valid_to
    }


def _units() -> dict[str, str]:
    agencies = context.organisation_now().agencies.values()
    return {one.id.hex: one.name for one in sorted(agencies, key=lambda one: one.name)}


def _editions() -> dict[str, str]:
    return {one.edition: one.name for one in standards.editions()}


def _risk(risk: Risk) -> str:
    return translate(audit_words.RISK[risk])


def _several(values: sheets.Values, name: str) -> tuple[str, ...]:
    given = values.get(name)
    return tuple(map(str, given)) if isinstance(given, list) else ()


def _whole(values: sheets.Values, name: str) -> int:
    given = values.get(name)
    return int(given) if isinstance(given, int | float) else 0


def _area(key: str, label: str, *, required: bool = True) -> Mapping[str, Any]:
    rules = {"required": required, "maxLength": audits.TEXT_CHARS}
    return {"type": "textarea", "key": key, "label": label, "validate": rules}


def _ticked(
    key: str, label: str, offered: Mapping[str, str]
) -> tuple[Mapping[str, Any], ...]:
    """Values of which any may be ticked; nothing where there are none."""
    if not offered:
        return ()
    made = sheets.choice("checklist", key, label, offered, required=False)
    return ({**made, "description": translate("None ticked: all of them.")},)


def _number(
    key: str, label: str, least: int, most: int, *, required: bool = True
) -> Mapping[str, Any]:
    return {
        "type": "number",
        "key": key,
        "label": label,
        "decimalDigits": 0,
        "validate": {"required": required, "min": least, "max": most},
    }
