"""What the manual says of rows beside the events, held against the tables."""

import re
from pathlib import Path

from storage import log_schema

_MANUAL = Path(__file__).parents[2] / "docs" / "manual" / "evidence.md"


def test_every_table_is_compared_with_events_or_named_as_one_that_none_tells() -> None:
    text = _MANUAL.read_text("utf-8")
    begin = text.index("*Rows beside the events*")
    section = text[begin : text.index("*Instants* (`evidence check`", begin)]
    named = set(re.findall(r"`([a-z_]+)[.`]", section))
    assert sorted(log_schema.metadata.tables.keys() - named) == []
