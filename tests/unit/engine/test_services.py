"""Registered functions: called by name, failing in words."""

from collections.abc import Callable

import pytest

from engine.domain.run import Json
from engine.errors import ServiceFailedError
from engine.services import BUILT_IN, Registry


def test_the_built_in_functions_are_named() -> None:
    assert Registry().names() == {"data.set", "fee.total"} == set(BUILT_IN)


def test_values_are_given_back() -> None:
    assert Registry().call("data.set", {"a": 1, "b": "x"}) == {"a": 1, "b": "x"}
    assert Registry().call("data.set", {}) == {}


def test_amounts_are_added() -> None:
    assert Registry().call("fee.total", {"amounts": [1000, 500], "x": 1}) == 1500
    assert Registry().call("fee.total", {"amounts": []}) == 0


@pytest.mark.parametrize("amounts", [None, "1000", [1.5], ["1"], [True], {"a": 1}])
def test_amounts_that_are_no_whole_numbers_are_refused(amounts: Json) -> None:
    with pytest.raises(ServiceFailedError, match="whole numbers"):
        Registry().call("fee.total", {"amounts": amounts})


def test_what_is_not_registered_is_refused_by_name() -> None:
    with pytest.raises(ServiceFailedError, match=r"os\.system"):
        Registry().call("os.system", {})


def test_missing_parameters_are_a_refusal() -> None:
    with pytest.raises(ServiceFailedError, match=r"fee\.total"):
        Registry().call("fee.total", {})


def _raises(error: BaseException) -> Callable[..., Json]:
    def function(**_: Json) -> Json:
        raise error

    return function


@pytest.mark.parametrize(
    "error",
    [
        *(ValueError("x"), TypeError("x"), KeyError("x"), ZeroDivisionError("x")),
        *(OSError("x"), RuntimeError("x"), AttributeError("x"), AssertionError("x")),
        *(RecursionError("x"), NotImplementedError("x"), NameError("x")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_whatever_a_function_does_wrong_is_told_in_words(error: Exception) -> None:
    with pytest.raises(ServiceFailedError, match=r"“f” failed with \w+Error") as caught:
        Registry({"f": _raises(error)}).call("f", {})
    assert caught.value.error_code == ""
    assert caught.value.__cause__ is error


def test_a_failure_does_not_repeat_what_the_function_was_given() -> None:
    def function(**given: Json) -> Json:
        raise KeyError(given["name"])

    with pytest.raises(ServiceFailedError) as caught:
        Registry({"f": function}).call("f", {"name": "Nguyễn Thị Đượm"})
    assert "Đượm" not in caught.value.message
    assert caught.value.params == {"error_code": ""}


def test_an_error_code_reaches_the_boundary_event() -> None:
    failed = ServiceFailedError("no money", error_code="E1")
    with pytest.raises(ServiceFailedError) as caught:
        Registry({"f": _raises(failed)}).call("f", {})
    assert caught.value is failed


def test_an_interrupt_is_not_swallowed() -> None:
    with pytest.raises(KeyboardInterrupt):
        Registry({"f": _raises(KeyboardInterrupt())}).call("f", {})
