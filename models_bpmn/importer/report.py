"""What the steps of an import remark, gathered so that all of it is told at once.

A designer who corrects one mistake and uploads again wants to meet no second one that
was there the first time: every step adds to one `Report` and goes on with what it has.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.errors import Finding, ModelInvalidError
from models_bpmn.importer import messages

#: More remarks of one severity than this help nobody; the rest is only counted.
MOST = 200


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the uploaded files a remark belongs."""

    element: str = ""
    name: str = ""
    line: int = 0
    file: str = ""

    @property
    def label(self) -> str:
        """The element as a designer recognises it: its name as drawn, and its id."""
        if self.name and self.element:
            return f"“{self.name}” ({self.element})"
        return self.name or self.element or self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark(Finding):
    """A finding that still knows the words of its text, to say it in Vietnamese."""

    file: str = ""
    params: Mapping[str, str] = field(default_factory=dict, hash=False)


class Report:
    """The remarks of one import, in the order in which they were made."""

    def __init__(self) -> None:
        self._remarks: list[Remark] = []
        self._seen: set[tuple[str, str, str]] = set()
        self._counts: Counter[str] = Counter()

    def add(self, code: str, place: Place, **words: object) -> None:
        """Remark `code` about `place` once; `words` fill its text."""
        params = {"it": place.label, **{key: str(word) for key, word in words.items()}}
        message = messages.text(code, "en", params)
        severity = messages.severity(code)
        if (code, place.element, message) in self._seen:
            return
        self._seen.add((code, place.element, message))
        self._counts[severity] += 1
        self._remarks.append(
            Remark(
                code=code,
                severity=severity,
                message=message,
                element=place.element,
                name=place.name,
                line=place.line,
                file=place.file,
                params=params,
            )
        )

    def extend(self, remarks: Iterable[Remark]) -> None:
        """Take over the remarks of another report."""
        for one in remarks:
            key = (one.code, one.element, one.message)
            if key not in self._seen:
                self._seen.add(key)
                self._counts[one.severity] += 1
                self._remarks.append(one)

    @property
    def refused(self) -> bool:
        """Whether anything was found that keeps the model from running."""
        return self._counts["refusal"] > 0

    @property
    def refusals(self) -> tuple[Remark, ...]:
        """Every refusal, however many: what is to be settled, not what is shown."""
        return tuple(one for one in self._remarks if one.severity == "refusal")

    @property
    def findings(self) -> tuple[Remark, ...]:
        """All remarks, refusals first, each kind by file and line."""
        order = {"refusal": 0, "decision": 1, "warning": 2, "note": 3}
        shown: list[Remark] = []
        counts: Counter[str] = Counter()
        for one in self._remarks:
            counts[one.severity] += 1
            if counts[one.severity] <= MOST:
                shown.append(one)
        remarks = sorted(
            shown, key=lambda one: (order[one.severity], one.file, one.line)
        )
        return (*remarks, *self._rest())

    def _rest(self) -> tuple[Remark, ...]:
        count = sum(max(0, made - MOST) for made in self._counts.values())
        if not count:
            return ()
        words = {"it": "", "count": str(count)}
        return (
            Remark(
                code="more",
                severity=messages.severity("more"),
                message=messages.text("more", "en", words),
                params=words,
            ),
        )

    def raise_refusals(self) -> None:
        """Stop here when the model cannot be accepted.

        Raises:
            ModelInvalidError: with every refusal, warning and note found so far.
        """
        if self.refused:
            raise ModelInvalidError(self.findings)
