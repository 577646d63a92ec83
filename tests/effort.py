"""Work that must come to an end, however odd what it was given.

No measurement: the limit lies ten times above what any of it takes on a slow and shared
machine, and far below what work takes that grows out of hand. How fast the product is,
`quytrinh bench` tells.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

#: Seconds of processor time; measuring coverage takes several times as long.
ENDLESS: Final = 15.0 if sys.gettrace() is None else 60.0


@contextmanager
def bounded() -> Iterator[None]:
    """Fail when what is done inside took more than any of it may."""
    began = time.process_time()
    yield
    assert time.process_time() - began < ENDLESS
