"""The real clock and the real randomness."""

import os
import time
from datetime import UTC, datetime
from uuid import UUID

#: In a millisecond.
_NANOSECONDS = 1_000_000


class SystemClock:
    """The machine's clock in UTC."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC)  # noqa: TID251 - the one clock there is


class SystemIds:
    """Ids and nonces from the operating system's randomness."""

    def uuid(self) -> UUID:
        """A UUIDv7 (RFC 9562, 5.7): milliseconds first, so that keys grow with time."""
        clock = time.time_ns() // _NANOSECONDS
        number = clock << 80 | int.from_bytes(os.urandom(10), "big")
        # Version 7 and variant 10 (RFC 9562, 4.1 and 4.2).
        number = number & ~(0xF << 76) | 0x7 << 76
        number = number & ~(0x3 << 62) | 0x2 << 62
        return UUID(int=number)

    def random(self, size: int) -> bytes:
        """Bytes that nobody can guess."""
        return os.urandom(size)
