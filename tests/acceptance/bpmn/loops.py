"""Loops and several instances of an activity (10.3.8, 13.3.6, 13.3.7)."""

from typing import Final

from tests import bpmn
from tests.acceptance.bpmn.row import Row

_LOOP: Final = "standardLoopCharacteristics"


_SEVERAL: Final = "multiInstanceLoopCharacteristics"


INSIDE: Final = bpmn.sub("start i; task a; end j", "i > a > j")


_STANDARD: Final = "10.3.8, 13.3.6"


MANY: Final = "10.3.8, 13.3.7"


def loop(attributes: str, condition: str = "n &gt; 1") -> str:
    inside = f"<loopCondition>{condition}</loopCondition>" if condition else ""
    return f"<{_LOOP} {attributes}>{inside}</{_LOOP}>"


def each(attributes: str, inside: str = "") -> str:
    return f"<{_SEVERAL} {attributes}>{inside}</{_SEVERAL}>"


def row(position: str, host: str, about: str, script: str, **more: str) -> Row:
    """An activity `a` or `p` that is done several times, before a last task."""
    node = host.split()[1]
    return Row(
        element="activity",
        position=position,
        about=about,
        declared=f"start s; {host}; task z; end e",
        drawn=f"s > {node} > z > e",
        behind=more.get("behind", ""),
        script=f"""
            {script}
            do z  => z e | over
        """,
        never=more.get("never", ""),
        clause=_STANDARD if "loop" in position else MANY,
        rules=more.get("rules", "28" if "loop" in position else "20, 21, 22"),
    )


_AFTER: Final = "standard loop, tested after"


_BEFORE: Final = "standard loop, tested before"


_LOOPS: Final = (
    row(
        _AFTER,
        f"task a {loop('')}",
        "it is done once, and again while its condition holds",
        """
            open n=9    => s | work a
            do a n=7    => a | work a#2
            ! do a
            do a#2 n=0  => a | work z
            ! do a#3
        """,
    ),
    row(
        _BEFORE,
        f"task a {loop('testBefore=' + repr('true'))}",
        "it is not begun when its condition does not hold",
        """
            open n=0  => s | work z
            ! do a
        """,
        never="a",
    ),
    row(
        _BEFORE,
        f"task a {loop('testBefore=' + repr('true'))}",
        "before each time the condition is asked",
        """
            open n=7    => s | work a
            do a n=5    => a | work a#2
            do a#2 n=0  => a | work z
            ! do a#3
        """,
    ),
    row(
        "standard loop, maximum",
        f"task a {loop('loopMaximum=' + repr('2'))}",
        "its maximum ends it, whatever the condition says",
        """
            open n=7  => s | work a
            do a      => a | work a#2
            do a#2    => a | work z
            ! do a#3
        """,
    ),
    row(
        _AFTER,
        f"sub p {loop('')}{INSIDE}",
        "a sub-process is repeated as a whole",
        """
            open n=9    => s i | work a
            do a n=7    => a j p i | work a#2
            ! do a
            do a#2 n=0  => a j p | work z
        """,
    ),
    row(
        _AFTER,
        f"call p calledElement='C' {loop('')}",
        "a call is repeated",
        """
            open n=9    => s i | work a
            do a n=7    => a j p i | work a#2
            ! do a
            do a#2 n=0  => a j p | work z
        """,
        behind=bpmn.process("start i; task a; end j", "i > a > j", identity="C"),
    ),
    row(
        _AFTER,
        f"receive a messageRef='M' {loop('')}",
        "a receive task waits again",
        """
            open n=9       => s | waits a
            message M n=7  => a | waits a#2
            ! message N
            message M n=0  => a | work z
            ! message M
        """,
    ),
    Row(
        element="activity",
        position=_AFTER,
        about="without a condition and a maximum nobody knows when it ends",
        declared=f"start s; task a {loop('', '')}; end e",
        drawn="s > a > e",
        refused="loop-endless",
        at="a",
        offers=("once", "manual"),
        script="""
            open  => s | work a
            do a  => a e | over
        """,
        clause=_STANDARD,
        rules="28",
    ),
)


ROWS: Final = (*_LOOPS,)
