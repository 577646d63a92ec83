"""Generated models and logs for the alignment oracle, the same in every process.

A model is a tree in plain lists: a label, `null` (nothing is seen), or an operator with
its parts: `seq`, `xor`, `and`, `or` (some of them), `loop` (the first, then any number
of times the second and the first again).
"""

import itertools
import random
from collections.abc import Iterator

from engine.domain.model import Model
from tests import models

Tree = str | None | list["Tree"]

MODELS = 60
TRACES = 24


def dice(seed: int) -> random.Random:
    """Repeatable chance; nothing here is a secret."""
    return random.Random(f"alignment {seed}")  # noqa: S311


def tree(seed: int) -> Tree:
    """A random tree of up to a dozen labels."""
    chance = dice(seed)
    labels = iter("abcdefghijklmnopqrstuvwxyz")
    return _tree(chance, labels, 3)


def _tree(chance: random.Random, labels: Iterator[str], depth: int) -> Tree:
    if not depth or (depth < 3 and chance.random() < 0.3):
        return next(labels, None)
    kind = chance.choice(("seq", "seq", "xor", "and", "or", "loop"))
    if kind == "loop":
        redo = _tree(chance, labels, depth - 1) if chance.random() < 0.5 else None
        return [kind, _tree(chance, labels, depth - 1), redo]
    parts = [_tree(chance, labels, depth - 1) for _ in range(chance.randint(2, 3))]
    if kind == "xor" and chance.random() < 0.3:
        parts[-1] = None
    return [kind, *parts]


def log(seed: int, made: Tree) -> list[list[str]]:
    """Traces that fit, and traces that were disturbed."""
    chance = dice(seed + 1_000_000)
    found = []
    for number in range(TRACES):
        trace = _walk(chance, made)
        for _ in range(number % 4):
            trace = _disturbed(chance, trace)
        found.append(trace[:16])
    return found


def _walk(chance: random.Random, made: Tree) -> list[str]:
    if made is None:
        return []
    if isinstance(made, str):
        return [made]
    kind, *parts = made
    if kind == "xor":
        parts = [chance.choice(parts)]
    elif kind == "or":
        parts = chance.sample(parts, chance.randint(1, len(parts)))
    elif kind == "loop":
        again = chance.choice((0, 0, 1, 2))
        parts = [parts[0], *(parts[::-1] * again)]
    walks = [_walk(chance, one) for one in parts]
    if kind in {"and", "or"}:
        return _mixed(chance, walks)
    return [label for walk in walks for label in walk]


def _mixed(chance: random.Random, walks: list[list[str]]) -> list[str]:
    found = []
    waiting = [walk for walk in walks if walk]
    while waiting:
        walk = chance.choice(waiting)
        found.append(walk.pop(0))
        waiting = [one for one in waiting if one]
    return found


def _disturbed(chance: random.Random, trace: list[str]) -> list[str]:
    kind = chance.choice(("swap", "drop", "foreign", "twice"))
    place = chance.randrange(len(trace) + 1)
    before, after = trace[:place], trace[place:]
    if kind == "foreign":
        return [*before, "?", *after]
    if kind == "twice":
        return [*before, *after[:1], *after]
    if kind == "swap" and len(after) > 1:
        return [*before, after[1], after[0], *after[2:]]
    return before + after[1:]


def diagram(made: Tree) -> Model:
    """The tree as a BPMN model."""
    drawing = _Drawing()
    first, last = drawing.block(made)
    return models.build(*drawing.parts, f"start > {first}", f"{last} > end")


class _Drawing:
    def __init__(self) -> None:
        self.parts: list[models.Part] = []
        self._count = 0

    def gateway(self, kind: str) -> str:
        """A new gateway."""
        self._count += 1
        draw = {"and": models.both, "or": models.some}.get(kind, models.xor)
        name = f"{kind}-{self._count}"
        self.parts.append(draw(name))
        return name

    def block(self, made: Tree) -> tuple[str, str]:
        """Draw a tree; its first and last node."""
        if made is None:
            name = self.gateway("nothing")
            return name, name
        if isinstance(made, str):
            self.parts.append(models.task(made))
            return made, made
        kind, *parts = made
        ends = [self.block(one) for one in parts]
        if kind == "seq":
            for (_, last), (first, _) in itertools.pairwise(ends):
                self.parts.append(f"{last} > {first}")
            return ends[0][0], ends[-1][1]
        split, join = self.gateway(str(kind)), self.gateway(str(kind))
        if kind == "loop":
            (first, last), (again, back) = ends
            self.parts += [f"{split} > {first}", f"{last} > {join}"]
            self.parts += [f"{join} > {again}", f"{back} > {split}"]
            out = self.gateway("nothing")
            self.parts.append(f"{join} > {out}")
            return split, out
        for first, last in ends:
            self.parts += [f"{split} > {first}", f"{last} > {join}"]
        return split, join
