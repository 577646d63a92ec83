"""How tests of the command line run a command, and on what."""

import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models_bpmn import catalogue
from tests import bpmn

SLUG = "cap-ban-sao-tu-so-goc"


CODE = "2.000908"


PACKAGE = catalogue.PROCEDURES / SLUG


SCENARIO = tomllib.loads((PACKAGE / "scenarios.toml").read_text("utf-8"))["scenario"][0]


MODEL = bpmn.diagram(
    f"start s; task a 'Nhập'; xor x; task b 'Sửa'; end e\ncatch w {bpmn.timer('P1D')}",
    's > a > x\nx >dat "Đạt"> w > e\nx >khong "Không đạt"> b > a',
)


@dataclass(frozen=True)
class Said:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer as JSON; the only line."""
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def lines(self) -> list[Any]:
        """One JSON answer per line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def refusal(self) -> dict[str, Any]:
        """The refusal: exit code 1 and one line of JSON on stderr."""
        assert (self.code, self.out) == (1, ""), self
        (line,) = self.err.splitlines()
        told: dict[str, Any] = json.loads(line)
        assert told["error"]
        assert told["code"]
        return told


Run = Callable[..., Said]


def do(run: Run, *arguments: object, stdin: bytes = b"") -> Any:
    said = run(*arguments, "--json", stdin=stdin)
    assert said.code == 0, said
    return said.json
