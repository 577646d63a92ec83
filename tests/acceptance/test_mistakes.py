"""Drawings with mistakes that trained modellers make: one screen that names the fix.

They were drawn for this, in `mistakes/`; what is to be said of each stands here.
"""

from pathlib import Path
from typing import Final

import pytest

from models_bpmn import packages
from webui.cli import checking

FOLDER: Final = Path(__file__).parent / "mistakes"
#: Lines of one screen, and how wide they are.
SCREEN: Final = 24
WIDTH: Final = 80
#: Drawing → outcome, and what its advice must say, in English.
ADVICE: Final = {
    "01-choice-into-parallel-join": (
        "decisions",
        ["Lấy ý kiến? [Chuyên môn]", "Trả kết quả", "with an exclusive gateway"],
    ),
    "02-no-start": ("runs", ["no start event is drawn; it begins at a"]),
    "03-two-starts": ("decisions", ["keep one", "begin at s", "begin at t"]),
    "04-forgotten-default": ("decisions", ["make it the default flow"]),
    "05-gateway-without-names": ("decisions", ["write one", "the person before it"]),
    "06-missing-gateway": ("runs", ["put an exclusive gateway with a default flow"]),
    "07-flow-across-sub-process": ("decisions", ["connect the sub-process itself"]),
    "08-dead-step": ("decisions", ["cannot be reached", "begin it together"]),
    "09-work-after-the-end": ("decisions", ["no flow may leave", "Lưu hồ sơ"]),
    "10-flow-back-to-the-start": ("decisions", ["no flow may lead into", "drop the"]),
    "11-loop-without-wait": ("decisions", ["put a step that waits", "a → g"]),
    "12-timer-without-time": ("decisions", ["timeDuration", "time P3D"]),
    "13-two-ends-of-one-token": (
        "runs",
        ["Ý kiến chuyên môn → hop ‖", "done twice", "with a parallel gateway"],
    ),
    "14-message-without-name": ("decisions", ["set messageRef"]),
    "15-event-gateway-to-task": ("decisions", ["there must be a timer"]),
    "16-unknown-procedure": ("decisions", ["add the file", "a person does it"]),
    "17-machine-step": ("decisions", ["add qt:service", "a person does it"]),
    "18-way-out-of-a-parallel-block": (
        "runs",
        ["Đạt? [Không đạt] → Từ chối", "a terminate end event"],
    ),
    "19-crossed-pools": ("decisions", ["use a message", "drop the flow"]),
    "20-condition-in-words": ("decisions", ["hồ sơ đạt yêu cầu", "person before it"]),
}


def screen(name: str, language: str) -> list[str]:
    path = FOLDER / f"{name}.bpmn"
    result = checking.check(
        packages.Maker(frozenset()), path, checking.Answers(), language
    )
    assert result["nodes"] == result["executable"] + len(result["listed"])
    lines = list(checking.lines(result, language))
    return [str(result["outcome"]), *lines]


def rows(lines: list[str]) -> int:
    """How many rows of a screen the lines fill when they are wrapped."""
    return sum(max(1, -(-len(line) // WIDTH)) for line in lines)


@pytest.mark.parametrize("name", ADVICE)
def test_a_mistake_gets_one_screen_of_advice_that_names_the_fix(name: str) -> None:
    expected, words = ADVICE[name]
    outcome, *lines = screen(name, "en")
    assert outcome == expected
    assert rows(lines) <= SCREEN, lines
    text = "\n".join(lines)
    assert [word for word in words if word not in text] == [], text
    assert rows(screen(name, "vi")[1:]) <= SCREEN


def test_there_are_twenty() -> None:
    numbers = [int(path.name[:2]) for path in sorted(FOLDER.glob("*.bpmn"))]
    assert numbers == list(range(1, 21))


def test_every_drawing_has_its_advice() -> None:
    drawn = {path.stem for path in FOLDER.glob("*.bpmn")}
    assert drawn == set(ADVICE)
