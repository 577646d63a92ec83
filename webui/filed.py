"""The files of a case: which hold now, which were replaced; looking at one.

A file that was answered stays, whatever replaces it: the sealed history commits to it.
It is shown in the browser only when its content is what its media type says, in a
document of its own that can run nothing (CSP `sandbox`).
"""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import flask

from engine.domain import enclosed
from engine.domain.events import EventType
from engine.errors import NotFoundError
from engine.evidence import retrace
from webui import (
    accesses,
    context,
    dossier,
    formats,
    sniffing,
    timeline,
    upload_words,
    uploads,
    words,
)
from webui.i18n import translate

blueprint = flask.Blueprint("filed", __name__)

_CLOSED: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
_PICTURE: Final = f"{_CLOSED}; img-src 'self'; style-src 'unsafe-inline'; sandbox"
#: What a browser shows, and under which policy. The viewer for PDF is the browser's
#: own: it is a plug-in to the policy, which `sandbox` would forbid.
SHOWN: Final[Mapping[str, str]] = {
    "application/pdf": f"{_CLOSED}; object-src 'self'; style-src 'unsafe-inline'",
    "image/gif": _PICTURE,
    "image/jpeg": _PICTURE,
    "image/png": _PICTURE,
    "image/webp": _PICTURE,
    "text/plain": f"{_CLOSED}; style-src 'unsafe-inline'; sandbox",
}
#: Told with the act that they were enclosed with.
_ENCLOSED: Final = frozenset(enclosed.LABEL.values())
_CHARSET: Final = {False: "utf-8", True: "utf-16"}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that was answered in a step."""

    sha256: str
    name: str
    type: str
    size: str
    #: The question that it answers.
    label: str
    at: datetime
    by: str
    #: Answered in the same place later on, by another file.
    replaced: bool = False

    @property
    def shown(self) -> bool:
        """Whether a browser shows it."""
        return self.type in SHOWN


def of_case(found: dossier.Dossier) -> tuple[File, ...]:
    """The files of a case: those that hold now, then those that they replaced."""
    files: dict[tuple[str, str], File] = {}
    present: dict[tuple[str, str], tuple[str, ...]] = {}
    for line, step in zip(found.lines, found.steps, strict=True):
        for answer in _answers(line, step):
            if answer.files:
                present[line.element, answer.label] = answer.files
            for sha256 in answer.files:
                files[sha256, answer.label] = _file(found, line, answer, sha256)
    now = {sha256 for kept in present.values() for sha256 in kept}
    told = [one if one.sha256 in now else _replaced(one) for one in files.values()]
    return tuple(sorted(told, key=lambda one: one.replaced))


def known(found: dossier.Dossier) -> frozenset[str]:
    """The files that the record of a case names: answers, scans, the result."""
    return frozenset(
        file
        for line, step in zip(found.lines, found.steps, strict=True)
        for one in _answers(line, step)
        for file in one.files
    )


@blueprint.get("/ho-so/<uuid:case>/tep/<sha>/xem")
def show(case: UUID, sha: str) -> flask.Response:
    """A file of this case as the browser shows it."""
    found = dossier.read(dossier.find(case))
    names = {one.sha256: one for one in of_case(found)}
    if sha not in names:
        raise NotFoundError
    tenant = context.current_actor().tenant
    content = uploads.attachments().get(tenant, sha)
    kind = sniffing.kind_of(content).type
    accesses.taken(case, sha)
    if kind not in SHOWN:
        return uploads.download(names[sha].name, names[sha].type, content)
    answer = uploads.download(names[sha].name, kind, content)
    if kind == "text/plain":
        wide = content[:2] in sniffing.UTF16
        answer.headers["Content-Type"] = f"{kind}; charset={_CHARSET[wide]}"
    shown = answer.headers["Content-Disposition"].replace("attachment", "inline", 1)
    answer.headers["Content-Disposition"] = shown
    answer.headers["Content-Security-Policy"] = SHOWN[kind]
    return answer


def _answers(line: timeline.Line, step: retrace.Step) -> Iterator[timeline.Answer]:
    """What was answered, the scan of the sheet on which it was done, the result."""
    own = step.values.get(enclosed.BESIDE)
    files = tuple(map(str, own)) if isinstance(own, list) else ()
    for one in line.answers:
        if not files or one.files != files or one.label not in _ENCLOSED:
            yield one
    if files:
        act = translate(words.EVENT[line.type])
        done = line.type is EventType.TASK_COMPLETED
        about = line.name if done else ": ".join(filter(None, (act, line.name)))
        # With its instant: what another round encloses does not take its place.
        at = formats.moment(line.real)
        label = translate("Enclosed: %(act)s, %(at)s", act=about, at=at)
        yield timeline.Answer(label=label, text="", files=files)
    if line.paper is not None and line.paper.scan:
        # With its instant: the sheet of another round does not take its place.
        label = f"{translate('Scanned sheet')}, {formats.moment(line.paper.at)}"
        yield timeline.Answer(label=label, text="", files=(line.paper.scan,))
    issued = str(step.body["facts"].get("file", ""))
    if line.type is EventType.RESULT_ISSUED and issued:
        label = translate("File of the result")
        yield timeline.Answer(label=label, text="", files=(issued,))


def _file(
    found: dossier.Dossier, line: timeline.Line, answer: timeline.Answer, sha256: str
) -> File:
    name, kind, size = found.files.get(sha256, (sha256[:12], "", 0))
    return File(
        sha256=sha256,
        name=name,
        type=kind,
        size=upload_words.size(size),
        label=answer.label,
        at=line.at,
        by=found.names.get(line.account, "") if line.account else "",
    )


def _replaced(file: File) -> File:
    return dataclasses.replace(file, replaced=True)
