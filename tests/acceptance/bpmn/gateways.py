"""Gateways: what splits, merges and waits (10.6, 13.4)."""

from typing import Final

from tests import bpmn
from tests.acceptance.bpmn.row import ERROR, Loop, Row

_TWO: Final = "task a; task b"


_FORK: Final = "start s; and f; task a; task b; "


_EITHER: Final = "start s; or f default='f_b'; task a; task b; task c; or j; end e"


_BOTH: Final = "s > f >[n > 1]> a > j > e\nf > b > j\nf >[n > 5]> c > j"


_EXCLUSIVE: Final = (
    Row(
        element="exclusiveGateway",
        position="split",
        about="the first flow whose condition holds is taken, and no other",
        declared=f"start s; xor g default='g_c'; {_TWO}; task c; end e",
        drawn="s > g >[n > 5]> a > e\ng >[n > 1]> b > e\ng > c > e",
        script="""
            open n=7  => s g | work a
            ! do b
            do a      => a e | over
        """,
        never="b c",
        clause="10.6.2, 13.4.2",
        rules="7",
    ),
    Row(
        element="exclusiveGateway",
        position="split",
        about="the default flow is taken when no condition holds",
        declared=f"start s; xor g default='g_a'; {_TWO}; end e",
        drawn="s > g > a > e\ng >[n > 1]> b > e",
        script="""
            open n=0  => s g | work a
            do a      => a e | over
        """,
        never="b",
        clause="10.6.2, 13.4.2",
        rules="7",
    ),
    Row(
        element="exclusiveGateway",
        position="split",
        about="without a condition that holds and without default the case stops",
        declared=f"start s; xor g; {_TWO}; end e",
        drawn="s > g >[n > 5]> a > e\ng >[n > 1]> b > e",
        script="open n=0  => s | stuck g",
        never="g a b e",
        clause="10.6.2, 13.4.2",
        rules="7",
        in_loop="the case has stopped",
    ),
    Row(
        element="exclusiveGateway",
        position="split",
        about="a person chooses by name where nothing has a condition",
        declared=f"start s; task q; xor g 'Đạt?'; {_TWO}; end e",
        drawn='s > q > g >yes "Đạt"> a > e\ng >no "Không"> b > e',
        script="""
            open       => s | work q
            do q >yes  => q g | work a
            do a       => a e | over
        """,
        never="b",
        clause="10.6.2, 13.4.2",
        rules="7, 12",
    ),
    Row(
        element="exclusiveGateway",
        position="split",
        about="a flow that nothing decides is asked about",
        declared=f"start s; task q; xor g; {_TWO}; end e",
        drawn="s > q > g >one> a > e\ng >two [n > 1]> b > e",
        refused="flow-without-condition",
        at="g",
        offers=("default", "outcome"),
        script="""
            open      => s | work q
            do q n=0  => q g | work a
            do a      => a e | over
        """,
        never="b",
        clause="10.6.2",
        rules="7",
    ),
    Row(
        element="exclusiveGateway",
        position="merge",
        about="each token passes without waiting",
        declared=f"{_FORK}xor g; task c; end e",
        drawn="s > f > a > g > c > e\nf > b > g",
        script="""
            open    => s f | work a b
            do a    => a g | work b c
            do b    => b g | work c c#2
            do c    => c e | work c#2
            ! do c#3
            do c#2  => c e | over
        """,
        clause="10.6.2, 13.4.2",
        rules="7",
        in_loop=Loop.SCOPE,
    ),
)


_PARALLEL: Final = (
    Row(
        element="parallelGateway",
        position="split and join",
        about="all flows go on, and the join waits for each of them",
        declared=f"{_FORK}task c; and j; task d; end e",
        drawn="s > f > a > j > d > e\nf > b > j\nf > c > j",
        script="""
            open  => s f | work a b c
            do c  => c | work a b
            do a  => a | work b
            ! do d
            do b  => b j | work d
            do d  => d e | over
        """,
        clause="10.6.4, 13.4.1",
        rules="6, 9",
    ),
    Row(
        element="parallelGateway",
        position="split and join",
        about="conditions on its flows are not asked",
        declared=f"{_FORK}and j; end e",
        drawn="s > f >[n > 5]> a > j > e\nf > b > j",
        script="""
            open n=0  => s f | work a b
            do a      => a | work b
            do b      => b j e | over
        """,
        never="x",
        clause="13.4.1",
        rules="6",
    ),
    Row(
        element="parallelGateway",
        position="split and join",
        about="two tokens on one flow are not one on each",
        declared=(
            "start s; and f; task a; task b; task c; xor m; and j; task d; end e"
        ),
        drawn="s > f > a > m > j > d > e\nf > b > m\nf > c > j",
        script="""
            open  => s f | work a b c
            do a  => a m | work b c
            do b  => b m | work c
            ! do d
            do c  => c j | work d
            do d  => d e | stuck j#0
        """,
        clause="13.4.1",
        rules="9, 24",
        in_loop="a token is left at the join, as the drawing says",
    ),
)


_INCLUSIVE: Final = (
    Row(
        element="inclusiveGateway",
        position="split and join",
        about="every flow whose condition holds; the join waits for these alone",
        declared=_EITHER,
        drawn=_BOTH,
        script="""
            open n=7  => s f | work a c
            do c      => c | work a
            ! do b
            do a      => a j e | over
        """,
        never="b",
        clause="10.6.3, 13.4.3",
        rules="8, 10",
    ),
    Row(
        element="inclusiveGateway",
        position="split and join",
        about="the default flow is taken when no condition holds",
        declared=_EITHER,
        drawn=_BOTH,
        script="""
            open n=0  => s f | work b
            do b      => b j e | over
        """,
        never="a c",
        clause="10.6.3, 13.4.3",
        rules="8",
    ),
    Row(
        element="inclusiveGateway",
        position="split and join",
        about="a join in a join, with a way that ends before it",
        declared=(
            "start s; and f; task a; or g default='g_h'; task h; task i; or k; "
            "end z; xor x default='x_z'; or j; end e"
        ),
        drawn=(
            "s > f > a > x > z\nx >[n > 8]> j\nf > g >[n > 1]> i > k > j > e\ng > h > k"
        ),
        script="""
            open n=7  => s f g | work a i
            do i      => i k | work a
            ! do h
            do a      => a x z j e | over
        """,
        never="h",
        clause="13.4.3",
        rules="10",
    ),
    Row(
        element="inclusiveGateway",
        position="split and join",
        about="without a condition that holds and without default the case stops",
        declared="start s; or f; task a; task b; end e",
        drawn="s > f >[n > 5]> a > e\nf >[n > 1]> b > e",
        script="open n=0  => s | stuck f",
        never="f a b e",
        clause="13.4.3",
        rules="8",
        in_loop="the case has stopped",
    ),
)


_MIXED: Final = (
    Row(
        element="parallelGateway",
        position="several incoming and outgoing flows",
        about="it joins first and splits then",
        declared=f"{_FORK}and j; task c; task d; and k; end e",
        drawn="s > f > a > j > c > k > e\nf > b > j > d > k",
        script="""
            open  => s f | work a b
            do a  => a | work b
            ! do c
            do b  => b j | work c d
            do d  => d | work c
            do c  => c k e | over
        """,
        clause="13.4.1",
        rules="9",
    ),
    Row(
        element="inclusiveGateway",
        position="several incoming and outgoing flows",
        about="it waits first and chooses then",
        declared=(
            "start s; or f; task a; task b; or j default='j_c'; task c; task d; end e"
        ),
        drawn="s > f >[n > 1]> a > j > c > e\nf >[n > 2]> b > j >[m > 1]> d > e",
        script="""
            open n=7 m=0  => s f | work a b
            do a          => a | work b
            ! do c
            do b          => b j | work c
            do c          => c e | over
        """,
        never="d",
        clause="13.4.3",
        rules="8, 10",
    ),
    Row(
        element="exclusiveGateway",
        position="several incoming and outgoing flows",
        about="each token chooses anew without waiting",
        declared=f"{_FORK}xor g default='g_c'; task c; task d; end e",
        drawn="s > f > a > g > c > e\nf > b > g >[n > 1]> d > e",
        script="""
            open      => s f | work a b
            do a n=0  => a g | work b c
            do b n=7  => b g | work c d
            do c      => c e | work d
            do d      => d e | over
            ! do c#2
        """,
        clause="13.4.2",
        rules="7",
        in_loop=Loop.SCOPE,
    ),
)


_BAD: Final = (
    Row(
        element="inclusiveGateway",
        position="split and join",
        about="an error that ends one way leaves the join nothing to wait for",
        declared=(
            "start s; and f; sub p "
            + bpmn.sub(f"start i; task a; end r1 {ERROR}", "i > a > r1")
            + f"; boundary x attachedToRef='p' {ERROR}; end z; task b; or j; end e"
        ),
        drawn="s > f > p > j > e\nx > z\nf > b > j",
        script="""
            open  => s f i | work b a
            do b  => b | work a
            do a  => a r1 x z j e | over
        """,
        never="p",
        clause="13.4.3",
        rules="10, 18",
    ),
)


ROWS: Final = (
    *_EXCLUSIVE,
    *_PARALLEL,
    *_INCLUSIVE,
    *_MIXED,
    *_BAD,
)
