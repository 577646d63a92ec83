import pytest

from engine import expressions
from engine.errors import ExpressionError


def test_assignments_are_read_in_their_order() -> None:
    read = expressions.assignments(
        "total = sum(fees)\nnote = 'a; b = c'; late = due < received\n\n"
        "rows = [\n  total,\n  1\n]\r\nđủ = total == 3;"
    )

    assert [(name, expression.text) for name, expression in read] == [
        ("total", "sum(fees)"),
        ("note", "'a; b = c'"),
        ("late", "due < received"),
        ("rows", "[\n  total,\n  1\n]"),
        ("đủ", "total == 3"),
    ]


def test_no_assignment_is_an_empty_tuple() -> None:
    assert expressions.assignments(" \n ; ") == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("amount", "assignment"),
        ("= 1", "assignment"),
        ("a b = 1", "assignment"),
        ("d['k'] = 1", "assignment"),
        ("d.k = 1", "assignment"),
        ("a, b = 1, 2", "assignment"),
        ("a: int = 1", "assignment"),
        ("a += 1", "assignment"),
        ("a := 1", "assignment"),
        ("1 = 1", "assignment"),
        ("for = 1", "assignment"),
        ("None = 1", "assignment"),
        ("true = 1", "assignment"),
        ("import os; a = 1", "assignment"),
        ("a = 1; os.system('id')", "assignment"),
        ("_a = 1", "name-hidden"),
        ("__builtins__ = {}", "name-hidden"),
        ("ａ = 1", "name-disguised"),
        ("a == 1", "syntax"),
        ("a = b = 1", "syntax"),
        ("a =", "empty"),
        ("a = 1 # why", "construct"),
        ("a = __import__('os')", "name-hidden"),
        ("a = open('x')", "call"),
        ("a = (1; b = 2", "syntax"),
        ("a = 'x; b = 2", "syntax"),
        ("a = 1\n" * (expressions.ASSIGNMENTS + 1), "too-long"),
    ],
)
def test_what_is_no_assignment_is_refused(text: str, code: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        expressions.assignments(text)
    assert caught.value.code == code
