"""Tell an author whom nobody can tell: who is named and may not see the case."""

from uuid import UUID

import flask

from engine.commands import mentioning
from webui import context
from webui.i18n import translate


def warn(case: UUID, text: str) -> None:
    """Say of each person that a text names why that one is not told."""
    if "@" not in text:
        return
    with context.application().store.read(context.tenant()) as uow:
        known = uow.cases.get(case)
        found = mentioning.mentioned(uow, known, text, context.today())
    barred = translate("“@%(name)s” may not see this case and is not told.")
    stranger = translate(
        "Nobody, or more than one person, is called “@%(name)s”: nobody is told."
    )
    for name in found.barred:
        flask.flash(barred % {"name": name}, "wait")
    for name in found.strangers:
        flask.flash(stranger % {"name": name}, "wait")
