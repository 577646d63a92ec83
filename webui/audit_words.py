"""Words for the values of the audit programme, as `webui.words` has them for cases."""

from typing import Final

from engine.domain.programme import Answer, Grade
from engine.domain.sampling import Basis, Risk

GRADE: Final = {
    Grade.MAJOR: ("Major nonconformity", "late"),
    Grade.MINOR: ("Minor nonconformity", "soon"),
    Grade.OBSERVATION: ("Observation", ""),
}
STATE: Final = {
    "open": ("No action yet", "late"),
    "acting": ("Action under way", "soon"),
    "closed": ("Effective, closed", "good"),
}
CHECKED: Final = {
    Answer.CONFORMS: "Conforms",
    Answer.FAILS: "Does not conform",
    Answer.NOT_APPLICABLE: "Does not apply",
}
BASIS: Final = {
    Basis.OPENED: "were received in the period",
    Basis.CLOSED: "were finished in the period",
}
RISK: Final = {
    Risk.LATE: "case late",
    Risk.LATE_STEP: "a step late",
    Risk.REWORK: "a step done again",
    Risk.CANCELLED: "work taken away",
    Risk.VALUE: "high value",
}

#: Heads of spreadsheets.
FINDING_HEADS: Final = (
    *("Finding", "Grade", "Clause", "Case", "Step", "What was found"),
    *("State", "Corrective action"),
)
REVIEW_HEADS: Final = ("Clause", "Figure", "Count", "Of", "Percent", "Question")


def messages() -> tuple[str, ...]:
    """Every message id that a table gives, for the test of the catalogues."""
    toned = (*GRADE.values(), *STATE.values())
    plain = (*CHECKED.values(), *BASIS.values(), *RISK.values())
    heads = (*FINDING_HEADS, *REVIEW_HEADS)
    return (*(word for word, _ in toned), *plain, *heads)
