"""The balance: every flow node that is drawn either runs or is listed with the reason.

`nodes == executable + len(listed)` holds for every file, whatever becomes of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models_bpmn.importer import reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.desk import Decision
from models_bpmn.importer.report import Place
from models_bpmn.importer.sheet import Sheet
from models_bpmn.importer.wording import questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A flow node that does not run."""

    place: Place
    #: Why: a code of `wording.questions.REASONS`, or the code of a decision.
    code: str
    #: The element whose removal took it along; itself otherwise.
    cause: str = ""

    def reason(self, language: str) -> str:
        """Why it does not run, in `vi` or `en`."""
        return questions.reason(self.code, language, self.cause)


def census(sheet: Sheet) -> None:
    """Count the flow nodes of every process, at any depth, as they are drawn."""
    for process in sheet.root.iter(f"{{{words.BPMN}}}process"):
        for element in process.iter(f"{{{words.BPMN}}}*"):
            if reader.local(element) in words.FLOW_NODES:
                if not element.get("id"):
                    element.set("id", sheet.new_id(f"{reader.local(element)}.0"))
                    sheet.by_id[element.get("id", "")] = element
                sheet.drawn[element.get("id", "")] = sheet.place(element)


def listed(
    sheets: Mapping[str, Sheet],
    executable: set[tuple[str, str]],
    decisions: Sequence[Decision],
    otherwise: str,
) -> tuple[Listed, ...]:
    """The nodes that do not run; `otherwise` is the reason when none is known."""
    asked = {(one.place.file, one.place.element): one.code for one in decisions}
    return tuple(
        one
        for sheet in sheets.values()
        for one in _of(sheet, executable, asked, otherwise)
    )


def _of(
    sheet: Sheet,
    executable: set[tuple[str, str]],
    asked: Mapping[tuple[str, str], str],
    otherwise: str,
) -> Iterable[Listed]:
    for identity, place in sheet.drawn.items():
        key = (sheet.source.name, identity)
        if key in asked:
            yield Listed(place=place, code=f"open:{asked[key]}")
        elif identity in sheet.gone:
            code, cause = sheet.gone[identity]
            yield Listed(place=place, code=code, cause=cause)
        elif key not in executable:
            yield Listed(place=place, code=otherwise)


def drawn(sheets: Mapping[str, Sheet]) -> int:
    """How many flow nodes the files draw."""
    return sum(len(sheet.drawn) for sheet in sheets.values())
