"""Cells of tables that leave the house as XLSX or CSV: no spreadsheet computes them."""

from typing import Final

#: How a formula begins, or what a program takes for one (CWE-1236).
_FORMULA: Final = (
    *("=", "+", "-", "@", "\t", "\r", "\n", "|", "%"),
    # Their wide forms, which spreadsheets of East Asia read in the same way.
    *("\uff1d", "\uff0b", "\uff0d", "\uff20"),
)


def harmless(text: str) -> str:
    """The text; with an apostrophe before it where it begins like a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
