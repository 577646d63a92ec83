"""The architecture as plain tests: who may import what, and what the tree may hold.

import-linter holds the same directions and more (setup.cfg); these tests need nothing
but pytest, so the rules fail red on every machine. Each rule is first shown to catch a
planted violation: a rule that cannot fail holds nothing.
"""

import ast
import importlib
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ("engine", "models_bpmn", "storage", "webui")

#: The only names at the top of the repository.
TOP_LEVEL: Final = frozenset(
    {
        *PACKAGES,
        *("tests", "examples", "docs", "setup.cfg", "README.md", "Makefile"),
        *("pyproject.toml", "constraints.txt", "ruff.toml", "CHANGELOG.md"),
        *(".ci", ".gitignore"),
    }
)

#: What a package may import of ours.
MAY_SEE: Final[Mapping[str, frozenset[str]]] = {
    "engine": frozenset(),
    "models_bpmn": frozenset({"engine"}),
    "storage": frozenset({"engine"}),
    "webui": frozenset({"engine", "models_bpmn", "storage"}),
}

#: Layers of the engine from top to bottom; neighbours in one layer stay strangers.
LAYERS: Final = (
    ("dispatch", "spiff"),
    ("commands",),
    ("judging",),
    ("package", "play"),
    ("evidence", "forms", "decisions", "conformance"),
    ("expressions", "ports", "queries", "services"),
    (
        "alarms",
        "auditing",
        "calendars",
        "counting",
        "directory",
        "dossiers",
        "erasure",
        "exchange",
        "jobs",
        "notices",
        "outages",
        "recorded",
        "unsent",
    ),
    ("domain",),
    ("errors", "limits"),
)

#: Third-party packages that one part alone may import.
ONLY_IN: Final[Mapping[str, str]] = {
    "SpiffWorkflow": "engine.spiff",
    "sqlalchemy": "storage",
    "alembic": "storage",
    "lxml": "models_bpmn",
    "flask": "webui",
    "werkzeug": "webui",
    "click": "webui",
}

#: Modules that an auditor runs with Python alone, and the rules everything rests on.
STANDARD_LIBRARY_ONLY: Final = ("engine.domain", "engine.evidence.verifier")

#: One place opens and commits a transaction; the unit of work carries it out.
COMMIT_SITES: Final[Mapping[str, int]] = {
    "engine/dispatch.py": 1,
    # Settings of a connection that writes histories for measuring.
    "storage/bulk.py": 1,
    # The bench's bare transaction, which no product code uses.
    "storage/floor.py": 1,
    "storage/unit_of_work.py": 1,
}

LONGEST_FILE: Final = 400

#: Addresses that name one machine or one package registry. Taken apart here, so that
#: this file is no hit itself.
FOREIGN_ADDRESSES: Final = re.compile(
    "|".join(
        (
            r"(?<![\w.~-])/" + r"(?:work|root|home|Users)/[\w.-]",
            r"registry\." + r"(?:npmjs|yarnpkg)\.",
            r"(?:files\." + r"pythonhosted|test\.pypi|upload\.pypi)\.org",
            r"pypi\." + r"org/simple",
        )
    )
)


@cache
def modules() -> Mapping[str, ast.Module]:
    """Parse every module of the four packages, by dotted name."""
    parsed = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "node_modules" in path.parts:
                continue
            parts = path.relative_to(ROOT).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            parsed[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return parsed


def imports_of(tree: ast.AST) -> Iterator[str]:
    """Name what a module imports, wherever the statement stands in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield "." * node.level + (node.module or "")
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def stands_in(module: str, place: str) -> bool:
    """Tell whether a dotted name is the place or lies below it."""
    return module == place or module.startswith(f"{place}.")


def faults_of(module: str, imported: str) -> Iterator[str]:
    """Name the rules that one import breaks."""
    own, other = module.partition(".")[0], imported.partition(".")[0]
    if imported.startswith("."):
        yield f"{module}: relative import of {imported}"
        return
    if other in PACKAGES and other != own and other not in MAY_SEE[own]:
        yield f"{module} must not import {imported}: {own} may not see {other}"
    if other in ONLY_IN and not stands_in(module, ONLY_IN[other]):
        yield f"{module} must not import {other}: only {ONLY_IN[other]} may"
    if own in {"storage", "models_bpmn"} and any(
        stands_in(imported, f"engine.{part}")
        for part in ("dispatch", "commands", "spiff")
    ):
        yield f"{module} must not import {imported}: adapters see ports, not use cases"
    if own == other == "engine":
        yield from _layer_faults(module, imported)
    if any(stands_in(module, each) for each in STANDARD_LIBRARY_ONLY):
        yield from _purity_faults(module, imported)


def _layer_faults(module: str, imported: str) -> Iterator[str]:
    own, other = _part(module), _part(imported)
    if own is None or other is None or own == other:
        return
    if _layer(other) <= _layer(own):
        yield f"{module} must not import {imported}: wrong layer"


def _part(module: str) -> str | None:
    """Name the part of the engine; None for the package and what it defines itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and not parts[1].startswith("__") else None


def _layer(part: str) -> int:
    for number, names in enumerate(LAYERS):
        if part in names:
            return number
    pytest.fail(f"engine.{part} has no layer: see LAYERS and setup.cfg", pytrace=False)


def _purity_faults(module: str, imported: str) -> Iterator[str]:
    first = imported.partition(".")[0]
    # The domain may use the engine below it (the layers say what that is); the
    # verifier is one file that an auditor copies.
    ours = "engine" if stands_in(module, "engine.domain") else module
    if first in PACKAGES and not stands_in(imported, ours):
        yield f"{module} must not import {imported}: it runs alone"
    if first not in PACKAGES and first not in sys.stdlib_module_names:
        yield f"{module} must not import {imported}: standard library only"


def commits_in(tree: ast.AST) -> int:
    """Count the calls of a method named commit."""
    return sum(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
        for node in ast.walk(tree)
    )


def tracked_files() -> list[Path]:
    """List the files of the repository, as git keeps them."""
    answer = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = [ROOT / name for name in answer.stdout.split("\0") if name]
    return sorted(path for path in found if path.is_file())


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("engine.domain.model", "storage.schema"),
        ("engine.domain.model", "engine.ports"),
        ("engine.domain.model", "lxml.etree"),
        ("engine.domain.model", ".case"),
        ("engine.evidence.verifier", "engine.evidence.record"),
        ("engine.evidence.verifier", "cryptography"),
        ("engine.errors", "engine.limits"),
        ("engine.expressions", "engine.commands.complete_task"),
        ("engine.commands.complete_task", "engine.spiff.runtime"),
        ("engine.dispatch", "engine.spiff"),
        ("engine.dispatch", "SpiffWorkflow.bpmn.workflow"),
        ("storage.cases", "engine.dispatch.Engine"),
        ("storage.cases", "models_bpmn.catalogue"),
        ("storage.cases", "flask"),
        ("models_bpmn.catalogue", "engine.spiff.loader"),
        ("models_bpmn.catalogue", "webui.app"),
        ("webui.tasks", "sqlalchemy"),
        ("webui.tasks", "SpiffWorkflow"),
        ("webui.tasks", "lxml.etree"),
    ],
)
def test_a_forbidden_import_is_a_fault(module: str, imported: str) -> None:
    assert list(faults_of(module, imported))


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("engine.domain.model", "dataclasses.dataclass"),
        ("engine.domain.model", "engine.errors"),
        ("engine.domain.case", "engine.domain.model"),
        ("engine.evidence.verifier", "hashlib"),
        ("engine.commands.complete_task", "engine.ports"),
        ("engine.dispatch", "engine.commands.complete_task"),
        ("engine.spiff.runtime", "SpiffWorkflow.bpmn.workflow"),
        ("engine.forms.registry", "engine.__version__"),
        ("storage.cases", "engine.ports"),
        ("storage.cases", "sqlalchemy"),
        ("models_bpmn.importer.reader", "lxml.etree"),
        ("webui.bootstrap", "storage.unit_of_work"),
        ("webui.app", "flask"),
    ],
)
def test_an_allowed_import_is_no_fault(module: str, imported: str) -> None:
    assert list(faults_of(module, imported)) == []


def test_imports_point_one_way() -> None:
    faults = [
        fault
        for module, tree in modules().items()
        for imported in imports_of(tree)
        for fault in faults_of(module, imported)
    ]
    assert faults == []


def test_every_part_of_the_engine_has_one_layer() -> None:
    parts = {_part(module) for module in modules() if stands_in(module, "engine")}
    placed = Counter(name for names in LAYERS for name in names)
    assert parts - {None} <= placed.keys()
    assert set(placed.values()) == {1}


def test_a_commit_is_counted_wherever_it_hides() -> None:
    source = "def f(u):\n    if u:\n        u.commit()\n    return lambda: u.x.commit()"
    assert commits_in(ast.parse(source)) == 2


def test_only_dispatch_commits_and_the_unit_of_work_carries_it_out() -> None:
    found = {
        _file(module): commits
        for module, tree in modules().items()
        if (commits := commits_in(tree))
    }
    expected = {name: n for name, n in COMMIT_SITES.items() if (ROOT / name).exists()}
    assert found == expected


def _file(module: str) -> str:
    path = Path(*module.split("."))
    package = ROOT / path / "__init__.py"
    return str(path / "__init__.py" if package.exists() else path.with_suffix(".py"))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_comes_from_this_repository(package: str) -> None:
    # A stray distribution named "engine" or "storage" must not shadow ours.
    found = importlib.import_module(package).__file__
    assert found is not None
    assert Path(found).is_relative_to(ROOT)


def test_files_of_the_packages_stay_short() -> None:
    # Tests are left out: a table of attacks is as long as the attacks are many.
    long = {
        str(path.relative_to(ROOT)): lines
        for path in tracked_files()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in PACKAGES
        # The verifier is handed out alone, so it is one file by its nature.
        and path.relative_to(ROOT) != Path("engine/evidence/verifier.py")
        and (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


@pytest.mark.parametrize(
    ("text", "is_hit"),
    [
        ("see /" + "work/notes/a.md", True),
        ("/" + "home/an/file", True),
        ("https://registry" + ".npmjs.org/htmx.org", True),
        ("the word network/home work", False),
        ("https://example.vn/home/an", False),
        ("route('/work')", False),
    ],
)
def test_an_address_of_one_machine_is_a_hit(text: str, *, is_hit: bool) -> None:
    assert bool(FOREIGN_ADDRESSES.search(text)) is is_hit


def test_no_file_names_a_machine_or_a_package_registry() -> None:
    hits = []
    for path in tracked_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # A picture or a font holds no addresses.
            continue
        if found := FOREIGN_ADDRESSES.search(text):
            hits.append(f"{path.relative_to(ROOT)}: {found.group()}")
    assert hits == []


def test_the_top_level_holds_only_the_agreed_names() -> None:
    names = {path.relative_to(ROOT).parts[0] for path in tracked_files()}
    assert names <= TOP_LEVEL
