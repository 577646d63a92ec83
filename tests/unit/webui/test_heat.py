"""Shades: each number has one, and the legend says which numbers it stands for."""

import pytest

from webui.heat import Scale


@pytest.mark.parametrize("most", [1, 3, 5, 6, 7, 11, 99, 1000])
def test_the_legend_names_the_shade_of_every_number(most: int) -> None:
    scale = Scale(most)
    told = {n: shade for shade, a, b in scale.ranges for n in range(a, b + 1)}
    assert told == {n: scale.level(n) for n in range(1, most + 1)}
    assert all(1 <= shade <= 5 for shade in told.values())


def test_more_is_never_lighter_and_nothing_has_no_shade() -> None:
    scale = Scale(37)
    shades = [scale.level(n) for n in range(38)]
    assert shades == sorted(shades)
    assert (shades[0], shades[-1]) == (0, 5)
    assert Scale(0).level(3) == 0
    assert Scale(0).ranges == ()


def test_one_piece_of_work_is_light() -> None:
    assert Scale(1).level(1) == 1
