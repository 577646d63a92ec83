"""A way to a server that is really cut: sockets close in the middle of a request."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_READ: Final = 65_536


@dataclass(slots=True)
class Line:
    """Carries bytes between a browser and a server, as long as it is whole."""

    server: tuple[str, int]
    listener: socket.socket = field(
        default_factory=lambda: socket.create_server(("127.0.0.1", 0))
    )
    #: Bytes that the browser sent so far.
    carried: int = 0
    #: Carry so many bytes, then break; None: do not.
    breaks_at: int | None = None
    #: How often it broke.
    breaks: int = 0
    _open: list[socket.socket] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        """What the browser opens in place of the server."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def run(self) -> None:
        """Take calls until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.create_connection(self.server)
                with self._lock:
                    self._open += [near, far]
                for pair in ((near, far, True), (far, near, False)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def cut(self) -> None:
        """Close every socket at once."""
        with self._lock:
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
                one.close()
            self._open.clear()

    def _carry(self, source: socket.socket, target: socket.socket, up: bool) -> None:  # noqa: FBT001 - of two directions
        with contextlib.suppress(OSError):
            while piece := source.recv(_READ):
                if up:
                    self.carried += len(piece)
                if self.breaks_at is not None and self.carried >= self.breaks_at:
                    self.breaks_at, self.breaks = None, self.breaks + 1
                    self.cut()
                    return
                target.sendall(piece)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def opened(server: tuple[str, int]) -> Iterator[Line]:
    """A line to a server."""
    line = Line(server)
    thread = threading.Thread(target=line.run, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        line.listener.close()
        line.cut()
