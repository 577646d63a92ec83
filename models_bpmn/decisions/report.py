"""What is remarked about a decision file, by the convention of the importer.

What concerns any XML (its bytes, its shape) is said by the importer's own report.
"""

from engine.errors import Finding
from models_bpmn.decisions.wording import CATALOGUE
from models_bpmn.importer import messages
from models_bpmn.importer import report as importer

#: More remarks of one code than this help nobody.
_MOST = 50
_ORDER = {"refusal": 0, "warning": 1, "note": 2}


class Report:
    """The remarks about one file."""

    def __init__(self) -> None:
        #: Remarks about the file as XML.
        self.file = importer.Report()
        self._remarks: list[importer.Remark] = []
        self._counts: dict[str, int] = {}

    def add(self, code: str, place: importer.Place, **words: object) -> None:
        """Remark `code` about `place`; `words` fill its text."""
        self._counts[code] = self._counts.get(code, 0) + 1
        if self._counts[code] > _MOST:
            return
        params = {"it": place.label, **{key: str(word) for key, word in words.items()}}
        remark = importer.Remark(
            code=code,
            severity=CATALOGUE[code].severity,
            message=messages.filled(CATALOGUE[code], "en", params),
            element=place.element,
            name=place.name,
            line=place.line,
            file=place.file,
            params=params,
        )
        if remark not in self._remarks:
            self._remarks.append(remark)

    @property
    def refused(self) -> bool:
        """Whether anything was found that keeps the decisions from being used."""
        return self.file.refused or any(
            one.severity == "refusal" for one in self._remarks
        )

    @property
    def findings(self) -> tuple[importer.Remark, ...]:
        """All remarks, refusals first, each kind by line."""
        found = [*self.file.findings, *self._remarks]
        return tuple(sorted(found, key=lambda one: (_ORDER[one.severity], one.line)))


def describe(finding: Finding, language: str) -> str:
    """The sentence of a finding in `vi` or `en`."""
    if isinstance(finding, importer.Remark) and finding.code in CATALOGUE:
        return messages.filled(CATALOGUE[finding.code], language, finding.params)
    return messages.describe(finding, language)
