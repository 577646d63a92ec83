"""What an event at a boundary ends: each kind of activity it may sit on (13.5.3)."""

from typing import Final

from tests import bpmn
from tests.acceptance.bpmn.row import MESSAGE, SIGNAL, Row

_CALLED: Final = bpmn.process("start i; task b; end j", "i > b > j", identity="C")
_INSIDE: Final = bpmn.sub(
    "start i; and o; task b; task c; end j", "i > o > b > j\no > c > j"
)
_SEVERAL: Final = (
    "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
    "</multiInstanceLoopCharacteristics>"
)
_AGAIN: Final = (
    "<standardLoopCharacteristics loopMaximum='3'><loopCondition>n &gt; 1"
    "</loopCondition></standardLoopCharacteristics>"
)


def _on(host: str, about: str, script: str, behind: str = "") -> Row:
    """An interrupting message event on a kind of activity."""
    return Row(
        element="boundaryEvent",
        trigger="message",
        position="interrupting",
        about=about,
        declared=(
            f"start s; {host}; boundary x attachedToRef='a' {MESSAGE}; task z; "
            "task h; end e"
        ),
        drawn="s > a > z > e\nx > h > e",
        behind=behind,
        script=f"""
            {script}
            ! message M
            do h       => h e | over
        """,
        never="z",
        clause="13.5.3",
        rules="17",
    )


ROWS: Final = (
    _on(
        f"sub a {_INSIDE}",
        "of a sub-process everything inside ends",
        """
            open       => s i o | work b c, waits x
            message M  => x | work h
            ! do b
            ! do c
        """,
    ),
    _on(
        "call a calledElement='C'",
        "of a call activity the called process ends",
        """
            open       => s i | work b, waits x
            message M  => x | work h
            ! do b
        """,
        behind=_CALLED,
    ),
    _on(
        "receive a messageRef='N'",
        "a receive task waits no more",
        """
            open       => s | waits a x
            message M  => x | work h
            ! message N
        """,
    ),
    _on(
        f"task a {_SEVERAL}",
        "all instances of an activity end",
        """
            open       => s | work a a#2, waits x
            message M  => x | work h
            ! do a
            ! do a#2
        """,
    ),
    _on(
        f"manual a {_AGAIN}",
        "a loop ends with its iteration",
        """
            open       => s | work a, waits x
            message M  => x | work h
            ! do a n=7
        """,
    ),
    _on(
        f"transaction a {_INSIDE}",
        "of a transaction everything inside ends, and nothing is undone",
        """
            open       => s i o | work b c, waits x
            do b       => b j | work c, waits x
            message M  => x | work h
            ! do c
        """,
    ),
    _on(
        f"adHocSubProcess a {bpmn.sub('task b; task c', '')}",
        "of an ad-hoc sub-process everything begun ends",
        """
            open       => s | work a, waits x
            begin a b  => - | work a b, waits x
            message M  => x | work h
            ! do b
            ! begin a c
        """,
    ),
    Row(
        element="boundaryEvent",
        trigger="signal",
        position="not interrupting",
        about="a receive task goes on beside it",
        declared=(
            "start s; receive a messageRef='M'; boundary x attachedToRef='a' "
            f"cancelActivity='false' {SIGNAL}; task h; end f; end e"
        ),
        drawn="s > a > e\nx > h > f",
        script="""
            open       => s | waits a x
            ! message N
            signal G   => x | work h, waits a x#2
            message M  => a e | work h
            ! signal G
            do h       => h f | over
        """,
        clause="13.5.3",
        rules="17",
    ),
    Row(
        element="boundaryEvent",
        trigger="message",
        position="not interrupting",
        about="everything inside a sub-process goes on beside it",
        declared=(
            f"start s; sub a {_INSIDE}; boundary x attachedToRef='a' "
            f"cancelActivity='false' {MESSAGE}; task h; end f; end e"
        ),
        drawn="s > a > e\nx > h > f",
        script="""
            open       => s i o | work b c, waits x
            message M  => x | work b c h, waits x#2
            do b       => b j | work c h, waits x#2
            do c       => c j a e | work h
            ! message M
            do h       => h f | over
        """,
        clause="13.5.3",
        rules="17",
    ),
)
