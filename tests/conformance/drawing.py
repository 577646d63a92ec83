"""Random models and random acts, from a number and nothing else.

Models are not made sound on purpose: blocks nest properly most of the time, and now and
then a flow leads elsewhere, so that joins starve, tokens pile up and incidents stand.
"""

import random
from dataclasses import replace

from engine.domain import run
from engine.domain.model import EventDefinition, Model, NodeKind
from engine.domain.run import Picture
from tests import models
from tests.models import Part

#: Names that conditions read; every act may change them.
NAMES = ("p", "q", "r")


class Drawer:
    """Draws one model."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - to repeat, not to hide
        self.count = 0

    def model(self) -> Model:
        """A whole process of nested blocks."""
        parts = self.scope(3)
        return models.build(*self.crossed(parts))

    def scope(self, depth: int) -> list[Part]:
        """A start event, blocks in a row, an end event."""
        start, end = self.name("start"), self.name("end")
        parts: list[Part] = [models.node(start, NodeKind.START_EVENT)]
        at = start
        for _ in range(self.random.randint(1, 3)):
            first, last, block = self.block(depth)
            parts += [models.flow(at, first), *block]
            at = last
        return [*parts, models.flow(at, end), self.end(end)]

    def crossed(self, parts: list[Part]) -> list[Part]:
        """Sometimes one more flow between two nodes of the main process."""
        ids = [
            one.node.id
            for one in parts
            if isinstance(one, models.Element) and one.node.kind is NodeKind.USER_TASK
        ]
        gates = [
            one.node.id
            for one in parts
            if isinstance(one, models.Element) and one.node.default
        ]
        if ids and gates and self.random.random() < 0.4:
            source, target = self.random.choice(gates), self.random.choice(ids)
            return [*parts, models.flow(source, target, self.condition())]
        return parts

    def end(self, name: str) -> Part:
        """A plain end, or one that ends everything in its scope."""
        if self.random.random() < 0.1:
            return models.end(name, models.terminate())
        return models.node(name, NodeKind.END_EVENT)

    def name(self, kind: str) -> str:
        """A new id."""
        self.count += 1
        return f"{kind}{self.count}"

    def condition(self) -> str:
        """A condition on one of the names."""
        return f"{self.random.choice(NAMES)} > {self.random.randint(0, 2)}"

    def block(self, depth: int) -> tuple[str, str, list[Part]]:
        """First node, last node, and everything between."""
        shapes = [self.task, self.event]
        if depth:
            shapes += [self.task, self.parallel, self.inclusive, self.loop, self.loop]
            shapes += [self.choice, self.nested, self.race]
        return self.random.choice(shapes)(depth - 1)

    def task(self, depth: int) -> tuple[str, str, list[Part]]:
        """A task, perhaps with instances, perhaps with a boundary event."""
        name = self.name("a")
        parts: list[Part] = [self.several(models.task(name))]
        if depth >= 0 and self.random.random() < 0.3:
            event, target = self.name("e"), self.name("a")
            interrupting = self.random.random() < 0.5
            what = models.signal("s") if self.random.random() < 0.5 else self.timer()
            parts += [
                models.on(name, event, what, interrupting=interrupting),
                models.flow(event, target),
                models.task(target),
            ]
        return name, name, parts

    def timer(self) -> EventDefinition:
        """A timer, perhaps a cycle."""
        return models.timer(self.random.choice(["PT1H", "P1D", "R2/PT1H"]))

    def several(self, element: models.Element) -> models.Element:
        """The activity, sometimes with instances."""
        if self.random.random() < 0.8:
            return element
        several = models.times(
            f"{self.random.choice(NAMES)} + 1",
            sequential=self.random.random() < 0.5,
            output_collection=self.random.choice(["", "out"]),
            output_item=self.random.choice(NAMES),
            completion=self.random.choice(["", self.condition()]),
        )
        return replace(element, node=replace(element.node, multi_instance=several))

    def event(self, depth: int) -> tuple[str, str, list[Part]]:
        """An event in the flow."""
        name = self.name("e")
        event = self.random.choice([models.signal("s"), models.message("m")])
        make = self.random.choice([models.catch, models.throw])
        return name, name, [make(name, event)]

    def branches(self, first: Part, last: Part, depth: int) -> list[Part]:
        """Blocks side by side between two gateways."""
        split, join = first, last
        assert isinstance(split, models.Element)
        assert isinstance(join, models.Element)
        parts: list[Part] = [split, join]
        for number in range(self.random.randint(2, 3)):
            begin, end, block = self.block(depth)
            asks = split.node.default and number
            condition = self.condition() if asks else ""
            parts += [models.flow(split.node.id, begin, condition), *block]
            parts.append(models.flow(end, join.node.id))
            if not number and split.node.default:
                flow = f"{split.node.id}-{begin}"
                parts[0] = replace(split, node=replace(split.node, default=flow))
        return parts

    def parallel(self, depth: int) -> tuple[str, str, list[Part]]:
        """A parallel block."""
        split, join = self.name("g"), self.name("g")
        parts = self.branches(models.both(split), models.both(join), depth)
        return split, join, parts

    def inclusive(self, depth: int) -> tuple[str, str, list[Part]]:
        """An inclusive block."""
        split, join = self.name("g"), self.name("g")
        gate = models.some(split, default="set")
        return split, join, self.branches(gate, models.some(join), depth)

    def choice(self, depth: int) -> tuple[str, str, list[Part]]:
        """An exclusive block; sometimes it is joined as if it were not."""
        split, join = self.name("g"), self.name("g")
        merge = self.random.choice([models.xor, models.xor, models.some])
        gate = models.xor(split, default="set")
        return split, join, self.branches(gate, merge(join), depth)

    def race(self, depth: int) -> tuple[str, str, list[Part]]:
        """An event-based gateway."""
        gate, join = self.name("g"), self.name("g")
        parts: list[Part] = [models.first(gate), models.xor(join)]
        for event in (self.timer(), models.message("m")):
            name = self.name("e")
            parts += [models.catch(name, event), f"{gate} > {name} > {join}"]
        return gate, join, parts

    def loop(self, depth: int) -> tuple[str, str, list[Part]]:
        """A block that may be sent back."""
        merge, gate, out = self.name("g"), self.name("g"), self.name("g")
        first, last, block = self.block(depth)
        forward, back = f"{gate}-{out}", models.flow(gate, merge, self.condition())
        parts: list[Part] = [models.xor(merge), f"{merge} > {first}", *block]
        parts += [f"{last} > {gate}", models.xor(gate, default=forward), back]
        parts += [f"{gate} > {out}", models.xor(out)]
        return merge, out, parts

    def nested(self, depth: int) -> tuple[str, str, list[Part]]:
        """A sub-process."""
        name = self.name("p")
        element = self.several(models.sub(name, *self.scope(depth)))
        return name, name, [element]


def acts(chooser: random.Random, picture: Picture) -> run.Act | None:
    """Something that may happen to a case where it stands; None when nothing may."""
    values: dict[str, run.Json] = {
        name: chooser.randint(0, 2) for name in NAMES if chooser.random() < 0.5
    }
    possible: list[run.Act] = [
        run.Complete(one.element, one.occurrence, values) for one in picture.ready
    ]
    for wait in picture.waiting:
        if wait.kind == "timer":
            possible.append(run.Fire(wait.element, wait.occurrence))
        elif wait.kind == "signal":
            possible.append(run.Signal(wait.name, values))
        else:
            possible.append(run.Message(wait.name, values))
    return chooser.choice(possible) if possible else None
