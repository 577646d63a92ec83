"""The interpreters that must do as docs/manual/semantics.md says."""

from collections.abc import Callable

import pytest

from engine.conformance.game import TokenGame
from engine.domain.model import Model
from engine.ports import Runtime
from engine.spiff.runtime import SpiffRuntime
from tests import models
from tests.conformance.driving import Case

INTERPRETERS: dict[str, Callable[[], Runtime]] = {
    "spiff": SpiffRuntime,
    "token-game": TokenGame,
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test on each interpreter.

    A file of tests for elements that not all of them run yet names those that do:
    `INTERPRETERS = ("token-game",)`.
    """
    if "runtime" in metafunc.fixturenames:
        names = getattr(metafunc.module, "INTERPRETERS", tuple(INTERPRETERS))
        metafunc.parametrize("runtime", names, indirect=True)


@pytest.fixture
def runtime(request: pytest.FixtureRequest) -> Runtime:
    """One interpreter; every test runs on each."""
    return INTERPRETERS[request.param]()


@pytest.fixture
def case(runtime: Runtime) -> Callable[..., Case]:
    """Makes a case of a model drawn in place."""

    def make(*parts: models.Part | Model) -> Case:
        if len(parts) == 1 and isinstance(parts[0], Model):
            return Case(runtime, parts[0])
        return Case(
            runtime, models.build(*(one for one in parts if not isinstance(one, Model)))
        )

    return make
