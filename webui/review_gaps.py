"""Inputs of a management review that no record of the system can give (9.3.2).

They are listed as not computed, each with the reason and where to take it from, so that
a review does not take a missing input for one without remarks.
"""

from dataclasses import dataclass
from typing import Final

from webui.i18n import translate


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """An input that is not computed."""

    clause: str
    name: str
    #: Why it is not, and where it is taken from.
    why: str


#: Clause, input, why: message ids of the last two.
_GAPS: Final = (
    (
        "9.3.2 a",
        "Status of actions from earlier reviews",
        (
            "The minutes of reviews are kept outside of the system: take the"
            " actions from the minutes of the last review, with who answers for them"
            " and by when."
        ),
    ),
    (
        "9.3.2 b",
        "Changes in external and internal issues",
        (
            "Only versions of procedures are counted above. Changes of law, tasks,"
            " staff and organisation are weighed by people: take them from the"
            " documents that order them."
        ),
    ),
    (
        "9.3.2 c1",
        "Feedback from other interested parties",
        (
            "The system records ratings by applicants only. Take complaints,"
            " petitions and surveys from the register of citizens' reception."
        ),
    ),
    (
        "9.3.2 c2",
        "Extent to which quality objectives were met",
        (
            "The system keeps targets of shares on time only (page “Reports”):"
            " compare the other objectives that were approved for the year with the"
            " figures above."
        ),
    ),
    (
        "9.3.2 c7",
        "Performance of external providers",
        (
            "Contracts and what they deliver are not recorded here: take them from"
            " the files of procurement."
        ),
    ),
    (
        "9.3.2 d",
        "Adequacy of resources",
        (
            "Staff, money and equipment are not recorded here. Age of open work and"
            " load of each position (pages “Figures” and “Supervision”) help to"
            " judge; the finding is the leadership's."
        ),
    ),
    (
        "9.3.2 e",
        "Effectiveness of actions on risks and opportunities",
        (
            "There is no register of risks in the system: take it from the agency's"
            " own. Only corrective actions (10.2) are counted above."
        ),
    ),
    (
        "9.3.2 f",
        "Opportunities for improvement",
        (
            "Nobody computes them: write down what the leadership decides."
            " Observations of audits above are one source."
        ),
    ),
)


def gaps() -> list[Gap]:
    """Every input that is not computed, in the order of the standard."""
    return [
        Gap(clause=clause, name=translate(name), why=translate(why))
        for clause, name, why in _GAPS
    ]


def messages() -> tuple[str, ...]:
    """Every message id of a table, for the test of the catalogues."""
    return tuple(text for _, name, why in _GAPS for text in (name, why))
