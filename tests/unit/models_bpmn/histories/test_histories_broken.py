"""A broken file is refused by name, or every row of it is accounted for."""

import gzip
import random

import pytest

from models_bpmn.histories import cases, mapping, reading
from models_bpmn.histories.mapping import Map
from models_bpmn.histories.table import HistoryError
from tests.unit.models_bpmn.histories.test_histories_files import XES, saved, workbook
from tests.unit.models_bpmn.histories.test_histories_mapping import MODEL, TEXT

WHOLE = (
    XES.encode(),
    TEXT.encode(),
    TEXT.encode("utf-16"),
    gzip.compress(XES.encode(), mtime=0),
    saved(workbook(("Mã hồ sơ", "Bước", "Ngày"), (1, "a", 46086.5), (2, "b", "x"))),
)


def broken(chance: random.Random, content: bytes) -> bytes:
    """A file with a few wrong, missing, doubled or foreign bytes."""
    made = bytearray(content)
    for _ in range(chance.choice((1, 2, 5, 30))):
        place = chance.randrange(len(made) + 1)
        more = chance.choice(
            (
                bytes(chance.choices(b'"<>&;,\n\r\0/=\xff', k=3)),
                bytes(made[place : place + 200]),
                bytes([chance.randrange(256)]),
                b"",
            )
        )
        made[place : place + chance.randrange(30)] = more
    return bytes(made)


@pytest.mark.parametrize("whole", WHOLE, ids=["xes", "csv", "utf-16", "gzip", "xlsx"])
def test_a_broken_file_is_refused_or_every_row_is_accounted_for(whole: bytes) -> None:
    chance = random.Random(len(whole))  # noqa: S311
    read = 0
    for _ in range(250):
        try:
            table = reading.read(broken(chance, whole))
            gathered = cases.gather(table, Map())
        except HistoryError:
            continue
        read += 1
        matching = mapping.match(gathered.labels, MODEL, Map())
        made = cases.cases(table, gathered, matching, Map())
        unused = [one for one in gathered.problems if not one.used]
        assert len(gathered.entries) + len(unused) >= len(table.rows)
        assert len(made) <= len(gathered.entries) + len(table.empty)
        assert all(one.text("vi") and one.text("en") for one in gathered.problems)
    assert read < 250
