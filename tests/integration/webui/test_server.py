"""The server as a process: it answers, logs as JSON, and stops cleanly."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import waiting
from tests.integration.webui.world import SECRET, World

PROGRAM = """
import sys
from webui import bootstrap, server
server.serve(bootstrap.build(sys.argv[1]), "127.0.0.1", int(sys.argv[2]))
"""


@pytest.fixture
def running(here: World, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the server on a free port and wait until it says where it is."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "QUYTRINH_SECRET": SECRET,
        "QUYTRINH_DATA": str(tmp_path),
        "QUYTRINH_DEMO": "0",
        "PYTHONPATH": str(Path(__file__).parents[3]),
    }
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, here.url, str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Quytrinh: http://127.0.0.1:"), process.communicate()
        yield process, line.removeprefix("Quytrinh: ").strip()
        process.kill()


def test_it_serves_logs_and_stops(
    running: tuple[subprocess.Popen[str], str],
) -> None:
    process, address = running
    link = http.client.HTTPConnection(
        address.removeprefix("http://"), timeout=waiting.LONGEST
    )
    link.request("GET", "/healthz")
    healthy = link.getresponse()
    assert json.load(healthy)["ok"] is True
    assert healthy.getheader("Server") is None
    link.request("POST", "/ngon-ngu", b"x=1", {"X-Request-Id": "f" * 20})
    assert link.getresponse().status == 403
    link.close()
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=waiting.LONGEST)
    assert process.returncode == 0
    lines = [json.loads(line) for line in told.splitlines()]
    refused = next(each for each in lines if each["event"] == "refused")
    assert (refused["path"], refused["code"]) == ("/ngon-ngu", "csrf")
    assert len(refused["request"]) == 16
    assert lines[-1]["event"] == "stopped"
