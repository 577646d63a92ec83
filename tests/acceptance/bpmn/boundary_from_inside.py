"""Events at a boundary of what happens inside it: errors, escalations, undoing."""

from typing import Final

from tests import bpmn
from tests.acceptance.bpmn.row import (
    BESIDE_IT,
    CANCEL,
    ERROR,
    ESCALATION,
    HOUR,
    MESSAGE,
    UNDO,
    Loop,
    Row,
    link,
)


def _held(trigger: str, inside: str, event: str, script: str, **more: str) -> Row:
    """An event of what runs inside the sub-process it is attached to."""
    position = "not interrupting" if BESIDE_IT in event else "interrupting"
    beside = position == "not interrupting"
    return Row(
        element="boundaryEvent",
        trigger=trigger,
        position=position,
        about=more.pop("about"),
        declared=(
            f"start s; sub p {inside}; boundary x attachedToRef='p' {event}; "
            f"task h; {'end f; ' if beside else ''}task g; end e"
        ),
        drawn=f"s > p > g > e\nx > h > {'f' if beside else 'e'}",
        script=script,
        never=more.pop("never", ""),
        clause=more.pop("clause"),
        rules=more.pop("rules"),
        in_loop=more.pop("in_loop", "") or Loop.FLAT,
    )


_THROWS: Final = bpmn.sub(
    f"start i; and o; task b; task c; end r {ERROR}; end j", "i > o > b > r\no > c > j"
)


_RAISES: Final = bpmn.sub(
    f"start i; task b; throw t {ESCALATION}; task c; end j", "i > b > t > c > j"
)


_CAUGHT: Final = {"clause": "10.5.6, 13.5.3", "rules": "18"}


_HEARD: Final = {"clause": "10.5.6, 13.5.3", "rules": "27"}


_FROM_INSIDE: Final = (
    _held(
        "error",
        _THROWS,
        ERROR,
        """
            open  => s i o | work b c
            do b  => b r x | work h
            ! do c
            do h  => h e | over
        """,
        about="the error of its code ends everything inside",
        never="p g",
        **_CAUGHT,
    ),
    _held(
        "error",
        _THROWS,
        "<errorEventDefinition errorRef='Q'/>",
        """
            open  => s i o | work b c
            do c  => c j | work b
            do b  => b | stuck r
            ! do b
        """,
        about="an error of another code stops the case, never ends it",
        never="p x g h e",
        in_loop="the case has stopped",
        **_CAUGHT,
    ),
    Row(
        element="boundaryEvent",
        trigger="error",
        position="interrupting",
        about="the event with the code is taken before the one without",
        declared=(
            f"start s; sub p {_THROWS}; boundary y attachedToRef='p' "
            f"<errorEventDefinition/>; boundary x attachedToRef='p' {ERROR}; "
            "task g; task h; end e"
        ),
        drawn="s > p > g > e\nx > h > e\ny > g",
        script="""
            open  => s i o | work b c
            do b  => b r x | work h
            ! do c
            do h  => h e | over
        """,
        never="y g p",
        clause="10.5.6, 13.5.3",
        rules="18",
    ),
    _held(
        "error",
        _THROWS,
        "<errorEventDefinition/>",
        """
            open  => s i o | work b c
            do b  => b r x | work h
            ! do c
            do h  => h e | over
        """,
        about="without a code every error is caught",
        never="p g",
        **_CAUGHT,
    ),
    _held(
        "escalation",
        _RAISES,
        ESCALATION,
        """
            open  => s i | work b
            do b  => b t x | work h
            ! do c
            do h  => h e | over
        """,
        about="an escalation from inside ends the activity",
        never="p c g",
        **_HEARD,
    ),
    _held(
        "escalation",
        _RAISES,
        f"{BESIDE_IT} {ESCALATION}",
        """
            open  => s i | work b
            do b  => b t x | work h c
            do c  => c j p | work h g
            do h  => h f | work g
            ! do h#2
            do g  => g e | over
        """,
        about="an escalation from inside begins its way beside the activity",
        **_HEARD,
    ),
    _held(
        "escalation",
        _RAISES,
        "<escalationEventDefinition escalationRef='Y'/>",
        """
            open  => s i | work b
            do b  => b t | work c
            ! do h
            do c  => c j p | work g
            do g  => g e | over
        """,
        about="an escalation of another code passes it by",
        never="x h",
        **_HEARD,
    ),
)


_DONE: Final = (
    f"task a; boundary b attachedToRef='a' {UNDO}; task u isForCompensation='true'"
)


_UNDOING: Final = (
    Row(
        element="boundaryEvent",
        trigger="compensation",
        position="interrupting",
        about="it hears when its activity is done, and each time it was done is undone",
        declared=f"start s; {_DONE}; throw t {UNDO}; task z; end e",
        drawn="s > a > t > z > e",
        more=link("b", "u"),
        script="""
            open  => s | work a
            ! do u
            do a  => a | work u
            do u  => u t | work z
            ! do u#2
            do z  => z e | over
        """,
        never="b",
        clause="10.7, 13.5.5",
        rules="32",
    ),
    Row(
        element="boundaryEvent",
        trigger="compensation",
        position="interrupting",
        about="what was not done is not undone",
        declared=f"start s; xor g default='g_t'; {_DONE}; throw t {UNDO}; end e",
        drawn="s > g >[n > 1]> a > e\ng > t > e",
        more=link("b", "u"),
        script="open n=0  => s g t e | over",
        never="a b u",
        clause="10.7, 13.5.5",
        rules="32",
        in_loop="in the next round there may be something to undo",
    ),
    Row(
        element="boundaryEvent",
        trigger="compensation",
        position="interrupting",
        about="without a handler it is told",
        declared=f"start s; task a; boundary b attachedToRef='a' {UNDO}; end e",
        drawn="s > a > e",
        refused="compensation-handler",
        at="b",
        offers=("drop",),
        script="""
            open  => s | work a
            do a  => a e | over
        """,
        clause="10.5.4, 10.7",
        rules="32",
    ),
    Row(
        element="boundaryEvent",
        trigger="cancel",
        position="interrupting",
        about="a cancelled transaction is undone first, then its way is taken",
        declared=(
            "start s; transaction p "
            + link("b", "u")
            + bpmn.sub(
                f"start i; {_DONE}; xor g default='g_j'; task c; end k {CANCEL}; end j",
                "i > a > g >[n > 1]> c > k\ng > j",
            )
            + f"; boundary x attachedToRef='p' {CANCEL}; task h; task z; end e"
        ),
        drawn="s > p > z > e\nx > h > e",
        script="""
            open      => s i | work a
            do a n=7  => a g | work c
            do c      => c | work u
            ! do h
            do u      => u k x | work h
            ! do z
            do h      => h e | over
        """,
        never="b j p z",
        clause="10.3.5, 10.5.4, 13.5.5",
        rules="33",
    ),
    Row(
        element="boundaryEvent",
        trigger="cancel",
        position="interrupting",
        about="it is known at a transaction alone",
        declared=(
            f"start s; task a; boundary x attachedToRef='a' {CANCEL}; end e; end f"
        ),
        drawn="s > a > e\nx > f",
        refused="cancel-place",
        at="x",
        offers=("drop",),
        script="""
            open  => s | work a
            do a  => a e | over
        """,
        clause="10.5.4",
        rules="33",
    ),
)


_TOGETHER: Final = (
    Row(
        element="boundaryEvent",
        trigger="message",
        position="interrupting",
        about="no flow leads into it",
        declared=(
            f"start s; task w; task a; boundary x attachedToRef='a' {MESSAGE}; "
            "task h; end e"
        ),
        drawn="s > w > a > e\nw > x > h > e",
        refused="start-incoming",
        at="x",
        offers=("cut",),
        script="""
            open       => s | work w
            ! message M
            do w       => w | work a, waits x
            message M  => x | work h
            do h       => h e | over
        """,
        clause="10.5.4",
        rules="17",
    ),
    Row(
        element="boundaryEvent",
        trigger="multiple",
        position="interrupting",
        about="what comes from inside does not stand with what comes from outside",
        declared=(
            f"start s; task a; boundary x attachedToRef='a' {ERROR}{HOUR}; end f; end e"
        ),
        drawn="s > a > e\nx > f",
        refused="element-multipleEventDefinitions",
        at="x",
        offers=("keep:1:error", "keep:2:timer", "drop"),
        script="""
            open  => s | work a
            do a  => a e | over
        """,
        clause="10.5.4",
        rules="34",
    ),
)


ROWS: Final = (
    *_FROM_INSIDE,
    *_UNDOING,
    *_TOGETHER,
)
