"""Foreign expressions: what means the same is rewritten, anything else is not."""

import pytest

from engine.domain.model import TimerKind
from models_bpmn.importer import translation

SAME = [
    ("${approved}", "", "approved"),
    ("#{!approved}", "", "not approved"),
    ("${amount > 1000}", "", "amount > 1000"),
    ("${kind == 'land' && !urgent}", "", "kind == 'land' and not urgent"),
    ("${a eq 1 or b ne 'x'}", "", "a == 1 or b != 'x'"),
    ("${approvals >= 3 && (x || y)}", "", "approvals >= 3 and (x or y)"),
    ("${loan.approved}", "", "loan.approved"),
    (
        "${nrOfCompletedInstances/nrOfInstances >= 0.6 }",
        "",
        "nrOfCompletedInstances / nrOfInstances >= 0.6",
    ),
    (
        "${veto || nrOfCompletedInstances / nrOfInstances == 1}",
        "",
        "veto or nrOfCompletedInstances / nrOfInstances == 1",
    ),
    ("${x == null}", "", "x == None"),
    ("${execution.getVariable('kind') == 'a'}", "", "kind == 'a'"),
    ('= kind = "land" and not(urgent)', "", 'kind == "land" and not (urgent)'),
    ("=total - 1 >= least", "", "total - 1 >= least"),
    ("n = 1", "http://www.omg.org/spec/DMN/FEEL/", "n == 1"),
    ("a === 'x' || b !== 2", "javascript", "a == 'x' or b != 2"),
    ("n > 1", "groovy", "n > 1"),
    ("n > 1 and kind == 'moi'", "python", "n > 1 and kind == 'moi'"),
    ("bpmn:getDataObject('clarified') = 'yes'", "", "clarified == 'yes'"),
    ("x == 1", "", "x == 1"),
]

#: What may mean another thing here, or is no condition at all.
OTHER = [
    ("${service.check(x)}", "", "a call"),
    ("${list[0] == 1}", "", "an index"),
    ("${!a == b}", "", "`!` binds closer than `==`"),
    ("${a == b == c}", "", "comparisons in a row"),
    ("${a} and ${b}", "", "two templates"),
    ("= some x in xs satisfies x", "", "a quantifier"),
    ("= a in [1..5]", "", "a range"),
    ("= a / b", "", "a division rounds differently"),
    ("${a / nrOfInstances > 0.5}", "", "a division of what may be no number"),
    ("${nrOfInstances / nrOfCompletedInstances > 2}", "", "a division by 0"),
    ("${nrOfInstances / nrOfInstances / 2 > 1}", "", "divisions in a row"),
    ("${n - nrOfInstances / nrOfInstances > 1}", "", "a division in a sum"),
    ("= a b", "", "two names"),
    ("${}", "", "nothing"),
    ("a ? b : c", "javascript", "a choice"),
    ("a = 1", "javascript", "an assignment"),
    ("${" + "(" * 40 + "a" + ")" * 40 + "}", "", "too deep"),
    ("${__class__}", "", "a hidden name"),
    ("${'a\\'b' == x}", "", "an escape"),
]


@pytest.mark.parametrize(("text", "declared", "made"), SAME)
def test_what_means_the_same_is_rewritten(text: str, declared: str, made: str) -> None:
    assert translation.expression(text, declared) == made


@pytest.mark.parametrize(
    ("text", "declared", "why"), OTHER, ids=[why for *_, why in OTHER]
)
def test_what_may_mean_another_thing_is_not(text: str, declared: str, why: str) -> None:
    assert translation.expression(text, declared) == "", why


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("'PT1H'", "PT1H"),
        ('"PT1H"', "PT1H"),
        ("${'PT5M'}", "PT5M"),
        ('=duration("P3D")', "P3D"),
        ('="P3D"', "P3D"),
        ("PT1H", "PT1H"),
        ("${wait}", ""),
        ("'soon'", ""),
    ],
)
def test_a_time_loses_its_quotes_and_nothing_else(text: str, made: str) -> None:
    assert translation.time(TimerKind.DURATION, text) == made
