"""Events at the boundary of an activity (10.5.4, 10.5.6, 13.5.3)."""

from typing import Final

from tests import bpmn
from tests.acceptance.bpmn.row import (
    ALL,
    BESIDE_IT,
    CONDITION,
    HOUR,
    KEYED,
    MESSAGE,
    SIGNAL,
    Row,
)

_CYCLE: Final = bpmn.timer("R2/PT1H", "timeCycle")


def _cuts(trigger: str, definition: str, about: str, script: str) -> Row:
    """An event that ends the task it is attached to."""
    return Row(
        element="boundaryEvent",
        trigger=trigger,
        position="interrupting",
        about=about,
        declared=(
            f"start s; task a; boundary x attachedToRef='a' {definition}; "
            "task b; task h; end e"
        ),
        drawn="s > a > b > e\nx > h > e",
        script=script,
        clause="10.5.4, 13.5.3",
        rules="17",
    )


def _adds(trigger: str, definition: str, about: str, script: str) -> Row:
    """An event that begins something beside the task it is attached to."""
    return Row(
        element="boundaryEvent",
        trigger=trigger,
        position="not interrupting",
        about=about,
        declared=(
            f"start s; task a; boundary x attachedToRef='a' {BESIDE_IT} {definition}; "
            "task h; end f; end e"
        ),
        drawn="s > a > e\nx > h > f",
        script=script,
        clause="10.5.4, 13.5.3",
        rules="15, 17",
    )


_INTERRUPTING: Final = (
    _cuts(
        "message",
        MESSAGE,
        "the activity ends, and the way of the event is taken",
        """
            open       => s | work a, waits x
            ! message N
            ! signal M
            message M  => x | work h
            ! do a
            ! message M
            do h       => h e | over
        """,
    ),
    _cuts(
        "message",
        MESSAGE,
        "an activity that is done listens no more",
        """
            open       => s | work a, waits x
            do a       => a | work b
            ! message M
            do b       => b e | over
        """,
    ),
    _cuts(
        "message",
        KEYED,
        "a message with another key or none is not its own",
        """
            open ho_so=7        => s | work a, waits x
            ! message K
            ! message K #ho_so=8
            message K #ho_so=7  => x | work h
            do h                => h e | over
        """,
    ),
    _cuts(
        "timer",
        HOUR,
        "when the time is up the activity ends",
        """
            open    => s | work a, waits x
            ! early x
            fire x  => x | work h
            ! do a
            ! fire x
            do h    => h e | over
        """,
    ),
    _cuts(
        "timer",
        _CYCLE,
        "an activity is ended once, whatever its cycle says",
        """
            open    => s | work a, waits x
            fire x  => x | work h
            ! fire x#2
            do h    => h e | over
        """,
    ),
    _cuts(
        "signal",
        SIGNAL,
        "its signal ends the activity",
        """
            open      => s | work a, waits x
            ! signal H
            signal G  => x | work h
            ! do a
            do h      => h e | over
        """,
    ),
    Row(
        element="boundaryEvent",
        trigger="conditional",
        position="interrupting",
        about="the activity ends when a change of data makes the condition true",
        declared=(
            f"start s; and f; task a; boundary x attachedToRef='a' {CONDITION}; "
            "task w; task v; task h; xor m; and j; end e"
        ),
        drawn="s > f > a > m > j > e\nf > w > v > j\nx > h > m",
        script="""
            open n=0  => s f | work a w, waits x
            do w n=2  => w | work a v, waits x
            do v n=9  => v x | work h
            ! do a
            do h      => h m j e | over
        """,
        clause="10.5.4, 13.5.3",
        rules="17, 29",
    ),
    _cuts(
        "multiple",
        MESSAGE + SIGNAL,
        "the first of its events ends the activity",
        """
            open      => s | work a, waits x~1 x~2
            ! signal H
            signal G  => x~2 x | work h
            ! message M
            ! do a
            do h      => h e | over
        """,
    ),
    _cuts(
        "parallel multiple",
        ALL + MESSAGE + SIGNAL,
        "all of its events together end the activity",
        """
            open       => s | work a, waits x~1 x~2
            message M  => x~1 | work a, waits x~2
            ! message M
            signal G   => x~2 x | work h
            ! do a
            do h       => h e | over
        """,
    ),
    _cuts(
        "parallel multiple",
        ALL + MESSAGE + SIGNAL,
        "some of its events alone end nothing",
        """
            open       => s | work a, waits x~1 x~2
            message M  => x~1 | work a, waits x~2
            do a       => a | work b
            ! signal G
            do b       => b e | over
        """,
    ),
)


_NOT_INTERRUPTING: Final = (
    _adds(
        "message",
        MESSAGE,
        "each message begins its way beside the activity",
        """
            open       => s | work a, waits x
            ! message N
            message M  => x | work a h, waits x#2
            message M  => x | work a h h#2, waits x#3
            do a       => a e | work h h#2
            ! message M
            do h       => h f | work h#2
            do h#2     => h f | over
        """,
    ),
    _adds(
        "timer",
        HOUR,
        "a duration begins its way once, and the activity goes on",
        """
            open    => s | work a, waits x
            ! early x
            fire x  => x | work a h
            ! fire x#2
            do h    => h f | work a
            do a    => a e | over
        """,
    ),
    _adds(
        "timer",
        _CYCLE,
        "a cycle begins it as often as it says",
        """
            open      => s | work a, waits x
            fire x    => x | work a h, waits x#2
            ! early x#2
            fire x#2  => x | work a h h#2
            ! fire x#3
            do a      => a e | work h h#2
            do h      => h f | work h#2
            do h#2    => h f | over
        """,
    ),
    _adds(
        "signal",
        SIGNAL,
        "each signal begins its way beside the activity",
        """
            open      => s | work a, waits x
            signal G  => x | work a h, waits x#2
            ! signal H
            do a      => a e | work h
            ! signal G
            do h      => h f | over
        """,
    ),
    Row(
        element="boundaryEvent",
        trigger="conditional",
        position="not interrupting",
        about="once it held, it must become false before it is heard again",
        declared=(
            f"start s; and f; task a; boundary x attachedToRef='a' {BESIDE_IT} "
            f"{CONDITION}; task w; task v; task u; task t; task h; and j; end e; end z"
        ),
        drawn="s > f > a > j > e\nf > w > v > u > t > j\nx > h > z",
        script="""
            open n=0  => s f | work a w, waits x
            do w n=9  => w x | work a v h
            do v n=8  => v | work a h u
            ! message M n=9
            do u n=0  => u | work a h t, waits x#3
            do h n=9  => h z x | work a t h#2
            do a      => a | work t h#2
            do h#2    => h z | work t
            do t      => t j e | over
        """,
        clause="10.5.2, 10.5.4, 13.5.3",
        rules="17, 29",
    ),
    _adds(
        "multiple",
        MESSAGE + SIGNAL,
        "each of its events begins its way beside the activity",
        """
            open       => s | work a, waits x~1 x~2
            signal G   => x~2 x | work a h, waits x~1 x~2#2
            message M  => x~1 x | work a h h#2, waits x~2#2 x~1#2
            do a       => a e | work h h#2
            ! message M
            do h       => h f | work h#2
            do h#2     => h f | over
        """,
    ),
    _adds(
        "parallel multiple",
        ALL + MESSAGE + SIGNAL,
        "each time all have happened its way begins, and all are awaited anew",
        """
            open       => s | work a, waits x~1 x~2
            signal G   => x~2 | work a, waits x~1
            ! signal G
            message M  => x~1 x | work a h, waits x~1#2 x~2#2
            do a       => a e | work h
            do h       => h f | over
        """,
    ),
)


ROWS: Final = (
    *_INTERRUPTING,
    *_NOT_INTERRUPTING,
)
