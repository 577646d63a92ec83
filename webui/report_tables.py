"""Tables of a report: the quarterly one and the indicators, every number a link."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.domain import indicators, scores
from engine.domain.indicators import Filed, Handling, Period
from engine.domain.scores import Indicator
from webui import report_words, tables
from webui.i18n import translate
from webui.tables import Cell, Table

#: The address of the dossiers behind a number.
Behind = Callable[..., str]
#: Silent procedures that a cell names.
_NAMED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a report is made of."""

    period: Period
    #: The lines of the quarterly report, and the indicators.
    lines: Mapping[str, Handling]
    items: tuple[Indicator, ...]
    #: How a line is called.
    name: Callable[[str], str]
    #: Period, maker, time and head of the log, in words.
    about: str
    #: What a line stands for: a field, a unit, a procedure.
    by: str = "Line"
    behind: Behind = lambda **_: ""


def quarterly(made: Made) -> Table:
    """The report on the handling of procedures, with a last line of all."""
    lines = made.lines
    rows = [
        _line(made, made.name(key) or "–", line, {"dong": key or "-"})
        for key, line in lines.items()
    ]
    if rows:
        rows.append(_line(made, translate("Together"), indicators.total(lines), {}))
    names = (translate(one) for one in report_words.COLUMNS.values())
    return Table(
        key="quy",
        title=translate("Handling of procedures (table II.06)"),
        columns=(*tables.words(translate(made.by)), *tables.numbers(*names)),
        rows=tuple(rows),
        empty=translate(report_words.NOTHING),
        about=made.about,
        scrolls=True,
    )


def _line(
    made: Made, name: str, line: Handling, which: Mapping[str, str]
) -> tuple[Cell, ...]:
    cells = [Cell(value=name)]
    for column, word in report_words.COLUMNS.items():
        count = int(getattr(line, column))
        address = made.behind(cot=column, **which) if count else ""
        cells.append(Cell(value=count, address=address, about=translate(word)))
    return tuple(cells)


def points(made: Made) -> Table:
    """The indicators in their groups; what is unknown stays empty and says why."""
    found = {one.code: one for one in made.items}
    rows = [
        _score(made, (translate(group), translate(name)), found[code])
        for group, items in report_words.PARTS
        for code, name in items.items()
    ]
    heads = [translate(one) for one in report_words.HEADS]
    return Table(
        key="chi-tieu",
        title=translate("Indicators of Decision 766"),
        columns=(
            *tables.words(*heads[:2]),
            *tables.numbers(*heads[2:7]),
            *tables.words(heads[7]),
        ),
        rows=tuple(rows),
        about=made.about,
    )


def _score(made: Made, named: tuple[str, str], one: Indicator) -> tuple[Cell, ...]:
    return (
        *(Cell(value=name) for name in named),
        *(_part(made, one, part) for part in ("numerator", "denominator")),
        Cell(value=None if one.ratio is None else round(100 * one.ratio, 2)),
        Cell(value=one.score),
        Cell(value=one.maximum),
        Cell(value=_why(one)),
    )


def _part(made: Made, one: Indicator, part: str) -> Cell:
    value: int | None = getattr(one, part)
    address = made.behind(**{"chi-tieu": one.code, "cot": part}) if value else ""
    return Cell(value=value, address=address, about=one.code)


def _why(one: Indicator) -> str:
    """Why there is no figure, or which procedures it leaves out."""
    silent = ", ".join(one.silent[:_NAMED])
    if len(one.silent) > _NAMED:
        more = len(one.silent) - _NAMED
        silent = translate("%(codes)s and %(n)s more", codes=silent, n=more)
    if one.numerator is None and not silent:
        source = translate(report_words.SOURCE[one.code])
        return translate("Not enough data: %(why)s", why=source)
    if silent:
        what = translate(report_words.STATED[one.code])
        word = report_words.UNTOLD if one.numerator is None else report_words.LEFT_OUT
        return translate(word, what=what, codes=silent)
    return "" if one.denominator else translate(report_words.NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Which dossiers stand behind a number."""

    period: Period
    by: Callable[[Filed], str]
    #: The parts of the address that name the number.
    asked: Mapping[str, str]

    def holds(self, one: Filed) -> bool:
        """Whether a dossier, counted alone, is in the number."""
        part, code = self.asked.get("cot", ""), self.asked.get("chi-tieu", "")
        if code:
            alone = (each for each in scores.of([one], self.period))
            return part in {"numerator", "denominator"} and any(
                getattr(each, part) for each in alone if each.code == code
            )
        lines = indicators.handling([one], self.period, self.by)
        wanted = self.asked.get("dong")
        return part in report_words.COLUMNS and any(
            getattr(line, part) and wanted in {None, key or "-"}
            for key, line in lines.items()
        )


def plain(made: Made) -> dict[str, Any]:
    """Both tables for machines; what is unknown is null, never 0."""
    return {
        "handling": [
            {"line": key, "name": made.name(key)}
            | {column: getattr(line, column) for column in report_words.COLUMNS}
            for key, line in made.lines.items()
        ],
        "indicators": [
            {
                "code": one.code,
                "numerator": one.numerator,
                "denominator": one.denominator,
                "ratio": one.ratio,
                "score": one.score,
                "maxScore": one.maximum,
                # Procedures left out, because no version says what the item asks.
                "silent": [*one.silent],
            }
            for one in made.items
        ],
    }
