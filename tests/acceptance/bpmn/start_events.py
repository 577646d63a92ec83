"""Start events of processes and embedded sub-processes (10.5.2, 13.2, 13.5.1)."""

from typing import Final

from tests import bpmn
from tests.acceptance.bpmn.row import (
    ALL,
    CONDITION,
    HOUR,
    KEYED,
    MESSAGE,
    SIGNAL,
    Row,
)

_OPENS: Final = "it opens a case, and no flow leads back to it"
_DRAWN: Final = "x > a > e\ns > b > e"


def _opening(trigger: str, definition: str, about: str, wrong: str) -> tuple[Row, ...]:
    """A triggered start beside a plain one, and one that stands alone."""
    return (
        Row(
            element="startEvent",
            trigger=trigger,
            position="top level",
            about=f"{about}; the plain start beside it is not begun",
            declared=f"start s; start x {definition}; task a; task b; end e",
            drawn=_DRAWN,
            script=f"""
                ! {wrong}
                ! open @s
                open @x n=7  => x | work a
                data n=7
                ! open @x
                ! {wrong}
                do a         => a e | over
            """,
            never="s b",
            clause="10.5.2, 13.5.1",
            rules="31",
            in_loop=_OPENS,
        ),
        Row(
            element="startEvent",
            trigger=trigger,
            position="top level",
            about=f"{about}; a person opens one at the plain start beside it",
            declared=f"start s; start x {definition}; task a; task b; end e",
            drawn=_DRAWN,
            script=f"""
                open  => s | work b
                ! {wrong}
                do b  => b e | over
            """,
            never="x a",
            clause="10.5.2, 13.2",
            rules="31",
            in_loop=_OPENS,
        ),
    )


_NONE: Final = (
    Row(
        element="startEvent",
        position="top level",
        about="a person opens the case there, once",
        declared="start s; task a; end e",
        drawn="s > a > e",
        script="""
            ! do a
            open n=7  => s | work a
            data n=7
            ! open
            do a      => a e | over
            ! open
        """,
        clause="10.5.2, 13.5.1",
        rules="16, 31",
    ),
    Row(
        element="startEvent",
        position="top level",
        about="of several plain ones it is asked which begins",
        declared="start s; start i; task a; task b; end e",
        drawn="s > a > e\ni > b > e",
        refused="start-several",
        at="P",
        offers=("start:s", "start:i"),
        script="""
            open  => s | work a
            do a  => a e | over
        """,
        never="b i",
        clause="10.5.2",
        rules="31",
        in_loop=_OPENS,
    ),
    Row(
        element="startEvent",
        position="sub-process",
        about="it begins when the sub-process does",
        declared=(
            "start s; task a; sub p "
            + bpmn.sub("start i; task b; end j", "i > b > j")
            + "; end e"
        ),
        drawn="s > a > p > e",
        script="""
            open  => s | work a
            ! do b
            do a  => a i | work b
            ! do p
            do b  => b j p e | over
        """,
        clause="10.5.2, 13.3.4",
        rules="16",
    ),
)
_REFUSED: Final = (
    Row(
        element="startEvent",
        trigger="parallel multiple",
        position="top level",
        about="a case is opened by one event; nothing waits before there is one",
        declared=f"start x {ALL}{MESSAGE}{SIGNAL}; task a; end e",
        drawn="x > a > e",
        refused="element-multipleEventDefinitions",
        at="x",
        offers=("any", "keep:1:message", "keep:2:signal", "plain"),
        script="""
            open @x~2  => x~2 x | work a
            ! message M
            do a       => a e | over
        """,
        clause="10.5.2",
        rules="34",
        in_loop=_OPENS,
    ),
)
_CONDITIONS: Final = tuple(
    Row(
        element="startEvent",
        trigger="conditional",
        position="top level",
        about=f"before there is a case nobody looks at its condition; {where}",
        declared=f"{more}start x {CONDITION}; task a; end e",
        drawn=f"{flow}x > a > e",
        refused="element-startEventDefinition",
        at="x",
        offers=offers,
        script=f"""
            open  => {begun}
            ! message M n=9
            do {begun[-1]}  => {begun[-1]} e | over
        """,
        clause="10.5.2, 13.5.1",
        rules="31",
        in_loop=_OPENS,
    )
    for where, more, flow, offers, begun in (
        ("a person opens it", "", "", ("plain", "drop"), "x | work a"),
        (
            "beside a plain start it goes",
            "start s; task b; ",
            "s > b > e\n",
            ("drop", "plain"),
            "s | work b",
        ),
    )
)
_MULTIPLE: Final = (
    Row(
        element="startEvent",
        trigger="multiple",
        position="top level",
        about="any of its events opens a case",
        declared=f"start x {MESSAGE}{HOUR}; task a; end e",
        drawn="x > a > e",
        script="""
            ! open
            ! open @x
            open @x~1 n=7  => x~1 x | work a
            ! message M
            do a           => a e | over
        """,
        clause="10.5.2, 13.5.1",
        rules="31, 34",
        in_loop=_OPENS,
    ),
)
ROWS: Final = (
    *_NONE,
    *_opening("message", MESSAGE, "the message opens a case", "message M"),
    *_opening("message", KEYED, "a message with keys opens one too", "message K"),
    *_opening("timer", bpmn.timer("R/P1D", "timeCycle"), "time opens a case", "fire x"),
    *_opening("signal", SIGNAL, "the signal opens a case", "signal G"),
    *_MULTIPLE,
    *_CONDITIONS,
    *_REFUSED,
)
