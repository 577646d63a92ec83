"""A row in a rework loop: two rounds, each as the row says."""

from engine.domain.model import Model
from engine.ports import Runtime
from tests.acceptance.bpmn.playing import Play, never
from tests.acceptance.bpmn.row import Loop, Row
from tests.acceptance.bpmn.script import Line, Told, Visit, lines, short
from tests.conformance.driving import split


class Rounds:
    """Two rounds of a row in a rework loop, each as the row says."""

    def __init__(self, row: Row, runtime: Runtime, model: Model) -> None:
        self.row = row
        self.game = Play(runtime, model)
        #: Highest visit of each element before this round, and where this one counts.
        self.before: dict[str, int] = {}
        self.highest: dict[str, int] = {}
        self.shift: dict[str, int] = {}
        self.turn = 1
        self.rework = False

    def play(self) -> None:
        """Go round twice, then leave the loop."""
        for number in (1, 2):
            self.turn, self.rework = number, False
            self.before, self.shift = dict(self.highest), {}
            for line in lines(self.row.script):
                self._line(line)
            assert self.rework, "the round does not come to its end"
        found = self.game.act(f"do again#{self.turn} again=false")
        assert str(found) == "again turn done | over"

    def _line(self, line: Line) -> None:
        if line.text.startswith("data "):
            self.game.data(line.text.removeprefix("data "))
        elif line.told is None:
            self.game.unmoved(self._moved(line.text))
        else:
            found = self.game.act(self._moved(line.text))
            opens = line.text.startswith("open")
            wanted = self._wanted(line.told, opens=opens).sorted()
            got = self._counted(found, wanted).sorted()
            where = f"round {self.turn}, {line.text}"
            assert str(got) == str(wanted), where
            never(self.row, found)

    def _moved(self, text: str) -> str:
        """An act as it is in this round."""
        if text.startswith("open"):
            values = text.removeprefix("open")
            return text if self.turn == 1 else f"do again again=true{values}"
        verb, *rest = text.split()
        if verb in {"message", "signal"}:
            return text
        element, occurrence = split(rest[0])
        by = self.shift.get(element, self.before.get(element, 0))
        return " ".join([verb, short((element, occurrence + by)), *rest[1:]])

    def _wanted(self, told: Told, *, opens: bool) -> Told:
        """What the row says, with the loop around it."""
        flat = self.row.in_loop is Loop.FLAT
        completed = told.completed
        if opens:
            around = ("open",) if self.turn == 1 else ("again", "turn")
            completed = (*around, *(() if flat else ("m1",)), *completed)
        ended = "e" in told.completed if flat else told.over
        if told.over and not flat:
            completed = (*completed, "box")
        self.rework = self.rework or ended
        lists = dict(told.lists)
        if self.rework:
            lists["work"] = (*lists.get("work", ()), ("again", self.turn))
        return Told(completed, lists, over=False)

    def _counted(self, found: Told, wanted: Told) -> Told:
        """What came, with visits numbered from 1 in this round."""
        lists = {}
        for name, visits in found.lists.items():
            elements = sorted(visits)
            for (element, number), (same, other) in zip(
                elements, sorted(wanted.lists.get(name, ())), strict=False
            ):
                if element == same and element not in self.shift:
                    self.shift[element] = number - other
            lists[name] = tuple(self._relative(one) for one in visits)
        return Told(found.completed, lists, found.over)

    def _relative(self, visit: Visit) -> Visit:
        element, number = visit
        self.highest[element] = max(number, self.highest.get(element, 0))
        if element == "again":
            return visit
        by = self.shift.get(element, 0)
        assert by >= self.before.get(element, 0), f"{element}#{number} was before"
        return element, number - by
