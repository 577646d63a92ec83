"""What happens beside the flow belongs to the orders of work, and nothing more does."""

import pytest

from engine.conformance import flow_compiler
from engine.conformance.alignment import Aligner
from engine.conformance.flows import NotComputedError
from engine.domain.model import EventDefinition, Model
from tests import effort, models
from tests.models import build, flow


def cost(model: Model, text: str) -> int:
    """The cost of a history without ties."""
    found = Aligner(flow_compiler.net(model)).align([((one,),) for one in text.split()])
    return found.cost


def beside(event: EventDefinition) -> Model:
    """`a` with an event that does not interrupt it and begins `r`, then `s`."""
    return build(
        "start > a > b > end",
        models.on("a", "x", event, interrupting=False),
        "x > r > s > end2",
    )


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("a b", 0), ("r s a b", 0), ("a b r s", 0), ("a r b s", 0), ("r a b", 1)],
)
def test_a_reminder_happens_once_or_not(text: str, wanted: int) -> None:
    assert cost(beside(models.timer("PT1H")), text) == wanted
    assert cost(beside(models.timer("PT1H")), "r s r s a b") == 2


def test_a_cycle_of_two_happens_at_most_twice() -> None:
    model = beside(models.timer("R2/PT1H"))
    assert [cost(model, text) for text in ("a b", "r r s a s b")] == [0, 0]
    assert cost(model, "r s r s a r b s") == 2


def test_a_message_that_interrupts_nothing_happens_any_number_of_times() -> None:
    model = beside(models.message("m"))
    for text in ("a b", "r s r s r s r s r s a b", "r r s s a r b s"):
        assert cost(model, text) == 0
    assert cost(model, "r r s a b") == 1
    assert cost(model, "a s b") == 1


def test_side_work_that_forks_is_followed_or_told_and_never_guessed() -> None:
    model = build(
        "start > a > end",
        models.on("a", "x", models.message("m"), interrupting=False),
        "x > f",
        models.both("f"),
        "f > r > end2",
        "f > s > end3",
    )
    assert cost(model, "r s s r a") == 0
    with pytest.raises(NotComputedError):
        cost(model, "a a")


def guarded(event: EventDefinition, *, interrupting: bool) -> Model:
    """A sub-process of `a`, `b` with an event sub-process of `h`."""
    inner = models.handler(
        "esp", "start3", event, "start3 > h > end3", interrupting=interrupting
    )
    return build("start > p > d > end", models.sub("p", "start2 > a > b > end2", inner))


def test_an_event_sub_process_that_interrupts_ends_the_rest() -> None:
    model = guarded(models.message("m"), interrupting=True)
    for text in ("a b d", "h d", "a h d"):
        assert cost(model, text) == 0
    assert cost(model, "a h b d") == 1
    assert cost(model, "h h d") == 1
    assert cost(model, "a b d h") == 1


def test_an_event_sub_process_beside_keeps_its_scope_open() -> None:
    model = guarded(models.message("m"), interrupting=False)
    for text in ("a b d", "h a b d", "a h h b h h h d"):
        assert cost(model, text) == 0
    assert cost(model, "a b d h") == 1
    assert cost(guarded(models.timer("PT1H"), interrupting=False), "h a h b d") == 1


def test_an_error_goes_to_the_nearest_that_hears_it() -> None:
    thrown = models.end("end4", models.error("E"))
    ways = ("start3 > a > x", "x > end3", "x > end4", models.xor("x"), thrown)
    near = models.on("q", "near", models.error("E"))
    body = ("start2 > q > b > end2", models.sub("q", *ways), near, "near > n > end5")
    model = build(
        "start > p > end",
        models.sub("p", *body),
        models.on("p", "far", models.error()),
        "far > f > end6",
    )
    for text in ("a b", "a n"):
        assert cost(model, text) == 0
    assert cost(model, "a f") > 0
    assert cost(model, "a b n") == 1


def test_an_escalation_beside_lets_the_work_go_on() -> None:
    inner = models.sub(
        "p", "start2 > a > t > b > end2", models.throw("t", models.escalation("E"))
    )
    model = build(
        "start > p > d > end",
        inner,
        models.on("p", "x", models.escalation(), interrupting=False),
        "x > e > end3",
    )
    for text in ("a e b d", "a b e d", "a b d e"):
        assert cost(model, text) == 0
    assert cost(model, "a b d") == 1
    assert cost(model, "e a b d") == 2


def test_a_service_that_may_fail_is_heard_around_it() -> None:
    inner = models.sub("p", "start2 > s > b > end2", models.service("s", "work"))
    model = build(
        "start > p > d > end",
        inner,
        models.on("p", "x", models.error("E")),
        "x > c > end3",
    )
    for text in ("s b d", "c"):
        assert cost(model, text) == 0
    assert cost(model, "s c") == 1


def test_two_calls_of_one_process_are_two_lives() -> None:
    model = build(
        "start > f",
        models.both("f"),
        "f > p > x > j",
        "f > q > y > j",
        models.both("j"),
        "j > end",
        models.call("p", "Q"),
        models.call("q", "Q"),
        models.process("Q", "start2 > a > b > end2"),
    )
    for text in ("a a b b x y", "a b x a b y", "a b a b y x"):
        assert cost(model, text) == 0
    # After one whole call only one of `x` and `y` can follow.
    assert cost(model, "a b x y a b") == 2


@pytest.mark.parametrize(
    ("loop", "none"),
    [(models.again("r > 1"), 1), (models.again("r > 1", test_before=True), 0)],
)
def test_a_loop_that_asks_afterwards_runs_once_at_least(
    loop: object, none: int
) -> None:
    model = build("start > a > b > end", models.task("a", loop=loop))
    assert cost(model, "b") == none
    assert cost(model, "a a a b") == 0
    body = models.sub("p", "start2 > c > d > end2", loop=loop)
    model = build("start > p > b > end", body)
    assert cost(model, "b") == 2 * none
    assert cost(model, "c d c d b") == 0
    assert cost(model, "c c d d b") > 0


def test_instances_of_a_body_run_side_by_side() -> None:
    body = models.sub("p", "start2 > a > b > end2", multi_instance=models.times("n"))
    model = build("start > p > d > end", body)
    for text in ("d", "a a a b b b d", "a a b a b b d"):
        assert cost(model, text) == 0
    assert cost(model, "a a b d") == 1
    assert cost(model, "a b d a") == 1
    one = models.times("n", sequential=True)
    body = models.sub("p", "start2 > a > b > end2", multi_instance=one)
    assert cost(build("start > p > d > end", body), "a a b b d") == 2


def test_forking_instances_side_by_side_are_told_when_they_do_not_fit() -> None:
    body = models.sub(
        "p",
        "start2 > f",
        models.both("f"),
        "f > a > end2",
        "f > b > end3",
        multi_instance=models.times("n"),
    )
    model = build("start > p > d > end", body)
    assert cost(model, "a b b a d") == 0
    with pytest.raises(NotComputedError, match="side by side"):
        cost(model, "a a b b d")


def test_an_ad_hoc_sub_process_allows_any_order_any_number_of_times() -> None:
    model = build("start > p > d > end", models.ad_hoc("p", models.task("a"), "b > c"))
    for text in ("d", "a a d", "b b c a c d"):
        assert cost(model, text) == 0
    assert cost(model, "b d") == 1
    assert cost(model, "c d") == 1


def test_an_ad_hoc_sub_process_in_sequence_finishes_one_before_the_next() -> None:
    model = build(
        "start > p > d > end",
        models.ad_hoc("p", models.task("a"), "b > c", sequential=True),
    )
    assert cost(model, "b c a b c d") == 0
    assert cost(model, "b a c d") > 0


def test_enough_ends_an_ad_hoc_sub_process_and_what_runs_in_it() -> None:
    model = build(
        "start > p > d > end",
        models.ad_hoc("p", models.task("a"), "b > c", completion="enough"),
    )
    assert [cost(model, text) for text in ("a d", "b d", "a b a d")] == [0, 0, 0]
    assert cost(model, "d") == 1


def test_a_case_may_begin_at_each_of_its_starts() -> None:
    model = build(
        "start > a > x",
        models.trigger("start2", models.message("m")),
        "start2 > b > x",
        models.xor("x"),
        "x > c > end",
    )
    assert [cost(model, text) for text in ("a c", "b c")] == [0, 0]
    assert cost(model, "a b c") == 1
    assert cost(model, "c") == 1


def test_a_flow_without_condition_is_always_taken_beside_one_with() -> None:
    model = build(
        "start > f",
        models.some("f", default="f-z"),
        flow("f", "a", "r > 1"),
        "f > b > j",
        "a > j",
        "f > z > j",
        models.some("j"),
        "j > end",
    )
    assert [cost(model, text) for text in ("b a", "a b", "b")] == [0, 0, 1]


def test_events_and_bodies_are_seen_when_histories_show_them() -> None:
    model = build("start > p > d > end", models.sub("p", "start2 > a > end2"))
    net = flow_compiler.net(model, ["start", "a", "p", "end"])
    aligner = Aligner(net)
    assert net.labels == {"start", "a", "p", "end"}
    fitting = [((one,),) for one in ("start", "a", "p", "end")]
    assert aligner.align(fitting).cost == 0
    assert aligner.align([fitting[one] for one in (0, 2, 1, 3)]).cost == 2


def test_what_is_undone_in_an_order_is_told_and_not_guessed() -> None:
    model = build(
        "start > a > t > end",
        *models.done("a"),
        models.throw("t", models.compensation()),
    )
    with pytest.raises(NotComputedError, match="undoes"):
        flow_compiler.net(model)


def test_a_complex_join_is_told_and_not_guessed() -> None:
    model = build(
        "start > f",
        models.both("f"),
        "f > a > k",
        "f > b > k",
        models.complex_("k", "activationCount >= 1"),
        "k > c > end",
    )
    with pytest.raises(NotComputedError, match="complex"):
        flow_compiler.net(model)


def test_tokens_that_multiply_without_bound_are_told_and_not_guessed() -> None:
    model = build(
        "start > x",
        models.xor("x"),
        "x > f",
        "x > b > end2",
        models.both("f"),
        "f > x",
        "f > a > end",
    )
    assert [cost(model, text) for text in ("b", "a b", "a a a b", "b a a")] == [0] * 4
    with pytest.raises(NotComputedError, match="side by side"):
        cost(model, "a a")


def test_a_hundred_elements_are_compiled_and_aligned() -> None:
    parts: list[models.Part] = ["start > f0"]
    for one in range(20):
        parts += [models.some(f"f{one}"), models.some(f"j{one}")]
        parts += [f"f{one} > a{one} > j{one}", f"f{one} > b{one} > j{one}"]
        parts.append(f"j{one} > f{one + 1}" if one < 19 else f"j{one} > end")
    with effort.bounded():
        aligner = Aligner(flow_compiler.net(build(*parts)))
        assert aligner.align([((f"a{one}",),) for one in range(20)]).cost == 0
