"""The real clock and the real randomness."""

import os
from datetime import UTC, datetime
from uuid import UUID

_MILLISECONDS = 1000


class SystemClock:
    """The machine's clock in UTC."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC)


class SystemIds:
    """Ids and nonces from the operating system's randomness."""

    def uuid(self) -> UUID:
        """A UUIDv7 (RFC 9562, 5.7): milliseconds first, so that keys grow with time."""
        clock = int(datetime.now(UTC).timestamp() * _MILLISECONDS)
        number = clock << 80 | int.from_bytes(os.urandom(10), "big")
        # Version 7 and variant 10 (RFC 9562, 4.1 and 4.2).
        number = number & ~(0xF << 76) | 0x7 << 76
        number = number & ~(0x3 << 62) | 0x2 << 62
        return UUID(int=number)

    def random(self, size: int) -> bytes:
        """Bytes that nobody can guess."""
        return os.urandom(size)
