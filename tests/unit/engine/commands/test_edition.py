"""What handlers need of a version, worked out once."""

from engine.commands.edition import edition
from engine.domain.events import ModelRef
from engine.domain.model import NodeKind, Work
from engine.forms import document
from engine.forms.field import JSON
from engine.package import Package
from tests import models

REF = ModelRef(procedure="1.001", number=1, hash="")


def text(key: str, **more: JSON) -> JSON:
    return {"type": "textfield", "id": key, "key": key, "label": key, **more}


def test_pairs_for_four_eyes_count_both_ways() -> None:
    model = models.build(
        "start > a > b > c > d > end",
        models.node("c", NodeKind.USER_TASK, work=Work(four_eyes="a")),
        models.node("b", NodeKind.USER_TASK, work=Work(four_eyes="a")),
        models.node("d", NodeKind.USER_TASK, work=Work(four_eyes="gone")),
    )
    made = edition(Package(model=model, forms={}, hash=""), REF)
    assert {step: set(others) for step, others in made.partners.items()} == {
        "a": {"b", "c"},
        "b": {"a"},
        "c": {"a"},
    }


def test_what_forms_only_show_is_asked_for_by_nobody() -> None:
    form = document.compile(
        {
            "type": "default",
            "components": [text("ten"), text("phi", readonly=True)],
        }
    )
    model = models.build("start > a > end")
    made = edition(Package(model=model, forms={"don": form}, hash=""), REF)
    assert made.asked == {"ten"}
    assert made.hears is False
