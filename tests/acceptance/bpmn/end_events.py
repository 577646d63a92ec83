"""End events (10.5.3, 13.5.6)."""

from typing import Final

from tests import bpmn
from tests.acceptance.bpmn.row import (
    CANCEL,
    ERROR,
    ESCALATION,
    MESSAGE,
    SIGNAL,
    TERMINATE,
    UNDO,
    Loop,
    Row,
    link,
)


def _ends(trigger: str, definition: str, about: str, script: str, **more: str) -> Row:
    """One of two ends of a process."""
    return Row(
        element="endEvent",
        trigger=trigger,
        about=about,
        declared=f"start s; and f; task a; task b; end x {definition}; end e",
        drawn="s > f > a > x\nf > b > e",
        script=f"""
            open  => s f | work a b
            {script}
        """,
        never=more.get("never", ""),
        clause="10.5.3, 13.5.6",
        rules=more.get("rules", "5, 23"),
        in_loop=more.get("in_loop") or Loop.SCOPE,
    )


_PLAIN: Final = (
    _ends(
        "–",
        "",
        "it ends its token alone; the case is over when none is left",
        """
            do a  => a x | work b
            ! do a
            do b  => b e | over
        """,
    ),
    _ends(
        "message",
        MESSAGE,
        "it sends its message and ends its token",
        """
            do a  => a x | work b, threw x
            ! message M
            do b  => b e | over
        """,
        rules="14",
    ),
    Row(
        element="endEvent",
        trigger="signal",
        about="its signal reaches every wait of the case and leaves it",
        declared=(
            f"start s; and f; task a; catch c {SIGNAL}; catch d "
            f"<signalEventDefinition signalRef='H'/>; end x {SIGNAL}; end e; end z"
        ),
        drawn="s > f > a > x\nf > c > e\nf > d > z",
        script="""
            open      => s f | work a, waits c d
            do a      => a x c e | waits d, threw x
            ! signal G
            signal H  => d z | over
        """,
        clause="10.5.3, 13.5.6",
        rules="14",
    ),
    _ends(
        "error",
        ERROR,
        "nobody catches it: the case is stopped, never completed",
        """
            do b  => b e | work a
            do a  => a | stuck x
            ! do a
        """,
        never="x",
        rules="18",
        in_loop="the case has stopped",
    ),
    _ends(
        "escalation",
        ESCALATION,
        "nobody hears it: it ends its token",
        """
            do a  => a x | work b
            do b  => b e | over
            ! do b
        """,
        rules="27",
    ),
    _ends(
        "multiple",
        MESSAGE + SIGNAL,
        "all that it shows is thrown, then its token ends",
        """
            do a  => a x~1 x~2 x | work b, threw x~1 x~2
            ! message M
            do b  => b e | over
        """,
        rules="34",
    ),
    _ends(
        "terminate",
        TERMINATE,
        "it ends every other token of the process",
        """
            do a  => a x | over
            ! do b
        """,
        never="e",
        rules="19",
    ),
    _ends(
        "terminate",
        TERMINATE,
        "a token that has ended already is not asked",
        """
            do b  => b e | work a
            do a  => a x | over
            ! do a
        """,
        rules="19",
    ),
)
_INSIDE: Final = (
    Row(
        element="endEvent",
        trigger="terminate",
        about="in a sub-process it ends that alone, which is complete then",
        declared=(
            "start s; and f; sub p "
            + bpmn.sub(
                f"start i; and o; task a; task b; end x {TERMINATE}; end j",
                "i > o > a > x\no > b > j",
            )
            + "; task c; and k; end e"
        ),
        drawn="s > f > p > k > e\nf > c > k",
        script="""
            open  => s f i o | work c a b
            do a  => a x p | work c
            ! do b
            do c  => c k e | over
        """,
        never="j",
        clause="10.5.3, 13.5.6",
        rules="19",
    ),
    Row(
        element="endEvent",
        trigger="terminate",
        about="in a called process it ends that alone",
        declared="start s; call p calledElement='C'; task c; end e",
        drawn="s > p > c > e",
        behind=bpmn.process(
            f"start i; and o; task a; task b; end x {TERMINATE}; end j",
            "i > o > a > x\no > b > j",
            identity="C",
        ),
        script="""
            open  => s i o | work a b
            do a  => a x p | work c
            ! do b
            do c  => c e | over
        """,
        never="j",
        clause="10.5.3, 13.5.6",
        rules="19",
    ),
    Row(
        element="endEvent",
        trigger="error",
        about="it is caught around its sub-process, and ends all of it",
        declared=(
            "start s; sub p "
            + bpmn.sub(
                f"start i; and o; task a; task b; end x {ERROR}; end j",
                "i > o > a > x\no > b > j",
            )
            + f"; boundary y attachedToRef='p' {ERROR}; task h; end f; end e"
        ),
        drawn="s > p > f\ny > h > e",
        script="""
            open  => s i o | work a b
            do a  => a x y | work h
            ! do b
            do h  => h e | over
        """,
        never="j p f",
        clause="10.5.3, 10.5.6, 13.5.6",
        rules="18",
    ),
    Row(
        element="endEvent",
        trigger="error",
        about="it is caught around the call of its process",
        declared=(
            "start s; call p calledElement='C'; "
            f"boundary y attachedToRef='p' {ERROR}; task h; end f; end e"
        ),
        drawn="s > p > f\ny > h > e",
        behind=bpmn.process(
            f"start i; task a; end x {ERROR}", "i > a > x", identity="C"
        ),
        script="""
            open  => s i | work a
            do a  => a x y | work h
            ! do a#2
            do h  => h e | over
        """,
        never="p f",
        clause="10.5.6, 13.5.6",
        rules="16, 18",
    ),
    Row(
        element="endEvent",
        trigger="escalation",
        about="it is heard around its sub-process, beside which a way begins",
        declared=(
            "start s; sub p "
            + bpmn.sub(f"start i; task a; end x {ESCALATION}", "i > a > x")
            + "; boundary y attachedToRef='p' cancelActivity='false' "
            f"{ESCALATION}; task h; end f; task c; end e"
        ),
        drawn="s > p > c > e\ny > h > f",
        script="""
            open  => s i | work a
            do a  => a x y p | work h c
            ! do a
            do h  => h f | work c
            do c  => c e | over
        """,
        clause="10.5.3, 10.5.6",
        rules="27",
    ),
    Row(
        element="endEvent",
        trigger="compensation",
        about="it undoes what was done in its scope, then its token ends",
        declared=(
            f"start s; task a; boundary b attachedToRef='a' {UNDO}; task u "
            f"isForCompensation='true'; end x {UNDO}"
        ),
        drawn="s > a > x",
        more=link("b", "u"),
        script="""
            open  => s | work a
            ! do u
            do a  => a | work u
            ! do a
            do u  => u x | over
        """,
        never="b",
        clause="10.5.3, 13.5.5, 13.5.6",
        rules="32",
        in_loop=Loop.SCOPE,
    ),
    Row(
        element="endEvent",
        trigger="cancel",
        about="it ends its transaction, which is undone and left by its cancel event",
        declared=(
            "start s; transaction p "
            + link("b", "u")
            + bpmn.sub(
                f"start i; and o; task a; boundary b attachedToRef='a' {UNDO}; "
                "task u isForCompensation='true'; task c; task d; "
                f"end x {CANCEL}; end j",
                "i > o > a > c > x\no > d > j",
            )
            + f"; boundary y attachedToRef='p' {CANCEL}; task h; end f; end e"
        ),
        drawn="s > p > f\ny > h > e",
        script="""
            open  => s i o | work a d
            do a  => a | work d c
            do c  => c | work u
            ! do d
            do u  => u x y | work h
            do h  => h e | over
        """,
        never="b j p f",
        clause="10.3.5, 10.5.3, 13.5.6",
        rules="33",
    ),
)
_REFUSED: Final = (
    Row(
        element="endEvent",
        trigger="cancel",
        about="it is known in a transaction alone",
        declared=f"start s; task a; end e {CANCEL}",
        drawn="s > a > e",
        refused="cancel-place",
        at="e",
        offers=("plain",),
        script="""
            open  => s | work a
            do a  => a e | over
        """,
        clause="10.5.3",
        rules="33",
        in_loop="it ends everything",
    ),
    Row(
        element="endEvent",
        trigger="multiple",
        about="what cannot be thrown together is asked about",
        declared=f"start s; task a; end x {TERMINATE}{MESSAGE}",
        drawn="s > a > x",
        refused="element-multipleEventDefinitions",
        at="x",
        offers=("keep:1:terminate", "keep:2:message", "plain"),
        script="""
            open  => s | work a
            do a  => a x | over
        """,
        clause="10.5.3",
        rules="34",
        in_loop=Loop.SCOPE,
    ),
)
ROWS: Final = (*_PLAIN, *_INSIDE, *_REFUSED)
