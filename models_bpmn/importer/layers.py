"""Place the nodes of one scope in columns and rows, and lead the flows between them.

Columns are ranks (the longest way from a beginning, loops cut), rows belong to bands
(lanes). Between columns and below rows there is free room in which flows run, so that
none passes through a node. The same input gives the same drawing; the time is that of
a few passes over nodes and flows.
"""

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from models_bpmn.importer.boxes import Box, Point, straight
from models_bpmn.importer.ranks import Grid, Item, Link

_GAP: Final = 40
_CHANNEL: Final = 24
_TRACK: Final = 10
#: Many flows share the room of a gap instead of making it wider without end.
_WIDEST: Final = 400
_BAND: Final = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Everything placed."""

    boxes: Mapping[str, Box]
    routes: Mapping[str, tuple[Point, ...]]
    #: Upper edge and height of each band.
    bands: tuple[tuple[float, float], ...]
    width: float
    height: float


def arrange(items: Sequence[Item], links: Sequence[Link], bands: int = 1) -> Sheet:
    """Place items and lead links between them."""
    known = {one.id: one for one in items}
    led = [one for one in links if one.source in known and one.target in known]
    grid = Grid(known, led, max(1, bands))
    grid.place()
    plan = _Plan(grid)
    for link in led:
        plan.reserve(link)
    return plan.drawn()


class _Tracks:
    """Who runs in which track of a gap or channel."""

    def __init__(self) -> None:
        self._of: dict[int, dict[str, int]] = defaultdict(dict)
        self._least: dict[int, float] = defaultdict(float)

    def need(self, number: int, size: float) -> None:
        """Keep room for the name of a flow."""
        self._least[number] = max(self._least[number], size)

    def take(self, number: int, who: str) -> None:
        """Give a run a track of its own, the one it has if it has one."""
        tracks = self._of[number]
        tracks.setdefault(who, len(tracks))

    def size(self, number: int, base: float) -> float:
        """How wide the room has to be."""
        tracks = min(_WIDEST, _TRACK * len(self._of[number]))
        return base + tracks + self._least[number]

    def at(self, number: int, who: str, base: float) -> float:
        """How far into the room the track lies."""
        tracks = self._of[number]
        space = min(_WIDEST, _TRACK * len(tracks)) / len(tracks)
        return base / 2 + space * (tracks[who] + 0.5)


@dataclass(frozen=True, slots=True)
class _Way:
    """How a link runs: gap out, channel, gap in; whichever it needs."""

    link: Link
    out: int | None
    channel: int | None
    into: int | None


class _Plan:
    """Measures the columns and rows, and leads the links."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._gaps, self._channels = _Tracks(), _Tracks()
        self._ways: list[_Way] = []
        self._cells: dict[int, list[int]] = defaultdict(list)
        for node, row in grid.row.items():
            insort(self._cells[row], grid.rank[node])

    def reserve(self, link: Link) -> None:
        """Choose how a link runs and take the tracks it needs."""
        way = self._way(link)
        self._gaps.need(self._grid.rank[link.target], link.room)
        if way.out is not None:
            self._gaps.take(way.out, f"out {link.source}")
        if way.channel is not None:
            self._channels.take(way.channel, _runner(link))
        if way.into is not None:
            self._gaps.take(way.into, f"in {link.target}")
        self._ways.append(way)

    def _way(self, link: Link) -> _Way:
        rank, row = self._grid.rank, self._grid.row
        first, last = rank[link.source], rank[link.target]
        here, there = row[link.source], row[link.target]
        if link.drop is not None:
            return _Way(link, None, here, last)
        if first < last:
            if here == there and self._is_free(here, first, last):
                return _Way(link, None, None, None)
            if self._is_free(there, first, last):
                return _Way(link, first + 1, None, None)
            if self._is_free(here, first, last):
                return _Way(link, None, None, last)
        return _Way(link, first + 1, min(here, there), last)

    def _is_free(self, row: int, first: int, last: int) -> bool:
        """Whether no node of the row stands between two columns."""
        cells = self._cells[row]
        return bisect_right(cells, first) == bisect_left(cells, last)

    def drawn(self) -> Sheet:
        """Everything at its place."""
        columns, width = self._columns()
        lines, bands, channels = self._lines()
        boxes = {
            one: Box(
                columns[self._grid.rank[one]][1] - item.width / 2,
                lines[self._grid.row[one]] - item.height / 2,
                item.width,
                item.height,
            )
            for one, item in self._grid.items.items()
        }
        routes = {
            way.link.id: self._route(way, boxes, columns, channels)
            for way in self._ways
        }
        height = bands[-1][0] + bands[-1][1]
        return Sheet(
            boxes=boxes, routes=routes, bands=bands, width=width, height=height
        )

    def _columns(self) -> tuple[list[tuple[float, float]], float]:
        """Left edge of the gap before each column and the column's middle line."""
        widths: dict[int, float] = defaultdict(float)
        for one, item in self._grid.items.items():
            rank = self._grid.rank[one]
            widths[rank] = max(widths[rank], item.width)
        found, at = [], 0.0
        for rank in range(max(widths, default=-1) + 1):
            gap = self._gaps.size(rank, _GAP)
            found.append((at, at + gap + widths[rank] / 2))
            at += gap + widths[rank]
        last = len(found)
        found.append((at, at))
        return found, at + self._gaps.size(last, _GAP)

    def _lines(
        self,
    ) -> tuple[list[float], tuple[tuple[float, float], ...], list[float]]:
        """Middle line of each row, the bands, and the top of the channel of each."""
        up: dict[int, float] = defaultdict(float)
        down: dict[int, float] = defaultdict(float)
        for one, item in self._grid.items.items():
            row = self._grid.row[one]
            up[row] = max(up[row], item.height / 2)
            down[row] = max(down[row], item.height / 2 + item.below)
        lines, channels, bands, at, row = [], [], [], 0.0, 0
        rows = self._grid.rows
        for band in range(self._grid.bands):
            top = at
            at += _CHANNEL
            while row < len(rows) and rows[row] == band:
                lines.append(at + up[row])
                channels.append(at + up[row] + down[row])
                at = channels[-1] + self._channels.size(row, _CHANNEL)
                row += 1
            at = max(at, top + _BAND) if self._grid.bands > 1 else at
            bands.append((top, at - top))
        return lines, tuple(bands), channels

    def _route(
        self,
        way: _Way,
        boxes: Mapping[str, Box],
        columns: Sequence[tuple[float, float]],
        channels: Sequence[float],
    ) -> tuple[Point, ...]:
        link = way.link
        source, target = boxes[link.source], boxes[link.target]
        at = Point(source.right, source.middle.y)
        points = [at]
        if link.drop is not None:
            at = Point(source.x + link.drop.x, source.bottom + link.drop.y)
            points = [at]
        if way.out is not None:
            shift = self._gaps.at(way.out, f"out {link.source}", _GAP)
            at = Point(columns[way.out][0] + shift, at.y)
            points.append(at)
        if way.channel is not None:
            shift = self._channels.at(way.channel, _runner(link), _CHANNEL)
            at = Point(at.x, channels[way.channel] + shift)
            points.append(at)
        if way.into is not None:
            shift = self._gaps.at(way.into, f"in {link.target}", _GAP)
            at = Point(columns[way.into][0] + shift, at.y)
            points.append(at)
        end = Point(target.x, target.middle.y)
        points += [Point(at.x, end.y), end]
        return straight(points)


def _runner(link: Link) -> str:
    """Who shares a track in a channel: the flows of a node, not of its borders."""
    return link.source if link.drop is None else f"{link.source} {link.drop.x}"
