"""Cells of tables that leave the house as XLSX or CSV: no spreadsheet computes them."""

from typing import Final

#: How a formula begins, or what a program takes for one (CWE-1236).
_FORMULA: Final = (
    *("=", "+", "-", "@", "\t", "\r", "\n", "|", "%"),
    # Their wide forms, which spreadsheets of East Asia read in the same way.
    *("\uff1d", "\uff0b", "\uff0d", "\uff20"),
)
_MARK: Final = "'"


def harmless(text: str) -> str:
    """The text; with an apostrophe before it where it begins like a formula."""
    return f"{_MARK}{text}" if _begins(text) else text


def plain(cell: str) -> str:
    """The text of a cell that `harmless` made."""
    marked = cell.startswith(_MARK) and _begins(cell)
    return cell.removeprefix(_MARK) if marked else cell


def _begins(text: str) -> bool:
    """Whether a formula begins it, behind apostrophes, too: so none is lost."""
    return text.lstrip(_MARK).startswith(_FORMULA)
