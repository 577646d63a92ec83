"""The matrix of rights: every route, method, role and relation to the case.

The table is `rights.txt`, which says how it is read. A route without a line fails, a
line without a route fails, and so does a role that a route forgets. As everybody asks
for everything here, what holds of every answer is asserted here too: who asks for a
page changes nothing, and every text is translated.
"""

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import flask
import pytest
import structlog

from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.test_requests import address
from tests.integration.webui.world import Browser, World

NOBODY: Final = "nobody"
OTHERS: Final = "others"
ROLES: Final = tuple(role.value for role in Role)
#: Change only what belongs to whoever asks.
OWN: Final = frozenset({"/dang-nhap", "/dang-xuat", "/ngon-ngu"})
#: Route and method -> role -> one status a relation.
Table = Mapping[tuple[str, str], Mapping[str, tuple[int, ...]]]


def read(text: str) -> Table:
    """Read the table.

    Raises:
        ValueError: A line names no role of ours, a role twice, or too few statuses.
    """
    table: dict[tuple[str, str], dict[str, tuple[int, ...]]] = {}
    for line in text.splitlines():
        words = line.split()
        if not words or line.startswith("#"):
            continue
        if not line.startswith(" "):
            rule, method = words
            here = table[rule, method] = {}
            continue
        statuses = tuple(map(int, words[1:]))
        for role in words[0].split(","):
            _check(role, statuses, here)
            here[role] = statuses
    return {key: _spread(roles) for key, roles in table.items()}


def _check(role: str, statuses: tuple[int, ...], known: Mapping[str, object]) -> None:
    expected = 1 if role == NOBODY else len(world.RELATIONS)
    if role not in {*ROLES, OTHERS, NOBODY} or role in known:
        message = f"no role, or a role twice: {role}"
        raise ValueError(message)
    if len(statuses) != expected:
        message = f"{role} needs {expected} statuses"
        raise ValueError(message)


def _spread(roles: Mapping[str, tuple[int, ...]]) -> Mapping[str, tuple[int, ...]]:
    """Give the roles that no line names the statuses of `others`."""
    named = {role: roles[role] for role in (*ROLES, NOBODY) if role in roles}
    if OTHERS not in roles:
        return named
    return dict.fromkeys(ROLES, roles[OTHERS]) | named


TABLE: Final = read(Path(__file__).with_name("rights.txt").read_text("utf-8"))


def routes(app: flask.Flask) -> set[tuple[str, str]]:
    """Every route with each of its methods."""
    return {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


class Bench:
    """A world that is laid out anew after every request that changed it."""

    def __init__(self, template: World, folder: Path) -> None:
        self._template, self._folder = template, folder
        self.world = world.copy(template, folder)
        self._browsers: dict[str, Browser] = {}

    def ask(self, rule: str, method: str, login: str, place: int) -> int:
        """Send a request as an account and give the status."""
        browser = self._browser(login, rule)
        # Failed sign-ins are counted by address: each asks from a place of its own.
        browser.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{place}"
        path = address(rule, self.world)
        if method == "GET":
            return browser.get(path).status_code
        status = browser.send(method, path).status_code
        if status < 400 and rule not in OWN:
            self.world.close()
            self.world = world.copy(self._template, self._folder)
            self._browsers.clear()
        return status

    def _browser(self, login: str, rule: str) -> Browser:
        """The browser of an account, kept until it or the world changes."""
        if rule in OWN:
            return self.world.client(login)
        if login not in self._browsers:
            self._browsers[login] = self.world.client(login)
        return self._browsers[login]


@pytest.fixture(scope="module")
def bench(template: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """Lend the bench to the whole matrix."""
    made = Bench(template, tmp_path_factory.mktemp("matrix"))
    yield made
    made.world.close()


@pytest.mark.parametrize("route", sorted(TABLE), ids=" ".join)
def test_each_role_gets_what_the_table_says(
    bench: Bench, route: tuple[str, str]
) -> None:
    rule, method = route
    wanted, places = TABLE[route], itertools.count(1)
    before = world.facts(bench.world) if method == "GET" else ()
    with structlog.testing.capture_logs() as logs:
        got = {
            role: tuple(
                bench.ask(rule, method, login, next(places)) for login in logins(role)
            )
            for role in wanted
        }
    assert got == wanted
    assert [each["text"] for each in logs if each["event"] == "untranslated"] == []
    assert before == (world.facts(bench.world) if method == "GET" else ())


def logins(role: str) -> list[str]:
    """Whoever has a role, in each relation to the case."""
    return [""] if role == NOBODY else [f"{role}.{each}" for each in world.RELATIONS]


def test_every_route_has_its_lines_and_every_line_its_route(bench: Bench) -> None:
    assert routes(bench.world.app) == TABLE.keys()


def test_every_route_decides_about_every_role() -> None:
    assert {
        route for route in TABLE if TABLE[route].keys() != {*ROLES, NOBODY}
    } == set()


def test_nobody_gets_into_another_tenant() -> None:
    """Lists show one's own tenant; whatever names a record of another is not found."""
    names = ("<uuid:", "<code>")
    through = {
        (rule, role)
        for (rule, _), roles in TABLE.items()
        for role, statuses in roles.items()
        if role != NOBODY and any(name in rule for name in names)
        if statuses[-1] not in {403, 404}
    }
    assert through == set()


@pytest.mark.parametrize(
    "text",
    [
        "/a GET\n  king 1 2 3 4 5 6",
        "/a GET\n  clerk 1 2",
        "/a GET\n  clerk,clerk 1 2 3 4 5 6",
    ],
)
def test_a_line_that_is_no_line_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"role|statuses"):
        read(text)


def test_a_route_without_a_line_would_be_found() -> None:
    app = flask.Flask("more", static_folder=None)
    app.add_url_rule("/moi", "moi", lambda: "")
    assert routes(app) - TABLE.keys() == {("/moi", "GET")}


#: On PostgreSQL the same queries decide: what is seen and what is done, once each.
BOUNDED: Final = (
    ("/ho-so/<uuid:case>", "GET"),
    ("/viec/<uuid:case>/<element>/<int:occurrence>", "GET"),
    ("/viec/<uuid:case>/<element>/<int:occurrence>/tra", "POST"),
    ("/kiem-chung/truy-cap", "GET"),
    ("/kiem-chung/phu-hop", "GET"),
)


@pytest.fixture(scope="module")
def on_postgresql(on_server: world.Lend) -> Iterator[World]:
    """Give the same world on PostgreSQL."""
    with on_server() as made:
        yield made


@pytest.mark.parametrize("route", BOUNDED, ids=" ".join)
def test_postgresql_decides_as_sqlite(
    on_postgresql: World, route: tuple[str, str]
) -> None:
    rule, method = route
    path = address(rule, on_postgresql)
    for role in (Role.CLERK, Role.SUPERVISOR, Role.AUDITOR):
        found = []
        for relation in world.RELATIONS:
            browser = on_postgresql.client(world.login_of(role, relation))
            answer = browser.get(path) if method == "GET" else browser.post(path)
            found.append(answer.status_code)
        assert tuple(found) == TABLE[route][role.value], role
