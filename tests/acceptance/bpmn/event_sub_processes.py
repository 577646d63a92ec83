"""Event sub-processes: every trigger, interrupting and not (10.3.5, 13.5.4)."""

from typing import Final

from tests import bpmn
from tests.acceptance.bpmn.matrix import ADDS, CUTS
from tests.acceptance.bpmn.row import (
    ALL,
    CONDITION,
    ERROR,
    ESCALATION,
    HOUR,
    MESSAGE,
    SIGNAL,
    UNDO,
    Loop,
    Row,
)

NOT: Final = "isInterrupting='false'"


def handler(event: str) -> str:
    body = bpmn.sub(f"start x {event}; task h; end j", "x > h > j")
    return f"sub v triggeredByEvent='true' {body}"


def beside(trigger: str, event: str, about: str, script: str) -> Row:
    """An event sub-process beside a single task."""
    return Row(
        element="startEvent",
        trigger=trigger,
        position=ADDS if NOT in event else CUTS,
        about=about,
        declared=f"start s; task a; task b; end e; {handler(event)}",
        drawn="s > a > b > e",
        script=script,
        clause="10.3.5, 10.5.2, 13.5.4",
        rules="30",
        in_loop=Loop.SCOPE,
    )


CHANGING: Final = "start s; and f; task a; task w; task y; and k; end e; "


CHANGED: Final = "s > f > a > k > e\nf > w > y > k"


_INTERRUPTING: Final = (
    beside(
        "message",
        MESSAGE,
        "its message ends everything around it, which it stands for then",
        """
            open       => s | work a, waits x
            ! message N
            message M  => x | work h
            ! do a
            ! message M
            do h       => h j v | over
        """,
    ),
    beside(
        "message",
        MESSAGE,
        "what is awaited for it keeps nothing alive",
        """
            open  => s | work a, waits x
            ! signal M
            do a  => a | work b, waits x
            do b  => b e | over
            ! message M
        """,
    ),
    beside(
        "timer",
        HOUR,
        "when the time is up it ends everything around it",
        """
            open    => s | work a, waits x
            ! early x
            do a    => a | work b, waits x
            fire x  => x | work h
            ! do b
            ! fire x
            do h    => h j v | over
        """,
    ),
    beside(
        "signal",
        SIGNAL,
        "its signal ends everything around it",
        """
            open      => s | work a, waits x
            ! signal H
            signal G  => x | work h
            ! do a
            do h      => h j v | over
        """,
    ),
    Row(
        element="startEvent",
        trigger="conditional",
        position=CUTS,
        about="a change of data that makes it true ends everything around it",
        declared=CHANGING + handler(CONDITION),
        drawn=CHANGED,
        script="""
            open n=0  => s f | work a w, waits x
            do w n=9  => w x | work h
            ! do a
            ! do y
            do h      => h j v | over
        """,
        never="e k",
        clause="10.5.2, 13.5.4",
        rules="29, 30",
        in_loop=Loop.SCOPE,
    ),
    Row(
        element="startEvent",
        trigger="error",
        position=CUTS,
        about="it begins when its error is thrown, and never before",
        declared=(
            f"start s; and f; task a; task b; end r {ERROR}; end e; {handler(ERROR)}"
        ),
        drawn="s > f > a > r\nf > b > e",
        script="""
            open  => s f | work a b
            ! do h
            do a  => a r x | work h
            ! do b
            do h  => h j v | over
        """,
        never="e",
        clause="10.5.6, 13.5.4",
        rules="18, 30",
        in_loop=Loop.SCOPE,
    ),
    Row(
        element="startEvent",
        trigger="error",
        position=CUTS,
        about="an error of another code goes outward",
        declared=(
            "start s; sub p "
            + bpmn.sub(f"start i; task a; end r {ERROR}", "i > a > r")
            + bpmn.nodes(
                "sub v triggeredByEvent='true' "
                + bpmn.sub(
                    "start x <errorEventDefinition errorRef='Q'/>; task h; end j",
                    "x > h > j",
                )
            ).replace("\n", "")
            + f"; boundary y attachedToRef='p' {ERROR}; task z; end f; end e"
        ),
        drawn="s > p > f\ny > z > e",
        script="""
            open  => s i | work a
            do a  => a r y | work z
            ! do h
            do z  => z e | over
        """,
        never="x h v p f",
        clause="10.5.6, 13.5.4",
        rules="18, 30",
    ),
    Row(
        element="startEvent",
        trigger="escalation",
        position=CUTS,
        about="an escalation thrown around it ends the rest",
        declared=f"start s; task a; throw t {ESCALATION}; task b; end e; "
        f"{handler(ESCALATION)}",
        drawn="s > a > t > b > e",
        script="""
            open  => s | work a
            ! do h
            do a  => a t x | work h
            ! do b
            do h  => h j v | over
        """,
        never="b e",
        clause="10.5.6, 13.5.4",
        rules="27, 30",
        in_loop=Loop.SCOPE,
    ),
    Row(
        element="startEvent",
        trigger="compensation",
        position=CUTS,
        about="it undoes the sub-process that it stands in, when that is undone",
        declared=(
            "start s; sub p "
            + bpmn.sub("start i; task a; end l", "i > a > l")
            + bpmn.nodes(handler(UNDO)).replace("\n", "")
            + f"; task b; throw t {UNDO}; task c; end e"
        ),
        drawn="s > p > b > t > c > e",
        script="""
            open  => s i | work a
            do a  => a l p | work b
            ! do h
            do b  => b x | work h
            ! do c
            do h  => h j v t | work c
            do c  => c e | over
        """,
        clause="10.7, 13.5.4, 13.5.5",
        rules="38",
    ),
    beside(
        "multiple",
        MESSAGE + SIGNAL,
        "the first of its events ends everything around it",
        """
            open      => s | work a, waits x~1 x~2
            ! signal H
            signal G  => x~2 x | work h
            ! message M
            ! do a
            do h      => h j v | over
        """,
    ),
    beside(
        "parallel multiple",
        ALL + " " + MESSAGE + SIGNAL,
        "all of its events together end everything around it",
        """
            open       => s | work a, waits x~1 x~2
            message M  => x~1 | work a, waits x~2
            ! message M
            signal G   => x~2 x | work h
            ! do a
            do h       => h j v | over
        """,
    ),
)


ROWS: Final = (*_INTERRUPTING,)
