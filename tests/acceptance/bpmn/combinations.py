"""Constructs in one another: what each field of the tables does inside the others."""

from typing import Final

from tests import bpmn
from tests.acceptance.bpmn.matrix import ADDS, BESIDE, BOUNDARY, CUTS
from tests.acceptance.bpmn.row import (
    BESIDE_IT,
    CANCEL,
    ERROR,
    ESCALATION,
    HOUR,
    MESSAGE,
    SIGNAL,
    TERMINATE,
    UNDO,
    Loop,
    Row,
    link,
    service,
)

_TWO: Final = (
    "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
    "</multiInstanceLoopCharacteristics>"
)
_INSIDE: Final = bpmn.sub("start i; task a; end j", "i > a > j")


def _handler(identity: str, event: str, body: str = "") -> str:
    """An event sub-process as XML, with the event `x` and the work `h`."""
    inside = body or bpmn.sub(f"start x {event}; task h; end y", "x > h > y")
    return f"<subProcess id='{identity}' triggeredByEvent='true'>{inside}</subProcess>"


_HANDLERS: Final = (
    Row(
        element="startEvent",
        trigger="error",
        position=CUTS,
        about="an error thrown in it goes outward, not to itself",
        declared=(
            "start s; sub p "
            + bpmn.sub(f"start i; task a; end r {ERROR}", "i > a > r")
            + _handler(
                "v",
                "",
                bpmn.sub(f"start x {ERROR}; task h; end q {ERROR}", "x > h > q"),
            )
            + f"; boundary y attachedToRef='p' {ERROR}; task z; end f; end e"
        ),
        drawn="s > p > f\ny > z > e",
        script="""
            open  => s i | work a
            do a  => a r x | work h
            ! do a
            do h  => h q y | work z
            do z  => z e | over
        """,
        never="p v f",
        clause="10.5.6, 13.5.4",
        rules="18, 30",
    ),
    Row(
        element="startEvent",
        trigger="message",
        position=CUTS,
        about="it listens inside another event sub-process while that runs",
        declared=(
            "start s; task a; end e; sub v triggeredByEvent='true' "
            + bpmn.sub(f"start x {SIGNAL}; task h; end y", "x > h > y")
            + _handler(
                "w",
                "",
                bpmn.sub(f"start k {MESSAGE}; task c; end l", "k > c > l"),
            )
        ),
        drawn="s > a > e",
        script="""
            open       => s | work a, waits x
            ! message M
            signal G   => x | work h, waits k
            ! do a
            message M  => k | work c
            ! do h
            do c       => c l w v | over
        """,
        never="e y",
        clause="13.5.4",
        rules="30",
        in_loop=Loop.SCOPE,
    ),
    Row(
        element="startEvent",
        trigger="signal",
        position=ADDS,
        about="an end of it that terminates ends it alone",
        declared=(
            "start s; task a; end e; sub v triggeredByEvent='true' "
            + bpmn.sub(
                f"start x isInterrupting='false' {SIGNAL}; and o; task h; task k; "
                f"end t {TERMINATE}; end y",
                "x > o > h > t\no > k > y",
            )
        ),
        drawn="s > a > e",
        script="""
            open      => s | work a, waits x
            signal G  => x o | work a h k, waits x#2
            do h      => h t v | work a, waits x#2
            ! do k
            do a      => a e | over
        """,
        never="y",
        clause="13.5.4, 13.5.6",
        rules="19, 30",
        in_loop=Loop.SCOPE,
    ),
    Row(
        element="startEvent",
        trigger="timer",
        position=ADDS,
        about="an event at the boundary around it ends it with all the rest",
        declared=(
            "start s; sub p "
            + _INSIDE
            + _handler("v", f"isInterrupting='false' {HOUR}")
            + f"; boundary c attachedToRef='p' {MESSAGE}; task z; end f; end e"
        ),
        drawn="s > p > f\nc > z > e",
        script="""
            open       => s i | work a, waits c x
            fire x     => x | work a h, waits c
            message M  => c | work z
            ! do a
            ! do h
            do z       => z e | over
        """,
        never="p v f",
        clause="13.5.3, 13.5.4",
        rules="17, 30",
    ),
    Row(
        element="startEvent",
        trigger="escalation",
        position=ADDS,
        about="it is heard before the boundary around, and by it alone",
        declared=(
            "start s; sub p "
            + bpmn.sub(f"start i; throw t {ESCALATION}; task a; end j", "i > t > a > j")
            + _handler("v", f"isInterrupting='false' {ESCALATION}")
            + f"; boundary c attachedToRef='p' {ESCALATION}; task z; end f; end e"
        ),
        drawn="s > p > e\nc > z > f",
        script="""
            open  => s i t x | work h a
            do a  => a j | work h
            ! do z
            do h  => h y v p e | over
        """,
        never="c z f",
        clause="10.5.6, 13.5.4",
        rules="27, 30",
    ),
)
_SEVERAL: Final = (
    Row(
        element="boundaryEvent",
        trigger="signal",
        position=BESIDE,
        about="on several instances it is one event of the whole activity",
        declared=(
            f"start s; sub p {_TWO}{_INSIDE}; boundary x attachedToRef='p' {BESIDE_IT} "
            f"{SIGNAL}; task h; end f; end e"
        ),
        drawn="s > p > e\nx > h > f",
        script="""
            open      => s i i | work a a#2, waits x
            signal G  => x | work a a#2 h, waits x#2
            do a      => a j p | work a#2 h, waits x#2
            ! do a
            do a#2    => a j p e | work h
            ! signal G
            do h      => h f | over
        """,
        clause="13.3.7, 13.5.3",
        rules="17, 22",
    ),
    Row(
        element="endEvent",
        trigger="terminate",
        about="of several instances of a sub-process it ends its own",
        declared=(
            f"start s; sub p {_TWO}"
            + bpmn.sub(
                f"start i; and o; task a; task b; end t {TERMINATE}; end j",
                "i > o > a > t\no > b > j",
            )
            + "; task z; end e"
        ),
        drawn="s > p > z > e",
        script="""
            open    => s i i o o | work a b a#2 b#2
            do a    => a t p | work a#2 b#2
            ! do b
            do b#2  => b j | work a#2
            do a#2  => a t p | work z
            do z    => z e | over
        """,
        clause="13.3.7, 13.5.6",
        rules="19, 20",
    ),
    Row(
        element="activity",
        position="several instances, parallel",
        about="each instance of a call has a process of its own",
        declared=f"start s; call p calledElement='C' {_TWO}; end e",
        drawn="s > p > e",
        behind=bpmn.process(
            "start i; task a; task b; end j", "i > a > b > j", identity="C"
        ),
        script="""
            open    => s i i | work a a#2
            do a#2  => a | work a b
            ! do b#2
            do b    => b j p | work a
            do a    => a | work b#2
            do b#2  => b j p e | over
        """,
        clause="10.3.6, 13.3.7",
        rules="16, 20",
    ),
    Row(
        element="activity",
        position="compensation",
        about="each instance that was done is undone, the latest first",
        declared=(
            f"start s; task a {_TWO}; boundary b attachedToRef='a' {UNDO}; task u "
            f"isForCompensation='true'; throw t {UNDO}; end e"
        ),
        drawn="s > a > t > e",
        more=link("b", "u"),
        script="""
            open    => s | work a a#2
            do a#2  => a | work a
            do a    => a | work u
            ! do u#2
            do u    => u | work u#2
            do u#2  => u t e | over
        """,
        never="b",
        clause="10.7, 13.5.5",
        rules="20, 32",
    ),
)
_UNDOING: Final = (
    Row(
        element="activity",
        position="compensation",
        about="a handler may be a sub-process",
        declared=(
            f"start s; task a; boundary b attachedToRef='a' {UNDO}; "
            "sub u isForCompensation='true' "
            + bpmn.sub("start i; task h; end j", "i > h > j")
            + f"; throw t {UNDO}; end e"
        ),
        drawn="s > a > t > e",
        more=link("b", "u"),
        script="""
            open  => s | work a
            ! do h
            do a  => a i | work h
            ! do a
            do h  => h j u t e | over
        """,
        never="b",
        clause="10.7, 13.5.5",
        rules="32",
    ),
    Row(
        element="activity",
        position="compensation",
        about="a handler may be a function, which nobody has to wait for",
        declared=(
            f"start s; task a; boundary b attachedToRef='a' {UNDO}; service u "
            f"isForCompensation='true' {service('tra')}; throw t {UNDO}; end e"
        ),
        drawn="s > a > t > e",
        more=link("b", "u"),
        script="""
            open  => s | work a
            ! do u
            do a  => a u t e | over
        """,
        never="b",
        clause="10.7, 13.5.5",
        rules="32",
    ),
    Row(
        element="intermediateThrowEvent",
        trigger="compensation",
        position="normal flow",
        about="a sub-process without a handler of its own is undone step by step",
        declared=(
            "start s; sub p "
            + link("b", "u")
            + link("d", "v")
            + bpmn.sub(
                f"start i; task a; boundary b attachedToRef='a' {UNDO}; task u "
                "isForCompensation='true'; task c; boundary d attachedToRef='c' "
                f"{UNDO}; task v isForCompensation='true'; end j",
                "i > a > c > j",
            )
            + "; throw t <compensateEventDefinition activityRef='p'/>; end e"
        ),
        drawn="s > p > t > e",
        script="""
            open  => s i | work a
            do a  => a | work c
            do c  => c j p | work v
            ! do u
            do v  => v | work u
            do u  => u t e | over
        """,
        never="b d",
        clause="10.7, 13.5.5",
        rules="32",
    ),
    Row(
        element="intermediateThrowEvent",
        trigger="compensation",
        position="normal flow",
        about="what was ended before it was done is not undone",
        declared=(
            f"start s; task a; boundary b attachedToRef='a' {UNDO}; boundary x "
            f"attachedToRef='a' {MESSAGE}; task u isForCompensation='true'; xor m; "
            f"throw t {UNDO}; end e"
        ),
        drawn="s > a > m > t > e\nx > m",
        more=link("b", "u"),
        script="""
            open       => s | work a, waits x
            ! message N
            message M  => x m t e | over
        """,
        never="b u",
        clause="10.7, 13.5.5",
        rules="32",
    ),
    Row(
        element="endEvent",
        trigger="cancel",
        about="of several instances of a transaction all are cancelled",
        declared=(
            f"start s; transaction p {_TWO}"
            + bpmn.sub(f"start i; task a; end k {CANCEL}", "i > a > k")
            + f"; boundary x attachedToRef='p' {CANCEL}; task h; end f; end e"
        ),
        drawn="s > p > f\nx > h > e",
        script="""
            open    => s i i | work a a#2
            do a#2  => a k x | work h
            ! do a
            do h    => h e | over
        """,
        never="p f",
        clause="10.3.5, 13.5.6",
        rules="33",
    ),
)
_GATES: Final = (
    Row(
        element="parallelGateway",
        position="split and join",
        about="after an event ended one way, the join waits for what replaces it",
        declared=(
            "start s; and f; task a; task b; boundary x attachedToRef='a' "
            f"{MESSAGE}; task h; xor m; and j; end e"
        ),
        drawn="s > f > a > m > j > e\nf > b > j\nx > h > m",
        script="""
            open       => s f | work a b, waits x
            do b       => b | work a, waits x
            message M  => x | work h
            ! do a
            do h       => h m j e | over
        """,
        clause="13.4.1",
        rules="9, 17",
    ),
    Row(
        element="inclusiveGateway",
        position="split and join",
        about="a token that may still come by a boundary event is waited for",
        declared=(
            "start s; and f; task a; task b; boundary x attachedToRef='b' "
            f"{MESSAGE}; end z; or j; end e"
        ),
        drawn="s > f > a > j > e\nf > b > z\nx > j",
        script="""
            open  => s f | work a b, waits x
            do a  => a | work b, waits x
            ! message N
            do b  => b z j e | over
        """,
        clause="13.4.3",
        rules="10",
    ),
    Row(
        element="inclusiveGateway",
        position="split and join",
        about="a token that goes round a loop is waited for until it leaves it",
        declared=("start s; and f; task a; task b; xor g default='g_j'; or j; end e"),
        drawn="s > f > a > j > e\nf > b > g >[n > 1]> b\ng > j",
        script="""
            open        => s f | work a b
            do a        => a | work b
            do b n=7    => b g | work b#2
            ! do a
            do b#2 n=0  => b g j e | over
        """,
        clause="13.4.3",
        rules="10",
    ),
    Row(
        element="eventBasedGateway",
        trigger="timer",
        position="exclusive",
        about="around it an event ends it with all that it waits for",
        declared=(
            "start s; sub p "
            + bpmn.sub(
                f"start i; event k; catch a {HOUR}; catch b {SIGNAL}; end j",
                "i > k > a > j\nk > b > j",
            )
            + f"; boundary x attachedToRef='p' {MESSAGE}; task h; end f; end e"
        ),
        drawn="s > p > f\nx > h > e",
        script="""
            open       => s i | waits x a b
            message M  => x | work h
            ! signal G
            ! fire a
            do h       => h e | over
        """,
        never="k p f",
        clause="13.4.4, 13.5.3",
        rules="11, 17",
    ),
)
_ASKED: Final = (
    Row(
        element="boundaryEvent",
        trigger="compensation",
        position=BOUNDARY,
        about="an activity is undone in one way; a second one is asked about",
        declared=(
            f"start s; task a; boundary b attachedToRef='a' {UNDO}; boundary c "
            f"attachedToRef='a' {UNDO}; task u isForCompensation='true'; task v "
            f"isForCompensation='true'; throw t {UNDO}; end e"
        ),
        drawn="s > a > t > e",
        more=link("b", "u") + link("c", "v"),
        refused="compensation-twice",
        at="c",
        offers=("drop",),
        script="""
            open  => s | work a
            do a  => a | work u
            do u  => u t e | over
        """,
        never="b c v",
        clause="10.7, 13.5.5",
        rules="32",
    ),
    Row(
        element="intermediateThrowEvent",
        trigger="compensation",
        position="normal flow",
        about="what is undone is waited for; not to wait is asked about",
        declared=(
            f"start s; task a; boundary b attachedToRef='a' {UNDO}; task u "
            "isForCompensation='true'; throw t "
            "<compensateEventDefinition waitForCompletion='false'/>; task z; end e"
        ),
        drawn="s > a > t > z > e",
        more=link("b", "u"),
        refused="attribute-value",
        at="t",
        offers=("ignore",),
        script="""
            open  => s | work a
            do a  => a | work u
            ! do z
            do u  => u t | work z
            do z  => z e | over
        """,
        clause="10.5.5, 13.5.5",
        rules="32",
    ),
    Row(
        element="transaction",
        about="it is undone by compensation; another method is asked about",
        declared=f"start s; transaction p method='##Store' {_INSIDE}; end e",
        drawn="s > p > e",
        refused="attribute-value",
        at="p",
        offers=("ignore",),
        script="""
            open  => s i | work a
            do a  => a j p e | over
        """,
        clause="10.3.5",
        rules="33",
    ),
    Row(
        element="eventBasedGateway",
        trigger="receive task",
        position="exclusive",
        about="the task carries no boundary event, for the gateway waits for it",
        declared=(
            "start s; event k; receive x messageRef='M'; boundary b attachedToRef='x' "
            f"{SIGNAL}; catch o {HOUR}; end z; end e"
        ),
        drawn="s > k > x > e\nk > o > e\nb > z",
        refused="event-gateway-boundary",
        at="b",
        offers=("drop",),
        script="""
            open       => s | waits x o
            ! signal G
            message M  => k x e | over
        """,
        clause="10.6.6",
        rules="11",
    ),
    Row(
        element="boundaryEvent",
        trigger="timer",
        position=BOUNDARY,
        about="on an event sub-process it has no place",
        declared=(
            "start s; task a; end e; sub v triggeredByEvent='true' "
            + bpmn.sub(f"start x {MESSAGE}; task h; end y", "x > h > y")
            + f"; boundary c attachedToRef='v' {HOUR}; task z; end f"
        ),
        drawn="s > a > e\nc > z > f",
        refused="boundary-host",
        at="c",
        offers=("drop",),
        script="""
            open       => s | work a, waits x
            message M  => x | work h
            do h       => h y v | over
        """,
        clause="10.5.4",
        rules="17",
        in_loop=Loop.SCOPE,
    ),
    Row(
        element="startEvent",
        position="top level",
        about="no flow leads into it",
        declared="start s; task a; xor g default='g_e'; end e",
        drawn="s > a > g > e\ng >again [n > 1]> s",
        refused="start-incoming",
        at="s",
        offers=("cut",),
        script="""
            open      => s | work a
            do a n=7  => a g e | over
        """,
        clause="10.5.2",
        in_loop="the drawing leads back to the start already",
    ),
    Row(
        element="endEvent",
        about="no flow leaves it",
        declared="start s; task a; end x; task b; end e",
        drawn="s > a > x > b > e\na > e",
        refused="end-outgoing",
        at="x",
        offers=("cut",),
        script="""
            open  => s | work a
            do a  => a x e | over
        """,
        never="b",
        clause="10.5.3",
        in_loop=Loop.SCOPE,
    ),
    Row(
        element="sequenceFlow",
        position="conditional, out of an activity",
        about="none crosses the border of a sub-process",
        declared=f"start s; task w; sub p {_INSIDE}; task z; end e",
        drawn="s > w > p > z > e\nw >over_it> a",
        refused="flow-crossing",
        at="over_it",
        offers=("cut",),
        script="""
            open  => s | work w
            do w  => w i | work a
            do a  => a j p | work z
            do z  => z e | over
        """,
        clause="10.3.5, 13.3.1",
    ),
)
ROWS: Final = (*_HANDLERS, *_SEVERAL, *_UNDOING, *_GATES, *_ASKED)
