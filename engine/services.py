"""Registered functions: what service tasks may call.

A model names a function; it never brings code. An installation adds its own through the
entry point group `quytrinh.services`: a callable that takes keyword arguments of plain
values and returns a plain value. It raises `ServiceFailedError`, with an error code
when a boundary event may catch the failure; its text stands in the sealed history, so
it never repeats a value that it was given.
"""

from collections.abc import Callable, Mapping

from engine.domain.run import Json
from engine.errors import ServiceFailedError

Function = Callable[..., Json]


def set_values(**values: Json) -> Json:
    """`data.set`: give the parameters back, so that they become values of the case."""
    return dict(values)


def total(*, amounts: Json, **_: Json) -> Json:
    """`fee.total`: the sum of a list of amounts in đồng, whole numbers."""
    if not isinstance(amounts, list) or not all(type(one) is int for one in amounts):
        message = "The amounts must be a list of whole numbers."
        raise ServiceFailedError(message)
    return sum(one for one in amounts if isinstance(one, int))


#: What a function of somebody else may raise: a fault of it is an incident of the case
#: and never one of the server. Interrupts, exhausted memory and refusals pass.
_FAILURES = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, NameError),
    *(OSError, RuntimeError, TypeError, ValueError),
)

BUILT_IN: Mapping[str, Function] = {"data.set": set_values, "fee.total": total}


class Registry:
    """The functions of one installation."""

    def __init__(self, functions: Mapping[str, Function] = BUILT_IN) -> None:
        self._functions = dict(functions)

    def names(self) -> frozenset[str]:
        """The functions that exist."""
        return frozenset(self._functions)

    def call(self, name: str, parameters: Mapping[str, Json]) -> Json:
        """Call a function.

        Raises:
            ServiceFailedError: It does not exist, refused its input or failed.
        """
        function = self._functions.get(name)
        if function is None:
            raise ServiceFailedError(f"There is no function “{name}”.")
        try:
            return function(**parameters)
        except _FAILURES as error:
            # What Python says may repeat a person's value, and an incident is sealed.
            kind = type(error).__name__
            raise ServiceFailedError(f"“{name}” failed with {kind}.") from error
