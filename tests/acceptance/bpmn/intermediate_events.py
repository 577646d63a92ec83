"""Intermediate events in the flow: what waits and what throws (10.5.4, 13.5.2)."""

from typing import Final

from tests import bpmn
from tests.acceptance.bpmn.row import (
    ALL,
    CONDITION,
    HOUR,
    KEYED,
    LINK,
    MESSAGE,
    SIGNAL,
    Row,
)


def _wait(trigger: str, definition: str, about: str, script: str) -> Row:
    """An event that is waited for between two steps."""
    return Row(
        element="intermediateCatchEvent",
        trigger=trigger,
        position="normal flow",
        about=about,
        declared=f"start s; task a; catch x {definition}; task b; end e",
        drawn="s > a > x > b > e",
        script=f"""
            open n=0 ho_so=7  => s | work a
            {script}
            do b              => b e | over
        """,
        clause="10.5.4, 13.5.2",
        rules="15",
    )


_CATCH: Final = (
    _wait(
        "message",
        MESSAGE,
        "it waits for its message, and one that came before is gone",
        """
            ! message M
            do a             => a | waits x
            ! message N
            ! signal M
            message M n=5    => x | work b
            data n=5
            ! message M
        """,
    ),
    _wait(
        "message",
        KEYED,
        "a message of its name with another key or none is not its own",
        """
            do a             => a | waits x
            ! message K
            ! message K #ho_so=8
            ! message K ho_so=7
            message K #ho_so=7  => x | work b
        """,
    ),
    _wait(
        "timer",
        HOUR,
        "it waits until the duration is up",
        """
            ! fire x
            do a    => a | waits x
            ! early x
            ! message M
            fire x  => x | work b
            ! fire x
        """,
    ),
    _wait(
        "timer",
        bpmn.timer("2026-03-01T08:00:00+07:00", "timeDate"),
        "it waits until its date",
        """
            do a    => a | waits x
            fire x  => x | work b
            ! fire x
        """,
    ),
    _wait(
        "timer",
        bpmn.timer("2020-03-01T08:00:00+07:00", "timeDate"),
        "a date that is past is due at once",
        """
            ! early x
            do a     => a | waits x
            early x  => x | work b
        """,
    ),
    _wait(
        "timer",
        bpmn.timer("R3/PT1H", "timeCycle"),
        "of a cycle it waits for the first time",
        """
            do a    => a | waits x
            ! early x
            fire x  => x | work b
            ! fire x#2
        """,
    ),
    _wait(
        "signal",
        SIGNAL,
        "it waits for its signal",
        """
            ! signal G
            do a      => a | waits x
            ! signal H
            ! message G
            signal G  => x | work b
            ! signal G
        """,
    ),
    Row(
        element="intermediateCatchEvent",
        trigger="conditional",
        position="normal flow",
        about="it waits until any change of the case's data makes its condition true",
        declared=(f"start s; and f; catch x {CONDITION}; task w; task v; and j; end e"),
        drawn="s > f > x > j > e\nf > w > v > j",
        script="""
            open n=0  => s f | work w, waits x
            do w n=3  => w | work v, waits x
            ! message M n=9
            do v n=9  => v x j e | over
        """,
        clause="10.5.4, 10.5.5",
        rules="29",
    ),
    _wait(
        "conditional",
        CONDITION,
        "a condition that holds already does not let it wait",
        """
            do a n=9  => a x | work b
            ! do x
            ! do a
        """,
    ),
    Row(
        element="intermediateCatchEvent",
        trigger="link",
        position="normal flow",
        about="it takes what its throwing events hand over, and waits for nothing",
        declared=f"start s; task a; throw t {LINK}; catch x {LINK}; task b; end e",
        drawn="s > a > t\nx > b > e",
        script="""
            open  => s | work a
            ! signal L
            do a  => a t x | work b
            do b  => b e | over
        """,
        clause="10.5.4, 10.5.5",
        rules="26",
    ),
    _wait(
        "multiple",
        MESSAGE + SIGNAL + HOUR,
        "the first of its events is enough, and the others end",
        """
            do a      => a | waits x~1 x~2 x~3
            ! signal H
            ! early x~3
            signal G  => x~2 x | work b
            ! message M
            ! fire x~3
        """,
    ),
    _wait(
        "parallel multiple",
        ALL + MESSAGE + SIGNAL + HOUR,
        "it waits until each of its events has happened, in any order",
        """
            do a       => a | waits x~1 x~2 x~3
            signal G   => x~2 | waits x~1 x~3
            ! signal G
            fire x~3   => x~3 | waits x~1
            ! fire x~3
            message M  => x~1 x | work b
        """,
    ),
)


_HEARD: Final = (
    Row(
        element="intermediateCatchEvent",
        trigger="signal",
        position="normal flow",
        about="a signal reaches every wait for it",
        declared=f"start s; and f; catch x {SIGNAL}; catch y {SIGNAL}; and j; end e",
        drawn="s > f > x > j > e\nf > y > j",
        script="""
            open      => s f | waits x y
            ! signal H
            signal G  => x y j e | over
        """,
        clause="10.5.5",
        rules="15",
    ),
    Row(
        element="intermediateCatchEvent",
        trigger="message",
        position="normal flow",
        about="a message reaches one wait, the oldest",
        declared=f"start s; and f; catch x {MESSAGE}; catch y {MESSAGE}; and j; end e",
        drawn="s > f > x > j > e\nf > y > j",
        script="""
            open       => s f | waits x y
            message M  => x | waits y
            ! message N
            message M  => y j e | over
        """,
        clause="10.5.5",
        rules="15",
    ),
    Row(
        element="intermediateCatchEvent",
        trigger="timer",
        position="normal flow",
        about="a time that nobody wrote is asked for",
        declared="start s; task a; catch x <timerEventDefinition/>; end e",
        drawn="s > a > x > e",
        refused="timer-kind",
        at="x",
        offers=("manual", "time:P1D", "time:P3D", "time:P7D", "time:…", "pass"),
        script="""
            open  => s | work a
            do a  => a | work x
            do x  => x e | over
        """,
        clause="10.5.5",
        rules="15",
    ),
    Row(
        element="intermediateCatchEvent",
        trigger="link",
        position="normal flow",
        about="a link without its pair in the same scope is told",
        declared=f"start s; task a; throw t {LINK}; end e",
        drawn="s > a > e\na > t",
        refused="link-alone",
        at="t",
        offers=("pass", "manual", "drop"),
        script="""
            open  => s | work a
            do a  => a e t | over
        """,
        clause="10.5.5",
        rules="26",
    ),
)


ROWS: Final = (
    *_CATCH,
    *_HEARD,
)
