"""What was done on paper, entered beside a form; and how pages tell of it.

docs/manual/clock.md, rules 1 and 2. The fields stand folded under "Done on paper". Who
leaves them empty does the act now; whoever fills one of them means all of them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

import flask
from werkzeug.datastructures import FileStorage, MultiDict

from engine import unsent
from engine.domain.on_paper import OnPaper
from engine.domain.organisation import Organisation, Role
from engine.errors import AnswersInvalidError
from engine.forms import document
from engine.queries import CaseItem
from webui import context, formats, instants, offices, timeline, uploads
from webui.i18n import translate

#: Names of the fields; the scan is a field of a form of its own.
DAY: Final = "giay-ngay"
TIME: Final = "giay-gio"
PERSON: Final = "giay-nguoi"
WHY: Final = "giay-vi-sao"
SCAN: Final = "quet_ban_giay"
_TYPED: Final = (DAY, TIME, PERSON, WHY)
_SHEET: Final = document.compile(
    {
        "type": "default",
        "schemaVersion": document.SCHEMA_VERSION,
        "components": [
            {
                "id": SCAN,
                "key": SCAN,
                "type": "filepicker",
                "label": SCAN,
                "accept": ".pdf,.jpg,.jpeg,.png,.webp",
            }
        ],
    }
)
_WHY_CHARS: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Somebody who may have done it on paper: an account in a position."""

    account: UUID
    position: UUID
    name: str

    @property
    def value(self) -> str:
        """How the page names it."""
        return f"{self.account.hex}.{self.position.hex}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The fields, fresh or as they were sent."""

    typed: Mapping[str, str]
    hands: tuple[Hand, ...]
    came: uploads.Uploads
    #: What is wrong, by name of the field.
    errors: Mapping[str, str]
    at: datetime | None = None

    @property
    def meant(self) -> bool:
        """Whether something was entered, so that it was done on paper."""
        return any(self.typed.values()) or bool(self.scans)

    @property
    def scans(self) -> tuple[uploads.Attached, ...]:
        """What was uploaded as the scanned sheet; the last one counts."""
        return self.came.files.get(SCAN, ())

    @property
    def hand(self) -> Hand | None:
        """The chosen account and position."""
        chosen = self.typed[PERSON]
        return next((one for one in self.hands if one.value == chosen), None)

    @property
    def act(self) -> OnPaper | None:
        """What the command gets; None: it is done now, on the screen."""
        hand = self.hand
        if not self.meant or self.at is None or hand is None:
            return None
        return OnPaper(
            at=self.at,
            by=hand.account,
            position=hand.position,
            scan=self.scans[-1].sha256 if self.scans else "",
            why=self.typed[WHY],
        )

    @property
    def refusal(self) -> AnswersInvalidError | None:
        """That something is wrong with it (`summary` says what); nothing is done."""
        return AnswersInvalidError(()) if self.errors else None

    @property
    def summary(self) -> list[tuple[str, str]]:
        """What is wrong, for the top of the page: id of the place, sentence."""
        return [*self.errors.items()]

    @property
    def told(self) -> list[tuple[str, str]]:
        """Label and text, for the page that asks once more."""
        if self.at is None or self.hand is None:
            return []
        return [
            (translate("Done on paper"), moment(self.at)),
            (translate("Done on paper by"), self.hand.name),
        ]

    def onto(self, sheet: unsent.Sheet) -> unsent.Sheet:
        """A draft that keeps these fields, too."""
        if not self.meant:
            return sheet
        typed = {name: (text,) for name, text in self.typed.items()}
        return replace(
            sheet,
            typed={**sheet.typed, **typed},
            files={**sheet.files, SCAN: tuple(one.file for one in self.scans)},
        )

    def carried(self) -> Iterator[tuple[str, str]]:
        """Everything as hidden inputs: name and value."""
        yield from self.typed.items()
        for one in self.scans:
            yield f"{uploads.TOKEN}{SCAN}", one.token


def read(
    hands: tuple[Hand, ...],
    held: uploads.Notes | None = None,
    case: UUID | None = None,
    *,
    files: bool = True,
) -> Panel:
    """What the present request says of paper; read once for each page.

    Args:
        hands: Who may have done it.
        held: The case's files so far.
        case: The case; None at the receipt.
        files: Whether files are stored; not from somebody who may not do the act.
    """
    known = flask.g.get("on_paper")
    if known is None:
        known = flask.g.on_paper = _read(hands, held or {}, case, files=files)
    found: Panel = replace(known, hands=hands)
    return found


def drafted(hands: tuple[Hand, ...], sheet: unsent.Sheet) -> Panel:
    """The fields as a draft kept them."""
    return Panel(
        typed={name: "".join(sheet.typed.get(name, ())) for name in _TYPED},
        hands=hands,
        came=uploads.Uploads(files={SCAN: uploads.kept(sheet.files.get(SCAN, ()))}),
        errors={},
    )


def doers(
    performer: str, *agencies: UUID | None, holders: bool = False
) -> tuple[Hand, ...]:
    """Who holds or held a position that does such work at agencies, by name.

    Args:
        performer: Whose work it is; empty: any position.
        agencies: Where.
        holders: Nobody who stood in for a holder.
    """
    organisation = context.organisation_now()
    fitting = frozenset(
        one.id
        for one in organisation.positions.values()
        if one.agency in agencies and (not performer or one.performs(performer))
    )
    return _named(organisation, dict(_spans(organisation, fitting, holders=holders)))


def overseers(*agencies: UUID) -> tuple[Hand, ...]:
    """Who supervises agencies from a position over one of them, by name."""
    organisation = context.organisation_now()
    over, waiting = set[UUID](), [*agencies]
    while waiting:
        known = organisation.agencies.get(waiting.pop())
        if known is not None and known.id not in over:
            over.add(known.id)
            waiting += filter(None, (known.parent,))
    fitting = frozenset(
        one.id for one in organisation.positions.values() if one.agency in over
    )
    spans = dict(_spans(organisation, fitting, holders=True))
    tenant = context.current_actor().tenant
    with context.application().store.read(tenant) as uow:
        found = {one: uow.accounts.account(one) for one, _ in spans}
    return _named(
        organisation,
        {
            key: until
            for key, until in spans.items()
            if (one := found[key[0]]) is not None and Role.SUPERVISOR in one.roles
        },
    )


def of_case(
    item: CaseItem, held: uploads.Notes, hands: Callable[[], tuple[Hand, ...]]
) -> Callable[[], Panel]:
    """What the present request says of paper about a case; `hands` made it."""
    return lambda: read(hands(), held, item.id)


def _named(
    organisation: Organisation, spans: Mapping[tuple[UUID, UUID], date]
) -> tuple[Hand, ...]:
    """People in positions, with the last day of those who left."""
    tenant, today = context.current_actor().tenant, context.today()
    names = context.application().queries.names(tenant, {one for one, _ in spans})
    found = []
    for (account, position), until in spans.items():
        post = organisation.positions[position].name
        name = f"{names.get(account, '–')}, {post}"
        if until < today:
            name = f"{name} ({offices.span(date.min, until)})"
        found.append(Hand(account=account, position=position, name=name))
    return tuple(sorted(found, key=lambda one: (one.name, one.value)))


def attach(item: CaseItem, panel: Panel) -> None:
    """Note the scan among the files of the case."""
    if panel.act is not None:
        uploads.attach(item, panel.came)


def sentences(line: timeline.Line, names: Mapping[UUID, str]) -> Iterator[str]:
    """What a page says of an act on paper: both times, both people, and why."""
    paper = line.paper
    if paper is None:
        return
    hand = ", ".join(filter(None, (names.get(paper.by, "–"), paper.position)))
    yield translate(
        "Done on paper at %(real)s, entered at %(at)s; done by %(hand)s, entered by"
        " %(who)s",
        real=moment(paper.at),
        at=moment(line.at),
        hand=hand,
        who=names.get(line.account, "–") if line.account else translate("the system"),
    )
    if paper.outage is not None:
        yield translate("During a declared outage")
    if paper.why:
        yield translate("Why on paper: %(why)s", why=paper.why)


def moment(at: datetime) -> str:
    """`09:10 ngày 02/03/2026`."""
    return translate(
        "%(clock)s on %(day)s", clock=formats.clock(at), day=formats.day(at)
    )


def _spans(
    organisation: Organisation, positions: frozenset[UUID], *, holders: bool
) -> Iterator[tuple[tuple[UUID, UUID], date]]:
    """Account and position with the last day, of holders and who stood in for them."""
    today = context.today()
    held = [
        (one.account, one.position, one.valid_from, one.valid_to)
        for one in organisation.holders
    ]
    stood = [
        (one.substitute, one.position, one.valid_from, one.valid_to)
        for one in organisation.substitutions
    ]
    found: dict[tuple[UUID, UUID], date] = {}
    for account, position, first, last in (*held, *(() if holders else stood)):
        # What was taken back before it began is no holding.
        if position in positions and first <= min(today, last):
            known = found.get((account, position), date.min)
            found[account, position] = max(known, last)
    yield from found.items()


def _read(
    hands: tuple[Hand, ...], held: uploads.Notes, case: UUID | None, *, files: bool
) -> Panel:
    request = flask.request
    sent = request.files if files else MultiDict[str, FileStorage]()
    came = uploads.read(_SHEET, request.form, sent, held, case)
    typed = {name: request.form.get(name, "").strip() for name in _TYPED}
    typed[WHY] = typed[WHY][:_WHY_CHARS]
    made = Panel(typed=typed, hands=hands, came=came, errors={})
    if not made.meant and not came.errors:
        return made
    wrong = dict(_wrong(made))
    at = None if {DAY, TIME} & wrong.keys() else instants.parse(typed[DAY], typed[TIME])
    return replace(made, errors=wrong, at=at)


def _wrong(panel: Panel) -> Iterator[tuple[str, str]]:
    """What is missing or cannot be read; what the engine checks is left to it."""
    if not instants.is_day(panel.typed[DAY]):
        yield DAY, translate("Enter the day on which it was done, as 20/11/2026.")
    if not instants.is_time(panel.typed[TIME]):
        yield TIME, translate("Enter the time at which it was done, as 09:10.")
    if panel.hand is None:
        yield PERSON, translate("Choose who did it on paper.")
    for error in panel.came.errors:
        yield f"f-{SCAN}", error.message
