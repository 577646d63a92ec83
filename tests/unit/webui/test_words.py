"""Words for values: every value has one, in both languages."""

from types import ModuleType

import pytest

from engine.domain.case import TaskStatus
from engine.domain.events import EventType
from engine.domain.model import TimeLimit
from engine.domain.organisation import Role
from engine.domain.procedure import VersionStatus
from engine.domain.programme import Answer, Grade
from engine.domain.run import Status
from engine.domain.sampling import Basis, Risk
from engine.domain.working_time import Reason
from webui import (
    audit_words,
    behind,
    besides,
    conformity,
    i18n,
    letters,
    matrix,
    measures,
    moments,
    notice_post,
    notice_words,
    report_words,
    review_gaps,
    reviews,
    shortlists,
    sums,
    supervision_asking,
    supervision_map,
    supervision_shares,
    supervision_tables,
    trials,
    words,
    worklist_asking,
    worklist_bulk,
    worklist_files,
)
from webui.jobs import many
from webui.jobs import pages as jobs


@pytest.mark.parametrize("code", ["vi", "en"])
def test_every_word_of_the_tables_is_translated(code: str) -> None:
    known = {one.id for path in i18n.files(code) for one in i18n.read(path)}
    parts: tuple[ModuleType, ...] = (words, letters, moments, besides, trials)
    parts = (*parts, audit_words, matrix, measures)
    parts = (*parts, behind, review_gaps, reviews, shortlists)
    parts = (*parts, conformity, jobs, notice_words, notice_post, report_words)
    parts = (*parts, worklist_asking, worklist_bulk, worklist_files, many, sums)
    parts = (*parts, supervision_asking, supervision_map)
    parts = (*parts, supervision_shares, supervision_tables)
    told = {text for part in parts for text in part.messages()}
    assert told - known == set()


def test_no_value_of_the_domain_is_without_a_word() -> None:
    assert words.CASE.keys() == set(Status)
    assert words.TASK.keys() == set(TaskStatus)
    assert words.VERSION.keys() == set(VersionStatus)
    assert words.ROLE.keys() == set(Role)
    assert audit_words.GRADE.keys() == set(Grade)
    assert audit_words.CHECKED.keys() == set(Answer)
    assert audit_words.BASIS.keys() == set(Basis)
    assert audit_words.RISK.keys() == set(Risk)
    assert words.REASON.keys() == set(Reason)
    of_cases = {
        one
        for one in EventType
        if one.value.split(".")[0] in {"case", "task", "timer", "message", "signal"}
    }
    assert words.EVENT.keys() >= of_cases
    assert words.UNIT.keys() == words.ONE.keys()


@pytest.mark.parametrize(
    ("amount", "unit", "said"),
    [
        (8, "working-day", "8\N{NO-BREAK SPACE}ngày làm việc"),
        (1, "working-hour", "1\N{NO-BREAK SPACE}giờ làm việc"),
        (0, "working-day", "trong ngày làm việc"),
        (2, "month", "2\N{NO-BREAK SPACE}tháng"),
    ],
)
def test_a_limit_is_said_with_its_unit(amount: int, unit: str, said: str) -> None:
    assert words.limit(TimeLimit(amount, unit)) == said


def test_no_limit_says_nothing() -> None:
    assert words.limit(None) == ""
