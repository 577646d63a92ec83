"""What a rebuild that changes nothing tells of a case, as findings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.evidence import letters, office_rows, row_words
from engine.evidence.derived import text

#: Table → columns whose values no finding shows, where they are other ones.
_HIDDEN: Final = {letters.TABLE: letters.HIDDEN}


@dataclass(frozen=True, slots=True)
class Found:
    """The code of a finding, and its words."""

    code: str
    words: Mapping[str, str]


def of(told: Mapping[str, Any], *, broken: bool) -> Iterator[Found]:
    """What is wrong with the rows of a case.

    Args:
        told: The answer of `RebuildCase`.
        broken: Events were found wrong already; that a case cannot be followed for it
            is no news.
    """
    case, event = str(told["code"]), f"case:{told['case']}"
    if told.get("broken") and broken:
        return
    rows = told.get("rows", ())
    for one in rows:
        # A case is named by its code already.
        name = "" if one["key"] == case else one["key"]
        words = {"case": case, "event": f"{event} {one['seq'] or ''}".rstrip()}
        words |= row_words.thing(one["table"], name)
        if not one["column"]:
            yield Found(_whole(one), words)
            continue
        hidden = one["column"] in _HIDDEN.get(one["table"], office_rows.HIDDEN)
        shown = {
            name: "…" if hidden else text(one[name]) for name in ("told", "stored")
        }
        yield Found("case-row", words | row_words.column(one["column"]) | shown)
    # In lines that no row says: waits, tokens that went another way.
    for line in told["differences"]:
        if not (rows and _of_rows(line)):
            yield Found("case-differs", {"case": case, "event": event, "why": line})


def _of_rows(line: str) -> bool:
    return line.endswith("from the record") and not line.startswith("the wait ")


def _whole(one: Mapping[str, Any]) -> str:
    """The code of a row that is missing, or that nothing tells of."""
    # A rebuild puts no letter in and takes none away.
    thing = "letter" if one["table"] == letters.TABLE else "case-row"
    return f"{thing}-forged" if one["forged"] else f"{thing}-gone"
