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

#: Refusal code -> message id, of the acts of audits.
REFUSALS: Final = {
    "audit-closed": "The audit is concluded; nothing can be added to it.",
    "has-action": "This finding has its corrective action already.",
    "in-future": "A sample is drawn from what has happened, not from the future.",
    "no-action-procedure": (
        "The procedure of corrective actions (QT-10.2) has no "
        "version in force: publish it first."
    ),
    "no-audit": "There is no such audit.",
    "no-auditor": "Only accounts of auditors that are open take part in an audit.",
    "no-event": "The case has no such event.",
    "no-finding": "There is no such finding.",
    "no-sample": "There is no such sample.",
    "no-seed": "Give a seed, a size of at least 1, and a period.",
    "not-in-sample": "This case is in no sample of the audit.",
    "not-in-team": "You are not of the team of this audit.",
    "own-work": "You worked on this case: somebody else has to audit it.",
    "sample-cases": "This is more than one sample takes. Draw fewer cases.",
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
    return (*(word for word, _ in toned), *plain, *heads, *REFUSALS.values())
