"""What stands in the QR code of a receipt is read again, and nothing else is."""

import pytest

from engine.domain import receipt
from tests.unit.engine.evidence import bundles

LEAF = bytes(range(32))
LOG = "tinh.example/quytrinh"
CODES = ("H01-2026-0001", "000.00.01/H29 26&x=1", "Đơn số 5%", "a=b?c#d")
BASES = ("", "https://dvc.example/tra-cuu", "https://dvc.example/tc?k=1")


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("base", BASES)
def test_a_receipt_comes_back_as_it_was_printed(code: str, base: str) -> None:
    held = receipt.Receipt(code=code, leaf=LEAF, log=LOG)
    made = receipt.text(held, base)
    assert made.startswith(base or receipt.MARK)
    assert made.isascii()
    assert "\n" not in made
    assert receipt.parse(f" {made}\n") == held


def test_a_receipt_is_that_of_the_event_that_opened_the_case() -> None:
    opened, done, *_ = bundles.case()
    held = receipt.of(opened, "H01-2026-0001", LOG)
    assert held.leaf == opened.leaf
    with pytest.raises(ValueError, match=r"task\.completed"):
        receipt.of(done, "H01-2026-0001", LOG)


def test_a_receipt_fits_a_code_that_prints_small() -> None:
    held = receipt.Receipt(
        code="000.00.16.H29-260320-0001", leaf=LEAF, log=f"quytrinh/{'0' * 32}"
    )
    # Version 11 of level M holds 251 bytes (ISO/IEC 18004, table 7).
    assert len(receipt.text(held, "https://dichvucong.example.gov.vn/tra-cuu")) <= 251


@pytest.mark.parametrize(
    "content",
    [
        "",
        "QUYTRINH1",
        f"QUYTRINH1 {LOG} H01 {LEAF.hex()[:-1]}",
        f"QUYTRINH1 {LOG} H01 {LEAF.hex().upper().replace('0', 'A')}",
        f"QUYTRINH1 {LOG}  {LEAF.hex()}",
        f"QUYTRINH1 {LOG} H01 {LEAF.hex()} more",
        f"QUYTRINH2 {LOG} H01 {LEAF.hex()}",
        "https://dvc.example/tra-cuu?ma=H01",
        f"https://x/?ma=1&ma=2&dau={LEAF.hex()}&nhat-ky={LOG}",
        f"https://x/?ma=1&dau={LEAF.hex()}&nhat-ky=",
        "http://[",
        "x" * 5_000,
        "https://x/?" + "&".join("a=1" for _ in range(200)),
    ],
)
def test_what_is_no_receipt_is_refused(content: str) -> None:
    with pytest.raises(receipt.NoReceiptError):
        receipt.parse(content)
