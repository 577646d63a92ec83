"""What a completion may cost: statements, commits and bytes. Times are `make bench`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID

import pytest

from engine.commands.complete_task import CompleteTask
from engine.commands.open_case import OpenCase
from engine.domain.case import Case
from engine.domain.events import Sealed
from engine.domain.organisation import Actor
from tests.crash import office
from webui import bench_models, bootstrap

#: A batch counts as one.
STATEMENTS = 9
#: A case's state; 500 rework loops of the prototype had 0.4 KB.
STATE = 1024
LOOPS = 100
#: Counting from 1 to 100 takes two more digits wherever a number stands.
_DIGITS = 32


class Office:
    """An application on a database of its own, and its clerk."""

    def __init__(self, url: str) -> None:
        self.tenant, clerk = office.found(url)
        self.app = bootstrap.build(url)
        self.clerk: Actor = office.actor(self.app, self.tenant, clerk)

    def open(self) -> UUID:
        """Open a case of the model with a loop and a parallel block."""
        command = OpenCase(procedure=office.LOOP, data={})
        return UUID(str(self.app.engine.execute(command, self.clerk)["case"]))

    def complete(self, case: UUID, element: str, visit: int, n: int) -> None:
        """Complete one piece of work."""
        answers = {**bench_models.answers(element, visit), "n": n}
        command = CompleteTask(
            case=case, element=element, occurrence=visit, answers=answers
        )
        key = f"{case.hex} {element} {visit}"
        self.app.engine.execute(command, self.clerk, key=key)

    def stored(self, case: UUID) -> tuple[Case, tuple[Sealed, ...]]:
        """The row of a case and its events."""
        with self.app.store.begin(self.tenant) as work:
            row = work.cases.lock(case).case
            return row, work.history.read(case, row.month)


@pytest.fixture
def here(database_url: str) -> Iterator[Office]:
    """Give an office on a fresh database of each kind."""
    made = Office(database_url)
    yield made
    made.app.close()


def test_every_completion_is_one_commit_of_at_most_nine_statements(
    here: Office,
) -> None:
    case, visits = here.open(), Counter[str]()
    for element in bench_models.P20_ORDER:
        visits[element] += 1
        with bootstrap.counting(here.app) as counted:
            n = 0 if element == "t5" and visits[element] == 1 else 1
            here.complete(case, element, visits[element], n)
        assert counted.commits == 1, element
        assert 0 < counted.statements <= STATEMENTS, element
    assert here.stored(case)[0].closed_at is not None


def test_a_long_rework_loop_grows_neither_its_state_nor_its_events(
    here: Office,
) -> None:
    case = here.open()
    for element in ("t1", "t2", "t3"):
        here.complete(case, element, 1, 1)
    states, statements = [], []
    for loop in range(1, LOOPS + 1):
        with bootstrap.counting(here.app) as counted:
            here.complete(case, "t4", loop, 0)
            here.complete(case, "t5", loop, 0)
        statements.append(counted.statements)
        with here.app.store.begin(here.tenant) as work:
            states.append(len(work.cases.lock(case).case.state or b""))
    assert max(states) <= STATE
    assert _growth(states) <= _DIGITS
    assert max(statements) <= 2 * STATEMENTS
    events = here.stored(case)[1][4:]
    assert len(events) == 2 * LOOPS
    bodies = [len(one.body) for one in events]
    assert _growth(bodies[::2]) <= _DIGITS
    assert _growth(bodies[1::2]) <= _DIGITS
    personal = [sum(len(one.value or "") for one in each.personal) for each in events]
    assert _growth(personal) <= _DIGITS


def _growth(sizes: Sequence[int]) -> int:
    """How much the last tenth is larger than the first."""
    tenth = len(sizes) // 10
    return max(sizes[-tenth:]) - max(sizes[:tenth])
