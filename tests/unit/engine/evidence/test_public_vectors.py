"""Public test vectors: RFC 6962 proofs, RFC 8785 files, Ed25519 of Wycheproof."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from engine.evidence import verifier

DATA = Path(__file__).parents[5] / "shared" / "data"


def vectors(folder: str) -> list[Path]:
    found = sorted((DATA / folder).rglob("*.json"))
    if not found:
        pytest.skip(f"the public data {folder} is not here")
    return found


def raw(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def accepts_inclusion(case: dict[str, Any]) -> bool:
    return verifier.check_inclusion(
        raw(case["leafHash"]),
        case["leafIdx"],
        case["treeSize"],
        [raw(one) for one in case["proof"] or []],
        raw(case["root"]),
    )


def accepts_consistency(case: dict[str, Any]) -> bool:
    return verifier.check_consistency(
        case["size1"],
        case["size2"],
        (raw(case["root1"]), raw(case["root2"])),
        [raw(one) for one in case["proof"] or []],
    )


@pytest.mark.parametrize(
    ("folder", "accepts"),
    [("inclusion", accepts_inclusion), ("consistency", accepts_consistency)],
)
def test_proofs_of_rfc_6962_are_accepted_and_refused_as_they_must(
    folder: str, accepts: Any
) -> None:
    wrong = []
    for path in vectors(f"rfc6962/{folder}"):
        case = json.loads(path.read_bytes())
        if accepts(case) is case["wantErr"]:
            wrong.append(path.name)
    assert wrong == []


def test_json_is_written_as_rfc_8785_says() -> None:
    for path in vectors("jcs/input"):
        wanted = (path.parents[1] / "output" / path.name).read_bytes()
        value = verifier.parse(path.read_bytes())
        assert verifier.canonical(value) == wanted, path.name
        assert rfc8785.dumps(value) == wanted, path.name


def test_ed25519_accepts_what_wycheproof_calls_valid_and_nothing_else() -> None:
    suite = json.loads(vectors("wycheproof")[0].read_bytes())
    wrong = [
        case["tcId"]
        for group in suite["testGroups"]
        for case in group["tests"]
        if verifier.check_signature(
            bytes.fromhex(group["publicKey"]["pk"]),
            bytes.fromhex(case["msg"]),
            bytes.fromhex(case["sig"]),
        )
        is not (case["result"] == "valid")
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1e21, b"1e+21"),
        (1e20, b"100000000000000000000"),
        (123456789012345680000.0, b"123456789012345680000"),
        (0.000001, b"0.000001"),
        (1e-7, b"1e-7"),
        (1.5e-10, b"1.5e-10"),
        (-0.0, b"0"),
        (5e-324, b"5e-324"),
        (1.7976931348623157e308, b"1.7976931348623157e+308"),
        (0.1, b"0.1"),
        (10.25, b"10.25"),
    ],
)
def test_numbers_are_written_as_ecmascript_writes_them(
    number: float, text: bytes
) -> None:
    assert verifier.canonical(number) == text == rfc8785.dumps(number)


@pytest.mark.parametrize(
    "content",
    [
        b'{"a":1,"a":2}',
        b"NaN",
        b"\xff",
        b"[1,]",
        b"",
        b'"\\ud800"',
        b"9007199254740993",
    ],
)
def test_what_is_no_strict_json_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(verifier.Malformed):
        verifier.canonical(verifier.parse(content))


@pytest.mark.parametrize("content", [b'{"b":1,"a":2}', b"[1, 2]", b'"\\u0041"', b"1.0"])
def test_json_in_another_form_is_not_canonical(content: bytes) -> None:
    with pytest.raises(verifier.Malformed, match="canonical"):
        verifier.parse_canonical(content)
