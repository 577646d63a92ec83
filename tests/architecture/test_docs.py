"""The documents say what the code does: commands, targets, links and tables exist."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import click
import pytest
from babel.messages import pofile

from engine import expressions, limits, services
from engine.conformance.game import TokenGame
from engine.play import Player
from models_bpmn import packages
from models_bpmn.schema import source
from storage import schema
from tests.architecture import docs_tables
from webui.cli import cli

ROOT: Final = docs_tables.ROOT
PAGES: Final = sorted(
    [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / "examples").rglob("*.md"),
    ]
)
MANUAL: Final = [page for page in PAGES if page.parent == docs_tables.MANUAL]
FENCE: Final = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
CODE: Final = re.compile(r"`([^`\n]+)`")
LINK: Final = re.compile(r"(!?)\[[^\]]*\]\(([^)\s]+)\)")
HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)
BOLD: Final = re.compile(r"\*\*([^*]+)\*\*")
VARIABLE: Final = re.compile(r"QUYTRINH_[A-Z_]+")
DECISION: Final = re.compile(r"\d{4}-[a-z0-9-]+\.md")
ADDRESS: Final = re.compile(r"[a-z]+:")


#: The pieces of XML in the manual stand alone; here they get what surrounds them.
BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
WRAPPER: Final = (
    f'<bpmn:x xmlns:bpmn="{BPMN}" xmlns:qt="{source.NAMESPACE}">%s</bpmn:x>'
)
QT: Final = f"{{{source.NAMESPACE}}}"


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def code_in(text: str) -> Iterator[str]:
    """Give each line of the code blocks, and each piece of code in a sentence."""
    for block in FENCE.findall(text):
        yield from block.splitlines()
    yield from CODE.findall(FENCE.sub("", text))


def words_after(program: str, line: str) -> list[str] | None:
    """Give the arguments of a program in a line of code; None when it is not called."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:  # Not a line of a shell.
        return None
    if not words or words[0].rpartition("/")[2] != program:
        return None
    return words[1:]


def faults_of_command(words: list[str]) -> Iterator[str]:
    """Name the words of a `quytrinh` line that the command line does not know."""
    command: click.Command = cli
    options: set[str] = {"--help", "--version"}
    for word in words:
        if word.startswith("-"):
            if word not in options:
                yield f"{command.name} has no option {word}"
        elif isinstance(command, click.Group):
            found = command.commands.get(word)
            if found is None:
                yield f"{command.name} has no command {word}"
                return
            command = found
            options |= {
                name
                for one in command.params
                for name in (*one.opts, *one.secondary_opts)
            }


def anchor_of(heading: str) -> str:
    """Give a heading's anchor as GitHub makes it."""
    plain = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return plain.replace(" ", "-")


def faults_of_link(page: Path, target: str) -> Iterator[str]:
    """Name what is wrong with a link of a page."""
    if ADDRESS.match(target):
        return
    path, _, anchor = target.partition("#")
    found = (page.parent / path).resolve() if path else page
    if not found.exists():
        yield f"{target}: there is no such file"
    elif not found.is_relative_to(ROOT):
        yield f"{target}: leads out of the repository"
    elif anchor:
        headings = HEADING.findall(FENCE.sub("", found.read_text(encoding="utf-8")))
        if anchor not in map(anchor_of, headings):
            yield f"{target}: there is no such heading"


@pytest.mark.parametrize(
    ("line", "faults"),
    [
        ("quytrinh case rebuild --all --json", 0),
        ("quytrinh case rebuild --no-repair", 0),
        ("quytrinh --help", 0),
        ("quytrinh case burn CASE", 1),
        ("quytrinh procedure check --fast PATH", 1),
        (".venv/bin/quytrinh tidy", 1),
    ],
)
def test_a_verb_or_option_that_does_not_exist_is_a_fault(
    line: str, faults: int
) -> None:
    words = words_after("quytrinh", line)
    assert words is not None
    assert len(list(faults_of_command(words))) == faults


def test_a_link_to_nothing_is_a_fault() -> None:
    page = ROOT / "README.md"
    assert list(faults_of_link(page, "docs/manual/semantics.md#nothing")) != []
    assert list(faults_of_link(page, "docs/manual/nothing.md")) != []
    assert list(faults_of_link(page, "docs/manual/semantics.md#multi-instance")) == []
    assert list(faults_of_link(page, "https://example.vn/nothing")) == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_verb_that_a_page_names_exists(page: Path) -> None:
    faults = [
        fault
        for line in code_in(page.read_text(encoding="utf-8"))
        if (words := words_after("quytrinh", line)) is not None
        for fault in faults_of_command(words)
    ]
    assert faults == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_target_that_a_page_names_exists(page: Path) -> None:
    named = [
        word
        for line in code_in(page.read_text(encoding="utf-8"))
        for word in words_after("make", line) or ()
        if "=" not in word
    ]
    assert set(named) <= docs_tables.targets().keys()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    faults = [
        fault
        for picture, target in LINK.findall(page.read_text(encoding="utf-8"))
        if not picture
        for fault in faults_of_link(page, target)
    ]
    assert faults == []


def pictures() -> Iterator[tuple[Path, str]]:
    """Give every picture that a page shows, with the page."""
    for page in PAGES:
        for picture, target in LINK.findall(page.read_text(encoding="utf-8")):
            if picture:
                yield page, target


@pytest.mark.parametrize(
    ("page", "target"), [*pictures()], ids=lambda one: Path(one).name
)
def test_a_picture_is_made_by_a_test_of_the_pages(page: Path, target: str) -> None:
    makers = [
        name_of(path)
        for path in (ROOT / "tests/web").rglob("*.py")
        if Path(target).name in path.read_text(encoding="utf-8")
    ]
    if not makers:
        pytest.xfail(f"no test in tests/web makes {target} yet")
    assert list(faults_of_link(page, target)) == []


def test_the_readme_names_the_two_commands_and_every_part_of_the_manual() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = list(code_in(text))
    for command in ("run", "test"):
        assert any(words_after("make", line) == [command] for line in lines)
    linked = {target for _, target in LINK.findall(text)}
    assert {name_of(page) for page in MANUAL} <= linked


@pytest.mark.parametrize("page", MANUAL, ids=name_of)
def test_the_tables_of_the_manual_are_those_of_the_code(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    # Anew: python -m tests.architecture.docs_tables
    assert text == docs_tables.filled(text)


def blocks(page: str, language: str) -> list[str]:
    """Give the code blocks of a page in one language."""
    text = (docs_tables.MANUAL / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("block", blocks("designer.md", "xml"))
def test_the_xml_of_the_designers_manual_keeps_the_schema(block: str) -> None:
    # Text of our own page, not a stranger's file.
    for element in ET.fromstring(WRAPPER % block).iter():  # noqa: S314
        own = {name.removeprefix(QT) for name in element.attrib if name.startswith(QT)}
        call = element.tag == f"{{{BPMN}}}{source.CALL_HOST}"
        here = source.CALL if call else (*source.LOOP, *source.CLOCK, *source.ENDING)
        assert own <= {one.name for one in here}
        written = element.attrib.get("expression", "")
        if element.tag == f"{{{BPMN}}}conditionExpression":
            written = element.text or ""
        if written:
            expressions.compile(written)
        if element.tag.startswith(QT):
            schema = source.BY_NAME[element.tag.removeprefix(QT)]
            known = {one.name for one in schema.attributes}
            needed = {one.name for one in schema.attributes if one.required}
            assert needed <= element.attrib.keys() <= known
            inside = {child.tag.removeprefix(QT) for child in element}
            assert inside <= set(schema.children)


def test_the_answer_in_the_designers_manual_is_the_one_that_play_gives() -> None:
    functions = services.Registry()
    files = packages.diagrams(ROOT / "examples" / "leave-request")
    model = packages.model_of(files, functions.names())
    player = Player(TokenGame(), model, functions)
    player.command({"open": {"ho_ten": "Trần Thị Hạnh", "so_ngay_nghi": 8}})
    given = player.command({"complete": "y_kien_phong", "outcome": "Trả lại để sửa"})
    (printed,) = blocks("designer.md", "json")
    assert json.loads(printed) == given


def test_the_numbers_in_the_clerks_manual_are_the_limits() -> None:
    text = (docs_tables.MANUAL / "clerk.md").read_text(encoding="utf-8")
    window, idle = limits.LOGIN_WINDOW // 60, limits.SESSION_IDLE // 60
    assert f"sai {limits.LOGIN_FAILURES} lần trong {window} phút" in text
    assert f"sau {idle} phút không thao tác" in text
    assert f"{limits.ATTACHMENT_BYTES // 1024**2} MB" in text


def test_the_administrators_manual_says_of_every_table_when_its_rows_go() -> None:
    text = (docs_tables.MANUAL / "administrator.md").read_text(encoding="utf-8")
    told = text.split("### What grows")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in told.splitlines() if line.startswith("|")]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted(schema.metadata.tables)


def test_every_table_stands_in_one_page() -> None:
    marked = [
        one["name"]
        for page in MANUAL
        for one in docs_tables.BLOCK.finditer(page.read_text(encoding="utf-8"))
    ]
    assert sorted(marked) == sorted(docs_tables.TABLES)


def test_a_table_that_lost_a_row_is_seen() -> None:
    text = (docs_tables.MANUAL / "administrator.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if "`UPLOAD_BYTES`" in line)
    assert docs_tables.filled(text.replace(f"{row}\n", "")) == text
    assert docs_tables.filled(text.replace("1 MiB", "2 MiB")) == text


def test_every_variable_of_the_environment_is_in_the_manual_and_no_other() -> None:
    read = {
        name
        for package in ("engine", "models_bpmn", "storage", "webui")
        for path in (ROOT / package).rglob("*.py")
        for name in VARIABLE.findall(path.read_text(encoding="utf-8"))
    }
    page = docs_tables.MANUAL / "administrator.md"
    assert set(VARIABLE.findall(page.read_text(encoding="utf-8"))) == read


def test_words_of_the_screen_in_the_clerks_manual_are_those_on_the_screen() -> None:
    shown: set[object] = set()
    for path in (ROOT / "webui/translations/vi").rglob("*.po"):
        with path.open("rb") as file:
            shown |= {message.string for message in pofile.read_po(file)}
    text = (docs_tables.MANUAL / "clerk.md").read_text(encoding="utf-8")
    refusals = re.findall(r"^\| ([^|]+?) \| [^|]+ \|$", text, re.MULTILINE)[2:]
    assert len(refusals) > 5
    assert set(refusals) | set(BOLD.findall(text)) <= shown


def test_decisions_are_numbered_without_gaps_and_say_why() -> None:
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))
    for number, page in enumerate(pages, start=1):
        assert DECISION.fullmatch(page.name)
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {page.name[:4]}: ")
        assert int(page.name[:4]) == number
        for part in ("Context", "Options", "Outcome", "Consequences"):
            assert f"**{part}.**" in text, page.name
