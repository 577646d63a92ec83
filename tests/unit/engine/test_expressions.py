import copy
import dataclasses
from collections import UserDict, defaultdict

import pytest

from engine import expressions
from engine.errors import ExpressionError
from engine.expressions import JSON

DATA: dict[str, JSON] = {
    "amount": 5_000,
    "rate": 0.5,
    "kind": "permit",
    "country": "LA",
    "applicant": {"name": "Nguyễn Văn An", "address": {"province": "Hà Nội"}, "len": 1},
    "items": [{"fee": 100, "paid": True}, {"fee": 250, "paid": False}],
    "fees": [100, 250, 50],
    "received": "2026-01-30",
    "due": "2026-02-02",
    "approved": True,
    "remark": None,
    "blank": "  ",
    "len": 12,
    "số_tiền": 7,
    "đơn_vị": {"mã": "G01"},
}

WORKS: list[tuple[str, JSON]] = [
    # Literals and names.
    ("1", 1),
    ("1.5", 1.5),
    ("1_000", 1_000),
    ("1e3", 1000.0),
    ("1e+3", 1000.0),
    (".5", 0.5),
    ("'Đã duyệt'", "Đã duyệt"),
    ("True", True),
    ("true", True),
    ("False", False),
    ("false", False),
    ("None", None),
    ("null", None),
    ("remark", None),
    ("số_tiền + 1", 8),
    ("đơn_vị.mã", "G01"),
    ("đơn_vị['mã'] == 'G01'", True),
    ("  amount  ", 5_000),
    ("amount > 1\n  and\n\tapproved", True),
    ("(amount)", 5_000),
    # Lists and records.
    ("[1, amount, [kind]]", [1, 5_000, ["permit"]]),
    ("{'a': amount, 'b': {'c': rate}}", {"a": 5_000, "b": {"c": 0.5}}),
    ("fees[0]", 100),
    ("fees[-1]", 50),
    ("fees[amount - 4999]", 250),
    ("kind[0]", "p"),
    ("applicant.name", "Nguyễn Văn An"),
    ("applicant['address'].province", "Hà Nội"),
    ("items[1].fee", 250),
    ("{'a': {'b': 1}}.a.b", 1),
    # Arithmetic.
    ("2 + 3 * 4 - 1", 13),
    ("(2 + 3) * 4", 20),
    ("2 - 3 - 4", -5),
    ("7 / 2", 3.5),
    ("7 // 2", 3),
    ("7 % 3", 1),
    ("-amount", -5_000),
    ("+rate", 0.5),
    ("amount * rate", 2_500.0),
    ("'a' + 'b'", "ab"),
    ("[1] + fees", [1, 100, 250, 50]),
    # Comparison.
    ("amount == 5000.0", True),
    ("amount != 5000", False),
    ("1 < 2 < 3", True),
    ("1 < 2 > 3", False),
    ("1 < 0 < unknown", False),
    ("'a' < 'b'", True),
    ("remark is None", True),
    ("remark is not None", False),
    ("approved is True", True),
    ("approved is true", True),
    ("remark is null", True),
    ("remark == None", True),
    ("kind == None", False),
    ("kind == 1", False),
    ("country in ['VN', 'LA']", True),
    ("country in ('VN', 'KH')", False),
    ("country not in ['VN', 'KH']", True),
    ("amount in [1, 5000.0]", True),
    ("'erm' in kind", True),
    ("'name' in applicant", True),
    ("'age' not in applicant", True),
    ("fees == [100, 250, 50]", True),
    ("fees == [100, 250]", False),
    ("applicant.address == {'province': 'Hà Nội'}", True),
    ("applicant.address == {'city': 'Hà Nội'}", False),
    ("items[0] == {'paid': true, 'fee': 100}", True),
    ("items[0] == {'paid': 1, 'fee': 100}", False),
    # Logic.
    ("approved and amount > 1000", True),
    ("approved and amount > 9000", False),
    ("not approved or kind == 'permit'", True),
    ("not approved", False),
    ("approved or unknown", True),
    ("not approved and unknown", False),
    ("'yes' if approved else 'no'", "yes"),
    ("unknown if not approved else 'no'", "no"),
    # Comprehensions.
    ("[f * 2 for f in fees]", [200, 500, 100]),
    ("[f for f in fees if f >= 100 if f < 200]", [100]),
    ("[i.fee for i in items if i.paid]", [100]),
    ("[f > amount for f in fees]", [False, False, False]),
    ("[amount for amount in [1, 2]]", [1, 2]),
    ("[amount for amount in fees][0] + amount", 5_100),
    ("any(i.fee > 200 for i in items)", True),
    ("all(i.paid for i in items)", False),
    ("sum(i.fee for i in items)", 350),
    ("all([f > 0 for f in []])", True),
    # Functions.
    ("len(kind)", 6),
    ("len(fees)", 3),
    ("len(applicant)", 3),
    ("len(len_of_nothing) if false else len", 12),
    ("min(3, 1, 2)", 1),
    ("min(fees)", 50),
    ("max('a', 'b')", "b"),
    ("max(date(received), date(due))", "2026-02-02"),
    ("sum(fees)", 400),
    ("sum([])", 0),
    ("sum([0.5, 1])", 1.5),
    ("abs(-3)", 3),
    ("round(2.567, 2)", 2.57),
    ("round(2.5)", 2),
    ("round(3.5)", 4),
    ("round(1234, -2)", 1_200),
    ("int(-3.9)", -3),
    ("int(' 42 ')", 42),
    ("int('-7')", -7),
    ("float('2.50')", 2.5),
    ("float('-1e2')", -100.0),
    ("float(3)", 3.0),
    ("str(42)", "42"),
    ("str(0.5)", "0.5"),
    ("str('a')", "a"),
    ("str(true) + str(false)", "truefalse"),
    ("str(date(due))", "2026-02-02"),
    ("lower('ĐÀ NẴNG')", "đà nẵng"),
    ("upper('đà nẵng')", "ĐÀ NẴNG"),
    ("trim('  a b ')", "a b"),
    ("contains(kind, 'mit')", True),
    ("contains(fees, 250)", True),
    ("contains(applicant, 'name')", True),
    ("starts_with(kind, 'per')", True),
    ("ends_with(kind, 'per')", False),
    ("any([false, true])", True),
    ("all([])", True),
    ("get(applicant, 'name')", "Nguyễn Văn An"),
    ("get(applicant, 'age')", None),
    ("get(applicant, 'age', 18) >= 18", True),
    ("empty(remark) and empty(blank) and empty([]) and empty({})", True),
    ("empty(0) or empty(false) or empty(kind) or empty(fees)", False),
    # Dates.
    ("date(received) < date(due)", True),
    ("date('2024-02-29')", "2024-02-29"),
    ("date(2024, 2, 29) == date('2024-02-29')", True),
    ("date(date(due))", "2026-02-02"),
    ("date(due).year * 100 + date(due).month", 202_602),
    ("date(due).day", 2),
    ("days_between(received, due)", 3),
    ("days_between(due, received)", -3),
    ("add_days(received, 2)", "2026-02-01"),
    ("add_days(received, -30) < date(received)", True),
    ("[date(received)]", ["2026-01-30"]),
    ("{'day': date(received)}", {"day": "2026-01-30"}),
    ("date(due) in [date('2026-02-02')]", True),
]


def refusal_of(text: str, data: dict[str, JSON] | None = None) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        expressions.compile(text).evaluate(DATA if data is None else data)
    return caught.value


@pytest.mark.parametrize(("text", "value"), WORKS)
def test_the_language_works_out_what_it_promises(text: str, value: JSON) -> None:
    result = expressions.compile(text).evaluate(DATA)

    assert result == value
    assert type(result) is type(value)


def test_every_function_is_called_by_an_example_that_works() -> None:
    called = {
        name for name in expressions.FUNCTIONS for t, _ in WORKS if f"{name}(" in t
    }

    assert called == set(expressions.FUNCTIONS)


def test_every_function_stands_in_the_table_of_the_module() -> None:
    table = expressions.__doc__ or ""

    assert [name for name in expressions.FUNCTIONS if f"{name}(" not in table] == [
        "max"
    ]
    assert "likewise max" in table


def test_an_error_says_what_and_where() -> None:
    error = refusal_of("amount > 1 and  missing == 2")

    assert error.text == "amount > 1 and  missing == 2"
    assert error.code == "name-unknown"
    assert error.column == 17
    assert "missing" in error.reason


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("  kind + 1", 3),
        ("số_tiền + (kind + 1)", 12),
        ("approved and\n kind", 15),
        ("'ộ' + len(amount)", 7),
        ("(1 + 2) * [f + 'a' for f in fees]", 12),
        ("  1 + * 2", 7),
        ("  'ộ' + 1or 2", 10),
        ("applicant.address.district", 1),
        ("1 if rate else 2", 6),
    ],
)
def test_the_column_counts_characters_of_the_text_as_written(
    text: str, column: int
) -> None:
    assert refusal_of(text).column == column


def test_an_error_never_repeats_a_value_of_the_data() -> None:
    data: dict[str, JSON] = {"secret": "Nguyễn Thị Bí Mật", "n": 987_654}
    texts = (
        *("secret + n", "secret * 2", "secret < n", "date(secret)", "int(secret)"),
        *("not secret", "secret.x", "secret['x']", "len(n)", "round(n, n)", "n.x"),
        *("[y for y in secret]", "date(n, n, n)", "secret in n", "n and secret"),
    )

    for text in texts:
        reason = refusal_of(text, data).reason
        assert "Mật" not in reason
        assert "987" not in reason


def test_names_are_the_data_an_expression_reads() -> None:
    names = expressions.compile(
        "len(a) + b.c['d'] + sum([x * rate for x in xs if x > low]) + len"
    ).names

    assert names == {"a", "b", "xs", "rate", "low", "len"}


def test_literals_and_loop_variables_are_not_names_of_data() -> None:
    assert expressions.compile("[y for y in [true, null, None]]").names == frozenset()


def test_a_loop_variable_is_data_again_outside_the_loop() -> None:
    assert expressions.compile("[x for x in x]").names == {"x"}
    assert refusal_of("[f for f in fees] + [f]").code == "name-unknown"


def test_data_named_like_a_function_does_not_shadow_it() -> None:
    data: dict[str, JSON] = {"len": 3, "max": "x", "xs": [1, 2]}

    assert expressions.compile("len(xs) + len").evaluate(data) == 5
    assert expressions.compile("max(xs)").evaluate(data) == 2


def test_data_named_like_a_literal_does_not_shadow_it() -> None:
    data: dict[str, JSON] = {"true": False, "null": 1, "None": 1}

    assert expressions.compile("[true, null, None]").evaluate(data) == [
        True,
        None,
        None,
    ]


def test_the_result_shares_nothing_with_the_data() -> None:
    data = copy.deepcopy(DATA)
    result = expressions.compile("[items, applicant, items]").evaluate(data)

    assert isinstance(result, list)
    assert isinstance(result[0], list)
    result[0].clear()
    assert result[2] == DATA["items"]
    assert data == DATA


def test_a_literal_list_is_new_at_each_evaluation() -> None:
    expression = expressions.compile("[1, 2]")
    first = expression.evaluate({})
    assert isinstance(first, list)
    first.append(3)

    assert expression.evaluate({}) == [1, 2]


def test_reading_a_missing_name_adds_none_to_a_default_dict() -> None:
    data: defaultdict[str, JSON] = defaultdict(int)

    with pytest.raises(ExpressionError):
        expressions.compile("missing").evaluate(data)
    assert not data


def test_any_mapping_serves_as_data() -> None:
    assert expressions.compile("a + 1").evaluate(UserDict(a=1)) == 2


def test_a_fault_of_the_mapping_comes_back_as_an_expression_error() -> None:
    class Broken(UserDict[str, JSON]):
        def __contains__(self, key: object) -> bool:
            raise ValueError(key)

        def __getitem__(self, key: str) -> JSON:
            raise ValueError(key)

    with pytest.raises(ExpressionError) as caught:
        expressions.compile("a").evaluate(Broken())
    assert caught.value.code == "unexpected"


def test_an_error_about_a_long_text_repeats_only_its_beginning() -> None:
    assert len(refusal_of("a" * 1_000_000).text) < 100


def test_the_same_text_is_checked_once() -> None:
    assert expressions.compile("amount + 12345") is expressions.compile(
        "amount + 12345"
    )


def test_an_expression_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        expressions.compile("amount").text = "1"  # type: ignore[misc]


def test_expressions_of_the_same_text_are_equal() -> None:
    first, second = (expressions.compile.__wrapped__("amount") for _ in range(2))

    assert first == second
    assert first != expressions.compile("amount ")


def test_only_true_and_false_are_truths() -> None:
    assert [expressions.truth(value) for value in (True, False)] == [True, False]


@pytest.mark.parametrize("value", [None, 0, 1, 1.0, "", "true", "có", [], [True], {}])
def test_a_condition_that_yields_anything_else_is_an_error(value: JSON) -> None:
    with pytest.raises(ExpressionError) as caught:
        expressions.truth(value)
    assert caught.value.code == "not-boolean"


def test_a_condition_names_its_text_when_it_yields_no_truth() -> None:
    assert expressions.compile("amount > 1").holds(DATA) is True
    with pytest.raises(ExpressionError) as caught:
        expressions.compile("remark").holds(DATA)
    assert caught.value.text == "remark"
