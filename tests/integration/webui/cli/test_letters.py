"""`quytrinh outbox` and `quytrinh signal`."""

import sqlite3
from pathlib import Path

import pytest

from tests.integration.webui.cli.commanding import Run
from webui import bootstrap, delivering, demo_data


def test_the_outbox_tells_what_has_not_arrived_and_tries_again(
    run: Run, database: Path
) -> None:
    (sent,) = run("outbox", "list", "--json").json
    assert (sent["kind"], sent["partner"]) == ("message", "Cơ quan thuế")
    app = bootstrap.build()
    delivering.sweep(app, demo_data.TENANT)
    app.close()
    # What goes outside is not ours to deliver.
    assert run("outbox", "list", "--json").json == []
    (sent,) = run("outbox", "list", "--all", "--json").json
    assert (sent["reason"], sent["attempts"]) == ("outside", 1)
    assert run("outbox", "retry", sent["letter"]).code == 1
    assert run("outbox", "retry").code == 2
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE outbox SET reason = 'ambiguous'")
    assert "ambiguous" in run("outbox", "list").out
    assert run("outbox", "retry", sent["letter"], "--json").json == {"letters": 1}
    (again,) = run("outbox", "list", "--json").json
    assert again["next_try"]


@pytest.mark.usefixtures("database")
def test_a_signal_is_sent_by_whoever_may_and_once_under_its_key(run: Run) -> None:
    send = ("signal", "bao-dong", "--key", "k", "--json", "--as")
    refused = run(*send, "motcua").refusal
    assert refused["code"] == "not-allowed"
    first = run(*send, "tichhop").json
    assert run(*send, "tichhop").json == first
    letters = run("outbox", "list", "--all", "--json").json
    assert [one["letter"] for one in letters].count(first["letter"]) == 1
