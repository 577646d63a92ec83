"""Data, artifacts, lanes, pools, choreographies and conversations (7 to 12)."""

from typing import Final

from tests import bpmn
from tests.acceptance.bpmn.row import Loop, Row

_LINE: Final = "s > a > e"
_PLAIN: Final = "start s; task a; end e"
_DONE: Final = """
    open  => s | work a
    do a  => a e | over
    ! do a
"""


def _kept(element: str, more: str, about: str, clause: str, inside: str = "") -> Row:
    """Something drawn beside a task that moves no token."""
    return Row(
        element=element,
        about=about,
        declared=f"start s; task a {inside}; end e",
        drawn=_LINE,
        more=more,
        beside='<itemDefinition id="it"/><dataStore id="ds" name="Sổ"/>'
        '<category id="ca"><categoryValue id="cv" value="Nhóm"/></category>',
        script=_DONE,
        clause=clause,
        rules="25",
    )


_INPUT: Final = (
    "<ioSpecification><dataInput id='in'/><inputSet><dataInputRefs>in</dataInputRefs>"
    "</inputSet><outputSet/></ioSpecification>"
)
_DATA: Final = (
    _kept(
        "dataObject",
        '<dataObject id="d"/><dataObjectReference id="dr" dataObjectRef="d" '
        'name="Đơn"/>',
        "it is documentation; the data of the case have names",
        "10.4.1",
    ),
    _kept(
        "dataStoreReference",
        '<dataStoreReference id="dr" dataStoreRef="ds"/>',
        "it is documentation; nothing reads or writes it by itself",
        "10.4.1",
    ),
    _kept("property", '<property id="pr"/>', "it is documentation", "10.4.1"),
    _kept(
        "dataInputAssociation",
        '<dataObject id="d"/><dataObjectReference id="dr" dataObjectRef="d"/>',
        "it shows what a step needs, and copies nothing",
        "10.4.2",
        _INPUT + "<dataInputAssociation><sourceRef>dr</sourceRef>"
        "<targetRef>in</targetRef></dataInputAssociation>",
    ),
    *(
        Row(
            element="dataInputAssociation",
            position=name,
            about="what would change data on its way is asked about",
            declared=(
                f"start s; task a {_INPUT}<dataInputAssociation><sourceRef>dr"
                f"</sourceRef><targetRef>in</targetRef>{part}</dataInputAssociation>; "
                "end e"
            ),
            drawn=_LINE,
            more='<dataObject id="d"/><dataObjectReference id="dr" dataObjectRef="d"/>',
            refused=f"element-{name}",
            at="a",
            offers=("ignore",),
            script=_DONE,
            clause="10.4.2",
        )
        for name, part in (
            ("assignment", "<assignment><from>1</from><to>in</to></assignment>"),
            ("transformation", "<transformation>1</transformation>"),
        )
    ),
    Row(
        element="correlationSubscription",
        about="keys are written at the message",
        declared=_PLAIN,
        drawn=_LINE,
        more='<correlationSubscription id="cs"/>',
        refused="element-correlationSubscription",
        at="cs",
        offers=("ignore",),
        script=_DONE,
        clause="8.4.2",
        rules="15",
        in_loop="it belongs to the process",
    ),
)
_DRAWN: Final = (
    _kept(
        "textAnnotation",
        '<textAnnotation id="ta"><text>Ghi chú</text></textAnnotation>'
        '<association id="as" sourceRef="a" targetRef="ta"/>',
        "it is documentation",
        "8.4.1",
    ),
    _kept(
        "group",
        '<group id="gr" categoryValueRef="cv"/>',
        "it is documentation",
        "8.4.1",
    ),
    Row(
        element="lane",
        about="it says who does the steps in it, and moves no token",
        declared=_PLAIN,
        drawn=_LINE,
        more='<laneSet id="ls"><lane id="la" name="Một cửa"><flowNodeRef>a'
        "</flowNodeRef></lane></laneSet>",
        script=_DONE,
        clause="10.8",
        rules="12",
    ),
)


def _pools(*flows: str) -> str:
    drawn = "".join(
        f'<messageFlow id="f{number}" {one}/>' for number, one in enumerate(flows, 1)
    )
    return (
        '<collaboration id="co"><participant id="p" name="Công dân" processRef="P"/>'
        '<participant id="q" name="Công an xã" processRef="O"/>'
        f'<participant id="kb" name="Kho bạc"/>{drawn}</collaboration>'
    )


_OFFICE: Final = bpmn.process(
    "start i <messageEventDefinition/>; task b; "
    "throw y <messageEventDefinition/>; end j",
    "i > b > y > j",
    identity="O",
)
_BESIDE: Final = "it is a case of its own"
_COLLABORATION: Final = (
    Row(
        element="participant",
        position="closed pool",
        about="it is the partner of a message, and nothing of it runs",
        declared="start s; send a; end e",
        drawn=_LINE,
        beside=_pools('name="Biên lai" sourceRef="a" targetRef="kb"'),
        script="""
            open  => s a e | over, threw a
            ! message M
        """,
        clause="9.2, 9.3",
        rules="14",
    ),
    Row(
        element="participant",
        position="main pool",
        about="what it sends never reaches it, and it waits for the other's answer",
        declared="start s; send x; receive r; end e",
        drawn="s > x > r > e",
        beside=_pools(
            'name="Đơn" sourceRef="x" targetRef="i"',
            'name="Trả" sourceRef="y" targetRef="r"',
        ),
        behind=_OFFICE,
        script="""
            open         => s x | waits r, threw x
            ! message Đơn
            message Trả  => r e | over
        """,
        never="i b y j",
        clause="9.2, 9.3",
        rules="14, 15",
    ),
    Row(
        element="participant",
        position="another pool",
        about="a message flow opens a case of it and takes its answer away",
        declared="start s; send x; receive r; end e",
        drawn="s > x > r > e",
        beside=_pools(
            'name="Đơn" sourceRef="x" targetRef="i"',
            'name="Trả" sourceRef="y" targetRef="r"',
        ),
        behind=_OFFICE,
        pool="O",
        script="""
            open @i  => i | work b
            ! message Trả
            do b     => b y j | over, threw y
        """,
        never="s x r e",
        clause="9.2, 9.3",
        rules="14, 31",
        in_loop=_BESIDE,
    ),
    Row(
        element="participant",
        position="pool that says it does not run",
        about="its nodes are listed, and the main one runs",
        declared=_PLAIN,
        drawn=_LINE,
        beside=_pools(),
        behind=_OFFICE.replace('"true"', '"false"', 1),
        listed=("i", "b", "y", "j"),
        script=_DONE,
        clause="9.2, 10.2",
        in_loop=_BESIDE,
    ),
)


def _document(element: str, inside: str, clause: str) -> Row:
    return Row(
        element=element,
        about="it shows how others work together; it is kept, and nothing of it runs",
        declared="",
        beside=inside,
        document=True,
        clause=clause,
        in_loop="nothing of it runs",
    )


_TASK: Final = (
    '<choreographyTask id="t" initiatingParticipantRef="p"><participantRef>p'
    "</participantRef></choreographyTask>"
)
_ELSEWHERE: Final = (
    _document("choreography", f'<choreography id="ch">{_TASK}</choreography>', "11"),
    _document(
        "conversation",
        '<collaboration id="co"><conversation id="cn"/></collaboration>',
        "9.4",
    ),
    *(
        Row(
            element=tag,
            about="it belongs in a choreography; in a process it is asked about",
            declared=f"start s; task a; {tag} x; end e",
            drawn="s > a > x > e",
            refused="element-unknown",
            at="x",
            offers=("manual", "drop"),
            script="""
                open  => s | work a
                do a  => a | work x
                do x  => x e | over
            """,
            clause="11.5",
            in_loop=Loop.FLAT,
        )
        for tag in ("choreographyTask", "subChoreography", "callChoreography")
    ),
    Row(
        element="implicitThrowEvent",
        about="nothing draws it; it is asked about",
        declared="start s; task a; implicitThrowEvent x; end e",
        drawn="s > a > x > e",
        refused="element-unknown",
        at="x",
        offers=("drop",),
        script=_DONE,
        clause="10.5.1",
    ),
)
ROWS: Final = (*_DATA, *_DRAWN, *_COLLABORATION, *_ELSEWHERE)
