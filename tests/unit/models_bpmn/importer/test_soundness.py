"""What waits for ever, is done twice or never ends is told, with the way to it."""

import random

import pytest

from engine.conformance.game import TokenGame
from engine.domain.model import Model
from engine.play import Player
from engine.services import Registry
from models_bpmn import importer
from models_bpmn.importer import Analysis, Settings
from models_bpmn.importer.lint.soundness import exploring, reducing, shape
from models_bpmn.importer.lint.soundness.reducing import Fault
from tests import bpmn, effort

OURS = {
    *("join-never-complete", "never-ends", "deadlock", "done-twice"),
    *("loop-without-exit", "soundness-unexplored"),
}
TERMINATE = "<terminateEventDefinition/>"
REMIND = (
    "boundary t attachedToRef='a' cancelActivity='false' " + bpmn.timer("P1D")
).replace("'", '"')
STOPPED = REMIND.replace("false", "true")


def analysed(declared: str, drawn: str) -> Analysis:
    content = bpmn.diagram(declared, drawn)
    return importer.analyse([("a.bpmn", content)], Settings(forms={}))


def told(declared: str, drawn: str) -> list[tuple[str, str, str]]:
    """Code, element and English text of what is told about soundness."""
    found = analysed(declared, drawn)
    return [
        (one.code, one.element, one.message)
        for one in found.findings
        if one.code in OURS
    ]


BAD = {
    "a choice into a parallel join": (
        "start s; task z; xor g; task a; task b; and j; task c; end e",
        's > z > g >y "Yes"> a > j > c > e\ng >n "No"> b > j',
        ("join-never-complete", "j", "z → g [Yes] → a → j"),
    ),
    "a way that leaves a parallel block": (
        "start s; and g; task a; xor x; task b; and j; end e; end r 'Refused'",
        's > g > a > x >y "Yes"> j > e\nx >n "No"> r\ng > b > j',
        ("deadlock", "j", "a → x [No] → Refused ‖ g → b → j"),
    ),
    "an interrupted step of a parallel block": (
        f"start s; and g; task a; {STOPPED}; task b; and j; end e; task r; end f",
        "s > g > a > j > e\ng > b > j\nt > r > f",
        ("deadlock", "j", "nothing more comes from “a”"),
    ),
    "some ways into a parallel join": (
        "start s; task z; or g; task a; task b; and j; end e",
        "s > z > g >f1 [x > 1]> a > j > e\ng >f2 [x > 2]> b > j",
        ("deadlock", "j", "nothing more comes from “b”"),
    ),
    "a reminder that is waited for": (
        f"start s; task a; {REMIND}; task r; and j; end e",
        "s > a > j > e\nt > r > j",
        ("deadlock", "j", "nothing more comes from “r”"),
    ),
    "a parallel split into a merge": (
        "start s; and g; task a; task b; xor j; task c; end e",
        "s > g > a > j > c > e\ng > b > j",
        ("done-twice", "j", "g → a → j ‖ g → b → j"),
    ),
    "two flows into one step": (
        "start s; and g; task a; task b; task c; end e",
        "s > g > a > c > e\ng > b > c",
        ("done-twice", "c", "b → c"),
    ),
    "back from inside a parallel block": (
        "start s; xor m; task z; and g; task a; xor x; task b; and j; end e",
        's > m > z > g > a > x >y "Yes"> j > e\nx >n "No"> m\ng > b > j',
        ("done-twice", "m", "x [No] → m"),
    ),
    "a loop that begins itself anew": (
        "start s; xor m; task a; and g; end e",
        "s > m > a > g > e\ng > m",
        ("never-ends", "P", "m"),
    ),
    "inside a sub-process": (
        "start s; sub p "
        + bpmn.sub(
            "start s2; task z; xor g; task a; task b; and j; end e2",
            's2 > z > g >y "Yes"> a > j > e2\ng >n "No"> b > j',
        )
        + "; end e",
        "s > p > e",
        ("join-never-complete", "j", "g [Yes] → a → j"),
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_the_shortest_way_to_what_is_wrong_is_told(name: str) -> None:
    declared, drawn, (code, element, words) = BAD[name]
    found = told(declared, drawn)
    assert [(one, where) for one, where, _ in found] == [(code, element)], found
    assert words in found[0][2]


SOUND = {
    "split and join": (
        "start s; and g; task a; task b; and j; end e",
        "s > g > a > j > e\ng > b > j",
    ),
    "some ways and their join": (
        "start s; task z; or g; task a; task b; or j; end e",
        "s > z > g >f1 [x > 1]> a > j > e\ng >f2 [x > 2]> b > j",
    ),
    "everything is ended": (
        f"start s; and g; task a; xor x; task b; and j; end e; end r {TERMINATE}",
        's > g > a > x >y "Yes"> j > e\nx >n "No"> r\ng > b > j',
    ),
    "rework of the whole": (
        "start s; xor m; and g; task a; task b; and j; task c; xor x; end e",
        's > m > g > a > j > c > x >y "Yes"> e\ng > b > j\nx >n "No"> m',
    ),
    "a reminder with an end of its own": (
        f"start s; task a; {REMIND}; task r; end f; end e",
        "s > a > e\nt > r > f",
    ),
    "parallel ways that end by themselves": (
        "start s; and g; task a; task b; end e; end f",
        "s > g > a > e\ng > b > f",
    ),
    "parallel ways into one end": (
        "start s; and g; task a; task b; end e",
        "s > g > a > e\ng > b > e",
    ),
    "ways that cross": (
        "start s; and g; task a; task b; and h; and i; task c; task d; and j; end e",
        "s > g > a > h > c > j > e\ng > b > i > d > j\nh > i",
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_nothing_is_told_of_what_is_sound(name: str) -> None:
    assert told(*SOUND[name]) == []


def test_what_surely_goes_wrong_is_a_question_that_a_person_may_accept() -> None:
    declared, drawn, _ = BAD["a choice into a parallel join"]
    content = bpmn.diagram(declared, drawn)
    asked = importer.analyse([("a.bpmn", content)], Settings(forms={}))
    assert asked.outcome is importer.Outcome.DECISIONS
    (question,) = asked.decisions
    assert question.choices == ("accept",)
    answers = {question.id: "accept"}
    known = importer.analyse([("a.bpmn", content)], Settings(forms={}, answers=answers))
    assert known.outcome is importer.Outcome.RUNS


def test_what_may_go_wrong_keeps_nothing_from_running() -> None:
    declared, drawn, _ = BAD["a way that leaves a parallel block"]
    assert analysed(declared, drawn).outcome is importer.Outcome.RUNS


def parallel(count: int, *, leave: bool) -> tuple[str, str]:
    names = range(count)
    declared = "start s; and g; and j; end e; end r; "
    declared += "; ".join(f"task t{n}; xor x{n}; xor m{n}" for n in names)
    drawn = "s > g\nj > e\n"
    for n in names:
        drawn += f'g > t{n} > x{n} >y{n} "Yes"> m{n} > j\n'
        drawn += f'x{n} >n{n} "No"> {"r" if leave else f"m{n}"}\n'
    return declared if leave else declared.replace("; end r", ""), drawn


@pytest.mark.parametrize("leave", [False, True])
def test_two_hundred_parallel_ways_do_not_explode(leave: bool) -> None:  # noqa: FBT001
    content = bpmn.diagram(*parallel(200, leave=leave))
    with effort.bounded():
        found = importer.analyse([("a.bpmn", content)], Settings(forms={}))
    codes = {one.code for one in found.findings} & OURS
    # What was not looked at is said, and nothing of it is claimed.
    assert codes == ({"soundness-unexplored"} if leave else set())


def test_a_state_too_far_for_the_nearest_first_is_still_found() -> None:
    found = told(*parallel(20, leave=True))
    assert {code for code, _, _ in found} == {"deadlock", "soundness-unexplored"}


def drawn_at_random(chance: random.Random) -> shape.Shape | None:
    """A shape in which everything is reached, or None."""
    made = shape.Shape()
    for element in ("P", "", ""):
        made.add(element)
    spots = [made.add(f"n{n}", chance.choice((0, 0, 0, 1, 1))) for n in range(7)]
    made.lead(shape.START, spots[0], "s")
    for place, spot in enumerate(spots):
        made.spots[spot].gives = chance.choice((0, 0, 1, 1, 2))
        ahead = [*spots[place + 1 :], shape.SINK][:3]
        back = [*spots[1:], shape.SINK]
        targets = {
            chance.choice(back if chance.random() < 0.12 else ahead)
            for _ in range(chance.randint(1, 3))
        }
        for target in sorted(targets):
            made.lead(spot, target, f"{spot}-{target}", chance.choice((0, 1)))
    reached, waiting = {shape.START}, [shape.START]
    while waiting:
        for edge in made.spots[waiting.pop()].outs:
            target = made.edges[edge].target
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return made if set(spots) <= reached else None


def test_a_reduced_shape_waits_and_ends_where_the_whole_one_does() -> None:
    """The reduction is held to the exploration of all states of what was drawn."""
    compared = waited = 0
    for seed in range(1_200):
        made = drawn_at_random(random.Random(seed))  # noqa: S311
        if made is None:
            continue
        whole = exploring.explore(shape.copied(made), 20_000)
        reduced = shape.copied(made)
        found = reducing.reduce(reduced)
        seen = exploring.explore(reduced, 20_000)
        if not whole.complete or not seen.complete or whole.twice:
            continue
        compared += 1
        waits = bool(seen.stuck) or any(one.fault is Fault.WAITS for one in found)
        assert waits is bool(whole.stuck), seed
        assert waits or not seen.twice, seed
        if not found:
            assert bool(seen.lost) is bool(whole.lost), seed
            assert seen.ended is whole.ended, seed
        waited += waits
    assert compared > 100
    assert waited > 20


def sketched(chance: random.Random) -> tuple[str, str]:
    """Steps, choices of persons, parallel splits and joins, drawn without plan."""
    count = chance.randint(3, 6)
    kinds = [chance.choice(("step", "choice", "fork", "join")) for _ in range(count)]
    declared, drawn = ["start s", "end e"], ["s > n0"]
    for place, kind in enumerate(kinds):
        node, out = f"n{place}", f"n{place}"
        if kind == "choice":
            out = f"x{place}"
            declared += [f"task {node}", f"xor {out}"]
            drawn.append(f"{node} > {out}")
        elif kind == "fork":
            out = f"f{place}"
            declared += [f"xor {node}", f"and {out}"]
            drawn.append(f"{node} > {out}")
        else:
            declared.append(f"{'and' if kind == 'join' else 'task'} {node}")
        ahead = [*(f"n{n}" for n in range(place + 1, count)), "e"]
        ways = 2 if kind in {"choice", "fork"} else 1
        for way in range(ways):
            name = f' "{"AB"[way]}"' if kind == "choice" else ""
            drawn.append(f"{out} >{out}.{way}{name}> {chance.choice(ahead[:3])}")
    return "; ".join(declared), "\n".join(drawn)


def played(model: Model) -> set[str]:
    """How cases of a model end, whatever is chosen and in whatever order."""
    ends: set[str] = set()
    waiting: list[list[tuple[str, str]]] = [[]]
    while waiting:
        moves = waiting.pop()
        player = Player(TokenGame(), model, Registry())
        answer = player.command({"open": {}})
        for element, outcome in moves:
            chosen = {"outcome": outcome} if outcome else {}
            answer = player.command({"complete": element, **chosen})
            assert answer["ok"], answer
        ready = player.picture().ready
        if not ready:
            ends.add(str(answer["status"]))
            continue
        # Which of the open steps is done first changes nothing that is asked here.
        element = ready[0].element
        outcomes = model.nodes[element].work.outcomes or ("",)
        waiting += [[*moves, (element, outcome)] for outcome in outcomes]
    return ends


def test_what_is_told_happens_when_the_model_is_played() -> None:
    """The token game is the oracle: a case stops exactly where that is told."""
    checked = stopped = 0
    for seed in range(600):
        content = bpmn.diagram(*sketched(random.Random(seed)))  # noqa: S311
        settings = Settings(forms={}, defaults=True)
        found = importer.analyse([("a.bpmn", content)], settings)
        changed = any(one.code not in OURS for one in found.asked)
        codes = {one.code for one in found.findings} & OURS
        codes |= {one.code for one in found.asked} & OURS
        if found.model is None or changed or "done-twice" in codes:
            continue
        checked += 1
        ends = played(found.model)
        waits = codes & {"deadlock", "join-never-complete", "never-ends"}
        assert ("incident" in ends) is bool(waits), (seed, codes, ends)
        if "never-ends" in codes:
            assert ends == {"incident"}, seed
        stopped += bool(waits)
    assert checked > 60
    assert stopped > 8
