"""Charts as SVG made on the server: they need no script and print as they are.

A chart never stands alone: the page puts a table with the same numbers under it. Its
title says what it shows, its description the first, last, least and target value, so
that who cannot see it knows as much. Colour repeats what shape and words say: a point
under the target is filled, and its number stands beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import markupsafe

from webui import formats
from webui.i18n import translate

_WIDTH: Final = 600
_HEIGHT: Final = 262
_LEFT: Final = 48
_RIGHT: Final = 560
_TOP: Final = 22
_BOTTOM: Final = 212
_NAMES: Final = 234
_LINES: Final = 5
_BREAK: Final = 254
_WHOLE: Final = 100.0
#: Where a scale may begin, from the finest: at 80, 50 or 0 per cent. Finer ones would
#: make a fall of one per cent look like a collapse.
_STEPS: Final = (4.0, 10.0, 20.0)
#: Fewer values are no line; there is nothing that a finer scale would show.
_FEW: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One value of a line."""

    name: str
    #: None: there was nothing to count; the line has a gap there.
    value: float | None
    target: float | None = None

    @property
    def under(self) -> bool:
        """Whether it misses its target."""
        missing = self.value is None or self.target is None
        return not missing and (self.value or 0.0) < (self.target or 0.0)


@dataclass(frozen=True, slots=True)
class _Scale:
    """The range of percentages that is drawn."""

    low: float
    step: float

    @property
    def lines(self) -> tuple[float, ...]:
        """The values at which a rule is drawn, 100 the last."""
        return tuple(
            round(self.low + one * self.step, 1)
            for one in range(_LINES + 1)
            if self.low + one * self.step <= _WHOLE
        )

    def y(self, value: float) -> float:
        """Where a value stands."""
        share = (value - self.low) / (_WHOLE - self.low)
        return round(_BOTTOM - share * (_BOTTOM - _TOP), 1)


def percentages(key: str, title: str, points: Sequence[Point]) -> markupsafe.Markup:
    """A line of percentages over time, with the target where there is one.

    Args:
        key: Makes the ids of the page's charts differ.
        title: What is shown.
        points: In order of time; their targets may change from one to the next.
    """
    scale = _scale(points)
    spaces = max(len(points) - 1, 1)
    places = [
        round(_LEFT + 8 + n * (_RIGHT - _LEFT - 16) / spaces, 1)
        for n in range(len(points))
    ]
    body = "".join(
        (
            *_grid(scale),
            *_target(points, places, scale),
            *_line(points, places, scale),
            *_points(points, places, scale),
        )
    )
    # Every text in it is escaped where it is made.
    return markupsafe.Markup(  # noqa: S704
        f'<svg class="chart chart--trend" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
        f' aria-labelledby="{key}-ten {key}-noi">'
        f'<title id="{key}-ten">{escape(title)}</title>'
        f'<desc id="{key}-noi">{escape(_described(points))}</desc>{body}</svg>'
    )


def _scale(points: Sequence[Point]) -> _Scale:
    """The finest grid that holds every value and target; from 0 for a single value."""
    told = [
        value
        for one in points
        for value in (one.value, one.target)
        if value is not None
    ]
    least = min(told, default=_WHOLE)
    values = sum(one.value is not None for one in points)
    for step in _STEPS if values >= _FEW else ():
        if _WHOLE - _LINES * step <= least:
            return _Scale(_WHOLE - _LINES * step, step)
    return _Scale(0.0, _STEPS[-1])


def _grid(scale: _Scale) -> Iterator[str]:
    for value in scale.lines:
        y = scale.y(value)
        yield (
            f'<line class="chart__rule" x1="{_LEFT}" x2="{_RIGHT}" y1="{y}" y2="{y}"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">'
            f"{_number(value)}</text>"
        )
    if scale.low:
        # The usual mark of an axis that was cut, and the words for it.
        x, y = _LEFT, _BOTTOM - 10
        said = translate("The scale begins at %(n)s, not at 0.", n=_said(scale.low))
        yield (
            f'<path class="chart__axis" fill="none" d="M{x} {y - 8}l-4 3 8 6-8 6 4 3"/>'
            f'<text class="chart__cut" x="{_LEFT}" y="{_BREAK}">{escape(said)}</text>'
        )


def _target(
    points: Sequence[Point], places: Sequence[float], scale: _Scale
) -> Iterator[str]:
    """The target as steps, with its word above the first."""
    half = (places[1] - places[0]) / 2 if len(places) > 1 else _RIGHT - _LEFT
    named = False
    for one, x in zip(points, places, strict=True):
        if one.target is None:
            continue
        y = scale.y(one.target)
        left, right = max(_LEFT, x - half), min(_RIGHT, x + half)
        yield (
            f'<line class="chart__target" x1="{left:.1f}" x2="{right:.1f}"'
            f' y1="{y}" y2="{y}"/>'
        )
        if not named:
            word = translate("Target %(n)s", n=_said(one.target))
            yield (
                f'<text class="chart__target-word" x="{left + 6:.1f}"'
                f' y="{y - 7}">{escape(word)}</text>'
            )
            named = True


def _line(
    points: Sequence[Point], places: Sequence[float], scale: _Scale
) -> Iterator[str]:
    """One line for each run of values without a gap."""
    run: list[str] = []
    for one, x in [*zip(points, places, strict=True), (None, 0.0)]:
        if one is not None and one.value is not None:
            run.append(f"{x},{scale.y(one.value)}")
            continue
        if len(run) > 1:
            yield f'<polyline class="chart__line" points="{" ".join(run)}"/>'
        run = []


def _points(
    points: Sequence[Point], places: Sequence[float], scale: _Scale
) -> Iterator[str]:
    """Every point; a number at the last one and at those that miss the target."""
    told = [n for n, one in enumerate(points) if one.value is not None]
    for number, (one, x) in enumerate(zip(points, places, strict=True)):
        name = f'<text x="{x}" y="{_NAMES}" text-anchor="middle">{escape(one.name)}'
        yield f"{name}</text>"
        if one.value is None:
            continue
        y, css = scale.y(one.value), " chart__point--under" if one.under else ""
        yield f'<circle class="chart__point{css}" cx="{x}" cy="{y}" r="4"/>'
        if one.under or number == told[-1]:
            below = y + 20 if one.under and y < _BOTTOM - 24 else y - 10
            yield (
                f'<text class="chart__value" x="{x}" y="{below:.1f}"'
                f' text-anchor="middle">{_said(one.value)}</text>'
            )


def _described(points: Sequence[Point]) -> str:
    told = [(one.name, one.value) for one in points if one.value is not None]
    if not told:
        return translate("There is nothing to count yet.")
    least = min(told, key=lambda one: one[1])
    said = translate(
        "From %(a)s (%(first)s) to %(b)s (%(last)s), the least %(c)s (%(worst)s). The"
        " table below has the same numbers.",
        a=_said(told[0][1]),
        first=told[0][0],
        b=_said(told[-1][1]),
        last=told[-1][0],
        c=_said(least[1]),
        worst=least[0],
    )
    missed = [one.name for one in points if one.under]
    if missed:
        said += " " + translate("Under the target: %(names)s.", names=", ".join(missed))
    return said


def _said(value: float) -> str:
    return f"{_number(value)} %"


def _number(value: float) -> str:
    return formats.number(round(value, 1) if value % 1 else int(value))
