"""One line of the conformance suite: a construct, its drawing, what must come of it.

The drawing is BPMN XML as another tool could have written it, declared with the short
words of `tests.bpmn`. The script says act by act what BPMN 2.0.2 demands:

    open n=1        => s | work a, waits b
    do a            => a e | over
    ! message N

Left of the bar stand the completed elements in order, right of it where the case stands
then: `work` of people, `waits`, `stuck` incidents, what it `threw`, and `over`. A line
with `!` is an act that must be refused or change nothing. `data n=1` looks at values.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from tests import bpmn

#: What drawings may name.
BESIDE: Final = (
    '<message id="M" name="M"/><message id="N" name="N"/>'
    '<message id="K" name="K"><extensionElements><qt:exchange>'
    '<qt:key name="ho_so" expression="ho_so"/></qt:exchange></extensionElements>'
    '</message><signal id="G" name="G"/><signal id="H" name="H"/>'
    '<error id="R" errorCode="R"/><error id="Q" errorCode="Q"/>'
    '<escalation id="X" escalationCode="X"/><escalation id="Y" escalationCode="Y"/>'
)
MESSAGE: Final = '<messageEventDefinition messageRef="M"/>'
KEYED: Final = '<messageEventDefinition messageRef="K"/>'
SIGNAL: Final = '<signalEventDefinition signalRef="G"/>'
ERROR: Final = '<errorEventDefinition errorRef="R"/>'
ESCALATION: Final = '<escalationEventDefinition escalationRef="X"/>'
HOUR: Final = bpmn.timer("PT1H")
THRICE: Final = bpmn.timer("R2/PT1H", "timeCycle")
CONDITION: Final = (
    "<conditionalEventDefinition><condition>n &gt; 3</condition>"
    "</conditionalEventDefinition>"
)
UNDO: Final = "<compensateEventDefinition/>"
CANCEL: Final = "<cancelEventDefinition/>"
TERMINATE: Final = "<terminateEventDefinition/>"
LINK: Final = '<linkEventDefinition name="L"/>'
ALL: Final = "parallelMultiple='true'"
BESIDE_IT: Final = "cancelActivity='false'"
_FILE: Final = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{bpmn.BPMN}" '
    f'xmlns:qt="{bpmn.QT}" targetNamespace="urn:example">{{}}</definitions>\n'
)
#: The word for no event definition, as in the tables of BPMN 2.0.2.
NONE: Final = "–"


class Loop(Enum):
    """How a construct is put into a rework loop: start and end become its two ends."""

    #: The nodes stand in the loop themselves; start `s` and end `e` are its ends.
    FLAT = "flat"
    #: A sub-process around them is repeated.
    SCOPE = "scope"


class Drawn(Enum):
    """The drawings that are made of one row."""

    ALONE = "alone"
    IN_LOOP = "in a rework loop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A construct of BPMN 2.0.2 and what becomes of it."""

    #: Element of the standard, its event definition, and where or how it stands.
    element: str
    trigger: str = NONE
    position: str = ""
    #: What the row shows, as the end of a sentence.
    about: str
    #: Nodes and flows of the main process.
    declared: str
    drawn: str = ""
    #: XML at the front of the process, beside it, and behind it.
    more: str = ""
    beside: str = ""
    behind: str = ""
    script: str = ""
    #: Elements that no act of the script may complete or open.
    never: str = ""
    #: Clause of BPMN 2.0.2, and the rules of docs/manual/semantics.md.
    clause: str
    rules: str = ""
    #: How it is repeated, or why it cannot stand in a loop.
    in_loop: Loop | str = Loop.FLAT
    #: Code of the refusal, the element it names, and the choices that are offered.
    refused: str = ""
    at: str = ""
    offers: tuple[str, ...] = ()
    #: Id of another pool whose case the script drives.
    pool: str = ""
    #: Elements of what runs that are drawn and do not run themselves.
    listed: tuple[str, ...] = ()
    #: Code of a note that the drawing runs otherwise than it says.
    noted: str = ""
    #: Whether the file is kept as a document, of which nothing runs.
    document: bool = False

    @property
    def cell(self) -> tuple[str, str, str]:
        """The place of the row in the matrix of the standard."""
        return self.element, self.trigger, self.position

    @property
    def name(self) -> str:
        """The row as a sentence."""
        words = [self.element, self.trigger if self.trigger != NONE else "none"]
        words += [self.position] if self.position else []
        return f"{' / '.join(words)}: {self.about}"

    def xml(self, drawn: Drawn = Drawn.ALONE) -> bytes:
        """The drawing as a file."""
        if self.document:
            process = ""
        elif drawn is Drawn.ALONE:
            process = bpmn.process(self.declared, self.drawn, more=self.more)
        elif self.in_loop is Loop.FLAT:
            process = self._flat()
        else:
            process = self._inside()
        inside = f"{BESIDE}{self.beside}{process}{self.behind}"
        return _FILE.format(inside).encode()

    def _flat(self) -> str:
        declared = self.declared.replace("start s", "start open; xor s", 1)
        head, _, tail = declared.rpartition("end e")
        assert head, f"{self.name} has no end e"
        around = "; task again; xor turn default='turn_done'; end done"
        flows = "\nopen > s\ne > again > turn > done\nturn >back [again]> s"
        return bpmn.process(
            f"{head}throw e{tail}{around}", self.drawn + flows, more=self.more
        )

    def _inside(self) -> str:
        inside = self.more + bpmn.nodes(self.declared) + bpmn.flows(self.drawn)
        around = (
            "start open; xor m1; task again; xor turn default='turn_done'; end done"
        )
        flows = "open > m1 > box > again > turn > done\nturn >back [again]> m1"
        return bpmn.process(
            around, flows, more=f'<subProcess id="box">{inside}</subProcess>'
        )


def sub(declared: str, drawn: str, more: str = "") -> str:
    """The inside of a sub-process."""
    return more + bpmn.sub(declared, drawn)


def link(source: str, target: str) -> str:
    """The association from a compensation boundary event to its handler."""
    return (
        f'<association id="as_{source}" sourceRef="{source}" targetRef="{target}" '
        'associationDirection="One"/>'
    )


def service(function: str, more: str = "") -> str:
    """What a service task calls."""
    return (
        f"<extensionElements><qt:service function='{function}' {more}/>"
        "</extensionElements>"
    )
