"""Event sub-processes that interrupt nothing, and where they stand (13.5.4)."""

from typing import Final

from tests import bpmn
from tests.acceptance.bpmn.event_sub_processes import (
    CHANGED,
    CHANGING,
    NOT,
    beside,
    handler,
)
from tests.acceptance.bpmn.matrix import ADDS, CUTS
from tests.acceptance.bpmn.row import (
    ALL,
    CONDITION,
    ESCALATION,
    HOUR,
    MESSAGE,
    SIGNAL,
    UNDO,
    Loop,
    Row,
)

_NOT_INTERRUPTING: Final = (
    beside(
        "message",
        f"{NOT} {MESSAGE}",
        "each message begins it anew beside the rest",
        """
            open       => s | work a, waits x
            ! message N
            message M  => x | work a h, waits x#2
            message M  => x | work a h h#2, waits x#3
            do a       => a | work h h#2 b, waits x#3
            do b       => b e | work h h#2, waits x#3
            do h       => h j v | work h#2, waits x#3
            do h#2     => h j v | over
            ! message M
        """,
    ),
    beside(
        "timer",
        f"{NOT} {HOUR}",
        "a duration begins it once, and the rest goes on",
        """
            open    => s | work a, waits x
            ! early x
            fire x  => x | work a h
            ! fire x#2
            do a    => a | work h b
            do b    => b e | work h
            do h    => h j v | over
        """,
    ),
    beside(
        "timer",
        f"{NOT} " + bpmn.timer("R2/PT1H", "timeCycle"),
        "a cycle begins it as often as it says",
        """
            open      => s | work a, waits x
            fire x    => x | work a h, waits x#2
            ! early x#2
            fire x#2  => x | work a h h#2
            do h      => h j v | work a h#2
            do h#2    => h j v | work a
            do a      => a | work b
            do b      => b e | over
        """,
    ),
    beside(
        "signal",
        f"{NOT} {SIGNAL}",
        "each signal begins it anew beside the rest",
        """
            open      => s | work a, waits x
            signal G  => x | work a h, waits x#2
            ! signal H
            do a      => a | work h b, waits x#2
            do h      => h j v | work b, waits x#2
            do b      => b e | over
        """,
    ),
    Row(
        element="startEvent",
        trigger="conditional",
        position=ADDS,
        about="once it held, it must become false before it begins again",
        declared=CHANGING + handler(f"{NOT} {CONDITION}"),
        drawn=CHANGED,
        script="""
            open n=0  => s f | work a w, waits x
            do w n=9  => w x | work a y h
            do y n=8  => y | work a h
            do h n=0  => h j v | work a, waits x#3
            ! do h#2
            do a      => a k e | over
        """,
        clause="10.5.2, 13.5.4",
        rules="29, 30",
        in_loop=Loop.SCOPE,
    ),
    Row(
        element="startEvent",
        trigger="escalation",
        position=ADDS,
        about="an escalation thrown around it begins it beside the rest",
        declared=f"start s; task a; throw t {ESCALATION}; task b; end e; "
        + handler(f"{NOT} {ESCALATION}"),
        drawn="s > a > t > b > e",
        script="""
            open  => s | work a
            ! do h
            do a  => a t x | work h b
            do b  => b e | work h
            ! do h#2
            do h  => h j v | over
        """,
        clause="10.5.6, 13.5.4",
        rules="27, 30",
        in_loop=Loop.SCOPE,
    ),
    beside(
        "multiple",
        f"{NOT} {MESSAGE}{SIGNAL}",
        "each of its events begins it beside the rest",
        """
            open       => s | work a, waits x~1 x~2
            signal G   => x~2 x | work a h, waits x~1 x~2#2
            ! signal H
            message M  => x~1 x | work a h h#2, waits x~2#2 x~1#2
            do a       => a | work h h#2 b, waits x~2#2 x~1#2
            do h       => h j v | work h#2 b, waits x~2#2 x~1#2
            do h#2     => h j v | work b, waits x~2#2 x~1#2
            do b       => b e | over
        """,
    ),
    beside(
        "parallel multiple",
        f"{NOT} {ALL} {MESSAGE}{SIGNAL}",
        "each time all have happened it begins, and all are awaited anew",
        """
            open       => s | work a, waits x~1 x~2
            signal G   => x~2 | work a, waits x~1
            ! signal G
            message M  => x~1 x | work a h, waits x~1#2 x~2#2
            do a       => a | work h b, waits x~1#2 x~2#2
            do h       => h j v | work b, waits x~1#2 x~2#2
            do b       => b e | over
        """,
    ),
)


_INSIDE: Final = (
    Row(
        element="startEvent",
        trigger="message",
        position=CUTS,
        about="in a sub-process it ends that alone, which goes on when it is done",
        declared=(
            "start s; and f; sub p "
            + bpmn.sub("start i; task a; end l", "i > a > l")
            + bpmn.nodes(handler(MESSAGE)).replace("\n", "")
            + "; task b; and k; end e"
        ),
        drawn="s > f > p > k > e\nf > b > k",
        script="""
            open       => s f i | work b a, waits x
            message M  => x | work b h
            ! do a
            do h       => h j v p | work b
            do b       => b k e | over
        """,
        never="l",
        clause="13.5.4",
        rules="30",
    ),
    Row(
        element="startEvent",
        trigger="signal",
        position=ADDS,
        about="in a called process it listens while that runs",
        declared="start s; task z; call p calledElement='C'; end e",
        drawn="s > z > p > e",
        behind=bpmn.process(
            f"start i; task a; end l; {handler(NOT + ' ' + SIGNAL)}",
            "i > a > l",
            identity="C",
        ),
        script="""
            open      => s | work z
            ! signal G
            do z      => z i | work a, waits x
            signal G  => x | work a h, waits x#2
            do a      => a l | work h, waits x#2
            do h      => h j v p e | over
        """,
        clause="13.3.4, 13.5.4",
        rules="16, 30",
    ),
)


_REFUSED: Final = (
    Row(
        element="startEvent",
        trigger="compensation",
        position=CUTS,
        about="a process is no activity that could be undone",
        declared=f"start s; task a; end e; {handler(UNDO)}",
        drawn="s > a > e",
        refused="compensation-event-sub-process",
        at="v",
        offers=("drop",),
        script="""
            open  => s | work a
            do a  => a e | over
        """,
        never="x h",
        clause="10.7, 13.5.4",
        rules="38",
    ),
)


ROWS: Final = (
    *_NOT_INTERRUPTING,
    *_INSIDE,
    *_REFUSED,
)
