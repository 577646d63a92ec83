"""The extension `urn:quytrinh:bpmn:1` (prefix qt), written once as data.

From this table come the XSD, the moddle descriptor of the designer and the checks of
the importer, so that they cannot differ.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from engine.domain import offering

NAMESPACE: Final = "urn:quytrinh:bpmn:1"
PREFIX: Final = "qt"


class Kind(Enum):
    """What an attribute holds."""

    TEXT = "a text"
    #: For lists: at most 30 characters.
    SHORT = "a text of at most 30 characters"
    #: Stands in addresses of pages: `2.000908`, `DKDD-GCN`.
    CODE = "a code: a letter or digit, then at most 99 of them, `.`, `-` and `_`"
    COUNT = "a whole number from 1"
    AMOUNT = "a whole number from 0"
    HOUR = "a time of day HH:MM"
    #: A name under which a case keeps data.
    NAME = "a name of data (letters, digits, underscore)"
    EXPRESSION = "an expression"
    #: Id of an element of the same file.
    REFERENCE = "the id of an element"
    CHOICE = "one of the listed words"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """An attribute of an extension element."""

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    #: The words of a `CHOICE`.
    choices: tuple[str, ...] = ()
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """An extension element."""

    name: str
    #: BPMN elements whose extensionElements it may stand in; empty: only inside `qt`.
    hosts: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    #: Extension elements inside it.
    children: tuple[str, ...] = ()
    #: True when its content is a text.
    text: bool = False
    #: True when it may stand several times in one place.
    many: bool = False
    about: str


#: Rule 6 of docs/manual/clock.md.
POLICIES: Final = ("RESTART", "SUSPEND", "CONTINUE")
_ONLINE: Final = tuple(one.value for one in offering.Online)
_PAID: Final = tuple(one.value for one in offering.OnlinePayment)
UNITS: Final = ("hour", "working-hour", "day", "working-day", "month")
_WORK: Final = ("task", "userTask", "manualTask")
_LED: Final = (*_WORK, "adHocSubProcess")
_HEARING: Final = (
    *("receiveTask", "intermediateCatchEvent", "boundaryEvent", "startEvent"),
)
_THROWING: Final = ("sendTask", "intermediateThrowEvent", "endEvent")


def _attribute(
    name: str, about: str, kind: Kind = Kind.TEXT, *, required: bool = False
) -> Attribute:
    return Attribute(name=name, kind=kind, required=required, about=about)


def _choice(
    name: str, about: str, choices: tuple[str, ...], *, required: bool = False
) -> Attribute:
    return Attribute(
        name=name, kind=Kind.CHOICE, required=required, choices=choices, about=about
    )


def _text(name: str, about: str) -> Element:
    return Element(name=name, text=True, many=True, about=about)


_NAMED: Final = (
    _attribute("name", "Name of the value.", Kind.NAME, required=True),
    _attribute("expression", "What it is.", Kind.EXPRESSION, required=True),
)

ELEMENTS: Final = (
    Element(
        name="procedure",
        hosts=("process",),
        attributes=(
            _attribute("code", "Code of the procedure.", Kind.CODE),
            _attribute("edition", "Number of this edition."),
            _attribute("shortName", "Name for lists.", Kind.SHORT),
            _attribute("field", "Field of administration."),
            _choice(
                "supplement",
                "What a supplement does to the time limit.",
                POLICIES,
            ),
            _choice("payment", "What waiting for payment does to it.", POLICIES),
            _choice("consultation", "What asking an agency does to it.", POLICIES),
            _choice("online", "How much may be done on the portal.", _ONLINE),
            _choice("onlinePayment", "Through what fees are paid online.", _PAID),
            _choice(
                "answer",
                "With what it is answered; a document where qt:result is written.",
                tuple(one.value for one in offering.Answer),
            ),
            _attribute("sets", "Number of sets to submit.", Kind.COUNT),
            _attribute("startForm", "Form that opens a case."),
            _attribute("applicant", "Answer with the applicant's name.", Kind.NAME),
            _attribute("retention", "How long the record is kept."),
            _attribute("dossierPattern", "Pattern of the dossier code."),
            _attribute("cutoff", "Later receipts count for the next day.", Kind.HOUR),
        ),
        children=(
            *("level", "legalBasis", "document", "limit", "fee", "result"),
            *("clause", "public"),
        ),
        about="The procedure as a controlled document (ISO 9001, 7.5).",
    ),
    _text("level", "A level of administration that offers the procedure."),
    _text("legalBasis", "A legal document that the procedure rests on."),
    _text("result", "What the applicant receives."),
    _text("clause", "A clause of ISO 9001 that this gives evidence for."),
    Element(
        name="document",
        attributes=(
            _attribute("name", "Name of the paper.", required=True),
            _choice("kind", "In which shape.", ("original", "copy", "e-copy")),
            _attribute("quantity", "How many.", Kind.COUNT),
        ),
        many=True,
        about="A paper that the applicant submits.",
    ),
    Element(
        name="limit",
        attributes=(
            _attribute(
                "amount",
                "How many units; 0 working days end with the day of receipt.",
                Kind.AMOUNT,
                required=True,
            ),
            _choice("unit", "Legal unit of time.", UNITS, required=True),
        ),
        about="The time limit of the procedure or of a step.",
    ),
    Element(
        name="fee",
        attributes=(
            _attribute("name", "Name of the fee.", required=True),
            _attribute("amount", "In đồng.", Kind.AMOUNT, required=True),
        ),
        many=True,
        about="A fee or charge.",
    ),
    Element(
        name="public",
        attributes=(
            _attribute("name", "Name of the answer.", Kind.NAME, required=True),
        ),
        many=True,
        about="An answer that is not personal data.",
    ),
    Element(
        name="work",
        hosts=_LED,
        attributes=(
            _attribute("form", "Name of the form document."),
            _attribute("shortName", "Name for lists.", Kind.SHORT),
            _attribute("performer", "Role or position that does it."),
            _attribute("fourEyes", "Step another person must do.", Kind.REFERENCE),
            _attribute("record", "The record the step produces."),
        ),
        children=("limit", "clause"),
        about="What a person does in this step.",
    ),
    Element(
        name="service",
        hosts=("serviceTask",),
        attributes=(
            _attribute("function", "Registered function.", required=True),
            _attribute("result", "Name that takes the answer.", Kind.NAME),
        ),
        children=("parameter",),
        about="The registered function that the step calls.",
    ),
    Element(
        name="decision",
        hosts=("businessRuleTask",),
        attributes=(
            _attribute("id", "Id of the decision in its .dmn file.", required=True),
            _attribute("result", "Name that takes the answer.", Kind.NAME),
        ),
        children=("parameter",),
        about="The decision that the step asks; without parameters it sees all data.",
    ),
    Element(
        name="parameter",
        attributes=_NAMED,
        many=True,
        about="A parameter of the function or decision.",
    ),
    Element(
        name="exchange",
        hosts=("message",),
        attributes=(_attribute("partner", "The agency at the other end."),),
        children=("key",),
        about="With whom a message is exchanged, and what makes it belong to a case.",
    ),
    Element(
        name="key",
        attributes=_NAMED,
        many=True,
        about="A correlation key, evaluated when the wait opens or the message leaves.",
    ),
    Element(
        name="correlation",
        hosts=(*_THROWING, *_HEARING),
        children=("key",),
        about="The keys of the message here; those of its qt:exchange do not count.",
    ),
    Element(
        name="payload",
        hosts=_THROWING,
        children=("value",),
        about="What a message or signal carries.",
    ),
    Element(name="value", attributes=_NAMED, many=True, about="A value that is sent."),
)

#: Attributes on standard multi-instance characteristics.
LOOP_HOST: Final = "multiInstanceLoopCharacteristics"
LOOP: Final = (
    _attribute("collection", "Name of the list of items.", Kind.NAME),
    _attribute("item", "Name of the item in an instance.", Kind.NAME),
    _attribute("output", "Name of the list of results.", Kind.NAME),
    _attribute("outputItem", "Name of the result of an instance.", Kind.NAME),
)

#: The attribute of a call activity.
CALL_HOST: Final = "callActivity"
CALL: Final = (
    _choice(
        "binding",
        "Which version of a published procedure is called; pinned when not written.",
        ("pinned", "latest"),
    ),
)

#: The attribute of steps at which the case waits for somebody outside (rule 7 of
#: docs/manual/clock.md); what it is drawn on, and the types of moddle that cover that.
CLOCK_HOSTS: Final = (*_WORK, "receiveTask", "intermediateCatchEvent")
CLOCK_TYPES: Final = ("task", "intermediateCatchEvent")
CLOCK: Final = (
    _choice(
        "clock",
        "What the case waits for here; the policy says what that does to the limits.",
        ("supplement", "payment", "agency"),
    ),
)

#: The attribute of end events and steps at which a dossier ends otherwise than done
#: (rule 7 of docs/manual/dossiers.md).
ENDING_HOSTS: Final = ("endEvent", *_WORK)
ENDING_TYPES: Final = ("endEvent", "task")
ENDING: Final = (
    _choice(
        "ending",
        "How the dossier ends when this is reached.",
        ("done", "refused", "stopped", "withdrawn"),
    ),
)

BY_NAME: Final = {element.name: element for element in ELEMENTS}
