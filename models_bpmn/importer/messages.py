"""What the importer says, in Vietnamese and in English, looked up by code.

The texts stand in `wording`, one table a step; `{it}` in them is the element as drawn.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from engine.errors import Finding
from models_bpmn.importer.wording import (
    Message,
    elements,
    file,
    graph,
    repairs,
    rules,
    texts,
)

#: Every code of the importer.
CATALOGUE: Final[Mapping[str, Message]] = MappingProxyType(
    {
        **file.TEXTS,
        **elements.TEXTS,
        **graph.TEXTS,
        **texts.TEXTS,
        **repairs.TEXTS,
        **rules.TEXTS,
    }
)


def text(code: str, language: str, params: Mapping[str, str]) -> str:
    """The text of `code` with its words filled in; English unless `vi` is asked."""
    return filled(CATALOGUE[code], language, params)


def filled(message: Message, language: str, params: Mapping[str, str]) -> str:
    """A message of any catalogue with its words filled in."""
    template = message.vi if language == "vi" else message.en
    # Without an element the sentence begins after the colon.
    return template.format_map(params).removeprefix(": ")


def severity(code: str) -> str:
    """How much the remark `code` weighs."""
    return CATALOGUE[code].severity


def describe(finding: Finding, language: str) -> str:
    """The sentence of a finding in `vi` or `en`.

    A finding that another part made, or whose words were lost, speaks English.
    """
    params = getattr(finding, "params", None)
    if params is None or finding.code not in CATALOGUE:
        return finding.message
    return text(finding.code, language, params)
