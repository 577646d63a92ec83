"""Sub-processes, transactions, ad-hoc bodies and calls (10.3.5, 10.3.6, 13.3.4)."""

from typing import Final

from tests import bpmn
from tests.acceptance.bpmn.row import ERROR, UNDO, Loop, Row, link

LEAVE: Final = "start s; {}; task z; end e"


CHAIN: Final = "s > p > z > e"


_INSIDE: Final = bpmn.sub("start i; task a; end j", "i > a > j")


def one(element: str, declared: str, about: str, script: str, **more: str) -> Row:
    """An activity `p` between the start and a last task."""
    return Row(
        element=element,
        position=more.get("position", ""),
        about=about,
        declared=LEAVE.format(declared),
        drawn=CHAIN,
        behind=more.get("behind", ""),
        script=f"""
            {script}
            do z  => z e | over
        """,
        never=more.get("never", ""),
        clause=more.get("clause", "10.3.5, 13.3.4"),
        rules=more.get("rules", "16"),
        in_loop=Loop.FLAT,
    )


_EMBEDDED: Final = (
    one(
        "subProcess",
        f"sub p {_INSIDE}",
        "it is complete when no token is left in it",
        """
            open  => s i | work a
            ! do z
            do a  => a j p | work z
        """,
    ),
    one(
        "subProcess",
        "sub p "
        + bpmn.sub(
            "start i; and f; task a; task b; end j; end k", "i > f > a > j\nf > b > k"
        ),
        "one of its ends alone does not complete it",
        """
            open  => s i f | work a b
            do a  => a j | work b
            ! do z
            do b  => b k p | work z
        """,
    ),
    one(
        "subProcess",
        "sub p "
        + bpmn.sub(f"start k; sub q {_INSIDE}; task b; end l", "k > q > b > l"),
        "one in another is an activity of that",
        """
            open  => s k i | work a
            do a  => a j q | work b
            ! do a
            do b  => b l p | work z
        """,
    ),
    one(
        "subProcess",
        "sub p " + bpmn.sub("task a; task b; task c", "a > b"),
        "without a start event all that no flow enters begins",
        """
            open  => s start.p split.p | work a c
            do c  => c | work a
            ! do b
            do a  => a | work b
            do b  => b p | work z
        """,
    ),
    Row(
        element="subProcess",
        about="every token that enters it begins one of its own",
        declared=(
            f"start s; and f; task x; task y; xor m; sub p {_INSIDE}; task z; end e"
        ),
        drawn="s > f > x > m > p > z > e\nf > y > m",
        script="""
            open    => s f | work x y
            do x    => x m i | work y a
            do y    => y m i | work a a#2
            do a#2  => a j p | work a z
            ! do z#2
            do a    => a j p | work z z#2
            do z#2  => z e | work z
            do z    => z e | over
        """,
        clause="10.3.5, 13.3.4",
        rules="1, 16",
        in_loop=Loop.SCOPE,
    ),
    Row(
        element="subProcess",
        position="triggered by an event",
        about="no token enters it; without its event nothing in it is done",
        declared=(
            "start s; task z; end e; sub p triggeredByEvent='true' "
            + bpmn.sub(
                "start x <messageEventDefinition messageRef='M'/>; task a; end j",
                "x > a > j",
            )
        ),
        drawn="s > z > e",
        script="""
            open  => s | work z, waits x
            ! do a
            do z  => z e | over
        """,
        never="a p",
        clause="10.3.5, 13.5.4",
        rules="30",
        in_loop=Loop.SCOPE,
    ),
    Row(
        element="subProcess",
        position="triggered by an event",
        about="no flow leads into it or out of it",
        declared=(
            "start s; sub p triggeredByEvent='true' "
            + bpmn.sub(
                "start x <messageEventDefinition messageRef='M'/>; task a; end j",
                "x > a > j",
            )
            + "; task z; end e"
        ),
        drawn="s > z > p\nz > e",
        refused="event-sub-process-flow",
        at="p",
        offers=("cut",),
        script="""
            open       => s | work z, waits x
            message M  => x | work a
            ! do z
            do a       => a j p | over
        """,
        clause="10.3.5, 13.5.4",
        rules="30",
        in_loop="it ends everything around it",
    ),
)


_TRANSACTIONS: Final = (
    one(
        "transaction",
        f"transaction p {_INSIDE}",
        "one that succeeds is left like any sub-process",
        """
            open  => s i | work a
            ! do z
            do a  => a j p | work z
        """,
        rules="33",
    ),
    Row(
        element="transaction",
        about="an error that ends it undoes nothing",
        declared=(
            "start s; transaction p "
            + link("b", "u")
            + bpmn.sub(
                f"start i; task a; boundary b attachedToRef='a' {UNDO}; task u "
                f"isForCompensation='true'; task c; end r {ERROR}",
                "i > a > c > r",
            )
            + f"; boundary x attachedToRef='p' {ERROR}; task h; end f; end e"
        ),
        drawn="s > p > f\nx > h > e",
        script="""
            open  => s i | work a
            do a  => a | work c
            do c  => c r x | work h
            ! do u
            do h  => h e | over
        """,
        never="b u p f",
        clause="10.3.5, 13.5.5",
        rules="32, 33",
    ),
    Row(
        element="transaction",
        about="one that succeeded is undone as a whole by what it remembers",
        declared=(
            "start s; transaction p "
            + link("b", "u")
            + bpmn.sub(
                f"start i; task a; boundary b attachedToRef='a' {UNDO}; task u "
                "isForCompensation='true'; end j",
                "i > a > j",
            )
            + f"; throw t {UNDO}; task z; end e"
        ),
        drawn="s > p > t > z > e",
        script="""
            open  => s i | work a
            do a  => a j p | work u
            ! do z
            do u  => u t | work z
            do z  => z e | over
        """,
        never="b",
        clause="10.7, 13.5.5",
        rules="32, 33",
    ),
    Row(
        element="transaction",
        about="a cancel end event that no boundary event catches is told",
        declared=(
            "start s; transaction p "
            + bpmn.sub("start i; task a; end k <cancelEventDefinition/>", "i > a > k")
            + "; task z; end e"
        ),
        drawn=CHAIN,
        refused="cancel-uncaught",
        at="k",
        offers=("plain",),
        script="""
            open  => s i | work a
            do a  => a k p | work z
            do z  => z e | over
        """,
        clause="10.3.5, 10.5.3",
        rules="33",
    ),
)


def _ad_hoc(attributes: str, ends: str = "") -> str:
    inside = bpmn.sub("task a; task b; task c", "a > b")
    return f"adHocSubProcess p {attributes}{ends}{inside}"


_ENOUGH: Final = "<completionCondition>n &gt; 3</completionCondition>"


_AD_HOC: Final = (
    one(
        "adHocSubProcess",
        _ad_hoc(""),
        "what no flow enters is begun by people, in any order, as often as they like",
        """
            open       => s | work p
            ! begin p b
            begin p c  => - | work p c
            begin p a  => - | work p c a
            ! do p
            begin p c  => - | work p c a c#2
            do a       => a | work p c c#2 b
            do c#2     => c | work p c b
            do c       => c | work p b
            do b       => b | work p
            do p       => p | work z
            ! begin p a
        """,
        position="parallel",
        clause="10.3.5, 13.3.5",
        rules="36",
    ),
    one(
        "adHocSubProcess",
        _ad_hoc("ordering='Sequential'"),
        "one after the other",
        """
            open       => s | work p
            begin p a  => - | work p a
            ! begin p c
            do a       => a | work p b
            ! begin p c
            do b       => b | work p
            begin p c  => - | work p c
            do c       => c | work p
            do p       => p | work z
        """,
        position="sequential",
        clause="10.3.5, 13.3.5",
        rules="36",
    ),
    one(
        "adHocSubProcess",
        _ad_hoc("", _ENOUGH),
        "its completion condition ends it with all that still runs",
        """
            open n=0   => s | work p
            begin p c  => - | work p c
            begin p a  => - | work p c a
            ! do p
            do c n=2   => c | work p a
            do a n=9   => a p | work z
            ! begin p c
            ! do b
        """,
        position="completion condition",
        never="b",
        clause="10.3.5, 13.3.5",
        rules="36",
    ),
    one(
        "adHocSubProcess",
        _ad_hoc("cancelRemainingInstances='false'", _ENOUGH),
        "where what runs is not cancelled, it is waited for and nothing new begins",
        """
            open n=0   => s | work p
            begin p c  => - | work p c
            begin p c  => - | work p c c#2
            do c n=9   => c | work p c#2
            ! begin p a
            ! do p
            do c#2     => c p | work z
        """,
        position="remaining instances are not cancelled",
        never="a b",
        clause="10.3.5, 13.3.5",
        rules="36",
    ),
    Row(
        element="adHocSubProcess",
        position="parallel",
        about="start and end events have no place in it",
        declared=LEAVE.format(f"adHocSubProcess p {_INSIDE}"),
        drawn=CHAIN,
        refused="ad-hoc-events",
        at="p",
        offers=("without-events", "sub-process", "manual", "drop"),
        script="""
            open       => s | work p
            begin p a  => - | work p a
            do a       => a | work p
            do p       => p | work z
            do z       => z e | over
        """,
        clause="10.3.5",
        rules="36",
    ),
)


ROWS: Final = (
    *_EMBEDDED,
    *_TRANSACTIONS,
    *_AD_HOC,
)
