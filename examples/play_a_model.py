"""Play a model in memory: no database, no server, nothing is kept.

Run it from the repository, after `make install`:

    .venv/bin/python examples/play_a_model.py
    .venv/bin/python examples/play_a_model.py my-diagram.bpmn

The first plays the leave request below; the second opens a case of any diagram and
shows what waits. `quytrinh procedure play` does the same with commands from stdin.
"""

import json
import sys
from pathlib import Path
from typing import Any

from engine import services
from engine.play import Player
from engine.spiff.runtime import SpiffRuntime
from models_bpmn import packages

LEAVE_REQUEST = Path(__file__).parent / "leave-request"
#: What people do with a request for eight days of leave, the first time unclearly.
COMMANDS: list[dict[str, Any]] = [
    {"open": {"ho_ten": "Trần Thị Hạnh", "so_ngay_nghi": 8}},
    {"complete": "y_kien_phong", "outcome": "Trả lại để sửa"},
    {"advance": "P1D"},
    {"complete": "sua_don", "answers": {"so_ngay_nghi": 6}},
    {"complete": "y_kien_phong", "outcome": "Đồng ý"},
    {"complete": "quyet_dinh", "outcome": "Đồng ý"},
    {"complete": "ghi_so"},
]


def play(path: Path, commands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Play the commands on a new case and give one answer for each."""
    functions = services.Registry()
    # Reading checks everything; what cannot run is refused here, element by element.
    model = packages.model_of(packages.diagrams(path), functions.names())
    player = Player(SpiffRuntime(), model, functions)
    return [player.command(command) for command in commands]


def main(arguments: list[str]) -> None:
    """Print each command with its answer, one JSON value a line."""
    path = Path(arguments[0]) if arguments else LEAVE_REQUEST
    commands = [{"open": {}}] if arguments else COMMANDS
    for command, answer in zip(commands, play(path, commands), strict=True):
        print("<", json.dumps(command, ensure_ascii=False))
        print(">", json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
