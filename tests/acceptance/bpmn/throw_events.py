"""Intermediate events that throw (10.5.4, 13.5.2)."""

from typing import Final

from tests import bpmn
from tests.acceptance.bpmn.row import (
    ESCALATION,
    LINK,
    MESSAGE,
    SIGNAL,
    UNDO,
    Loop,
    Row,
    link,
)


def _throw(trigger: str, definition: str, about: str, script: str) -> Row:
    """An event that throws between two steps."""
    return Row(
        element="intermediateThrowEvent",
        trigger=trigger,
        position="normal flow",
        about=about,
        declared=f"start s; task a; throw t {definition}; task b; end e",
        drawn="s > a > t > b > e",
        script=f"""
            open ho_so=7  => s | work a
            {script}
            do b          => b e | over
        """,
        clause="10.5.4, 13.5.2",
        rules="14",
    )


_THROW: Final = (
    _throw(
        "–",
        "",
        "it marks a point of the way and waits for nothing",
        """
            ! do t
            do a  => a t | work b
        """,
    ),
    _throw(
        "message",
        MESSAGE,
        "its message leaves the case and never reaches it",
        """
            do a  => a t | work b, threw t
            ! message M
        """,
    ),
    Row(
        element="intermediateThrowEvent",
        trigger="message",
        position="normal flow",
        about="a message does not reach a wait of the case that sends it",
        declared=(
            f"start s; and f; catch x {MESSAGE}; task a; throw t {MESSAGE}; and j; "
            "end e"
        ),
        drawn="s > f > x > j > e\nf > a > t > j",
        script="""
            open       => s f | work a, waits x
            do a       => a t | waits x, threw t
            message M  => x j e | over
        """,
        never="z",
        clause="10.5.5",
        rules="14",
    ),
    Row(
        element="intermediateThrowEvent",
        trigger="signal",
        position="normal flow",
        about="its signal leaves the case and reaches every wait in it",
        declared=(
            f"start s; and f; catch x {SIGNAL}; catch y "
            "<signalEventDefinition signalRef='H'/>; task a; "
            f"throw t {SIGNAL}; and j; end e"
        ),
        drawn="s > f > x > j > e\nf > a > t > j\nf > y > j",
        script="""
            open      => s f | work a, waits x y
            do a      => a t x | waits y, threw t
            ! signal G
            signal H  => y j e | over
        """,
        clause="10.5.4, 10.5.5",
        rules="14",
    ),
    _throw(
        "escalation",
        ESCALATION,
        "nobody hears it, and the case goes on",
        """
            do a  => a t | work b
            ! do t
        """,
    ),
    Row(
        element="intermediateThrowEvent",
        trigger="link",
        position="normal flow",
        about="several throw to one, and no flow is taken between them",
        declared=(
            f"start s; xor g default='g_u'; throw t {LINK}; throw u {LINK}; "
            f"catch x {LINK}; task b; end e"
        ),
        drawn="s > g >[n > 1]> t\ng > u\nx > b > e",
        script="""
            open n=7  => s g t x | work b
            ! do t
            do b      => b e | over
        """,
        never="u",
        clause="10.5.4, 10.5.5",
        rules="26",
    ),
    Row(
        element="intermediateThrowEvent",
        trigger="compensation",
        position="normal flow",
        about="it undoes what was done, the latest first, and waits for it",
        declared=(
            f"start s; task a; boundary b attachedToRef='a' {UNDO}; task u "
            f"isForCompensation='true'; task c; boundary d attachedToRef='c' {UNDO}; "
            f"task v isForCompensation='true'; throw t {UNDO}; task z; end e"
        ),
        drawn="s > a > c > t > z > e",
        more=link("b", "u") + link("d", "v"),
        script="""
            open  => s | work a
            do a  => a | work c
            ! do u
            do c  => c | work v
            ! do u
            do v  => v | work u
            ! do z
            do u  => u t | work z
            do z  => z e | over
        """,
        never="b d",
        clause="10.7, 13.5.5",
        rules="32",
    ),
    Row(
        element="intermediateThrowEvent",
        trigger="compensation",
        position="normal flow",
        about="with an activity named it undoes that alone",
        declared=(
            f"start s; task a; boundary b attachedToRef='a' {UNDO}; task u "
            f"isForCompensation='true'; task c; boundary d attachedToRef='c' {UNDO}; "
            "task v isForCompensation='true'; "
            "throw t <compensateEventDefinition activityRef='a'/>; task z; end e"
        ),
        drawn="s > a > c > t > z > e",
        more=link("b", "u") + link("d", "v"),
        script="""
            open  => s | work a
            do a  => a | work c
            do c  => c | work u
            do u  => u t | work z
            do z  => z e | over
        """,
        never="v b d",
        clause="10.7, 13.5.5",
        rules="32",
    ),
    _throw(
        "multiple",
        MESSAGE + SIGNAL,
        "all that it shows is thrown, in the order of the drawing",
        """
            do a  => a t~1 t~2 t | work b, threw t~1 t~2
            ! message M
        """,
    ),
)


_SHARED: Final = (
    '<timerEventDefinition id="T"><timeDuration>PT1H</timeDuration>'
    "</timerEventDefinition>"
)


_THROWN_TOGETHER: Final = (
    Row(
        element="eventDefinitionRef",
        about="a definition that events share is read as if each had it",
        declared="start s; task a; catch x <eventDefinitionRef>T</eventDefinitionRef>; "
        "end e",
        drawn="s > a > x > e",
        beside=_SHARED,
        script="""
            open    => s | work a
            do a    => a | waits x
            ! early x
            fire x  => x e | over
        """,
        clause="10.5.1, 10.5.5",
        rules="15",
    ),
    Row(
        element="eventDefinitionRef",
        about="one that is nowhere is asked about",
        declared="start s; task a; catch x <eventDefinitionRef>D</eventDefinitionRef>; "
        "end e",
        drawn="s > a > x > e",
        beside=_SHARED,
        refused="element-eventDefinitionRef",
        at="x",
        offers=("manual", "pass", "drop"),
        script="""
            open  => s | work a
            do a  => a | work x
            do x  => x e | over
        """,
        clause="10.5.1, 10.5.5",
        rules="15",
    ),
    Row(
        element="intermediateThrowEvent",
        trigger="multiple",
        position="normal flow",
        about="what cannot be thrown together is asked about",
        declared=f"start s; task a; throw x {MESSAGE}{ESCALATION}; end e",
        drawn="s > a > x > e",
        refused="element-multipleEventDefinitions",
        at="x",
        offers=("keep:1:message", "keep:2:escalation", "pass", "manual", "drop"),
        script="""
            open  => s | work a
            do a  => a x e | over, threw x
        """,
        clause="10.5.4",
        rules="34",
    ),
)


_SCOPES: Final = (
    Row(
        element="intermediateThrowEvent",
        trigger="escalation",
        position="normal flow",
        about="the innermost that listens for its code hears it, and no other",
        declared=(
            "start s; sub p "
            + bpmn.sub(
                "start i; sub q "
                + bpmn.sub(
                    f"start k; throw t {ESCALATION}; task b; end l", "k > t > b > l"
                )
                + "; boundary y attachedToRef='q' cancelActivity='false' "
                "<escalationEventDefinition escalationRef='Y'/>; end z; end j",
                "i > q > j\ny > z",
            )
            + "; boundary x attachedToRef='p' cancelActivity='false' "
            "<escalationEventDefinition/>; task h; end f; end e"
        ),
        drawn="s > p > e\nx > h > f",
        script="""
            open  => s i k t x | work h b
            do b  => b l q j p e | work h
            ! do b
            do h  => h f | over
        """,
        never="y z",
        clause="10.5.5, 10.5.6",
        rules="27",
        in_loop=Loop.FLAT,
    ),
)


ROWS: Final = (
    *_THROW,
    *_THROWN_TOGETHER,
    *_SCOPES,
)
