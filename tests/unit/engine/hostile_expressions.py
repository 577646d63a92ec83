"""Expressions that attack the server, as tables: what each is, and why it is refused.

A row of `AT_UPLOAD` must be refused when the model is uploaded, a row of `AT_RUN` when
it is evaluated with `data()`, each with one of the codes of its group. A row of
`HARMLESS` looks like an attack and is ordinary here; its value stands beside it. Most
rows stand in the TOML file beside this one; what is long or not Unicode is made here.
"""

import pathlib
import tomllib
from collections.abc import Mapping
from typing import Final, NamedTuple

from engine.expressions import JSON

_FILE: Final = pathlib.Path(__file__).with_suffix(".toml")


class Group(NamedTuple):
    """Attacks of one kind, and the codes that may answer them."""

    codes: frozenset[str]
    rows: tuple[str, ...]


def data() -> dict[str, JSON]:
    """Return case data with everything an attack would like to find."""
    return {
        "a": 1,
        "b": 2,
        "x": 3,
        "s": "abc",
        "t": "{0.__class__}",
        "xs": list(range(10)),
        "big": list(range(10_000)),
        "bigger": list(range(10_001)),
        "texts": ["x" * 1_000] * 100,
        "long": "x" * 10_000,
        "longer": "ß" * 200_000,
        "sharp": "ß" * 10_000,
        "d": {"k": 1, "_hidden": 2, "len": 5, "items": [1, 2]},
        "people": [{"name": "An", "age": 41}, {"name": "Bình", "age": 17}],
        "flag": True,
        "none": None,
        "huge": 10**400,
        "nan": float("nan"),
        "inf": float("inf"),
        "len": 7,
        "day": "2026-01-31",
        "foreign": object(),  # type: ignore[dict-item]
        "foreigners": [object()],  # type: ignore[list-item]
        "code": "__import__('os').system('id')",
        "_secret": "s3cret",
        "__builtins__": {"eval": 1},
    }


_DEEP: Final = (
    "-" * 900 + "1",
    "+" * 900 + "1",
    "~" * 900 + "1",
    "not " * 240 + "flag",
    "[" * 90 + "]" * 90,
    "(" * 30 + "[" * 30 + "]" * 30 + ")" * 30,
    "{'a':" * 60 + "1" + "}" * 60,
    "a" + "[0]" * 200,
    "d" + ".k" * 400,
    "a" + "+a" * 400,
    "a" + "*a" * 30,
    "1" + "-1" * 200,
    "a" + " if flag else a" * 40,
    "len(" * 60 + "s" + ")" * 60,
    "abs(" * 26 + "a" + ")" * 26,
    "xs[" * 60 + "0" + "]" * 60,
    "- - " * 100 + "1",
    "'a'" + "+'a'" * 100,
    "xs" + "+xs" * 60,
)

_LARGE: Final = (
    "[" + "1," * 200 + "]",
    "[" + "[]," * 250 + "]",
    "(" + "a," * 200 + ")",
    "a" + " or a" * 199,
    "x" + "<x" * 400,
    "a" + "<a" * 300,
    "a" + "==a" * 250,
    "{" + "'a':1," * 150 + "}",
    "len([" + "a," * 250 + "])",
)

_LONG: Final = (
    "1" * 1_001,
    "a" + " or a" * 10_000,
    "a" + "+a" * 50_000,
    "a" + ".x" * 50_000,
    "(" * 50_000 + ")" * 50_000,
    "-" * 100_000 + "1",
    "'" + "a" * 10_000_000 + "'",
    " " * 1_001,
    "[" * 100_000,
)

_CHARACTERS: Final = (
    "'\\x5f\\x5fclass\\x5f\\x5f'",
    "'\\137'",
    "'\\N{LOW LINE}'",
    "'\\u005f'",
    "'\\ud800'",
    "'\\d'",
    "a \\\n+ b",
    "r'\\'",
    "a\x00b",
    "'a\x00b'",
    "a\x0cb",
    "a\x1b[31m",
    "'\x7f'",
    "a == '\u202egnp.exe'",
    "a == '\u2066x\u2069'",
    "a\u200bb",
    "'a\u200d'",
    "\ufeffa",
    "a\u00a0== b",
    "a\u2028or b",
    "'\u2029'",
    "'\ud800'",
    "'\udfff'",
    "'\U000e0041'",
    "'\ue000'",
    "'\U0010ffff'",
    "'\u0378'",
    "a\u00adb",
)

_NUMBERS: Final = (
    "9" * 78,
    "9" * 1_000,
    "1" + "0" * 78,
    "-" + "9" * 100,
    "1e999",
    "-1e999",
    "[1e999]",
    "xs[1e400]",
    "1" + "0" * 400 + ".0",
)

_TOWERS: Final = (
    "(" * 201 + "1" + ")" * 201,
    "(" * 400 + "1" + ")" * 400,
    "[" * 490 + "]" * 490,
    "[" * 999,
    "len(" * 249,
)

#: What looks like an attack and is none.
HARMLESS: Final[tuple[tuple[str, JSON], ...]] = (
    ("code", "__import__('os').system('id')"),
    ("'__import__(1)'", "__import__(1)"),
    ("'{0.__class__}'", "{0.__class__}"),
    ("'{{7*7}}' + '${7*7}'", "{{7*7}}${7*7}"),
    ("'%s' + '%n'", "%s%n"),
    ("'; DROP TABLE event; --'", "; DROP TABLE event; --"),
    ("'../../etc/passwd'", "../../etc/passwd"),
    ("'a' 'b'", "ab"),
    ("'_hidden' in d", False),
    ("contains(d, '__class__')", False),
    ("get(d, '_hidden')", None),
    ("get(d, '__class__', 'none')", "none"),
    ("get(d, '_hid' + 'den', 0)", 0),
    ("len", 7),
    ("len(s)", 3),
    ("len(s) + len", 10),
    ("d.len", 5),
    ("[len for len in xs if len > 8]", [9]),
    ("[len(xs) for xs in [s, 'de']]", [3, 2]),
    ("[a for a in xs][0] + a", 1),
    ("True == 1", False),
    ("1 in [True]", False),
    ("True in [1, 1.0, '1']", False),
    ("[1, [2]] == [1.0, [2.0]]", True),
    ("[True] == [1]", False),
    ("0.1 + 0.2 == 0.3", False),
    ("(1,)", [1]),
    ("()", []),
    ("{}", {}),
    ("{'a': 1, 'a': 2}", {"a": 2}),
    ("'abcabc' in longer", False),
    ("len(longer)", 200_000),
    ("long == long", True),
    ("flag or 1 / 0 == 0", True),
    ("not flag and unknown", False),
    ("1 if flag else unknown", 1),
    ("-7 // 2", -4),
    ("-7 % 3", 2),
    ("- - - 1", -1),
    ("[y for y in []]", []),
    ("'#' + 'no comment'", "#no comment"),
    ("'1or 2'", "1or 2"),
    ("u'a'", "a"),
    ("'''a'''", "a"),
    ("none", None),
)


def _read(part: str) -> dict[str, Group]:
    tables = tomllib.loads(_FILE.read_text(encoding="utf-8"))[part]
    return {
        table["name"]: Group(frozenset(table["codes"]), tuple(table["rows"]))
        for table in tables
    }


#: Refused by `compile`, whatever the data.
AT_UPLOAD: Final[Mapping[str, Group]] = {
    **_read("upload"),
    "tower of brackets": Group(frozenset({"syntax"}), _TOWERS),
    "nested too deeply": Group(frozenset({"too-deep", "operator"}), _DEEP),
    "too many parts": Group(frozenset({"too-many-nodes"}), _LARGE),
    "too long": Group(frozenset({"too-long"}), _LONG),
    "character that hides something": Group(frozenset({"character"}), _CHARACTERS),
    "number too big": Group(frozenset({"number-too-big"}), _NUMBERS),
}

#: Accepted by `compile`, stopped by `evaluate` with `data()`.
AT_RUN: Final[Mapping[str, Group]] = _read("run")
