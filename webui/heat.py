"""Shades of a heat map: five, each with the range of numbers that it stands for."""

from dataclasses import dataclass
from typing import Final

_SHADES: Final = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """Shades from 1 to 5 over equal parts of the largest number; 0 is no shade.

    Up to five, each number has a shade of its own: one piece of work is never dark.
    """

    most: int

    def level(self, number: int) -> int:
        """The shade of a number."""
        if number <= 0 or self.most <= 0:
            return 0
        if self.most <= _SHADES:
            return number
        return min(_SHADES, (number * _SHADES + self.most - 1) // self.most)

    @property
    def ranges(self) -> tuple[tuple[int, int, int], ...]:
        """Each shade that occurs, with its least and largest number."""
        if self.most <= _SHADES:
            return tuple((one, one, one) for one in range(1, self.most + 1))
        found: dict[int, tuple[int, int]] = {}
        for shade in range(1, _SHADES + 1):
            first = (self.most * (shade - 1)) // _SHADES + 1
            last = (self.most * shade) // _SHADES
            if first <= last:
                found[shade] = first, last
        return tuple((shade, first, last) for shade, (first, last) in found.items())
