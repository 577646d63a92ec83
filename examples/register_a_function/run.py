"""Call a function of your own from a diagram.

    .venv/bin/python examples/register_a_function/run.py

The registry below is given to the player by hand, so that nothing need be installed. On
a server the function comes from an installed package that names it in its metadata; the
command line and the pages then find it (README.md beside this file).
"""

import json
from pathlib import Path
from typing import Any

# The file beside this one: Python looks first in the folder of the script it runs.
import working_days

from engine import services
from engine.play import Player
from engine.spiff.runtime import SpiffRuntime
from models_bpmn import packages

DIAGRAM = Path(__file__).with_name("process.bpmn")
COMMANDS: list[dict[str, Any]] = [
    {"open": {"tu_ngay": "2026-02-13", "den_ngay": "2026-02-09"}},
    {"complete": "sua_ngay", "answers": {"tu_ngay": "2026-02-05"}},
]


def main() -> None:
    """Print each command with its answer, one JSON value a line."""
    functions = services.Registry(
        {**services.BUILT_IN, "leave.working_days": working_days.count}
    )
    # The names of the registry are checked here: a diagram that asks for a function
    # nobody registered is refused before a case can run into it.
    model = packages.model_of(packages.diagrams(DIAGRAM), functions.names())
    player = Player(SpiffRuntime(), model, functions)
    for command in COMMANDS:
        print("<", json.dumps(command, ensure_ascii=False))
        print(">", json.dumps(player.command(command), ensure_ascii=False))


if __name__ == "__main__":
    main()
