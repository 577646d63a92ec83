"""Tasks, what they are marked with, and the flows that leave them (10.3, 13.3)."""

from typing import Final

from tests.acceptance.bpmn.row import Loop, Row, link

_MARKS: Final = (
    Row(
        element="activity",
        position="compensation",
        about="a handler runs when it undoes, and never in the flow",
        declared=(
            "start s; task a; boundary b attachedToRef='a' <compensateEventDefinition/>"
            "; task u isForCompensation='true'; throw t <compensateEventDefinition/>; "
            "end e"
        ),
        drawn="s > a > t > e",
        more=link("b", "u"),
        script="""
            open  => s | work a
            ! do u
            do a  => a | work u
            ! do a
            do u  => u t e | over
        """,
        never="b",
        clause="10.7, 13.5.5",
        rules="32",
    ),
    Row(
        element="activity",
        position="token quantity",
        about="one token starts it and one leaves it",
        declared="start s; task a startQuantity='2'; end e",
        drawn="s > a > e",
        refused="element-quantity",
        at="a",
        offers=("ignore",),
        script="""
            open  => s | work a
            do a  => a e | over
        """,
        clause="10.3, 13.3.2",
    ),
    Row(
        element="activity",
        position="several incoming flows",
        about="each token that arrives begins it anew",
        declared="start s; and f; task x; task y; task a; end e",
        drawn="s > f > x > a > e\nf > y > a",
        script="""
            open    => s f | work x y
            do y    => y | work x a
            do x    => x | work a a#2
            do a#2  => a e | work a
            do a    => a e | over
            ! do a#3
        """,
        clause="13.3.1",
        rules="2, 6",
        in_loop=Loop.SCOPE,
    ),
    Row(
        element="activity",
        position="several incoming flows",
        about="a flow that leads back to it begins it again",
        declared="start s; task a default='a_e'; end e",
        drawn="s > a > e\na >once_more [n > 1]> a",
        script="""
            open        => s | work a
            do a n=7    => a | work a#2
            ! do a
            do a#2 n=0  => a e | over
        """,
        clause="13.3.1",
        rules="2, 6",
    ),
    Row(
        element="activity",
        position="several outgoing flows",
        about="a token leaves along every one, as at a parallel gateway",
        declared="start s; task a; task b; task c; end e",
        drawn="s > a > b > e\na > c > e",
        script="""
            open  => s | work a
            do a  => a | work b c
            do c  => c e | work b
            do b  => b e | over
        """,
        never="d",
        clause="13.3.1",
        rules="6",
        in_loop=Loop.SCOPE,
    ),
    Row(
        element="activity",
        position="no flows",
        about="without incoming flow it begins, without outgoing flow it ends",
        declared="task a; task b",
        drawn="a > b",
        script="""
            open  => start.P | work a
            ! do b
            do a  => a | work b
            do b  => b | over
        """,
        clause="13.2, 13.3.1",
        rules="6",
        in_loop="nothing may lead into it",
    ),
    Row(
        element="sequenceFlow",
        position="conditional, out of an activity",
        about="it is taken when its condition holds, beside the others",
        declared="start s; task a default='a_d'; task b; task c; task d; end e",
        drawn="s > a >[n > 1]> b > e\na >[n > 5]> c > e\na > d > e",
        script="""
            open      => s | work a
            do a n=7  => a | work b c
            do b      => b e | work c
            do c      => c e | over
        """,
        never="d",
        clause="13.3.1",
        rules="6",
        in_loop=Loop.SCOPE,
    ),
    Row(
        element="sequenceFlow",
        position="default, out of an activity",
        about="it is taken when no condition holds",
        declared="start s; task a default='a_d'; task b; task d; end e",
        drawn="s > a >[n > 1]> b > e\na > d > e",
        script="""
            open      => s | work a
            do a n=0  => a | work d
            ! do b
            do d      => d e | over
        """,
        never="b",
        clause="13.3.1",
        rules="6",
    ),
    Row(
        element="sequenceFlow",
        position="conditional, out of an activity",
        about="with none to take the case stops",
        declared="start s; task a; task b; end e",
        drawn="s > a >[n > 1]> b > e",
        script="""
            open      => s | work a
            do a n=0  => a | stuck a
        """,
        never="b e",
        clause="13.3.1",
        rules="6",
        in_loop="the case has stopped",
    ),
)


ROWS: Final = (*_MARKS,)
