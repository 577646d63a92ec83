"""Dossier codes and the applicant's name."""

from datetime import date

import pytest

from engine.domain import dossier
from engine.domain.model import Facts
from engine.domain.run import Json
from engine.errors import ConfigurationError

DAY = date(2026, 11, 5)


@pytest.mark.parametrize(
    ("pattern", "number", "expected"),
    [
        (dossier.DEFAULT_PATTERN, 1, "H01-261105-0001"),
        ("{agency}-{yymmdd}-{n:4}", 12345, "H01-261105-12345"),
        ("{procedure}/{yyyymmdd}/{n:1}", 7, "1.001/20261105/7"),
        ("{n:9}", 7, "000000007"),
        ("Hồ sơ {n:3}", 42, "Hồ sơ 042"),
    ],
)
def test_a_code_follows_its_pattern(pattern: str, number: int, expected: str) -> None:
    before = dossier.prefix(pattern, agency="H01", procedure="1.001", day=DAY)
    assert dossier.code(pattern, before, number) == expected


@pytest.mark.parametrize(
    "pattern",
    [
        *("", "{agency}", "{n:4}-{agency}", "{n}", "{n:0}", "{n:44}", "{year}-{n:4}"),
        *("{agency-{n:4}", "}{n:4}", "{n:4}{n:4}", "{n:3}-{n:4}", "{a:b}{n:4}"),
    ],
)
def test_a_pattern_without_sense_is_refused(pattern: str) -> None:
    with pytest.raises(ConfigurationError, match="is not valid"):
        dossier.prefix(pattern, agency="H01", procedure="1.001", day=DAY)


def test_a_code_with_braces_is_text_and_no_pattern() -> None:
    before = dossier.prefix("{agency}-{n:4}", agency="{n:4}", procedure="p", day=DAY)
    assert dossier.code("{agency}-{n:4}", before, 1) == "{n:4}-0001"


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("ten", {"ten": "Nguyễn Thị Đượm"}, "Nguyễn Thị Đượm"),
        ("ten", {}, ""),
        ("ten", {"ten": 5}, ""),
        ("ten", {"ten": None}, ""),
        ("", {"": "x"}, ""),
    ],
)
def test_the_applicant_is_the_answer_that_the_model_names(
    name: str, values: dict[str, Json], expected: str
) -> None:
    assert dossier.applicant(Facts(applicant=name), values) == expected
