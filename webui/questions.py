"""What an uploaded diagram leaves to the designer, as radio buttons, and the answers.

The answers go into the package as `answers.json`, so that the version says what was
decided, and its diagram stays as it was drawn.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from engine.errors import ModelInvalidError
from models_bpmn import catalogue, packages
from webui import bootstrap, i18n

#: The fields of the form that hold answers begin so.
PREFIX: Final = "decision:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question about one element."""

    #: Name of the form field.
    field: str
    text: str
    #: Value, words, and whether it is chosen.
    choices: list[tuple[str, str, bool]]


def answered(files: Mapping[str, bytes], sent: Mapping[str, str]) -> dict[str, bytes]:
    """The files with what was answered on the page."""
    given = {
        name.removeprefix(PREFIX): value
        for name, value in sent.items()
        if name.startswith(PREFIX)
    }
    if not given:
        return dict(files)
    kept = files.get(catalogue.ANSWERS)
    known = {} if kept is None else catalogue.read_answers(kept)
    written = json.dumps({**known, **given}, ensure_ascii=False, sort_keys=True)
    return {**files, catalogue.ANSWERS: written.encode()}


def asked(files: Mapping[str, bytes]) -> list[Question]:
    """The questions about a package; none when it is refused for another reason."""
    maker = packages.Maker(bootstrap.registry().names())
    try:
        found = maker.analyse(files, intent=False)
        known = catalogue.answers(catalogue.package(files))
    except ModelInvalidError:
        return []
    language = i18n.language()
    questions = []
    for one in found.asked if found.decisions else ():
        labels = one.labels(language)
        chosen = known.get(one.id, "")
        chosen = chosen if one.fits(chosen) else one.default
        questions.append(
            Question(
                field=PREFIX + one.id,
                text=one.question(language),
                # What has to be typed is written into answers.json.
                choices=[
                    (value, labels[value], value == chosen)
                    for value in one.choices
                    if not value.endswith("…")
                ],
            )
        )
    return questions
