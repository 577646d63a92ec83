"""The forms that change the organisation, and the commands that they become."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from engine.commands import change_organisation as change
from engine.commands import change_password
from engine.commands.ask_job import AskJob
from engine.commands.describe_agency import PHONE_CHARS, DescribeAgency
from engine.domain.organisation import Account, Agency, Holder, Position, Reach, Role
from webui import (
    context,
    founding,
    i18n,
    passwords,
    people_words,
    placing,
    sheets,
    words,
)
from webui.i18n import translate
from webui.jobs.handback import HandingBack

#: 000.00.53.H48: from the lowest level up (QCVN 102:2016).
_CODE_UPWARDS: Final = r"^[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}$"
#: H55.242: from the highest level down (Decision 20/2020/QD-TTg).
_CODE_DOWNWARDS: Final = r"^[A-Z][0-9]{2}(\.[0-9]{1,3})*$"
_MOST_PERFORMERS: Final = 500
_PERFORMER_CHARS: Final = 200
#: Letters and digits that are not mistaken for each other when read out.
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 5


def agency(above: Agency | None) -> sheets.Sheet:
    """Add an agency."""

    def make(values: sheets.Values, identity: UUID) -> object:
        codes = (values["code_down"], values["code_up"])
        return change.CreateAgency(
            agency=Agency(
                id=identity,
                name=str(values["name"]),
                codes=tuple(str(one) for one in codes if one),
                level=str(values["level"]),
                parent=above.id if above else None,
                valid_from=sheets.day(values["since"]),
            )
        )

    return sheets.Sheet(
        title=translate("Add an agency"),
        about=translate("under %(name)s", name=above.name) if above else "",
        submit=translate("Add the agency"),
        done=translate("The agency was added."),
        form=sheets.form(
            *name_and_level(),
            sheets.text(
                "code_down",
                translate("Code by Decision 20/2020/QD-TTg"),
                pattern=_CODE_DOWNWARDS,
                hint=translate("For example H55.242"),
            ),
            sheets.text(
                "code_up",
                translate("Code by QCVN 102:2016"),
                pattern=_CODE_UPWARDS,
                hint=translate("For example 000.00.53.H48"),
            ),
            sheets.date_field("since", translate("Valid from")),
        ),
        known={"level": "unit", "since": context.today().isoformat()},
        make=make,
    )


def name_and_level() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What an agency is called and where it stands, when it is added or renamed."""
    levels = {key: translate(name) for key, name in words.LEVEL.items()}
    return (
        sheets.text("name", translate("Name of the agency")),
        sheets.choice("radio", "level", translate("Level of the agency"), levels),
    )


def reaching(of: Agency) -> sheets.Sheet:
    """Say where an agency is and how it is reached; papers print it."""
    known = of.reach(context.today())

    def make(values: sheets.Values, _: UUID) -> object:
        since, texts = sheets.day(values["since"]), ("address", "phone")
        address, phone = (str(values[one] or "").strip() for one in texts)
        if not address and not phone:
            return sheets.wrong(
                "phone", translate("Give the address or the telephone.")
            )
        if since < context.today():
            return sheets.wrong("since", translate("Choose today or a later day."))
        reach = Reach(since=since, address=address, phone=phone)
        return DescribeAgency(agency=of.id, reach=reach)

    return sheets.Sheet(
        title=translate("Address and telephone"),
        about=of.name,
        submit=translate("Record them"),
        done=translate("Address and telephone were recorded."),
        form=sheets.form(
            sheets.text("address", translate("Address of the agency"), pattern="^.*$"),
            sheets.text(
                "phone",
                translate("Telephone of the agency"),
                longest=PHONE_CHARS,
                pattern="^.*$",
                hint=translate("Papers print it, so that citizens can ask."),
            ),
            sheets.date_field("since", translate("Valid from")),
        ),
        known={
            "address": known.address,
            "phone": known.phone,
            "since": context.today().isoformat(),
        },
        make=make,
    )


def position(of: Agency) -> sheets.Sheet:
    """Add a position to an agency."""
    offered = performers()

    def make(values: sheets.Values, identity: UUID) -> object:
        typed = str(values["others"] or "").splitlines()
        chosen = values.get("performers") or []
        assert isinstance(chosen, Sequence)  # noqa: S101 - a checklist gives a list.
        does = {" ".join(str(one).split()) for one in (*typed, *chosen)} - {""}
        if not does:
            return sheets.wrong(
                "others", translate("Choose or enter whose work it does.")
            )
        if any(len(one) > _PERFORMER_CHARS for one in does):
            return sheets.wrong("others", translate("One of the lines is too long."))
        return change.CreatePosition(
            position=Position(
                id=identity,
                agency=of.id,
                name=str(values["name"]),
                performers=frozenset(does),
                valid_from=sheets.day(values["since"]),
            )
        )

    boxes = sheets.choice(
        "checklist",
        "performers",
        translate("Does the work of"),
        {one: one for one in offered},
        required=False,
    )
    return sheets.Sheet(
        title=translate("Add a position"),
        about=of.name,
        submit=translate("Add the position"),
        done=translate("The position was added."),
        form=sheets.form(
            sheets.text("name", translate("Name of the position")),
            *([boxes] if offered else []),
            {
                "type": "textarea",
                "key": "others",
                "label": translate("Other performers"),
                "description": translate("One a line, spelt as in the diagram."),
                "validate": {"maxLength": 4000},
            },
            sheets.date_field("since", translate("Valid from")),
        ),
        known={"since": context.today().isoformat()},
        make=make,
    )


def account() -> sheets.Sheet:
    """Add an account; its first password stands in the form and nowhere else."""

    def make(values: sheets.Values, identity: UUID) -> object:
        login, name = str(values["login"]).lower(), str(values["name"])
        if not founding.LOGIN.fullmatch(login):
            return sheets.wrong(
                "login",
                translate(
                    "A login has 2 to 64 small letters, digits, dots, hyphens, @ or _."
                ),
            )
        password = str(values["password"])
        fault = passwords.fault_of(password, (login, name))
        if fault:
            return sheets.wrong("password", translate(fault))
        chosen = values["roles"]
        assert isinstance(chosen, Sequence)  # noqa: S101 - a checklist gives a list.
        return change.CreateAccount(
            account=Account(
                tenant=context.current_actor().tenant,
                id=identity,
                login=login,
                name=name,
                roles=frozenset(Role(one) for one in chosen),
                language=str(values["language"]),
                valid_to=sheets.day(values["until"]) if values["until"] else date.max,
            ),
            password_hash=passwords.hash_password(password),
            must_change=True,
        )

    roles = {role.value: translate(name) for role, name in words.ROLE.items()}
    return sheets.Sheet(
        title=translate("Add an account"),
        about="",
        submit=translate("Add the account"),
        done=translate("The account was added."),
        form=sheets.form(
            sheets.text("login", translate("Account"), longest=64),
            sheets.text("name", translate("Name of the person")),
            sheets.choice("checklist", "roles", translate("Roles"), roles),
            sheets.choice(
                "radio", "language", translate("Language"), dict(i18n.LANGUAGES)
            ),
            sheets.date_field(
                "until",
                translate("Last day"),
                required=False,
                hint=translate("For an account with an end, such as an auditor's."),
            ),
            _first_password(),
        ),
        known={"language": "vi", "password": _new_password()},
        make=make,
        clash=("login", translate("There is an account with this login already.")),
    )


def holding(of: Position) -> sheets.Sheet:
    """Give a position to an account."""

    def make(values: sheets.Values, _: UUID) -> object:
        actor, login = context.current_actor(), str(values["login"]).lower()
        found = context.application().sign_in.by_login(actor.tenant, login)
        if found is None or not found.account.active:
            return sheets.wrong(
                "login", translate("There is no open account of this name.")
            )
        first = sheets.day(values["since"])
        last = sheets.day(values["until"]) if values["until"] else date.max
        if last < first:
            return sheets.wrong("until", translate("The last day is before the first."))
        return change.HoldPosition(
            holder=Holder(
                position=of.id,
                account=found.account.id,
                valid_from=first,
                valid_to=last,
            )
        )

    return sheets.Sheet(
        title=translate("Give the position"),
        about=of.name,
        submit=translate("Give the position"),
        done=translate("The position was given."),
        form=sheets.form(
            sheets.text(
                "login",
                translate("Account"),
                longest=64,
                hint=translate("Type a part of the name or position, and choose."),
            ),
            sheets.date_field("since", translate("Holds it from")),
            sheets.date_field("until", translate("Last day"), required=False),
        ),
        known={"since": context.today().isoformat()},
        make=make,
        offered={"login": people_words.choices()},
        clash=("login", translate("The account holds the position in this time.")),
    )


def ending(held: Holder, of: Position, name: str) -> sheets.Sheet:
    """Take a position back from a day on."""

    def make(values: sheets.Values, _: UUID) -> object:
        return change.EndHolding(
            position=held.position,
            account=held.account,
            valid_from=held.valid_from,
            valid_to=sheets.day(values["since"]) - timedelta(days=1),
        )

    return sheets.Sheet(
        title=translate("Take the position back"),
        about=f"{of.name} · {name}",
        submit=translate("Take the position back"),
        done=translate("The position was taken back."),
        form=sheets.form(
            sheets.date_field(
                "since",
                translate("Holds it no longer from"),
                hint=translate("From today: the rights end with the next page."),
            )
        ),
        known={"since": context.today().isoformat()},
        make=make,
    )


def hand_back(held: Holder, of: Position, name: str) -> None:
    """Ask for the job that gives back what was claimed in a position that was lost."""
    application, actor = context.application(), context.current_actor()
    with application.store.read(actor.tenant) as uow:
        organisation = uow.accounts.organisation()
        claimed = uow.accounts.moving.held(of.id)
    if organisation.acts_in(held.account, of.id, context.today()):
        return
    if any(one.account == held.account for one in claimed):
        asked = {"position": of.id.hex, "title": of.name, "name": name}
        application.engine.execute(
            AskJob(kind=HandingBack.name, asked=asked), context.current_actor()
        )


def closing(of: Account) -> sheets.Sheet:
    """Close an account."""
    return sheets.Sheet(
        title=translate("Close the account"),
        about=f"{of.login} · {of.name}",
        submit=translate("Close the account"),
        done=translate("The account was closed. Its sessions have ended."),
        form=sheets.form(),
        make=lambda _, __: change.CloseAccount(account=of.id),
    )


def resetting(of: Account) -> sheets.Sheet:
    """Give an account a first password again."""

    def make(values: sheets.Values, _: UUID) -> object:
        password = str(values["password"])
        fault = passwords.fault_of(password, (of.login, of.name))
        if fault:
            return sheets.wrong("password", translate(fault))
        return change_password.ResetPassword(
            account=of.id, password_hash=passwords.hash_password(password)
        )

    return sheets.Sheet(
        title=translate("Reset the password"),
        about=f"{of.login} · {of.name}",
        submit=translate("Reset the password"),
        done=translate("The password was reset. The account's sessions have ended."),
        form=sheets.form(_first_password()),
        known={"password": _new_password()},
        make=make,
    )


def performers() -> tuple[str, ...]:
    """Everybody whom a version in force or a position names."""
    application, actor = context.application(), context.current_actor()
    found: set[str] = set()
    for item in application.queries.procedures(actor):
        if item.version is None:
            continue
        with application.store.read(actor.tenant) as uow:
            version = uow.procedures.version(item.version)
            package = application.packages.published(version, uow.procedures)
        found |= placing.everybody(package)
    for one in application.directory.organisation(actor.tenant).positions.values():
        found |= one.performers
    named = sorted(one for one in found if one and one == one.strip())
    return tuple(named[:_MOST_PERFORMERS])


def _new_password() -> str:
    """A password of four groups, about 98 bits."""
    random = context.application().engine.tools.ids.random(_GROUPS * _GROUP)
    letters = "".join(_ALPHABET[one % len(_ALPHABET)] for one in random)
    groups = (letters[n : n + _GROUP] for n in range(0, len(letters), _GROUP))
    return "-".join(groups)


def _first_password() -> Mapping[str, Any]:
    return sheets.text(
        "password",
        translate("First password"),
        longest=passwords.LONGEST,
        hint=translate(
            "Write it down now: it is not shown again, and it must be changed after"
            " the first sign-in."
        ),
    )
