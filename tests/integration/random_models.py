"""Random models, the same for the same seed in every process.

`structured` nests blocks as a careful designer would; `tangled` connects nodes at
random, so that joins starve, loops multiply tokens and cases end as incidents.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from engine.domain.model import (
    EventDefinition,
    Flow,
    Loop,
    Model,
    MultiInstance,
    NodeKind,
)
from tests import models

CONDITIONS = ("r > 2", "r % 2 == 0", "r in items", "flag", "not flag", "r == 1")
NAMES = ("m", "n")


@dataclass
class Drawing:
    """What has been drawn of a model so far."""

    rng: random.Random
    parts: list[models.Part] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    #: Blocks besides those of this file: without and with other blocks inside.
    leaves: tuple["Block", ...] = ()
    nested: tuple["Block", ...] = ()
    #: Events besides those of this file: waited for, and heard at a boundary.
    awaited: tuple[EventDefinition, ...] = ()
    heard: tuple[EventDefinition, ...] = ()
    #: Standard loops besides instances.
    loops: tuple[Loop, ...] = ()

    def inside(self) -> "Drawing":
        """An empty drawing of a scope inside this one."""
        return replace(self, parts=[])

    def name(self, kind: str) -> str:
        """A new id."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{kind}{self.counts[kind]}"

    def add(self, element: models.Part) -> str:
        """Draw a node and give its id."""
        self.parts.append(element)
        assert isinstance(element, models.Element)
        return element.node.id

    def join(self, source: str, target: str, condition: str = "") -> None:
        """Draw a flow."""
        one = models.flow(source, target, condition)
        flows = {part.id for part in self.parts if isinstance(part, Flow)}
        if one.id not in flows:
            self.parts.append(one)

    def condition(self) -> str:
        """One condition, at times one that fails."""
        return "missing" if self.rng.random() < 0.02 else self.rng.choice(CONDITIONS)


Ends = tuple[str, str]
Block = Callable[[Drawing, int], Ends]


def dice(what: str, seed: int) -> random.Random:
    """Repeatable chance; nothing here is a secret."""
    return random.Random(f"{what} {seed}")  # noqa: S311


def structured(seed: int) -> Model:
    """A model of nested blocks."""
    drawing = Drawing(dice("structured", seed))
    return made(drawing, lambda: sequence(drawing, 3), seed)


def tangled(seed: int) -> Model:
    """A model of randomly connected nodes."""
    drawing = Drawing(dice("tangled", seed))
    return made(drawing, lambda: _tangle(drawing), seed)


def made(drawing: Drawing, body: Callable[[], Ends], seed: int) -> Model:
    """Finish the model around a body."""
    first, last = body()
    drawing.join("start", first)
    drawing.join(last, "end")
    model = models.build(*drawing.parts, hash=f"{drawing.rng.random()} {seed}")
    gateways = {
        NodeKind.EXCLUSIVE_GATEWAY,
        NodeKind.INCLUSIVE_GATEWAY,
        NodeKind.COMPLEX_GATEWAY,
    }
    nodes = {
        one.id: replace(one, default=one.outgoing[-1])
        if one.kind in gateways
        and len(one.outgoing) > 1
        and drawing.rng.random() < 0.95
        else one
        for one in model.nodes.values()
    }
    return replace(model, nodes=nodes)


# Blocks.


def sequence(drawing: Drawing, depth: int) -> Ends:
    """Blocks in a row."""
    first, last = block(drawing, depth)
    for _ in range(drawing.rng.randint(0, 2)):
        entry, exit_ = block(drawing, depth)
        drawing.join(last, entry)
        last = exit_
    return first, last


def block(drawing: Drawing, depth: int) -> Ends:
    """One block."""
    leaves = (_task, _task, _service, _wait, _throw)
    nested = (_split, _split, _split, _loop, _scope, _scope, _race)
    if depth and drawing.rng.random() < 0.7:
        return drawing.rng.choice(nested + drawing.nested)(drawing, depth)
    return drawing.rng.choice(leaves + drawing.leaves)(drawing, depth)


def _task(drawing: Drawing, depth: int) -> Ends:
    name = drawing.name("u")
    return bounded(drawing, models.task(name, **repeated(drawing)), depth)


def _service(drawing: Drawing, depth: int) -> Ends:
    name = drawing.name("s")
    return bounded(
        drawing,
        models.service(
            name,
            "work",
            drawing.rng.choice(("", "got")),
            parameters={"r": "missing" if drawing.rng.random() < 0.05 else "r"},
            **repeated(drawing),
        ),
        depth,
    )


def _wait(drawing: Drawing, depth: int) -> Ends:
    if drawing.rng.random() < 0.4:
        event = models.message(drawing.rng.choice(NAMES))
        name = drawing.name("c")
        made = models.receive(name, event, **repeated(drawing))
        return bounded(drawing, made, depth)
    made = models.catch(drawing.name("c"), awaited(drawing))
    return (drawing.add(made),) * 2


def _throw(drawing: Drawing, _depth: int) -> Ends:
    name, event = drawing.name("t"), drawing.rng.choice(NAMES)
    thrown = drawing.rng.choice(
        (models.signal(event, r="r + 1"), models.message(event))
    )
    return (drawing.add(models.throw(name, thrown)),) * 2


def awaited(drawing: Drawing) -> EventDefinition:
    """Something to wait for."""
    name = drawing.rng.choice(NAMES)
    return drawing.rng.choice(
        (
            models.message(name),
            models.message(name, key="r"),
            models.signal(name),
            models.timer("PT1H"),
            models.timer("R2/PT1H"),
            models.timer("'PT2H' if flag else 'P1M'"),
            *drawing.awaited,
        )
    )


def repeated(drawing: Drawing) -> dict[str, Any]:
    """The instances or iterations of an activity."""
    if drawing.loops and drawing.rng.random() < 0.2:
        return {"loop": drawing.rng.choice(drawing.loops)}
    return {"multi_instance": _many(drawing)}


def _many(drawing: Drawing) -> MultiInstance | None:
    rng = drawing.rng
    if rng.random() < 0.7:
        return None
    gathered = rng.choice(({}, {"output_collection": "out", "output_item": "r"}))
    completion = rng.choice(
        (
            "",
            "",
            "missing == 1" if rng.random() < 0.2 else "",
            "numberOfCompletedInstances >= 2",
            "r > 3",
            "numberOfActiveInstances < 2",
        )
    )
    common = {"sequential": rng.random() < 0.5, "completion": completion, **gathered}
    if rng.random() < 0.5:
        return models.each("items", "it", **common)
    return models.times(rng.choice(("2", "r", "3", "0")), **common)


def bounded(drawing: Drawing, activity: models.Element, depth: int) -> Ends:
    """An activity, at times with boundary events whose ways join the main way."""
    name = drawing.add(activity)
    if drawing.rng.random() < 0.6:
        return name, name
    merge = drawing.add(models.xor(drawing.name("x")))
    drawing.join(name, merge)
    for _ in range(drawing.rng.randint(1, 2)):
        event = drawing.rng.choice(
            (awaited(drawing), models.error("E1"), models.error(), *drawing.heard)
        )
        boundary = models.on(
            name, drawing.name("b"), event, interrupting=drawing.rng.random() < 0.5
        )
        source = drawing.add(boundary)
        if drawing.rng.random() < 0.4:
            late, last = block(drawing, max(depth - 1, 0))
            drawing.join(source, late)
            source = last
        drawing.join(
            source, merge if drawing.rng.random() < 0.6 else drawing.name("end")
        )
    return name, merge


def _split(drawing: Drawing, depth: int) -> Ends:
    kind = drawing.rng.choice((models.both, models.some, models.some, models.xor))
    split, merge = drawing.name("g"), drawing.name("g")
    drawing.parts += [kind(split), kind(merge)]
    for _ in range(drawing.rng.randint(2, 3)):
        first, last = sequence(drawing, depth - 1)
        condition = drawing.condition() if kind is not models.both else ""
        drawing.join(split, first, condition)
        drawing.join(last, merge)
    return split, merge


def _loop(drawing: Drawing, depth: int) -> Ends:
    entry, leave = drawing.name("x"), drawing.name("x")
    drawing.parts += [models.xor(entry), models.xor(leave)]
    first, last = sequence(drawing, depth - 1)
    work = drawing.add(models.task(drawing.name("u")))
    drawing.join(entry, first)
    drawing.join(last, work)
    drawing.join(work, leave)
    drawing.join(leave, entry, drawing.condition())
    out = drawing.add(models.task(drawing.name("u")))
    drawing.join(leave, out)
    return entry, out


def _scope(drawing: Drawing, depth: int) -> Ends:
    """A sub-process or call activity."""
    inner = drawing.inside()
    first, last = sequence(inner, depth - 1)
    inner.join(drawing.name("start"), first)
    end = drawing.name("end")
    inner.join(last, end)
    rng = drawing.rng
    if rng.random() < 0.4:
        inner.parts.append(
            models.end(
                end,
                rng.choice(
                    (models.terminate(), models.error("E1"), models.signal("m"))
                ),
            )
        )
    if rng.random() < 0.3:
        called = drawing.name("Q")
        drawing.parts.append(models.process(called, *inner.parts))
        made = models.call(drawing.name("p"), called, **repeated(drawing))
    else:
        name = drawing.name("p")
        made = models.sub(name, *inner.parts, **repeated(drawing))
    return bounded(drawing, made, depth)


def _race(drawing: Drawing, _depth: int) -> Ends:
    """Events behind an event-based gateway."""
    gateway = drawing.add(models.first(drawing.name("e")))
    merge = drawing.add(models.xor(drawing.name("x")))
    for _ in range(drawing.rng.randint(2, 3)):
        event = drawing.add(models.catch(drawing.name("c"), awaited(drawing)))
        drawing.join(gateway, event)
        drawing.join(event, merge)
    return gateway, merge


def _tangle(drawing: Drawing) -> Ends:
    rng = drawing.rng
    kinds = (models.both, models.some, models.some, models.xor)
    names = []
    for _ in range(rng.randint(4, 10)):
        if rng.random() < 0.55:
            names.append(drawing.add(rng.choice(kinds)(drawing.name("g"))))
        else:
            names.append(block(drawing, 0)[0])
    for position, name in enumerate(names):
        for _ in range(rng.randint(1, 2 if name.startswith("g") else 1)):
            back = rng.random() < 0.2
            pool = names[: position + 1] if back else names[position + 1 :]
            if pool:
                condition = drawing.condition() if rng.random() < 0.4 else ""
                drawing.join(name, rng.choice(pool), condition)
    return names[0], names[-1]
