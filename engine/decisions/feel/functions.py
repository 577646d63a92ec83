"""The built-in functions of FEEL that decisions may call (DMN 1.5, 10.3.4).

An argument of the wrong kind gives nothing, as the standard says. Not among them, and
refused by name when a file is read: `now` and `today` (a decision must come out the
same whenever it is looked at again), functions with regular expressions, sorting by a
function, and the functions over intervals.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from engine.decisions.feel import dates, lists, scalars
from engine.decisions.feel.signature import Function

FUNCTIONS: Final[Mapping[str, Function]] = MappingProxyType(
    {**scalars.TABLE, **lists.TABLE, **dates.TABLE}
)
