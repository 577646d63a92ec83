"""Events where the standard knows none of their kind: told, asked about or noted."""

from collections.abc import Iterator
from typing import Final

from tests import bpmn
from tests.acceptance.bpmn import matrix
from tests.acceptance.bpmn.row import (
    CANCEL,
    CONDITION,
    ERROR,
    ESCALATION,
    HOUR,
    LINK,
    MESSAGE,
    NONE,
    SIGNAL,
    TERMINATE,
    UNDO,
    Loop,
    Row,
    link,
)

DEFINITIONS: Final = {
    NONE: "",
    "message": MESSAGE,
    "timer": HOUR,
    "signal": SIGNAL,
    "conditional": CONDITION,
    "error": ERROR,
    "escalation": ESCALATION,
    "compensation": UNDO,
    "cancel": CANCEL,
    "link": LINK,
    "terminate": TERMINATE,
    "multiple": MESSAGE + SIGNAL,
    "parallel multiple": "parallelMultiple='true' " + MESSAGE + SIGNAL,
}
#: What an error, a cancel and a compensation do, whatever the drawing says of them.
_NOTED: Final = frozenset({"error", "cancel"})
_ABOUT: Final = "the standard knows no such event there"
_DROPPED: Final = """
    open  => s | work a
    do a  => a e | over
"""
_PASSED: Final = """
    open  => s | work a
    do a  => a x | work b
    do b  => b e | over
"""


def _refused(cell: matrix.Cell, declared: str, drawn: str, **more: str) -> Row:
    element, trigger, position = cell
    return Row(
        element=element,
        trigger=trigger,
        position=position,
        about=_ABOUT,
        declared=declared,
        drawn=drawn,
        refused=more["code"],
        at=more.get("at", "x"),
        offers=tuple(more["offers"].split()),
        script=more.get("script", _DROPPED),
        clause=more["clause"],
        in_loop=more.get("in_loop")
        or (Loop.SCOPE if element == "endEvent" else Loop.FLAT),
    )


def _start(cell: matrix.Cell, definition: str) -> Row:
    return _refused(
        cell,
        f"start x {definition}; task a; end e",
        "x > a > e",
        code="element-startEventDefinition",
        offers="plain drop",
        script="""
            open  => x | work a
            do a  => a e | over
        """,
        clause="10.5.2",
        in_loop="it opens a case, and no flow leads back to it",
    )


def _embedded(cell: matrix.Cell, definition: str) -> Row:
    several = "multiple" in cell[1]
    offers = "keep:1:message keep:2:signal plain" if several else "plain drop"
    kept = "element-startEventDefinition"
    inside = bpmn.sub(f"start x {definition}; task a; end j", "x > a > j")
    return _refused(
        cell,
        f"start s; sub p {inside}; end e",
        "s > p > e",
        code="element-multipleEventDefinitions" if several else kept,
        offers=offers,
        script="""
            open  => s x | work a
            do a  => a j p e | over
        """,
        clause="10.5.2, 13.3.4",
    )


def _handler(event: str) -> str:
    inside = bpmn.sub(f"start x {event}; task h; end j", "x > h > j")
    return f"sub v triggeredByEvent='true' {inside}"


def _triggered(cell: matrix.Cell, definition: str) -> Row:
    beside = "isInterrupting='false'" if cell[2] == matrix.ADDS else ""
    if cell[1] == "error":
        return _noted_start(definition)
    if cell[1] == "compensation":
        return _undoing_start(definition)
    return _refused(
        cell,
        f"start s; task a; end e; {_handler(f'{beside} {definition}')}",
        "s > a > e",
        code="event-sub-process-start",
        at="v",
        offers="drop",
        clause="10.5.2, 13.5.4",
    )


def _noted_start(definition: str) -> Row:
    return Row(
        element="startEvent",
        trigger="error",
        position=matrix.ADDS,
        about="an error ends everything around it, whatever the drawing says",
        declared=(
            f"start s; and f; task a; task b; end e; end r {definition}; "
            + _handler(f"isInterrupting='false' {definition}")
        ),
        drawn="s > f > a > r\nf > b > e",
        noted="error-interrupts",
        script="""
            open  => s f | work a b
            do a  => a r x | work h
            ! do b
            do h  => h j v | over
        """,
        never="e",
        clause="10.5.2, 10.5.6",
        rules="30",
        in_loop=Loop.SCOPE,
    )


def _undoing_start(definition: str) -> Row:
    return Row(
        element="startEvent",
        trigger="compensation",
        position=matrix.ADDS,
        about="what is undone has ended already, whatever the drawing says",
        declared=(
            "start s; sub p "
            + bpmn.sub("start i; task a; end l", "i > a > l")
            + bpmn.nodes(_handler(f"isInterrupting='false' {definition}")).strip()
            + f"; throw t {UNDO}; end e"
        ),
        drawn="s > p > t > e",
        script="""
            open  => s i | work a
            ! do h
            do a  => a l p x | work h
            do h  => h j v t e | over
        """,
        clause="10.5.2, 13.5.5",
        rules="38",
    )


def _boundary(cell: matrix.Cell, definition: str) -> Row:
    beside = "cancelActivity='false'" if cell[2] == matrix.BESIDE else ""
    special = {"error": _noted_error, "cancel": _noted_cancel}
    if cell[1] in special:
        return special[cell[1]]()
    if cell[1] == "compensation":
        return _undone()
    return _refused(
        cell,
        f"start s; task a; boundary x attachedToRef='a' {beside} {definition}; end f; "
        "end e",
        "s > a > e\nx > f",
        code="element-eventPosition",
        offers="drop",
        clause="10.5.4",
    )


def _noted(trigger: str, host: str, script: str, rules: str) -> Row:
    return Row(
        element="boundaryEvent",
        trigger=trigger,
        position=matrix.BESIDE,
        about="it ends the activity, whatever the drawing says",
        declared=(
            f"start s; {host}; boundary x attachedToRef='p' cancelActivity='false' "
            f"{DEFINITIONS[trigger]}; task h; end f; end e"
        ),
        drawn="s > p > f\nx > h > e",
        noted="error-interrupts",
        script=script,
        never="p f j",
        clause="10.5.4, 10.5.6",
        rules=rules,
    )


def _noted_error() -> Row:
    inside = bpmn.sub(
        f"start i; and o; task b; task c; end r {ERROR}; end j",
        "i > o > b > r\no > c > j",
    )
    return _noted(
        "error",
        f"sub p {inside}",
        """
            open  => s i o | work b c
            do b  => b r x | work h
            ! do c
            do h  => h e | over
        """,
        "18",
    )


def _noted_cancel() -> Row:
    inside = bpmn.sub(
        f"start i; and o; task b; task c; end k {CANCEL}; end j",
        "i > o > b > k\no > c > j",
    )
    return _noted(
        "cancel",
        f"transaction p {inside}",
        """
            open  => s i o | work b c
            do b  => b k x | work h
            ! do c
            do h  => h e | over
        """,
        "33",
    )


def _undone() -> Row:
    return Row(
        element="boundaryEvent",
        trigger="compensation",
        position=matrix.BESIDE,
        about="what is undone has ended already, whatever the drawing says",
        declared=(
            "start s; task a; boundary b attachedToRef='a' cancelActivity='false' "
            f"{UNDO}; task u isForCompensation='true'; throw t {UNDO}; end e"
        ),
        drawn="s > a > t > e",
        more=link("b", "u"),
        script="""
            open  => s | work a
            ! do u
            do a  => a | work u
            do u  => u t e | over
        """,
        never="b",
        clause="10.5.4, 13.5.5",
        rules="32",
    )


def _flow(cell: matrix.Cell, definition: str) -> Row:
    catches = cell[0] == "intermediateCatchEvent"
    waits = """
        open  => s | work a
        do a  => a | work x
        do x  => x | work b
        do b  => b e | over
    """
    return _refused(
        cell,
        f"start s; task a; {'catch' if catches else 'throw'} x {definition}; task b; "
        "end e",
        "s > a > x > b > e",
        code="element-eventPosition",
        offers="manual pass drop" if catches else "pass manual drop",
        script=waits if catches else _PASSED,
        clause="10.5.4",
    )


def _end(cell: matrix.Cell, definition: str) -> Row:
    return _refused(
        cell,
        f"start s; task a; end x {definition}",
        "s > a > x",
        code="element-eventPosition",
        offers="plain",
        script="""
            open  => s | work a
            do a  => a x | over
        """,
        clause="10.5.3",
    )


def _rows() -> Iterator[Row]:
    made = {
        "intermediateCatchEvent": _flow,
        "intermediateThrowEvent": _flow,
        "boundaryEvent": _boundary,
        "endEvent": _end,
    }
    starts = {
        matrix.TOP: _start,
        matrix.EMBEDDED: _embedded,
        matrix.CUTS: _triggered,
        matrix.ADDS: _triggered,
    }
    for cell in matrix.OUTSIDE:
        element, trigger, position = cell
        make = starts[position] if element == "startEvent" else made[element]
        yield make(cell, DEFINITIONS[trigger])


ROWS: Final = tuple(_rows())
