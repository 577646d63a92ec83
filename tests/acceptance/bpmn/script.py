"""The script of a row: acts, and what must come of each of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from tests.conformance.driving import split

Visit = tuple[str, int]
_LISTS: Final = ("work", "waits", "stuck", "threw")


@dataclass(frozen=True, slots=True)
class Told:
    """What an act completed, and where the case stands after it."""

    completed: tuple[str, ...] = ()
    lists: Mapping[str, tuple[Visit, ...]] = field(default_factory=dict)
    over: bool = False

    def __str__(self) -> str:
        parts = [
            f"{name} {' '.join(map(short, self.lists[name]))}"
            for name in _LISTS
            if self.lists.get(name)
        ]
        parts += ["over"] if self.over else []
        return f"{' '.join(self.completed) or '-'} | {', '.join(parts)}".strip()

    def sorted(self) -> "Told":
        """The same without the order, which another order of a drawing may change."""
        lists = {name: tuple(sorted(found)) for name, found in self.lists.items()}
        return Told(tuple(sorted(self.completed)), lists, self.over)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a script."""

    text: str
    #: None: the act must change nothing.
    told: Told | None


def lines(script: str) -> Iterator[Line]:
    """The lines of a script."""
    for written in script.strip().splitlines():
        text = written.strip()
        if not text:
            continue
        act, arrow, told = text.partition("=>")
        act = act.strip()
        if act.startswith("!"):
            assert not arrow, f"{text!r}: what changes nothing leads nowhere"
            yield Line(act[1:].strip(), None)
        else:
            assert arrow or act.startswith("data "), f"{text!r} says not what comes"
            yield Line(act, _told(told) if arrow else Told())


def _told(text: str) -> Told:
    done, bar, stands = text.partition("|")
    assert bar, f"{text!r}: no bar"
    lists: dict[str, tuple[Visit, ...]] = {}
    over = False
    for part in filter(None, map(str.strip, stands.split(","))):
        name, *visits = part.split()
        if name == "over":
            over = True
        else:
            assert name in _LISTS, f"{text!r}: {name} is no list"
            lists[name] = tuple(map(split, visits))
    completed = tuple(word for word in done.split() if word != "-")
    return Told(completed, lists, over)


def short(visit: Visit) -> str:
    """A visit as scripts write it: `a`, `a#2`."""
    return visit[0] if visit[1] == 1 else f"{visit[0]}#{visit[1]}"
