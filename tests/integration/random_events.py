"""Random models in which much happens beside the flow (rules 26 to 33).

Links, escalation, standard loops, conditions, event sub-processes, triggered starts,
compensation and transactions, put into the blocks of `random_models`.
"""

from dataclasses import replace

from engine.domain.model import Model
from tests import models
from tests.integration import random_models
from tests.integration.random_models import Drawing, Ends

CODES = ("", "E1", "E2")
CONDITIONS = ("r > 2", "flag", "r == 1", "missing > 0", "r")
LOOPS = (
    models.again("flag", maximum=2),
    models.again("r > 2"),
    models.again("loopCounter < 3"),
    models.again("r in items", test_before=True),
    models.again("loopCounter < r", test_before=True),
    models.again("missing"),
    models.again(maximum=2, test_before=True),
)


def eventful(seed: int) -> Model:
    """A model of nested blocks with everything that happens beside the flow."""
    drawing = Drawing(
        random_models.dice("eventful", seed),
        leaves=(escalate, link, condition, undoable, undoable, undo),
        nested=(guarded, guarded, transaction),
        awaited=tuple(models.when(one) for one in CONDITIONS),
        heard=tuple(models.escalation(one) for one in CODES) * 2,
        loops=LOOPS,
    )

    def body() -> Ends:
        ends = random_models.sequence(drawing, 3)
        handlers(drawing, 1)
        triggers(drawing, ends[0])
        return ends

    return random_models.made(drawing, body, seed)


def undone(seed: int) -> Model:
    """A model in which most of what is done is undone."""
    drawing = Drawing(
        random_models.dice("undone", seed),
        leaves=(*(undoable,) * 12, *(undo,) * 6, escalate),
        nested=(*(undoable,) * 5, *(transaction,) * 5, guarded),
        heard=(models.escalation(),),
    )

    def body() -> Ends:
        first, last = random_models.sequence(drawing, 2)
        thrown, _ = undo(drawing, 0)
        drawing.join(last, thrown)
        if drawing.rng.random() < 0.5:
            handlers(drawing, 1)
        return first, thrown

    return random_models.made(drawing, body, seed)


# Beside the flow.


def handlers(drawing: Drawing, depth: int) -> None:
    """Event sub-processes of the scope that is being drawn."""
    rng = drawing.rng
    for _ in range(rng.choice((0, 1, 1, 2))):
        event = rng.choice(
            (
                random_models.awaited(drawing),
                random_models.awaited(drawing),
                models.error(rng.choice(CODES)),
                models.escalation(rng.choice(CODES)),
            )
        )
        inner = drawing.inside()
        first, last = random_models.sequence(inner, depth)
        start = drawing.name("start")
        inner.join(start, first, inner.condition() if rng.random() < 0.05 else "")
        inner.join(last, drawing.name("end"))
        if depth and rng.random() < 0.2:
            handlers(inner, 0)
        if rng.random() < 0.3:
            inner.join(last, inner.add(ending(drawing)))
        drawing.add(
            models.handler(
                drawing.name("h"),
                start,
                event,
                *inner.parts,
                interrupting=rng.random() < 0.4,
            )
        )


def triggers(drawing: Drawing, first: str) -> None:
    for _ in range(drawing.rng.choice((0, 0, 1, 2))):
        start = models.trigger(drawing.name("start"), random_models.awaited(drawing))
        drawing.join(drawing.add(start), first)


def ending(drawing: Drawing) -> models.Element:
    """An end event that does something."""
    rng = drawing.rng
    event = rng.choice(
        (
            models.escalation(rng.choice(CODES)),
            models.compensation(),
            models.error("E1"),
            models.terminate(),
        )
    )
    return models.end(drawing.name("end"), event)


def _id(part: models.Part) -> str:
    assert isinstance(part, models.Element)
    return part.node.id


# Blocks.


def escalate(drawing: Drawing, _depth: int) -> Ends:
    event = models.escalation(drawing.rng.choice(CODES))
    return (drawing.add(models.throw(drawing.name("t"), event)),) * 2


def condition(drawing: Drawing, _depth: int) -> Ends:
    event = models.when(drawing.rng.choice(CONDITIONS))
    return (drawing.add(models.catch(drawing.name("c"), event)),) * 2


def link(drawing: Drawing, _depth: int) -> Ends:
    name = drawing.name("link")
    source = models.throw(drawing.name("t"), models.link(name))
    target = models.catch(drawing.name("c"), models.link(name))
    drawing.add(source)
    if drawing.rng.random() < 0.95:
        drawing.add(target)
    else:
        drawing.add(models.task(_id(target)))  # A link that leads nowhere.
    return _id(source), _id(target)


def undoable(drawing: Drawing, depth: int) -> Ends:
    """An activity with another one that undoes it."""
    rng, name = drawing.rng, drawing.name("u")
    if depth and rng.random() < 0.3:
        made = filled(drawing, name, depth - 1)
    else:
        made = models.task(name, **random_models.repeated(drawing))
    undone = drawing.name("n")
    drawing.add(models.undo(name, drawing.name("b"), undone))
    drawing.add(_handler(drawing, undone))
    if rng.random() < 0.2:
        event = random_models.awaited(drawing)
        boundary = models.on(undone, drawing.name("b"), event, interrupting=True)
        drawing.join(drawing.add(boundary), drawing.name("end"))
    return random_models.bounded(drawing, made, max(depth - 1, 0))


def _handler(drawing: Drawing, name: str) -> models.Element:
    rng = drawing.rng
    common = {"for_compensation": True, **random_models.repeated(drawing)}
    if rng.random() < 0.4:
        return models.undoing(name)
    if rng.random() < 0.3:
        return models.receive(name, models.message("m"), **common)
    if rng.random() < 0.3:
        inner = filled(drawing, name, 0)
        return replace(inner, node=replace(inner.node, for_compensation=True))
    return models.service(name, "work", "got", parameters={"r": "r"}, **common)


def undo(drawing: Drawing, _depth: int) -> Ends:
    """An event that undoes: one of the activities drawn so far, or all."""
    ids = [
        part.node.attached_to
        for part in drawing.parts
        if isinstance(part, models.Element) and part.node.handler
    ]
    named = drawing.rng.choice(ids) if ids and drawing.rng.random() < 0.5 else ""
    event = models.compensation(named)
    return (drawing.add(models.throw(drawing.name("t"), event)),) * 2


def filled(drawing: Drawing, name: str, depth: int) -> models.Element:
    inner = drawing.inside()
    first, last = random_models.sequence(inner, depth)
    inner.join(drawing.name("start"), first)
    inner.join(last, drawing.name("end"))
    if drawing.rng.random() < 0.3:
        inner.join(last, inner.add(ending(drawing)))
    return models.sub(name, *inner.parts, **random_models.repeated(drawing))


def guarded(drawing: Drawing, depth: int) -> Ends:
    """A sub-process with event sub-processes."""
    inner = drawing.inside()
    first, last = random_models.sequence(inner, depth - 1)
    inner.join(drawing.name("start"), first)
    inner.join(last, drawing.name("end"))
    handlers(inner, depth - 1)
    if drawing.rng.random() < 0.4:
        inner.join(last, inner.add(ending(drawing)))
    repeated = random_models.repeated(drawing)
    return random_models.bounded(
        drawing, models.sub(drawing.name("p"), *inner.parts, **repeated), depth
    )


def transaction(drawing: Drawing, depth: int) -> Ends:
    """A transaction that one of two ways out cancels."""
    inner, name = drawing.inside(), drawing.name("p")
    first, _ = undoable(inner, 0)
    inner.join(drawing.name("start"), first)
    second, last = random_models.sequence(inner, depth - 1)
    inner.join(first, second)
    way = inner.add(models.xor(drawing.name("x")))
    inner.join(last, way)
    cancel = inner.add(models.end(drawing.name("end"), models.cancel()))
    inner.join(way, cancel, inner.condition())
    inner.join(way, drawing.name("end"))
    if drawing.rng.random() < 0.3:
        handlers(inner, 0)
    made = models.transaction(name, *inner.parts, **random_models.repeated(drawing))
    first, last = random_models.bounded(drawing, made, depth)
    if drawing.rng.random() < 0.9:
        cancelled = models.on(name, drawing.name("b"), models.cancel())
        drawing.join(drawing.add(cancelled), drawing.name("end"))
    return first, last
