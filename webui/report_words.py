"""Words of reports: what each indicator counts, and where a missing one comes from."""

from collections.abc import Mapping
from typing import Final

#: Columns of the quarterly report, after the name of the line (table II.06).
COLUMNS: Final[Mapping[str, str]] = {
    "received": "Received: total",
    "online": "Received online",
    "other": "Received directly or by post",
    "carried": "Carried over",
    "solved": "Solved: total",
    "early": "Solved early, by the day",
    "on_time": "Solved on time, by the day",
    "late": "Solved late, by the day",
    "in_progress": "In progress: total",
    "in_time": "In progress, in time, by the day",
    "overdue": "In progress, overdue, by the day",
}
#: Name in the address -> what the lines of the report are.
GROUPS: Final[Mapping[str, str]] = {
    "linh-vuc": "Field",
    "don-vi": "Unit",
    "quy-trinh": "Procedure",
}
_PUBLIC: Final = "The catalogue of procedures on the national portal tells it."
_PORTAL: Final = "The national portal counts it on its own side."
_STORE: Final = "The store of data of the citizen tells it."
_PETITIONS: Final = "The system of petitions of the national portal tells it."
#: Where a figure would come from that the record lacks.
SOURCE: Final[Mapping[str, str]] = {
    "PUBLISH_ON_TIME": _PUBLIC,
    "PUBLIC_UPDATE_ON_TIME": _PUBLIC,
    "PUBLIC_CONTENT_FULL": _PUBLIC,
    "DOSSIER_SYNC": _PORTAL,
    "STORE_SYNC": _STORE,
    "CERTIFIED_E_COPIES": _STORE,
    "PETITIONS_ON_TIME": _PETITIONS,
    "PETITION_SATISFACTION": _PETITIONS,
}
_ONLINE: Final = "how far they are online"
_RESULT: Final = "whether they answer with a document, and with which"
#: What the version of a procedure has to say for a figure.
STATED: Final[Mapping[str, str]] = {
    "ELECTRONIC_RESULT": _RESULT,
    "COMPONENTS_DIGITISED": _RESULT,
    "ONLINE_PROCEDURES": _ONLINE,
    "ONLINE_DOSSIERS": _ONLINE,
    "PAYMENT_PROCEDURES_INTEGRATED": "whether they are paid online",
}
#: Where no version says it, and where some do.
UNTOLD: Final = "Not enough data: these procedures do not say %(what)s: %(codes)s"
LEFT_OUT: Final = "Left out, because they do not say %(what)s: %(codes)s"
#: Where nothing of the kind was there.
NOTHING: Final = "There is no such dossier in this period."
#: Groups of the decision with their indicators.
PARTS: Final[tuple[tuple[str, Mapping[str, str]], ...]] = (
    (
        "Publicity",
        {
            "PUBLISH_ON_TIME": "Procedures announced on time",
            "PUBLIC_UPDATE_ON_TIME": "Procedures published or updated on time",
            "PUBLIC_CONTENT_FULL": "Procedures published in full",
            "DOSSIER_SYNC": "Dossiers synchronised with the national portal",
        },
    ),
    ("Progress", {"ON_TIME": "Dossiers handled on time"}),
    (
        "Digitisation",
        {
            "ELECTRONIC_RESULT": "Results issued electronically",
            "COMPONENTS_DIGITISED": "Dossiers digitised with their result",
            "COMPONENTS_REUSED": "Dossiers that reuse stored documents",
            "STORE_SYNC": "Results shared with the store of data",
            "POPULATION_DATA_DOSSIERS": "Dossiers that use population data",
            "POPULATION_DATA_PROCEDURES": "Procedures that use population data",
            "CERTIFIED_E_COPIES": "Certified electronic copies",
        },
    ),
    (
        "Online service and payment",
        {
            "ONLINE_PROCEDURES": "Online procedures with online dossiers",
            "ONLINE_DOSSIERS": "Dossiers filed online end to end",
            "PAYMENT_PROCEDURES_INTEGRATED": "Procedures with online payment set up",
            "PAYMENT_PROCEDURES_USED": "Procedures that were paid online",
            "PAID_ONLINE": "Dossiers that were paid online",
        },
    ),
    (
        "Satisfaction",
        {
            "PETITIONS_ON_TIME": "Petitions answered on time",
            "PETITION_SATISFACTION": "Satisfied with the answer to petitions",
            "DOSSIER_SATISFACTION": "Satisfied with the handling of dossiers",
        },
    ),
)
#: Heads of the table of indicators.
HEADS: Final = (
    *("Group", "Indicator", "Numerator", "Denominator"),
    *("Share, percent", "Points", "Points at most", "Without data because"),
)


def messages() -> tuple[str, ...]:
    """Every message id of a table, for the test of the catalogues."""
    named = (name for _, items in PARTS for name in items.values())
    groups = (group for group, _ in PARTS)
    words = (*COLUMNS.values(), *GROUPS.values(), *SOURCE.values(), *HEADS)
    said = (*STATED.values(), UNTOLD, LEFT_OUT, NOTHING)
    return (*words, *said, *groups, *named)
