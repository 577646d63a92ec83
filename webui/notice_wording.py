"""The pages of the words of mails: a text for each kind, language and agency.

A text is checked when it is stored; each storing is a new version, and none is changed.
"""

from dataclasses import dataclass
from uuid import UUID

import flask
from werkzeug.wrappers import Response

from engine.domain import notice_texts, notices, policy
from engine.domain.notices import Kind, Text
from engine.errors import NotFoundError
from engine.notices import Wording
from webui import context, i18n, notice_words
from webui.i18n import translate

blueprint = flask.Blueprint("notice_wording", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Of:
    """Which text is meant."""

    kind: Kind
    language: str
    agency: UUID | None


@blueprint.get("/he-thong/thong-bao/mau")
def listing() -> str:
    """The texts that agencies have of their own, and what each kind says without."""
    context.demand(policy.Action.NOTICE_MANAGE)
    tenant = context.current_actor().tenant
    agencies = context.organisation_now().agencies
    return flask.render_template(
        "notices/texts.html",
        own=context.application().post.texts(tenant),
        kinds=tuple(Kind),
        words=notice_words,
        names={key: one.name for key, one in agencies.items()},
        units=sorted((one.name, str(key)) for key, one in agencies.items()),
        tongues=i18n.LANGUAGES,
    )


@blueprint.get("/he-thong/thong-bao/mau/sua")
def edit() -> str:
    """A text as it stands, to be changed."""
    of = _asked()
    known = _versions(of)
    text = known[0].text if known else notice_texts.default(of.kind, of.language)
    return _form(of, text, {})


@blueprint.post("/he-thong/thong-bao/mau/sua")
def keep() -> Response | tuple[str, int]:
    """Store the next version of a text."""
    of, sent = _asked(), flask.request.form
    text = Text(
        subject=sent.get("subject", "").strip(),
        body=sent.get("body", "").replace("\r\n", "\n").strip() + "\n",
    )
    faults = notices.faults(text, of.kind)
    if faults:
        said = {
            one.part: translate(notice_words.FAULT[one.code], name=one.name)
            for one in reversed(faults)
        }
        return _form(of, text, said), 422
    actor = context.current_actor()
    wording = Wording(
        agency=of.agency,
        kind=of.kind,
        language=of.language,
        text=text,
        author=actor.account.id,
        at=context.now(),
    )
    context.application().post.keep_text(actor.tenant, wording)
    flask.flash(translate("The text is in force."))
    return flask.redirect(flask.url_for("notice_wording.listing"), 303)


def _asked() -> _Of:
    """Which text the address means.

    Raises:
        NotFoundError: There is no such kind, language or agency.
    """
    context.demand(policy.Action.NOTICE_MANAGE)
    args = flask.request.args
    kinds = {one.value: one for one in Kind}
    agencies = {str(key): key for key in context.organisation_now().agencies}
    agency, language = args.get("don-vi", ""), args.get("ngon-ngu", "vi")
    kind = kinds.get(args.get("loai", Kind.ASSIGNED.value))
    known = language in dict(i18n.LANGUAGES)
    if kind is None or not known or (agency and agency not in agencies):
        raise NotFoundError
    return _Of(kind=kind, language=language, agency=agencies.get(agency))


def _versions(of: _Of) -> tuple[Wording, ...]:
    tenant = context.current_actor().tenant
    return context.application().post.versions(tenant, of.agency, of.kind, of.language)


def _form(of: _Of, text: Text, faults: dict[str, str]) -> str:
    versions = _versions(of)
    tenant = context.current_actor().tenant
    unit = context.organisation_now().agencies.get(of.agency) if of.agency else None
    return flask.render_template(
        "notices/text.html",
        of=of,
        text=text,
        faults=faults,
        unit=unit.name if unit else "",
        places=sorted(notices.places(of.kind)),
        words=notice_words,
        tongue=dict(i18n.LANGUAGES)[of.language],
        versions=versions,
        authors=context.application().queries.names(
            tenant, {one.author for one in versions}
        ),
    )
