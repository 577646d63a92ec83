"""The result of a dossier on its page: recorded and handed over.

docs/manual/dossiers.md, rule 7: before the work that leads to it is done, it needs
a reason and is not handed over.
"""

from collections.abc import Iterator
from typing import Any, Final

from engine.commands import dossier_acts as acts
from engine.domain import iso8601, issuing
from engine.domain.dossier_record import Dossier
from engine.errors import NotReadyError
from engine.forms import facts
from engine.package import recording
from engine.queries import CaseItem
from webui import context, counter, dossier, dossier_forms, sheets, uploads
from webui.i18n import translate

_FORMS: Final = {"electronic": "Electronic", "paper": "On paper only"}


def ahead(found: dossier.Dossier) -> list[str]:
    """Names of the open work that stands before the result."""
    package = found.package
    return [
        package.model.nodes[one].name or one
        if one != issuing.OUTSIDE
        else translate("what the case waits for")
        for one in issuing.ahead(
            package.model,
            facts.drawn(recording(package)),
            (task.element for task in found.open_tasks),
            closed=found.item.closed_at is not None,
        )
    ]


def returnable(one: Dossier, found: dossier.Dossier) -> bool:
    """Whether the result can be handed over now."""
    known = one.result is not None or one.ending is not None
    return one.returned_at is None and known and not ahead(found)


def issue(item: CaseItem, one: Dossier) -> sheets.Sheet:
    """Record the result."""
    return dossier_forms.sheet(
        item,
        translate("Record the result"),
        (
            sheets.text("number", translate("Number"), longest=dossier_forms.SHORT),
            sheets.date_field("date", translate("Date")),
            dossier_forms.optional("kind", translate("Kind of document")),
            dossier_forms.choice("form", translate("Form of the result"), _FORMS),
            *_file(item),
            dossier_forms.optional(
                "code", translate("Code of the result on the portal")
            ),
            *_why(item, one),
        ),
        lambda values: _issued(item, one, values),
    )


def _why(item: CaseItem, one: Dossier) -> Iterator[dict[str, Any]]:
    """Why it comes before the decision, or takes the place of another."""
    waiting = ahead(dossier.read(item))
    if waiting:
        steps = ", ".join(waiting)
        text = "Not done yet: %(steps)s. Recording the result now is a deviation."
        hint = translate(text, steps=steps)
        yield dossier_forms.why(translate("Why the result comes before that"), hint)
    elif one.result is not None:
        yield dossier_forms.why(translate("Why it replaces the earlier one"))


def _file(item: CaseItem) -> Iterator[dict[str, Any]]:
    """The file of the result: of the reader's device, or one of the case."""
    label = translate("File of the result")
    yield dossier_forms.files("file", label, several=False)
    kept = uploads.of_case(item.id)
    if kept:
        names = {
            sha256: f"{name} ({sha256[:8]})" for sha256, (name, *_) in kept.items()
        }
        label = translate("Or a file that the case has")
        yield dict(sheets.choice("select", "kept", label, names, required=False))


def _issued(item: CaseItem, one: Dossier, values: sheets.Values) -> object:
    new = "".join(dossier_forms.sent(values, "file")[:1])
    kept = str(values.get("kept") or "")
    if kept and new not in ("", kept):
        said = translate("Choose a file of the case, or name another; not both.")
        return sheets.wrong("file", said)
    day = sheets.day(values["date"])
    if day > context.today():
        return sheets.wrong("date", translate("The day lies in the future."))
    if one.received_at and day < iso8601.day(one.received_at):
        said = translate("The day lies before the receipt of the dossier.")
        return sheets.wrong("date", said)
    return acts.IssueResult(
        case=item.id,
        number=str(values["number"]),
        date=day,
        kind=str(values.get("kind") or ""),
        file=new or kept,
        electronic=values["form"] == "electronic",
        code=str(values.get("code") or ""),
        reason=str(values.get("reason") or ""),
    )


def hand_over(item: CaseItem, one: Dossier) -> sheets.Sheet:
    """Record that it was handed over.

    Raises:
        NotReadyError: There is none yet, or it was handed over already.
    """
    if one.returned_at is not None:
        raise NotReadyError(code="returned-already")
    if not returnable(one, dossier.read(item)):
        known = one.result is not None or one.ending is not None
        raise NotReadyError(code="not-decided" if known else "no-result")
    return dossier_forms.sheet(
        item,
        translate("Hand the result over"),
        (
            dossier_forms.choice("how", translate("How"), counter.TABLES["way"]),
            sheets.text(
                "taken_by", translate("Who took it"), longest=dossier_forms.SHORT
            ),
        ),
        lambda values: acts.ReturnResult(
            case=item.id, how=str(values["how"]), taken_by=str(values["taken_by"])
        ),
    )
