"""Several instances of an activity (10.3.8, 13.3.7)."""

from typing import Final

from tests import bpmn
from tests.acceptance.bpmn.loops import INSIDE, MANY, each, loop, row
from tests.acceptance.bpmn.row import ERROR, MESSAGE, Row, service

_THREE: Final = "<loopCardinality>3</loopCardinality>"


_EACH: Final = "qt:collection='ds' qt:item='nguoi'"


_GATHERED: Final = " qt:output='kq' qt:outputItem='y'"


_TWICE: Final = "<loopCardinality>2</loopCardinality>"


_DONE: Final = (
    "<completionCondition>numberOfCompletedInstances &gt;= 2</completionCondition>"
)


def _both(host: str, about: str, scripts: tuple[str, str], **more: str) -> list[Row]:
    """The same in parallel and one after the other."""
    kinds = (("parallel", "false"), ("sequential", "true"))
    return [
        row(
            f"several instances, {word}",
            host.replace("{}", f"isSequential='{flag}'"),
            about,
            script,
            **more,
        )
        for (word, flag), script in zip(kinds, scripts, strict=True)
    ]


_INSTANCES: Final = (
    *_both(
        f"task a {each('{}', _THREE)}",
        "as often as the number says, and then it is complete",
        (
            """
                open    => s | work a a#2 a#3
                do a#2  => a | work a a#3
                ! do a#2
                do a#3  => a | work a
                ! do z
                do a    => a | work z
            """,
            """
                open    => s | work a
                ! do a#2
                do a    => a | work a#2
                do a#2  => a | work a#3
                ! do z
                do a#3  => a | work z
            """,
        ),
    ),
    *_both(
        f"task a {each('{} ' + _EACH)}",
        "once for each item of a list, one that is nothing included",
        (
            """
                open ds=["x",null,"y"]  => s | work a a#2 a#3
                do a                    => a | work a#2 a#3
                ! do a
                do a#2                  => a | work a#3
                do a#3                  => a | work z
            """,
            """
                open ds=["x",null,"y"]  => s | work a
                do a                    => a | work a#2
                ! do a
                do a#2                  => a | work a#3
                do a#3                  => a | work z
            """,
        ),
    ),
    *_both(
        f"task a {each('{} ' + _EACH)}",
        "an empty list makes none, and the case goes on",
        (
            """
                open ds=[]  => s | work z
                ! do a
            """,
            """
                open ds=[]  => s | work z
                ! do a
            """,
        ),
        never="a",
    ),
    *_both(
        f"task a {each('{}', _THREE + _DONE)}",
        "its completion condition ends the rest",
        (
            """
                open    => s | work a a#2 a#3
                do a    => a | work a#2 a#3
                do a#3  => a | work z
                ! do a#2
            """,
            """
                open    => s | work a
                do a    => a | work a#2
                do a#2  => a | work z
                ! do a#3
            """,
        ),
    ),
    *_both(
        f"task a {each('{} ' + _EACH + _GATHERED)}",
        "their results are gathered in the order of the list",
        (
            """
                open ds=[1,2]  => s | work a a#2
                do a#2 y=20    => a | work a
                ! do a#2
                do a y=10      => a | work z
                data kq=[10,20]
            """,
            """
                open ds=[1,2]  => s | work a
                do a y=10      => a | work a#2
                ! do a
                do a#2 y=20    => a | work z
                data kq=[10,20]
            """,
        ),
    ),
    *_both(
        f"sub p {each('{}', _TWICE)}{INSIDE}",
        "each instance of a sub-process has tokens of its own",
        (
            """
                open    => s i i | work a a#2
                do a#2  => a j p | work a
                ! do a#2
                do a    => a j p | work z
            """,
            """
                open    => s i | work a
                do a    => a j p i | work a#2
                ! do a
                do a#2  => a j p | work z
            """,
        ),
    ),
    *_both(
        f"service a {each('{}', _THREE)}{service('tra')}",
        "what needs nobody is done at once",
        (
            """
                open  => s a a a | work z
                ! do a
            """,
            """
                open  => s a a a | work z
                ! do a
            """,
        ),
    ),
    *_both(
        f"receive a messageRef='M' {each('{}', _TWICE)}",
        "each waits for a message of its own",
        (
            """
                open       => s | waits a a#2
                message M  => a | waits a#2
                ! message N
                message M  => a | work z
            """,
            """
                open       => s | waits a
                message M  => a | waits a#2
                ! message N
                message M  => a | work z
            """,
        ),
    ),
)


_LISTED: Final = (
    Row(
        element="activity",
        position="several instances, sequential",
        about="a list may be named as the standard does",
        declared=(
            "start s; task a "
            + each(
                "isSequential='true'",
                "<loopDataInputRef>ds</loopDataInputRef><inputDataItem id='nguoi'/>",
            )
            + "; end e"
        ),
        drawn="s > a > e",
        script="""
            open ds=["x",null]  => s | work a
            do a                => a | work a#2
            ! do a
            do a#2              => a e | over
        """,
        clause=MANY,
        rules="20, 21",
    ),
)


_CUT: Final = (
    Row(
        element="activity",
        position="several instances, parallel",
        about="an error of one instance ends all",
        declared=(
            f"start s; sub p {each('', _TWICE)}"
            + bpmn.sub(f"start i; task a; end r {ERROR}", "i > a > r")
            + f"; boundary x attachedToRef='p' {ERROR}; task h; end f; end e"
        ),
        drawn="s > p > f\nx > h > e",
        script="""
            open    => s i i | work a a#2
            do a#2  => a r x | work h
            ! do a
            do h    => h e | over
        """,
        never="p f",
        clause="10.5.6, 13.3.7",
        rules="18, 20",
    ),
    Row(
        element="activity",
        position="several instances, sequential",
        about="an event at its boundary ends the ones to come as well",
        declared=(
            f"start s; task a {each('isSequential=' + repr('true'), _THREE)}; "
            f"boundary x attachedToRef='a' {MESSAGE}; task h; end f; end e"
        ),
        drawn="s > a > f\nx > h > e",
        script="""
            open       => s | work a, waits x
            do a       => a | work a#2, waits x
            message M  => x | work h
            ! do a#2
            ! do a#3
            do h       => h e | over
        """,
        never="f",
        clause="13.3.7",
        rules="20, 22",
    ),
)


def _refused(position: str, inside: str, code: str, offers: tuple[str, ...]) -> Row:
    return Row(
        element="activity",
        position=position,
        about="it is asked about",
        declared=f"start s; task a {inside}; end e",
        drawn="s > a > e",
        refused=code,
        at="a",
        offers=offers,
        script="""
            open  => s | work a
            do a  => a e | over
        """,
        clause=MANY,
        rules="20",
    )


_ONCE: Final = ("once", "count:…", "manual")


_REFUSED: Final = (
    _refused(
        "several instances, without a number", each(""), "multi-instance-count", _ONCE
    ),
    _refused(
        "several instances, more than the limit",
        each("", "<loopCardinality>100001</loopCardinality>"),
        "multi-instance-many",
        _ONCE,
    ),
    _refused(
        "several instances and a loop",
        loop("loopMaximum='2'", "") + each("", _THREE),
        "loop-both",
        ("once", "manual"),
    ),
    *(
        Row(
            element="activity",
            position=f"several instances, behavior {behaviour}",
            about="no event is thrown when an instance ends",
            declared=(
                f"start s; task a {each(f'behavior={behaviour!r}', _TWICE)}; end e"
            ),
            drawn="s > a > e",
            refused="element-multiInstanceBehavior",
            at="a",
            offers=("ignore",),
            script="""
                open    => s | work a a#2
                do a    => a | work a#2
                ! do a
                do a#2  => a e | over
            """,
            clause="10.3.8",
            rules="22",
        )
        for behaviour in ("None", "One", "Complex")
    ),
)


ROWS: Final = (
    *_INSTANCES,
    *_LISTED,
    *_CUT,
    *_REFUSED,
)
