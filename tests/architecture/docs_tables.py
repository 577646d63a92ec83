"""The tables of the manual that are made from the code.

Each stands in its page between two marks. `python -m tests.architecture.docs_tables`
writes them anew; `test_docs.py` fails while a page says something else than the code.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from engine import expressions, limits
from engine.decisions.feel.functions import FUNCTIONS as FEEL_FUNCTIONS
from engine.domain.model import EventKind
from engine.domain.organisation import Role
from engine.domain.policy import ROLES, Action
from engine.forms import registry
from models_bpmn.decisions.wording import CATALOGUE as DECISION_TEXTS
from models_bpmn.importer import messages, runs
from models_bpmn.importer.wording.elements import REFUSED
from models_bpmn.schema import source
from tests.acceptance.bpmn import table as conformance
from webui.cli import cli

ROOT: Final = Path(__file__).resolve().parents[2]
MANUAL: Final = ROOT / "docs" / "manual"
BLOCK: Final = re.compile(
    r"(<!-- table: (?P<name>[a-z-]+) -->\n).*?(<!-- end of table -->)", re.DOTALL
)

#: What each limit is about; the value comes from `engine.limits`.
LIMITS: Final = {
    "UPLOAD_BYTES": "An uploaded form or decision file",
    "DIAGRAM_BYTES": "An uploaded diagram",
    "PACKAGE_BYTES": "A package, unpacked",
    "ATTACHMENT_BYTES": "An attachment",
    "CASE_ATTACHMENT_BYTES": "All attachments of a case",
    "UPLOAD_PART_BYTES": "One part of a file that comes in parts",
    "UPLOADS_UNDERWAY": "Files that one person has underway",
    "UPLOADS_UNDERWAY_BYTES": "Their bytes in all",
    "UNUSED_FILES": "Files of one person that no form has used yet",
    "UNUSED_BYTES": "Their bytes in all",
    "UNUSED_TENANT_BYTES": "Bytes of such files of everybody",
    "UPLOAD_HOURS": "An uploaded file waits for its answer",
    "BUNDLE_CASES": "Cases in one evidence bundle",
    "BUNDLE_BYTES": "Attached files in one evidence bundle",
    "ANSWERS_BYTES": "The answers of one act",
    "HISTORY_BYTES": "A history from elsewhere, also unpacked",
    "XML_ELEMENTS": "XML elements in a file",
    "XML_DEPTH": "Nesting of XML elements",
    "XML_ATTRIBUTE_BYTES": "An XML attribute",
    "PROCESS_NODES": "Nodes of a process, its sub-processes included",
    "CALL_DEPTH": "Processes that call each other, in depth",
    "SCOPE_DEPTH": "Nesting of sub-processes and called processes together",
    "FORM_COMPONENTS": "Components of a form",
    "STEPS_PER_TRANSACTION": "Automatic steps in one transaction",
    "STEPS_PER_JOB": "Automatic steps in one go of the background work",
    "UNRESTING_STEPS": "Automatic steps without a rest, then the case is halted",
    "RESTING_SECONDS": "A case rests that does nothing for so long",
    "MULTI_INSTANCE_ITEMS": "Instances of a multi-instance activity",
    "DELIVERY_ATTEMPTS": "Attempts to deliver a message, signal or timer start",
    "CASE_GENERATIONS": "Cases that open each other, one after the other",
    "SIDE_WORK": "Opinions and co-signatures asked in a case",
    "SIDE_SIGNERS": "Signers of a round of co-signatures",
    "CORRELATION_KEYS": "Correlation keys of a message",
    "SOON_WORKING_DAYS": "Work is due soon: working days left, less than",
    "SOON_PERCENT": "Work is due soon: per cent of its time used up",
    "SERIOUS_WORKING_DAYS": "Work is seriously overdue: working days, more than",
    "WORKLIST_PAGE": "Rows of a page of the worklist",
    "WORKLIST_FILE_ROWS": "Rows of a worklist as XLSX or CSV",
    "FEED_ENTRIES": "Entries of a calendar feed",
    "TYPESETTINGS": "Documents that are set at a time",
    "TYPESETTING_SECONDS": "Wait for a document to be set",
    "PAPERS_AT_ONCE": "Papers in one file",
    "BOOK_ROWS": "Dossiers in one tracking book",
    "SAVED_FILTERS": "Lists that one account keeps",
    "BULK_AT_ONCE": "Tasks that are done at once; more become a job",
    "BULK_ROWS": "Tasks that are chosen at once",
    "SAMPLE_CASES": "Cases of an audit sample",
    "POPULATION_CASES": "Cases that a sample is drawn from",
    "EXPRESSION_CHARS": "Characters of an expression",
    "EXPRESSION_NODES": "Parts (syntax nodes) of an expression",
    "EXPRESSION_DEPTH": "Nesting of an expression",
    "EXPRESSION_STEPS": "Steps of one evaluation",
    "EXPRESSION_STRING": "Characters of a text that an expression makes",
    "EXPRESSION_LIST": "Elements of a list that an expression makes",
    "EXPRESSION_INT_BITS": "Bits of a whole number in an expression",
    "DECISION_RULES": "Rules of a decision table",
    "DECISION_COLUMNS": "Columns of a decision table",
    "DECISION_PARTS": "Parts of all cells and expressions of a decision file",
    "DECISION_STEPS": "Steps of one decision, those it requires included",
    "ISO_CHARS": "Characters of a duration, date or cycle",
    "DURATION_YEARS": "Years of a duration",
    "CYCLE_REPETITIONS": "Repetitions of a cycle",
    "JOB_LEASE": "A worker of long work that was not heard of for so long has lost it",
    "JOB_STEP": "One step of long work",
    "JOB_ATTEMPTS": "Attempts at a step of long work",
    "JOB_ITEMS": "Items of a job",
    "JOBS_OPEN": "Jobs of an account that are not over",
    "JOB_DAYS": "A job that is over is kept, with its files",
    "REPORT_DOSSIERS": "Dossiers that a report counts at once",
    "REPORT_PART": "Dossiers that a job counts in one step for a report",
    "NOTICE_ATTEMPTS": "Attempts to deliver a notice by mail or to a system",
    "NOTICE_LEASE": "A delivery of a notice that was begun is begun again after",
    "NOTICE_STALE_DAYS": "A notice found later is shown on the pages and not sent",
    "NOTICE_DAYS": "Notices and the log of their delivery are kept for",
    "NOTICE_HOOKS": "Systems of a tenant that are told",
    "FIGURES_SECONDS": "Figures of the last two months are counted anew after",
    "IDEMPOTENCY_DAYS": "The answer to a request is kept for whoever sends it again",
    "SESSION_IDLE": "A session without any request ends after",
    "SESSION_LIFETIME": "A session ends in any case after",
    "LOGIN_FAILURES": "Failed sign-ins before an account has to wait",
    "LOGIN_WINDOW": "How long failed sign-ins are counted",
    "NETWORK_FAILURES": "Failed sign-ins from one network, over all accounts",
    "LOOKUP_FAILURES": "Wrong look-ups from one address in that time",
}
#: Limits in seconds; the others are bytes or counts.
_TIMES: Final = frozenset(
    {
        "TYPESETTING_SECONDS",
        "SESSION_IDLE",
        "SESSION_LIFETIME",
        "LOGIN_WINDOW",
        "RESTING_SECONDS",
    }
    | {"JOB_LEASE", "JOB_STEP", "NOTICE_LEASE", "FIGURES_SECONDS"}
)
_KIB: Final = 1024
#: Functions that take so many more arguments take as many as are given.
_FEW: Final = 10

#: What each function of the expression language gives.
FUNCTIONS: Final = {
    "abs": "The number without its sign",
    "add_days": "The day that is n days later (earlier when n is negative)",
    "all": "Whether every element of a list of yes/no values is true",
    "any": "Whether some element of a list of yes/no values is true",
    "contains": "The same as `y in x`",
    "date": 'A day, from `"2026-01-31"` or from year, month, day',
    "days_between": "Whole days from the first to the second, negative when reversed",
    "empty": "True for nothing, blank text, an empty list or record",
    "ends_with": "Whether a text ends so",
    "float": "A number with fraction",
    "get": "The entry of a record, or the third argument (nothing) when missing",
    "int": "A whole number; cuts off, never a yes/no value",
    "len": "Characters of a text, elements of a list, entries of a record",
    "lower": "The text in small letters",
    "max": "The largest number, text or date",
    "min": "The smallest number, text or date",
    "round": "Rounded to n digits; halves go to the even neighbour",
    "starts_with": "Whether a text begins so",
    "str": "The value as text",
    "sum": "The sum of a list of numbers",
    "trim": "The text without blanks at both ends",
    "upper": "The text in capital letters",
}


def limit_text(name: str, value: int) -> str:
    """A limit with its unit, as a person reads it."""
    if name.endswith("_BYTES"):
        mebi = value // _KIB**2
        return f"{mebi} MiB" if mebi else f"{value // _KIB} KiB"
    if name.endswith("_DAYS"):
        return f"{value} days"
    if name in _TIMES and value < 2 * 60:
        return f"{value} seconds"
    if name in _TIMES:
        hours = value // 3600
        return f"{hours} hours" if hours else f"{value // 60} minutes"
    return f"{value:,}"


def limits_table() -> str:
    """Every limit of `engine.limits`."""
    rows = [
        (LIMITS[name], limit_text(name, value), f"`{name}`")
        for name, value in vars(limits).items()
        if name.isupper()
    ]
    return table(("What", "Limit", "Name in `engine/limits.py`"), rows)


def rights_table() -> str:
    """Which roles an action is open to."""
    rows = [
        (f"`{action.value}`", *("x" if role in ROLES[action] else "" for role in Role))
        for action in Action
    ]
    return table(("Action", *(role.value for role in Role)), rows)


def functions_table() -> str:
    """The functions of the expression language."""
    rows = []
    for name, one in sorted(expressions.FUNCTIONS.items()):
        both = one.least != one.most
        count = f"{one.least} to {one.most}" if both else str(one.least)
        rows.append((f"`{name}`", count, FUNCTIONS[name]))
    return table(("Function", "Arguments", "Gives"), rows)


def extension_table() -> str:
    """The elements of `urn:quytrinh:bpmn:1` with their attributes."""
    rows = []
    for element in source.ELEMENTS:
        where = ", ".join(f"`{host}`" for host in element.hosts)
        rows.append((f"`qt:{element.name}`", where or "inside qt", element.about))
        rows += [_attribute(one) for one in element.attributes]
    rows.append(("on `" + source.LOOP_HOST + "`", "attributes", "Several instances."))
    rows += [_attribute(one, "qt:") for one in source.LOOP]
    rows.append(("on `" + source.CALL_HOST + "`", "attribute", "What is called."))
    rows += [_attribute(one, "qt:") for one in source.CALL]
    hosts = ", ".join(f"`{one}`" for one in source.CLOCK_HOSTS)
    rows.append((f"on {hosts}", "attribute", "What the case waits for."))
    rows += [_attribute(one, "qt:") for one in source.CLOCK]
    hosts = ", ".join(f"`{one}`" for one in source.ENDING_HOSTS)
    rows.append((f"on {hosts}", "attribute", "How the dossier ends."))
    rows += [_attribute(one, "qt:") for one in source.ENDING]
    return table(("Element or attribute", "Where, or what it holds", "Meaning"), rows)


def _attribute(one: source.Attribute, prefix: str = "") -> tuple[str, str, str]:
    holds = ", ".join(f"`{choice}`" for choice in one.choices) or one.kind.value
    needed = "; required" if one.required else ""
    return (f"— `{prefix}{one.name}`", holds + needed, one.about)


def nodes_table() -> str:
    """What a diagram may contain."""
    rows = []
    for one in runs.RUNS:
        events = [each.value for each in EventKind if each in one.events]
        events += ["several of them"] if one.several else []
        rows.append((f"`{one.kind.value}`", one.about, ", ".join(events)))
    return table(("Element", "What happens", "Kinds of event"), rows)


def elements_table() -> str:
    """What becomes of every element of the standard: the conformance suite."""
    return table(conformance.HEAD, list(conformance.rows()))


def refused_table() -> str:
    """What is refused by name, and what to draw instead."""
    words = {"kind": "message, timer or other", "where": "see the table above"}
    rows = [
        (_sentence(english.format_map(words)), _sentence(instead))
        for _, english, _, instead in REFUSED.values()
    ]
    return table(("Refused", "Instead"), rows)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def findings_table() -> str:
    """What a check may say, without the refusals by name above."""
    named = {f"element-{name}" for name in REFUSED}
    rows = [
        (f"`{code}`", one.severity, one.en.removeprefix("{it}: "))
        for code, one in sorted(messages.CATALOGUE.items())
        if code not in named
    ]
    return table(("Code", "Weight", "Text; words in braces are filled in"), rows)


def decision_functions_table() -> str:
    """The functions of FEEL that decisions may call."""
    counts: dict[str, list[str]] = {}
    for name, one in sorted(FEEL_FUNCTIONS.items()):
        most = "more" if one.most > one.least + _FEW else str(one.most)
        count = str(one.least) if one.least == one.most else f"{one.least} to {most}"
        counts.setdefault(count, []).append(f"`{name}`")
    rows = [(count, ", ".join(names)) for count, names in sorted(counts.items())]
    return table(("Arguments", "Functions"), rows)


def decision_findings_table() -> str:
    """What a check of a decision file may say."""
    rows = [
        (f"`{code}`", one.severity, one.en.removeprefix("{it}: "))
        for code, one in sorted(DECISION_TEXTS.items())
    ]
    return table(("Code", "Weight", "Text; words in braces are filled in"), rows)


def components_table() -> str:
    """The component types of forms."""
    rows = []
    for name, one in registry.types().items():
        meaning = (one.__class__.__doc__ or "").partition("\n")[0]
        rules = ", ".join(f"`{rule}`" for rule in sorted(one.rules))
        rows.append((f"`{name}`", meaning, rules))
    return table(("Component", "What it is", "Rules under `validate`"), rows)


def commands_table() -> str:
    """Every verb of the command line."""
    rows = [
        (f"`quytrinh {' '.join(path)}`", one.get_short_help_str(limit=200))
        for path, one in commands()
    ]
    return table(("Command", "What it does"), rows)


def commands(
    command: click.Command = cli, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """The commands that do something, with the words that name them."""
    if not isinstance(command, click.Group):
        yield path, command
        return
    for name, inner in command.commands.items():
        yield from commands(inner, (*path, name))


def targets_table() -> str:
    """The targets of the Makefile that tell what they do."""
    rows = [(f"`make {name}`", about) for name, about in targets().items()]
    return table(("Command", "What it does"), rows)


def targets() -> dict[str, str]:
    """Target → what `make help` says of it."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z]+):.*## (.*)$", text, re.MULTILINE))


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = [head, tuple("---" for _ in head), *rows]
    cells = (" | ".join(cell.replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {line} |\n" for line in cells)


TABLES: Final[dict[str, Callable[[], str]]] = {
    "commands": commands_table,
    "components": components_table,
    "decision-findings": decision_findings_table,
    "decision-functions": decision_functions_table,
    "elements": elements_table,
    "extension": extension_table,
    "findings": findings_table,
    "functions": functions_table,
    "limits": limits_table,
    "nodes": nodes_table,
    "refused": refused_table,
    "rights": rights_table,
    "targets": targets_table,
}


def filled(text: str) -> str:
    """A page with every table as the code has it now."""
    return BLOCK.sub(lambda one: one[1] + TABLES[one["name"]]() + one[3], text)


if __name__ == "__main__":
    for page in sorted(MANUAL.glob("*.md")):
        before = page.read_text(encoding="utf-8")
        after = filled(before)
        if after != before:
            page.write_text(after, encoding="utf-8")
