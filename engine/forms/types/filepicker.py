"""Files, stored as the ids of attachments that were uploaded before."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Final

from engine.forms import messages, registry, source
from engine.forms.field import JSON, Field, Scalar

#: An attachment id, or nothing: an input for files that was left empty.
_ATTACHMENT: Final = re.compile(r"(?:[0-9A-Za-z][0-9A-Za-z_-]{0,63})?")
_ACCEPTED: Final = re.compile(
    r"\.[0-9A-Za-z]{1,16}|[0-9a-z]+/(?:\*|[0-9A-Za-z.+-]{1,100})"
)
#: Files that one question may collect.
MOST_FILES: Final = 50


@registry.component("filepicker")
class FilePicker(registry.SeveralType):
    """A list of attachments; whether each exists is the command's question."""

    properties: ClassVar = frozenset({"accept", "multiple"})
    rules: ClassVar = frozenset({"required"})
    kind: ClassVar = "list"
    missing: ClassVar = "required-file"

    def compile(self, field: Field, component: source.Source) -> Field:
        """Read how many files of which kinds may be attached."""
        accept = [
            each.strip() for each in component.text("accept").split(",") if each.strip()
        ]
        for each in accept:
            if not _ACCEPTED.fullmatch(each):
                component.refuse(
                    "accept-invalid", f"{each} is no file ending (.pdf) or media type."
                )
        return replace(field, accept=tuple(accept), multiple=component.flag("multiple"))

    def parse(self, field: Field, items: Sequence[Scalar]) -> JSON:
        """Return the ids, each once, in the order in which they were attached."""
        sent: list[JSON] = []
        for item in items:
            if not isinstance(item, str) or not _ATTACHMENT.fullmatch(item):
                raise registry.RefusedError("malformed")
            if item and item not in sent:
                sent.append(item)
        most = MOST_FILES if field.multiple else 1
        if len(sent) > most:
            raise registry.RefusedError("too-many-files", limit=most)
        return sent

    def show(self, field: Field, value: JSON, language: str) -> str:
        """Return how many files there are; the page lists them by name."""
        count = len(self.write(field, value))
        return messages.word("files", language, count=count) if count else ""


def accepts(field: Field, *, name: str, media_type: str = "") -> bool:
    """Say whether a file may be attached, by its ending or its media type.

    This is a help for people who pick the wrong file, no protection: both are what the
    sender says (HTML 4.10.5.1.17).
    """
    if not field.accept:
        return True
    kind = media_type.partition("/")[0]
    return any(
        name.lower().endswith(rule.lower())
        if rule.startswith(".")
        else rule in (media_type.lower(), f"{kind.lower()}/*")
        for rule in field.accept
    )
