"""Tasks (10.3.3, 13.3.3)."""

from collections.abc import Iterator
from typing import Final

from tests.acceptance.bpmn.row import ERROR, Row, service

_WORKS: Final = {
    "task": "the abstract task is work of a person",
    "userTask": "it waits until a person has done it",
    "manualTask": "it waits until a person says that it is done",
}


_PLAIN: Final = "s > a > e"


def _work() -> Iterator[Row]:
    kinds = {"task": "plain", "userTask": "task", "manualTask": "manual"}
    for element, about in _WORKS.items():
        yield Row(
            element=element,
            about=about,
            declared=f"start s; {kinds[element]} a; end e",
            drawn=_PLAIN,
            script="""
                open        => s | work a
                ! do s
                ! message M
                do a n=7    => a e | over
                data n=7
                ! do a
            """,
            clause="13.3.3",
            rules="12",
        )


_SERVICE: Final = (
    Row(
        element="serviceTask",
        about="it calls its function and goes on",
        declared=f"start s; service a {service('tra')}; task b; end e",
        drawn="s > a > b > e",
        script="""
            open   => s a | work b
            ! do a
            do b   => b e | over
        """,
        clause="13.3.3",
        rules="13",
    ),
    Row(
        element="serviceTask",
        about="what it answers is written under its result",
        declared=(
            "start s; service a <extensionElements><qt:service function='tra' "
            "result='kq'><qt:parameter name='x' expression='n + 1'/></qt:service>"
            "</extensionElements>; xor g default='g_c'; task b; task c; end e"
        ),
        drawn="s > a > g > c > e\ng >[get(kq, 'x') == 8]> b > e",
        script="""
            open n=7   => s a g | work b
            do b       => b e | over
        """,
        never="c",
        clause="13.3.3",
        rules="13",
    ),
    Row(
        element="serviceTask",
        about="a failure without an error code stops the case, never ends it",
        declared=f"start s; service a {service('hong')}; end e",
        drawn=_PLAIN,
        script="""
            open     => s | stuck a
            ! do a
            retry a  => - | stuck a#2
        """,
        never="e",
        clause="13.3.3",
        rules="13, 40",
        in_loop="the case has stopped",
    ),
    Row(
        element="serviceTask",
        about="without a function it is asked who does it",
        declared="start s; service a; end e",
        drawn=_PLAIN,
        refused="service-unbound",
        at="a",
        offers=("manual", "function:hong", "function:loi", "function:tra", "drop"),
        script="""
            open  => s | work a
            do a  => a e | over
        """,
        clause="13.3.3",
        rules="13",
    ),
)


_OTHERS: Final = (
    Row(
        element="scriptTask",
        about="no script runs; it is asked who does it",
        declared=(
            "start s; scriptTask a scriptFormat='javascript' <script>x = 1</script>;"
            " end e"
        ),
        drawn=_PLAIN,
        refused="element-scriptTask",
        at="a",
        offers=("manual", "function:hong", "function:loi", "function:tra", "drop"),
        script="""
            open  => s | work a
            do a  => a e | over
        """,
        clause="13.3.3",
    ),
    Row(
        element="businessRuleTask",
        about="it asks its decision and keeps the answer",
        declared=(
            "start s; businessRuleTask a <extensionElements><qt:decision id='le_phi'/>"
            "</extensionElements>; xor g default='g_c'; task b; task c; end e"
        ),
        drawn="s > a > g > c > e\ng >[phi == 5]> b > e",
        script="""
            open n=9   => s a g | work b
            data phi=5
            do b       => b e | over
        """,
        never="c",
        clause="13.3.3",
        rules="37",
    ),
    Row(
        element="businessRuleTask",
        about="a decision that fails stops the case, never ends it",
        declared=(
            "start s; businessRuleTask a <extensionElements><qt:decision id='le_phi'/>"
            "</extensionElements>; end e"
        ),
        drawn=_PLAIN,
        script="open n=x  => s | stuck a",
        never="e",
        clause="13.3.3",
        rules="37",
        in_loop="the case has stopped",
    ),
    Row(
        element="businessRuleTask",
        about="without a decision it is asked which one",
        declared="start s; businessRuleTask a; end e",
        drawn=_PLAIN,
        refused="decision-unbound",
        at="a",
        offers=("manual", "decision:le_phi", "drop"),
        script="""
            open  => s | work a
            do a  => a e | over
        """,
        clause="13.3.3",
        rules="37",
    ),
    Row(
        element="sendTask",
        about="its message leaves, and it goes on at once",
        declared="start s; send a messageRef='M'; receive c messageRef='M'; end e",
        drawn="s > a > c > e",
        script="""
            open       => s a | waits c, threw a
            ! do a
            message M  => c e | over
        """,
        clause="13.3.3",
        rules="14",
    ),
    Row(
        element="sendTask",
        about="without a message it is asked what it sends",
        declared="start s; send a 'Báo tin'; end e",
        drawn=_PLAIN,
        refused="reference-missing",
        at="a",
        offers=("manual", "name", "drop"),
        script="""
            open  => s | work a
            do a  => a e | over
        """,
        clause="13.3.3",
        rules="14",
    ),
    Row(
        element="receiveTask",
        about="it waits for its message and for no other",
        declared="start s; receive a messageRef='M'; end e",
        drawn=_PLAIN,
        script="""
            open           => s | waits a
            ! message N
            ! signal M
            ! do a
            message M n=7  => a e | over
            data n=7
        """,
        clause="13.3.3",
        rules="15",
    ),
    Row(
        element="receiveTask",
        about="without a message it is asked what it waits for",
        declared="start s; receive a 'Chờ tin'; end e",
        drawn=_PLAIN,
        refused="reference-missing",
        at="a",
        offers=("manual", "name", "drop"),
        script="""
            open  => s | work a
            do a  => a e | over
        """,
        clause="13.3.3",
        rules="15",
    ),
    Row(
        element="receiveTask",
        position="instantiate",
        about="a start event opens the case instead",
        declared=("start s; receive a messageRef='M' instantiate='true'; end e"),
        drawn=_PLAIN,
        refused="element-instantiate",
        at="a",
        offers=("ignore",),
        script="""
            open       => s | waits a
            ! message N
            message M  => a e | over
        """,
        clause="13.2",
        rules="31",
    ),
)


_ERRORS: Final = (
    Row(
        element="serviceTask",
        trigger="error",
        about="an error of its function is caught at its boundary",
        declared=(
            f"start s; service a {service('loi')}; task b; end f; task h; end e; "
            f"boundary x attachedToRef='a' {ERROR}"
        ),
        drawn="s > a > b > f\nx > h > e",
        script="""
            open  => s x | work h
            ! do a
            do h  => h e | over
        """,
        never="a b f",
        clause="10.5.6, 13.5.3",
        rules="13, 18",
    ),
)


ROWS: Final = (
    *_work(),
    *_SERVICE,
    *_OTHERS,
    *_ERRORS,
)
