"""What goes wrong while a decision is made, and what a check finds before.

Both are told by a code and words; the texts in Vietnamese and English of the
flaws of a file stand in `models_bpmn/decisions/wording.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from engine.errors import EngineError, IncidentError

#: English texts of what stops a decision that is being made.
TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "decision-unknown": "There is no decision “{name}”; there are: {known}.",
        "input-missing": "“{name}” is missing; give null when it is not known.",
        "input-type": "“{name}” must be of the type {type}, not {found}.",
        "input-value": "“{name}” is not one of the allowed values: {allowed}",
        "result-type": "The result of “{name}” must be of the type {type}.",
        "result-value": "The result of “{name}” must be one of: {allowed}",
        "hit-unique": "In “{name}” more than one rule matches: {rules}.",
        "hit-any": "In “{name}” rules with different results match: {rules}.",
        "hit-numbers": "In “{name}” the results of {rules} are not all {needed}.",
        "steps": "The decision takes more than {limit} steps.",
        "text-size": "A text is longer than {limit} characters.",
        "list-size": "A list has more than {limit} elements.",
        "number-size": "“{name}” is no number that can be reckoned with.",
        "not-data": "The result holds {found}, which is no data.",
        "half-character": "A text in the data holds half a character.",
        "too-deep": "The data is nested too deeply.",
    }
)


class DecisionError(IncidentError):
    """The decision cannot be made from this data."""

    def __init__(self, code: str, **words: object) -> None:
        super().__init__(TEXTS[code].format_map(words), code=f"decision-{code}")
        self.params = {key: str(word) for key, word in words.items()}


class FeelError(EngineError):
    """A text is not in the language; told as a flaw of the place where it stands."""

    def __init__(self, reason: str, column: int, **words: object) -> None:
        super().__init__(reason, code=f"feel-{reason}")
        #: Code of the reason, key of `models_bpmn`'s texts.
        self.reason = reason
        #: Counted from 1 in characters.
        self.column = column
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One thing that a check found; `code` decides how much it weighs."""

    code: str
    #: Id, name and line of the element that is meant.
    element: str = ""
    name: str = ""
    line: int = 0
    words: Mapping[str, object] = field(default_factory=dict, hash=False)
