"""The signer as a process: a keeper of keys behind a socket, and the port to it.

One request a connection, one line of JSON each way. The socket's folder decides who may
ask; asking can only ever bring about a signature under a head that grew from the last
one (`engine.evidence.keeper`).
"""

import json
import os
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from engine.errors import ConfigurationError, SignerRefusedError
from engine.evidence.keeper import Keeper

#: Environment variable that names the socket of a signer that runs already.
SOCKET_VARIABLE: Final = "QUYTRINH_SIGNER"
_LINE: Final = 64 * 1024
_SECONDS: Final = 10.0


def serve(keeper: Keeper, path: Path, *, once: bool = False) -> None:
    """Answer requests on a socket until killed.

    Raises:
        ConfigurationError: The socket cannot be made; another signer may hold it.
    """
    with _listening(path) as listening:
        while True:
            connection, _ = listening.accept()
            with connection:
                connection.settimeout(_SECONDS)
                _serve_one(keeper, connection)
            if once:
                return


def _listening(path: Path) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    if path.is_socket() and not answers(path):
        path.unlink()
    try:
        made.bind(os.fspath(path))
    except OSError as error:
        made.close()
        raise ConfigurationError(f"The signer cannot listen at {path}.") from error
    # Who may pass the folder may ask: the group that runs the server.
    path.chmod(0o660)
    made.listen(16)
    return made


def answers(path: Path) -> bool:
    """Whether a signer listens there."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_SECONDS)
        try:
            probe.connect(os.fspath(path))
        except OSError:
            return False
    return True


def _serve_one(keeper: Keeper, connection: socket.socket) -> None:
    try:
        request = json.loads(_line(connection) or b"null")
        answer = _answer(keeper, request)
    except SignerRefusedError as refusal:
        answer = {"error": refusal.message}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        answer = {"error": "This is no request."}
    try:
        connection.sendall(json.dumps(answer).encode() + b"\n")
    except OSError:
        # Whoever asked has gone; the next one is served.
        return


def _answer(keeper: Keeper, request: Mapping[str, Any]) -> dict[str, Any]:
    if request["do"] == "keys":
        return {"keys": keeper.keys(str(request["log"]))}
    if request["do"] == "last":
        note = keeper.last(str(request["origin"]))
        return {"note": None if note is None else note.decode()}
    proof = [bytes.fromhex(one) for one in request["proof"]]
    return {"note": keeper.sign(str(request["text"]).encode(), proof).decode()}


def _line(connection: socket.socket) -> bytes:
    content = b""
    while not content.endswith(b"\n") and len(content) < _LINE:
        part = connection.recv(4096)
        if not part:
            break
        content += part
    return content


class Remote:
    """The signer behind a socket."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keys(self, log: str) -> tuple[str, ...]:
        """The verifier keys of a log."""
        return tuple(self._asked({"do": "keys", "log": log})["keys"])

    def last(self, origin: str) -> bytes | None:
        """The last signed note of an origin."""
        note = self._asked({"do": "last", "origin": origin})["note"]
        return None if note is None else str(note).encode()

    def sign(self, text: bytes, proof: Sequence[bytes]) -> bytes:
        """The signed note of a checkpoint that grew from the last."""
        steps = [one.hex() for one in proof]
        asked = self._asked({"do": "sign", "text": text.decode(), "proof": steps})
        return str(asked["note"]).encode()

    def _asked(self, request: Mapping[str, object]) -> Mapping[str, Any]:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(_SECONDS)
                connection.connect(os.fspath(self._path))
                connection.sendall(json.dumps(request).encode() + b"\n")
                answer = json.loads(_line(connection))
        except (OSError, ValueError) as error:
            raise SignerRefusedError("The signer does not answer.") from error
        if "error" in answer:
            raise SignerRefusedError(str(answer["error"]))
        return answer  # type: ignore[no-any-return]


def socket_of(folder: Path) -> Path:
    """Where the signer of a folder listens."""
    return folder / "socket"


def _end_with_parent() -> None:
    """The parent holds the other end of our standard input as long as it lives."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    serve(Keeper(Path(sys.argv[1])), socket_of(Path(sys.argv[1])))
