"""The good files that are broken: our own, and those of other tools when at hand."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.unit.models_bpmn import mutants
from tests.unit.models_bpmn.decisions import test_fuzz as decision_seeds

ROOT: Final = Path(__file__).parents[2]
DATA: Final = Path(
    os.environ.get("QUYTRINH_SHARED_DATA", ROOT.parent / "shared" / "data")
)
_OWN: Final = ("models_bpmn/procedures", "examples", "tests/acceptance/mistakes")
_PUBLIC: Final = ("miwg", "dialects", "dmn-tck")
#: Larger ones take their time for what smaller ones show as well.
_LARGEST: Final = 400_000


@dataclass(frozen=True, slots=True)
class Corpus:
    """Good files of both languages."""

    bpmn: tuple[bytes, ...]
    dmn: tuple[bytes, ...]


def corpus(*, public: bool = True) -> Corpus:
    """The files, in an order that depends on nothing but their names."""
    bpmn, dmn = [*mutants.seeds()], [*decision_seeds.seeds()]
    folders = [ROOT / one for one in _OWN]
    if public:
        folders += [DATA / one for one in _PUBLIC]
    for path in (path for folder in folders for path in _files(folder)):
        content = path.read_bytes()
        if len(content) <= _LARGEST:
            (dmn if path.suffix == ".dmn" else bpmn).append(content)
    return Corpus(tuple(bpmn), tuple(dmn))


def _files(folder: Path) -> Iterator[Path]:
    found = (path for path in folder.rglob("*") if path.suffix in {".bpmn", ".dmn"})
    yield from sorted(path for path in found if path.is_file())
