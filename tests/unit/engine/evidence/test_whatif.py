"""Old cases on another version: the first step that differs, and nothing is asked."""

from dataclasses import replace

from engine.conformance.game import TokenGame
from engine.domain.model import Model
from engine.errors import ServiceFailedError
from engine.evidence import whatif
from engine.evidence.whatif import Tried, Verdict
from engine.ports import Outside
from tests import models
from tests.conformance.driving import Functions, Tables
from tests.unit.engine.evidence.histories import History
from tests.unit.engine.evidence.test_replay import CHOICE, REWORK

NOTHING = Outside(services=Functions({}), decisions=Tables({}))


def tried(history: History, draft: Model, outside: Outside = NOTHING) -> Tried:
    old = whatif.Version(model=history.model, outside=history.outside)
    new = whatif.Version(model=draft, outside=outside)
    return whatif.drive(TokenGame(), history.events, old, new)


def rework() -> History:
    history = History(REWORK).open().do("tra").do("ky", "chon-tra")
    return history.do("tra").do("ky", "chon-dat").do("dat")


def test_the_same_version_leads_the_same_way() -> None:
    found = tried(rework(), REWORK)
    assert (found.verdict, found.fitted, found.seq) == (Verdict.SAME, 6, 0)


def test_a_new_step_is_the_first_difference() -> None:
    draft = models.build(
        "start > tra > soat > ky",
        models.task("ky", "chon-dat", "chon-tra"),
        "ky > chon",
        models.xor("chon", by_outcome=True),
        "chon > dat > end",
        "chon > tra",
    )
    found = tried(rework(), draft)
    assert (found.verdict, found.seq, found.element) == (Verdict.OTHER_WORK, 2, "tra")
    assert (found.recorded, found.found) == (("ky",), ("soat",))


def test_a_step_that_is_gone_is_told_where_it_would_have_been_open() -> None:
    draft = models.build("start > tra > end")
    found = tried(History(REWORK).open().do("tra").do("ky", "chon-dat"), draft)
    assert (found.verdict, found.recorded, found.found) == (
        Verdict.OTHER_WORK,
        ("ky",),
        (),
    )


def test_an_outcome_is_known_by_its_name_and_a_missing_one_is_told() -> None:
    def version(name: str, flow: str) -> Model:
        made = models.build(
            "start > ky",
            models.task("ky", f"chon-{flow}", "chon-thoi"),
            "ky > chon",
            models.xor("chon", by_outcome=True),
            f"chon > {flow} > end2",
            "chon > thoi > end",
        )
        chosen = f"chon-{flow}"
        named = replace(made.flows[chosen], name=name)
        return replace(made, flows={**made.flows, chosen: named})

    old = version("Ký duyệt", "a")
    history = History(old).open().do("ky", "chon-a")
    renamed = tried(history, version("Ký duyệt", "b"))
    # The outcome was found by name; what follows is called otherwise.
    assert (renamed.verdict, renamed.found) == (Verdict.OTHER_WORK, ("b",))
    other = tried(history, version("Duyệt", "b"))
    assert (other.verdict, other.fitted) == (Verdict.OUTCOME_GONE, 1)


def test_a_drawing_made_anew_is_known_by_its_names() -> None:
    def named(*names: tuple[str, str]) -> Model:
        ids = [one for one, _ in names]
        made = models.build(" > ".join(["start", *ids, "end"]))
        nodes = {one: replace(made.nodes[one], name=name) for one, name in names}
        return replace(made, nodes={**made.nodes, **nodes})

    history = History(named(("a", "Thẩm tra"), ("b", "Ký"))).open().do("a").do("b")
    anew = named(("buoc1", "Thẩm tra"), ("buoc2", "Ký"))
    assert tried(history, anew).verdict is Verdict.SAME
    # Two of one name are not told apart by it.
    twice = named(("buoc1", "Thẩm tra"), ("buoc2", "Thẩm tra"))
    assert tried(history, twice).verdict is Verdict.OTHER_WORK


def test_another_condition_sends_the_case_another_way() -> None:
    draft = models.build(
        "start > tra > chon",
        models.xor("chon", default="chon-khong"),
        models.flow("chon", "co", "phi > 10"),
        "chon > khong > end",
        "co > end",
    )
    history = History(CHOICE).open().do("tra", phi=5).do("co")
    found = tried(history, draft)
    assert (found.recorded, found.found) == (("co",), ("khong",))
    assert tried(History(CHOICE).open().do("tra", phi=50), draft).verdict is (
        Verdict.SAME
    )


def test_what_was_erased_is_not_taken_for_a_difference() -> None:
    history = History(CHOICE).open().do("tra", phi=5).do("co").erase(2, "phi")
    assert tried(history, CHOICE).verdict is Verdict.ERASED


def test_no_function_is_called_its_recorded_answer_is_taken() -> None:
    calls: list[object] = []

    def counted(given: object) -> int:
        calls.append(given)
        return 7

    model = models.build(
        "start > goi > tra > chon",
        models.service("goi", "dem", result="so"),
        models.xor("chon", default="chon-khong"),
        models.flow("chon", "co", "so > 5"),
        "chon > khong > end",
        "co > end",
    )
    outside = Outside(services=Functions({"dem": counted}), decisions=Tables({}))
    history = History(model, outside).open().do("tra").do("co")
    assert tried(history, model, outside).verdict is Verdict.SAME
    assert len(calls) == 1


def test_a_function_that_was_never_asked_stops_the_draft() -> None:
    draft = models.build(
        "start > goi > tra > end", models.service("goi", "moi", result="so")
    )

    def never(_: object) -> int:
        raise ServiceFailedError("moi")

    outside = Outside(services=Functions({"moi": never}), decisions=Tables({}))
    old = models.build("start > tra > end")
    found = tried(History(old).open().do("tra"), draft, outside)
    assert (found.verdict, found.seq) == (Verdict.STOPS, 1)


def test_timers_and_messages_are_recorded_acts_too() -> None:
    model = models.build(
        "start > cho > nghe > end",
        models.catch("cho", models.timer("PT1H")),
        models.catch("nghe", models.message("thue")),
    )
    history = History(model).open().later(hours=1).fire("cho").hear("thue", so=1)
    assert tried(history, model).verdict is Verdict.SAME
    longer = models.build(
        "start > nghe > end", models.catch("nghe", models.message("thue"))
    )
    found = tried(history, longer)
    assert (found.seq, found.recorded, found.found) == (1, ("cho",), ("nghe",))


def test_a_history_that_does_not_verify_is_told_and_not_tried() -> None:
    history = rework()
    event = history.events[1]
    history.events[1] = replace(event, body=event.body.replace(b"tra", b"trb"))
    assert tried(history, REWORK).verdict is Verdict.UNREADABLE


def test_a_draft_that_goes_round_for_ever_is_stopped() -> None:
    draft = models.build(
        "start > tra > goi > gop",
        models.service("goi", "x", result="so"),
        models.xor("gop", default="gop-goi"),
        models.flow("gop", "end", "so == 1"),
        "gop > goi",
    )
    old = models.build("start > tra > end")
    outside = Outside(services=Functions({"x": lambda _: 0}), decisions=Tables({}))
    assert tried(History(old).open().do("tra"), draft, outside).verdict is Verdict.STOPS
