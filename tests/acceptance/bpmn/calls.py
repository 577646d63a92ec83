"""Call activities (10.3.6, 13.3.4)."""

from typing import Final

from tests import bpmn
from tests.acceptance.bpmn.row import ESCALATION, Row
from tests.acceptance.bpmn.sub_processes import CHAIN, LEAVE, one

_CALLED: Final = bpmn.process("start i; task a; end j", "i > a > j", identity="C")


_CALLS: Final = (
    one(
        "callActivity",
        "call p calledElement='C'",
        "the called process runs as its own, on the same data",
        """
            open n=7  => s i | work a
            ! do z
            do a n=8  => a j p | work z
            data n=8
        """,
        position="process",
        behind=_CALLED,
        clause="10.3.6, 13.3.4",
    ),
    Row(
        element="callActivity",
        position="process",
        about="called twice it runs twice",
        declared="start s; call q calledElement='C'; call p calledElement='C'; end e",
        drawn="s > q > p > e",
        behind=_CALLED,
        script="""
            open    => s i | work a
            do a    => a j q i | work a#2
            ! do a
            do a#2  => a j p e | over
        """,
        clause="10.3.6, 13.3.4",
        rules="16",
    ),
    one(
        "callActivity",
        "call p calledElement='C' qt:binding='latest'",
        "a process of the same package is that of the package",
        """
            open  => s i | work a
            ! do z
            do a  => a j p | work z
        """,
        position="latest version",
        behind=_CALLED,
        clause="10.3.6",
    ),
    Row(
        element="callActivity",
        position="process",
        about="an escalation of the called process is heard around the call",
        declared=(
            "start s; call p calledElement='C'; boundary x attachedToRef='p' "
            f"cancelActivity='false' {ESCALATION}; task h; end f; end e"
        ),
        drawn="s > p > e\nx > h > f",
        behind=bpmn.process(
            f"start i; throw t {ESCALATION}; task a; end j",
            "i > t > a > j",
            identity="C",
        ),
        script="""
            open  => s i t x | work h a
            ! do p
            do a  => a j p e | work h
            do h  => h f | over
        """,
        clause="10.3.6, 10.5.6",
        rules="16, 27",
    ),
    Row(
        element="callActivity",
        position="process",
        about="one that is not there is asked about",
        declared=LEAVE.format("call p calledElement='D'"),
        drawn=CHAIN,
        refused="call-unknown",
        at="p",
        offers=("manual", "drop"),
        script="""
            open  => s | work p
            do p  => p | work z
            do z  => z e | over
        """,
        clause="10.3.6",
    ),
    Row(
        element="callActivity",
        position="process",
        about="one that calls itself without end is told",
        declared=LEAVE.format("call p calledElement='C'"),
        drawn=CHAIN,
        behind=bpmn.process(
            "start i; call a calledElement='C'; end j", "i > a > j", identity="C"
        ),
        refused="call-cycle",
        at="a",
        offers=("manual", "drop"),
        script="""
            open  => s i | work a
            do a  => a j p | work z
            do z  => z e | over
        """,
        clause="10.3.6",
    ),
)


_BEGUN: Final = (
    Row(
        element="callActivity",
        position="process",
        about="it begins at a plain start event; one that waits is asked about",
        declared="start s; call p calledElement='C'; end e",
        drawn="s > p > e",
        behind=bpmn.process(
            "start i <messageEventDefinition messageRef='M'/>; task a; end j",
            "i > a > j",
            identity="C",
        ),
        refused="start-missing",
        at="C",
        offers=("start:i", "start:a"),
        script="""
            open  => s i | work a
            do a  => a j p e | over
        """,
        clause="10.3.6, 13.3.4",
        rules="16, 31",
    ),
)
_GLOBAL: Final = tuple(
    Row(
        element="callActivity",
        position=tag,
        about="a task of its own file is no process; it is asked who does it",
        declared=LEAVE.format("call p calledElement='T'"),
        drawn=CHAIN,
        behind=f'<{tag} id="T" name="Kiểm tra"/>',
        refused="call-unknown",
        at="p",
        offers=("manual", "drop"),
        script="""
            open  => s | work p
            do p  => p | work z
            do z  => z e | over
        """,
        clause="10.3.6, 10.3.7",
    )
    for tag in (
        "globalTask",
        "globalUserTask",
        "globalManualTask",
        "globalScriptTask",
        "globalBusinessRuleTask",
    )
)


ROWS: Final = (
    *_CALLS,
    *_BEGUN,
    *_GLOBAL,
)
