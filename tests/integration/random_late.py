"""Random models with the last elements of BPMN (rules 34 to 39).

Multiple events, complex gateways, ad-hoc sub-processes, business rules, compensation
event sub-processes and addressed messages, put into the blocks of the other files.
"""

from dataclasses import replace

from engine.domain.model import AdHoc, EventDefinition, EventKind, Model
from tests import models
from tests.integration import random_events, random_models
from tests.integration.random_models import Drawing, Ends

WAITS = (
    models.message("m"),
    models.message("n"),
    models.message("n", key="r"),
    models.signal("m"),
    models.signal("n"),
    models.timer("PT1H"),
    models.timer("R2/PT1H"),
    models.timer("R3/PT2H"),
    models.when("r > 2"),
    models.when("flag"),
    models.when("r == 1"),
)
ACTIVATIONS = (
    "activationCount >= 2",
    "activationCount >= 2",
    "activationCount >= 1",
    "activationCount == r",
    "flag or activationCount > 2",
    "activationCount >= 3",
    "missing",
    "r",
    "",
)
ENOUGH = ("", "", "r > 2", "flag", "not flag", "r == 1", "missing", "r")
DECISIONS = ("fee", "fee", "fee", "list", "unknown")


def late(seed: int) -> Model:
    """A model of nested blocks: most of one kind, or a bit of everything."""
    mixed = (_vote, _ad_hoc, _ad_hoc, _undone, _alert, _race, random_events.transaction)
    theme = (
        (_alert, _alert, _race),
        (_ad_hoc,),
        (_ad_hoc, _undone),
        mixed,
    )[seed % 4]
    drawing = Drawing(
        random_models.dice("late", seed),
        leaves=(
            *(_catch, _catch, _throw, _rule, _addressed, _task, _task, _task),
            *(random_events.undo, random_events.undoable),
        ),
        nested=theme * (60 // len(theme)),
        awaited=(models.any_of(*WAITS[:4]), *(_several(n) for n in range(8))),
        heard=tuple(_all(n) for n in range(12)),
        loops=random_events.LOOPS,
    )

    def body() -> Ends:
        ends = random_models.sequence(drawing, 2)
        if drawing.rng.random() < 0.5:
            random_events.handlers(drawing, 1)
            random_events.triggers(drawing, ends[0])
        return ends

    return random_models.made(drawing, body, seed)


def voted(seed: int) -> Model:
    """Complex gateways: votes in votes, or tangled so that rounds overlap, starve."""
    drawing = Drawing(
        random_models.dice("voted", seed),
        leaves=(_task,) * 20,
        nested=(_vote,) * 30,
    )
    if seed % 2:
        return random_models.made(drawing, lambda: _tangle(drawing), seed)

    return random_models.made(drawing, lambda: _vote(drawing, 2), seed)


def reversed_(seed: int) -> Model:
    """Sub-processes in sub-processes, most of which undo themselves."""
    drawing = Drawing(
        random_models.dice("reversed", seed),
        leaves=(*(random_events.undoable,) * 8, *(random_events.undo,) * 8),
        nested=(*(_undone,) * 16, *(_ad_hoc,) * 3, random_events.transaction),
        heard=(models.escalation(),),
    )

    def body() -> Ends:
        first, last = random_models.sequence(drawing, 3)
        undo, _ = random_events.undo(drawing, 0)
        drawing.join(last, undo)
        return first, undo

    return random_models.made(drawing, body, seed)


# Events.


def _several(number: int) -> EventDefinition:
    """Two or three parts, one of which lets go."""
    size = 2 + number % 2
    return models.any_of(
        *(WAITS[(number * 5 + step * 3) % len(WAITS)] for step in range(size))
    )


def _all(number: int) -> EventDefinition:
    """Two or three parts, all of which must happen."""
    return replace(_several(number), kind=EventKind.PARALLEL_MULTIPLE)


def _catch(drawing: Drawing, _depth: int) -> Ends:
    rng = drawing.rng
    event = rng.choice((_several, _all, _all))(rng.randrange(30))
    return (drawing.add(models.catch(drawing.name("c"), event)),) * 2


def _sent(drawing: Drawing) -> EventDefinition:
    rng = drawing.rng
    thrown: list[EventDefinition] = []
    for _ in range(rng.randint(1, 3)):
        name = rng.choice(random_models.NAMES)
        value = "missing" if rng.random() < 0.05 else "r"
        thrown.append(
            rng.choice(
                (
                    models.signal(name, r="r + 1"),
                    models.signal(name),
                    models.message(name, key=value),
                )
            )
        )
    return models.any_of(*thrown)


def _throw(drawing: Drawing, _depth: int) -> Ends:
    return (drawing.add(models.throw(drawing.name("t"), _sent(drawing))),) * 2


def _addressed(drawing: Drawing, _depth: int) -> Ends:
    """A message with keys."""
    rng = drawing.rng
    event = models.message("m", key="missing" if rng.random() < 0.1 else "r")
    if rng.random() < 0.5:
        made = models.send(drawing.name("t"), event, **random_models.repeated(drawing))
        return (drawing.add(made),) * 2
    return (drawing.add(models.throw(drawing.name("t"), event)),) * 2


def _race(drawing: Drawing, _depth: int) -> Ends:
    """An event-based gateway before events of several parts."""
    gateway = drawing.add(models.first(drawing.name("e")))
    merge = drawing.add(models.xor(drawing.name("x")))
    for several in (True, drawing.rng.random() < 0.5):
        number = drawing.rng.randrange(30)
        event = _several(number) if several else WAITS[number % len(WAITS)]
        target = drawing.add(models.catch(drawing.name("c"), event))
        drawing.join(gateway, target)
        drawing.join(target, merge)
    return gateway, merge


def _alert(drawing: Drawing, depth: int) -> Ends:
    """A sub-process with event sub-processes of several parts."""
    rng, inner = drawing.rng, drawing.inside()
    first, last = random_models.sequence(inner, depth - 1)
    inner.join(drawing.name("start"), first)
    inner.join(last, drawing.name("end"))
    for _ in range(rng.randint(1, 2)):
        within = drawing.inside()
        entry, exit_ = random_models.sequence(within, 0)
        start = drawing.name("start")
        within.join(start, entry)
        within.join(exit_, drawing.name("end"))
        event = rng.choice((_several, _all))(rng.randrange(30))
        inner.add(
            models.handler(
                drawing.name("h"),
                start,
                event,
                *within.parts,
                interrupting=rng.random() < 0.4,
            )
        )
    if rng.random() < 0.4:
        inner.join(last, inner.add(models.end(drawing.name("end"), _sent(drawing))))
    repeated = random_models.repeated(drawing)
    made = models.sub(drawing.name("p"), *inner.parts, **repeated)
    return random_models.bounded(drawing, made, depth)


# Activities.


def _task(drawing: Drawing, _depth: int) -> Ends:
    return (drawing.add(models.task(drawing.name("u"))),) * 2


def _rule(drawing: Drawing, depth: int) -> Ends:
    rng = drawing.rng
    made = models.rule(
        drawing.name("d"),
        rng.choice(DECISIONS),
        rng.choice(("", "got")),
        parameters=rng.choice(({}, {"r": "r"}, {"r": "r", "flag": "flag"})),
        **random_models.repeated(drawing),
    )
    return random_models.bounded(drawing, made, depth)


def _ad_hoc(drawing: Drawing, depth: int) -> Ends:
    """Work that a person begins as needed."""
    rng, inner = drawing.rng, drawing.inside()
    for _ in range(rng.randint(2, 3)):
        _, last = random_models.sequence(inner, max(depth - 2, 0))
        if rng.random() < 0.2:
            inner.join(last, inner.add(random_events.ending(drawing)))
    if rng.random() < 0.3:
        random_events.handlers(inner, 0)
    if rng.random() < 0.2:
        inner.add(_undoing(drawing, 0))
    how = AdHoc(
        sequential=rng.random() < 0.3,
        completion=rng.choice(ENOUGH),
        cancel_remaining=rng.random() < 0.6,
    )
    repeated = random_models.repeated(drawing)
    made = models.sub(drawing.name("p"), *inner.parts, ad_hoc=how, **repeated)
    return random_models.bounded(drawing, made, depth)


def _undone(drawing: Drawing, depth: int) -> Ends:
    """A sub-process with a compensation event sub-process."""
    rng, inner, name = drawing.rng, drawing.inside(), drawing.name("p")
    first, last = random_models.sequence(inner, depth - 1)
    inner.join(drawing.name("start"), first)
    inner.join(last, drawing.name("end"))
    inner.add(_undoing(drawing, max(depth - 2, 0)))
    if rng.random() < 0.2:
        random_events.handlers(inner, 0)
    made = models.sub(name, *inner.parts, **random_models.repeated(drawing))
    ends = random_models.bounded(drawing, made, depth)
    if rng.random() < 0.1:
        by = drawing.name("n")
        drawing.add(models.undo(name, drawing.name("b"), by))
        drawing.add(models.undoing(by))
    return ends


def _undoing(drawing: Drawing, depth: int) -> models.Element:
    rng, inner = drawing.rng, drawing.inside()
    first, last = random_models.sequence(inner, depth)
    start = drawing.name("start")
    inner.join(start, first)
    if rng.random() < 0.6:
        undo, _ = random_events.undo(inner, 0)
        inner.join(last, undo)
        last = undo
    inner.join(last, drawing.name("end"))
    if rng.random() < 0.2:
        inner.join(last, inner.add(random_events.ending(drawing)))
    if rng.random() < 0.2:
        random_events.handlers(inner, 0)
    name = drawing.name("h")
    return models.handler(name, start, models.compensation(), *inner.parts)


# Gateways.


def _vote(drawing: Drawing, depth: int) -> Ends:
    """Branches whose tokens a complex gateway counts, perhaps sent round again."""
    rng = drawing.rng
    kind = rng.choice((models.both, models.both, models.some))
    split = drawing.add(kind(drawing.name("g")))
    gate = drawing.add(models.complex_(drawing.name("k"), rng.choice(ACTIVATIONS)))
    for _ in range(rng.randint(2, 3)):
        first, last = random_models.sequence(drawing, depth - 1)
        drawing.join(split, first, drawing.condition() if kind is models.some else "")
        drawing.join(last, gate)
    if rng.random() < 0.5:
        out = drawing.add(models.xor(drawing.name("x")))
        drawing.join(gate, out)
        return split, out
    entry, leave = drawing.name("x"), drawing.name("x")
    drawing.parts += [models.xor(entry), models.xor(leave)]
    drawing.join(entry, split)
    work = drawing.add(models.task(drawing.name("u")))
    drawing.join(gate, work, drawing.condition() if rng.random() < 0.3 else "")
    drawing.join(gate, drawing.add(models.task(drawing.name("u"))))
    drawing.join(work, leave)
    drawing.join(leave, entry, drawing.condition())
    out = drawing.add(models.task(drawing.name("u")))
    drawing.join(leave, out)
    return entry, out


def _tangle(drawing: Drawing) -> Ends:
    rng = drawing.rng
    names = []
    for _ in range(rng.randint(4, 10)):
        chance = rng.random()
        if chance < 0.3:
            gate = models.complex_(drawing.name("k"), rng.choice(ACTIVATIONS))
            names.append(drawing.add(gate))
        elif chance < 0.6:
            kind = rng.choice((models.both, models.some, models.xor))
            names.append(drawing.add(kind(drawing.name("g"))))
        else:
            names.append(random_models.block(drawing, 0)[0])
    for position, name in enumerate(names):
        for _ in range(rng.randint(1, 2 if name[0] in "gk" else 1)):
            back = rng.random() < 0.25
            pool = names[: position + 1] if back else names[position + 1 :]
            if pool:
                condition = drawing.condition() if rng.random() < 0.3 else ""
                drawing.join(name, rng.choice(pool), condition)
    return names[0], names[-1]
