"""`quytrinh bench evidence` on a small scale: what it measures is there and whole."""

import json
import re

from click.testing import CliRunner

from webui import cli


def test_the_bench_of_the_evidence_measures_what_it_says() -> None:
    words = ["bench", "evidence", "--events", "4000", "--seconds", "0.05", "--json"]
    told = CliRunner().invoke(cli.cli, words)
    assert told.exit_code == 0, told.output
    figures = json.loads(told.stdout)
    assert re.search(r"^4,\d{3} events, [\d,]+ a second$", told.stderr, re.MULTILINE)
    appends = figures["appends_per_second"]
    assert appends.keys() == {"1", "8", "32"}
    assert all(one["with_sequencer"] > 0 for one in appends.values())
    assert 0 <= figures["head_age_s"]["p50"] <= figures["head_age_s"]["max"]
    assert figures["verify"]["events"] >= 4000
    assert figures["verify"]["bytes_s"] > 0
    assert figures["verify"]["floor_s"] > 0
    aligned = figures["alignment"]
    assert (aligned["cases"], aligned["variants"]) == (1_400, 120)
    assert aligned["cost"] > 0
    assert aligned["seconds"] > 0
    assert figures["bundle"]["bytes"] <= 200 * 1024
    assert figures["bundle"]["verify_s"] > 0
