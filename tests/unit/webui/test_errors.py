"""The table of refusals is complete."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine
from engine import errors as engine_errors
from webui import errors

REFUSALS = [
    each
    for each in vars(engine_errors).values()
    if isinstance(each, type) and issubclass(each, engine_errors.EngineError)
]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_every_refusal_has_a_status_of_its_own(
    refusal: type[engine_errors.EngineError],
) -> None:
    assert refusal in errors.STATUS
    assert errors.STATUS[refusal] in errors.PAGES


def test_a_refusal_of_an_adapter_has_that_of_its_class() -> None:
    class LateError(engine_errors.StaleError):
        """Late."""

    assert errors.status_of(LateError()) == 409


def codes() -> Iterator[tuple[str, str]]:
    """Codes that the engine gives where it refuses a person."""
    folder = Path(engine.__file__).parent
    for path in [*folder.glob("commands/*.py"), folder / "domain" / "policy.py"]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                for word in node.exc.keywords:
                    if word.arg == "code" and isinstance(word.value, ast.Constant):
                        yield path.name, str(word.value.value)


def test_every_code_of_a_refusal_has_words() -> None:
    found = set(codes())
    assert ("policy.py", "own-document") in found
    assert {code for _, code in found} - errors.TEXTS.keys() == set()


def test_a_text_made_for_one_case_is_shown_as_it_is() -> None:
    error = engine_errors.ServiceFailedError("Sổ không trả lời.")
    assert errors.text_of(error) == "Sổ không trả lời."
