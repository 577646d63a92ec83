"""Questions that an import leaves to a person, and the answers given so far.

What changes the meaning of a drawing is never decided silently: it becomes a
`Decision` with its choices and a default, and the file runs when all are answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from models_bpmn.importer.report import Place
from models_bpmn.importer.wording import questions

#: Answers that a person may type out after these prefixes.
FREE: Final = ("expression:", "time:", "count:", "decision:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One question about one element."""

    id: str
    #: The code of the finding that it settles.
    code: str
    place: Place
    #: The first is the default. `function:…` and `start:…` name what they mean.
    choices: tuple[str, ...]
    params: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def default(self) -> str:
        """What is done when nobody answers otherwise."""
        return self.choices[0]

    def question(self, language: str) -> str:
        """The question in `vi` or `en`."""
        return questions.question(self.code, language, self.params)

    def labels(self, language: str) -> dict[str, str]:
        """Each choice in words."""
        return {one: questions.choice(one, language) for one in self.choices}

    def fits(self, answer: str) -> bool:
        """Whether an answer is one of the choices, or typed where that is allowed."""
        prefix = answer.partition(":")[0] + ":"
        typed = prefix in FREE and any(one == f"{prefix}…" for one in self.choices)
        return answer in self.choices or (typed and len(answer) > len(prefix))


class Desk:
    """Asks, remembers what was asked, and answers from what is known."""

    def __init__(self, answers: Mapping[str, str], *, defaults: bool = False) -> None:
        self._answers = answers
        self._defaults = defaults
        self.asked: dict[str, Decision] = {}

    def decide(self, decision: Decision) -> str:
        """The answer, or the default so that the import can go on."""
        self.asked.setdefault(decision.id, decision)
        answer = self._answers.get(decision.id, "")
        return answer if decision.fits(answer) else decision.default

    def answered(self, decision: Decision) -> bool:
        """Whether a person has answered, or has accepted every default."""
        given = self._answers.get(decision.id, "")
        return self._defaults or decision.fits(given)

    @property
    def open(self) -> tuple[Decision, ...]:
        """The questions nobody has answered."""
        return tuple(one for one in self.asked.values() if not self.answered(one))
