"""The physical file: what waits for me, taking it, and scanning a receipt.

A scan is the text of a receipt's code or a dossier code; it opens the case, or takes
the file that was handed over to me.
"""

from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine.commands.hand_over_file import AcceptFile
from engine.domain import policy, receipt
from engine.errors import EngineError, NotFoundError
from webui import attempts, context, dossier, errors, submission
from webui.i18n import translate

blueprint = flask.Blueprint("handovers", __name__)
_NOTE = policy.Action.DOSSIER_NOTE
_SEE = policy.Action.CASE_VIEW


@blueprint.get("/ban-giao")
def listing() -> str:
    """The files that wait for me, and those that I handed over."""
    context.demand(_NOTE)
    actor = context.current_actor()
    mine = [one.id for one in actor.positions]
    with context.application().store.read(actor.tenant) as uow:
        offers = uow.dossiers.offered(mine)
        posts = uow.accounts.organisation().positions
    return flask.render_template(
        "cases/handovers.html",
        waiting=[one for one in offers if one.taker in mine],
        given=[one for one in offers if one.taker not in mine],
        names={key: post.name for key, post in posts.items()},
        key=submission.new_key(),
    )


@blueprint.post("/ban-giao")
def take() -> Response:
    """Take the files that are ticked; what is refused is said."""
    context.demand(_NOTE)
    taken = sum(_taken(one) for one in flask.request.form.getlist("case"))
    if taken:
        flask.flash(translate("Taken: %(n)s files.", n=taken))
    return flask.redirect(flask.url_for("handovers.listing"), 303)


@blueprint.route("/quet", methods=("GET", "POST"))
def scan() -> Response:
    """Open the dossier of a receipt; take its file where it was handed to me."""
    context.demand(_NOTE)
    text = flask.request.values.get("ma", "").strip()
    item = context.application().queries.case(context.current_actor(), _code(text))
    # Of a case that is not theirs people learn nothing, not even that it is there.
    if item is None or not context.may(_SEE, dossier.thing_of(item)):
        flask.flash(translate("No dossier was found for what was scanned."))
        return flask.redirect(flask.url_for("handovers.listing"), 303)
    waits = flask.request.method == "POST" and _waits(item.id)
    if waits and _taken(str(item.id)):
        flask.flash(translate("The file of case %(code)s is yours.", code=item.code))
        return flask.redirect(flask.url_for("handovers.listing"), 303)
    return flask.redirect(flask.url_for("cases.show", case=item.id), 303)


def _code(text: str) -> str:
    """The dossier code in a scanned text."""
    try:
        return receipt.parse(text).code
    except receipt.NoReceiptError:
        return text[:100]


def _waits(case: UUID) -> bool:
    """Whether the file of a case waits for the reader."""
    actor = context.current_actor()
    mine = {one.id for one in actor.positions}
    with context.application().store.read(actor.tenant) as uow:
        offers = uow.dossiers.offered(mine)
    return any(one.case == case and one.taker in mine for one in offers)


def _taken(case: str) -> bool:
    try:
        done = attempts.attempt(AcceptFile(case=UUID(case)))
    except (ValueError, NotFoundError):
        flask.abort(404)
    if isinstance(done, EngineError):
        flask.flash(errors.text_of(done))
        return False
    return True
