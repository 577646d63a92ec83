"""Event-based and complex gateways (10.6.5, 10.6.6, 13.4.4, 13.4.5)."""

from typing import Final

from tests.acceptance.bpmn.row import CONDITION, HOUR, MESSAGE, SIGNAL, Loop, Row


def _first(event: str, about: str, script: str, clause: str = "10.6.6") -> Row:
    """An event-based gateway with an event of one kind and a message beside it."""
    trigger, definition = event.split("|")
    return Row(
        element="eventBasedGateway",
        trigger=trigger,
        position="exclusive",
        about=about,
        declared=(
            f"start s; event k; catch x {definition}; catch o "
            "<messageEventDefinition messageRef='N'/>; task h; end e; task z"
        ),
        drawn="s > k > x > h > e\nk > o > z > e",
        script=script,
        clause=f"{clause}, 13.4.4",
        rules="11, 15",
    )


_EVENTS: Final = (
    _first(
        f"message|{MESSAGE}",
        "the message that comes first decides",
        """
            open       => s | waits x o
            ! message K
            message M  => k x | work h
            ! message N
            do h       => h e | over
        """,
    ),
    _first(
        f"signal|{SIGNAL}",
        "the signal that comes first decides",
        """
            open      => s | waits x o
            ! message G
            signal G  => k x | work h
            ! message N
            do h      => h e | over
        """,
    ),
    _first(
        f"timer|{HOUR}",
        "the time that is up first decides",
        """
            open    => s | waits x o
            ! early x
            fire x  => k x | work h
            ! message N
            do h    => h e | over
        """,
    ),
    _first(
        f"timer|{HOUR}",
        "a message before the time is up leaves no timer behind",
        """
            open       => s | waits x o
            message N  => k o | work z
            ! fire x
            do z       => z e | over
        """,
    ),
    _first(
        f"conditional|{CONDITION}",
        "the condition that holds first decides",
        """
            open n=0       => s | waits x o
            ! message M n=9
            message N n=9  => k o | work z
            do z           => z e | over
        """,
    ),
    _first(
        f"multiple|{MESSAGE}{SIGNAL}",
        "any part of a multiple event decides",
        """
            open      => s | waits x~1 x~2 o
            ! signal H
            signal G  => k x~2 x | work h
            ! message M
            do h      => h e | over
        """,
        "10.5.5",
    ),
    Row(
        element="eventBasedGateway",
        trigger="receive task",
        position="exclusive",
        about="a receive task is such an event",
        declared=(
            f"start s; event k; receive x messageRef='M'; catch o {HOUR}; task z; end e"
        ),
        drawn="s > k > x > e\nk > o > z > e",
        script="""
            open       => s | waits x o
            ! message N
            message M  => k x e | over
            ! fire o
        """,
        never="z",
        clause="10.6.6, 13.4.4",
        rules="11",
    ),
    Row(
        element="eventBasedGateway",
        trigger="parallel multiple",
        position="exclusive",
        about="no event that needs several things is a choice",
        declared=(
            f"start s; event k; catch x parallelMultiple='true' {MESSAGE}{SIGNAL}; "
            f"catch o {HOUR}; end e"
        ),
        drawn="s > k > x > e\nk > o > e",
        refused="event-gateway-target",
        at="x",
        offers=("outcome", "cut"),
        clause="10.6.6",
        rules="34",
    ),
    Row(
        element="eventBasedGateway",
        position="exclusive",
        about="what does not happen by itself cannot stand behind it",
        declared=f"start s; task q; event k; task x; catch o {HOUR}; end e",
        drawn="s > q > k > x > e\nk > o > e",
        refused="event-gateway-target",
        at="x",
        offers=("outcome", "cut"),
        clause="10.6.6",
        rules="11",
    ),
    Row(
        element="eventBasedGateway",
        position="instantiating, exclusive",
        about="start events open the case instead",
        declared=(
            f"event k instantiate='true'; catch x {MESSAGE}; catch o {SIGNAL}; end e"
        ),
        drawn="k > x > e\nk > o > e",
        refused="element-instantiate",
        at="k",
        offers=("ignore",),
        clause="10.6.6, 13.2",
        rules="31",
        in_loop="it would open a case",
    ),
    Row(
        element="eventBasedGateway",
        position="instantiating, parallel",
        about="no case waits for several events that open it together",
        declared=(
            "event k instantiate='true' eventGatewayType='Parallel'; "
            f"catch x {MESSAGE}; catch o {SIGNAL}; and j; end e"
        ),
        drawn="k > x > j > e\nk > o > j",
        refused="element-parallelEventGateway",
        at="k",
        offers=("parallel", "exclusive"),
        clause="10.6.6, 13.2",
        in_loop="it would open a case",
    ),
)


_SOME: Final = (
    "start s; and f; task a; task b; task c; complexGateway j {}; task d; end e"
)


_ACTIVATED: Final = "<activationCondition>activationCount &gt;= 2</activationCondition>"


_COMPLEX: Final = (
    Row(
        element="complexGateway",
        position="join",
        about="it fires when its activation condition holds, and once a round",
        declared=_SOME.format(_ACTIVATED),
        drawn="s > f > a > j > d > e\nf > b > j\nf > c > j",
        script="""
            open  => s f | work a b c
            do c  => c | work a b
            ! do d
            do a  => a j | work b d
            do b  => b | work d
            do d  => d e | over
        """,
        clause="10.6.5, 13.4.5",
        rules="35",
    ),
    Row(
        element="complexGateway",
        position="split",
        about="with one incoming flow it splits like an inclusive gateway",
        declared="start s; complexGateway f; task a; task b; task c; end e",
        drawn="s > f >[n > 1]> a > e\nf >[n > 5]> b > e\nf >[n > 9]> c > e",
        script="""
            open n=7  => s f | work a b
            ! do c
            do a      => a e | work b
            do b      => b e | over
        """,
        never="c",
        clause="10.6.5, 13.4.5",
        rules="8, 35",
        in_loop=Loop.SCOPE,
    ),
    Row(
        element="complexGateway",
        position="join",
        about="without an activation condition nobody knows when it fires",
        declared=_SOME.format(""),
        drawn="s > f > a > j > d > e\nf > b > j\nf > c > j",
        refused="complex-without-condition",
        at="j",
        offers=("inclusive", "parallel", "exclusive", "expression:…"),
        script="""
            open  => s f | work a b c
            do c  => c | work a b
            do a  => a | work b
            do b  => b j | work d
            do d  => d e | over
        """,
        clause="10.6.5",
        rules="35",
    ),
    Row(
        element="complexGateway",
        position="join",
        about="nothing is sent on at its reset, so no condition may ask for it",
        declared=_SOME.format(
            "<activationCondition>waitingForStart and activationCount == 2"
            "</activationCondition>"
        ),
        drawn="s > f > a > j > d > e\nf > b > j\nf > c > j",
        refused="complex-waiting",
        at="j",
        offers=("firing", "inclusive", "parallel", "exclusive", "expression:…"),
        script="""
            open  => s f | work a b c
            do c  => c | work a b
            do a  => a j | work b d
            do b  => b | work d
            do d  => d e | over
        """,
        clause="13.4.5",
        rules="35",
    ),
)


ROWS: Final = (
    *_EVENTS,
    *_COMPLEX,
)
