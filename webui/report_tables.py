"""Tables of a report: the quarterly one and the indicators, every number a link."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain import indicators
from engine.domain.indicators import Filed, Handling, Indicator, Period
from webui import report_words, tables
from webui.i18n import translate
from webui.tables import Cell, Table

#: The address of the dossiers behind a number.
Behind = Callable[..., str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a report is made of."""

    period: Period
    filed: Sequence[Filed]
    #: What a dossier is counted under, and how that is called.
    by: Callable[[Filed], str]
    name: Callable[[str], str]
    behind: Behind
    #: Period, maker, time and head of the log, in words.
    about: str

    def lines(self) -> Mapping[str, Handling]:
        """The lines of the quarterly report."""
        return indicators.handling(self.filed, self.period, self.by)

    def items(self) -> tuple[Indicator, ...]:
        """The indicators."""
        return indicators.indicators(self.filed, self.period)


def quarterly(made: Made) -> Table:
    """The report on the handling of procedures, with a last line of all."""
    lines = made.lines()
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
        columns=(*tables.words(translate("Line")), *tables.numbers(*names)),
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


def scores(made: Made) -> Table:
    """The indicators in their groups; what is unknown stays empty and says why."""
    found = {one.code: one for one in made.items()}
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
    if one.numerator is None:
        return translate("Not enough data: %(why)s", why=_source(one.code))
    return "" if one.denominator else translate(report_words.NOTHING)


def _source(code: str) -> str:
    return translate(report_words.SOURCE[code])


def behind(made: Made, asked: Mapping[str, str]) -> list[Filed]:
    """The dossiers behind a number, each counted alone as the report counts all."""
    part, code = asked.get("cot", ""), asked.get("chi-tieu", "")
    return [one for one in made.filed if _counts(made, one, part, code, asked)]


def _counts(
    made: Made, one: Filed, part: str, code: str, asked: Mapping[str, str]
) -> bool:
    if code:
        alone = indicators.indicators([one], made.period)
        found = [each for each in alone if each.code == code]
        return part in {"numerator", "denominator"} and any(
            getattr(each, part) for each in found
        )
    lines = indicators.handling([one], made.period, made.by)
    wanted = asked.get("dong")
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
            for key, line in made.lines().items()
        ],
        "indicators": [
            {
                "code": one.code,
                "numerator": one.numerator,
                "denominator": one.denominator,
                "ratio": one.ratio,
                "score": one.score,
                "maxScore": one.maximum,
            }
            for one in made.items()
        ],
    }
