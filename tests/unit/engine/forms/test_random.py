"""Whatever is sent or uploaded ends in an answer, never in another exception."""

import copy
import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from hypothesis import strategies

from engine import errors
from engine.forms import answers
from engine.forms import document as documents
from tests.unit.engine.forms import build

SETTINGS = hypothesis.settings(max_examples=150, deadline=None, derandomize=True)

SCALARS = (
    strategies.none()
    | strategies.booleans()
    | strategies.integers()
    | strategies.floats()
    | strategies.text(max_size=8)
    | strategies.sampled_from(
        ["=x", "=not(x)", "{{x}}", "dat", "\ud800", "\x00", "5/10/2026", "1.234,5"]
    )
)
VALUES = strategies.recursive(
    SCALARS,
    lambda inner: (
        strategies.lists(inner, max_size=3)
        | strategies.dictionaries(strategies.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


def whole() -> dict[str, Any]:
    """Return a document with every type and every property that we carry out."""
    components = [build.component(kind, f"k_{kind}") for kind in build.VALID]
    components[0]["validate"] = {
        "required": True,
        "minLength": 1,
        "maxLength": 9,
        "pattern": "a",
        "validationType": "email",
    }
    components[1]["conditional"] = {"hide": "=k_checkbox"}
    components[2]["validate"] = {"min": 1, "max": 9}
    components[2]["decimalDigits"] = 2
    components[2]["defaultValue"] = 5
    components[3]["properties"] = {"qt:personal": "no", "qt:label-en": "Date"}
    components[3]["layout"] = {"row": "r", "columns": 4}
    components[8]["accept"] = ".pdf"
    group = {"type": "group", "id": "g", "label": "G", "components": components[4:]}
    text = {"type": "text", "id": "t", "text": "Hướng dẫn"}
    return build.wrap(*components[:4], group, text)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each container with each of its keys or indexes."""
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for key, each in inner:
        yield value, key
        yield from places(each)


PLACES = len(list(places(whole())))
FORM = documents.compile(whole())


@SETTINGS
@hypothesis.given(strategies.integers(0, PLACES - 1), VALUES)
def test_a_document_changed_anywhere_is_compiled_or_refused(
    place: int, value: Any
) -> None:
    document = copy.deepcopy(whole())
    holder, key = list(places(document))[place]
    holder[key] = value
    for sent in (document, json.dumps(document).encode()):
        try:
            form = documents.compile(sent)
        except errors.FormInvalidError:
            continue
        outcome = answers.validate(form, dict.fromkeys(form.keys, "a"))
        assert set(outcome.values) <= set(form.keys)
        form.show(outcome.values)


@SETTINGS
@hypothesis.given(
    strategies.dictionaries(
        strategies.sampled_from(FORM.keys) | strategies.text(max_size=5), VALUES
    )
)
def test_whatever_is_sent_is_stored_or_refused_by_name(sent: dict[str, Any]) -> None:
    outcome = answers.validate(FORM, {"k_textfield": "a@b.vn", **sent})
    assert set(outcome.values) <= set(FORM.keys)
    wrong = {error.key for error in outcome.errors}
    assert not wrong & set(outcome.values)
    assert wrong <= {*FORM.keys, *sent, ""}
    json.dumps(outcome.values, allow_nan=False)
    again = answers.validate(FORM, FORM.typed(outcome.values))
    assert not outcome.ok or again.values == outcome.values
    FORM.show(outcome.values)


@SETTINGS
@hypothesis.given(strategies.dates(min_value=dt.date(1000, 1, 1)))
def test_every_date_is_read_as_it_is_shown(day: dt.date) -> None:
    form = build.form(build.component("datetime"))
    stored = {"x": day.isoformat()}
    shown = form.show(stored)[0][1]
    assert shown == day.strftime("%d/%m/%Y")
    assert answers.validate(form, {"x": shown}).values == stored


@SETTINGS
@hypothesis.given(
    strategies.decimals(-(10**9), 10**9, places=4)
    | strategies.integers(-(10**15) + 1, 10**15 - 1)
)
def test_every_number_is_read_as_it_is_shown(number: Any) -> None:
    form = build.form(build.component("number", decimalDigits=4))
    native = number if isinstance(number, int) else float(number)
    stored = answers.validate(form, {"x": native}).values
    assert stored["x"] == native
    assert answers.validate(form, {"x": form.show(stored)[0][1]}).values == stored


@pytest.mark.parametrize("length", [0, 1, 10, 100])
def test_a_broken_off_document_is_refused(length: int) -> None:
    data = json.dumps(whole()).encode()
    with pytest.raises(errors.FormInvalidError):
        documents.compile(data[:length])
