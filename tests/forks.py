"""Processes that begin at once: forks of one that has imported what they need.

Starting Python anew and importing the product takes longer than most of them work.
They hold nothing of the process that asks for them, and die as any other.
"""

import multiprocessing
import os
import resource
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

_IMPORTED: Final = ["tests.crash.counting", "tests.crash.worker", "tests.fuzz.child"]


def context() -> ForkServerContext:
    """What makes them, with pipes to them."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload(_IMPORTED)
    return made


def begin(
    target: Callable[..., None],
    *arguments: object,
    errors: Path = Path(os.devnull),
    largest: int = resource.RLIM_INFINITY,
) -> BaseProcess:
    """Begin a process.

    Args:
        target: what it does; it ends with 0 when this returns.
        arguments: given to the target.
        errors: the file that is added to with what it writes on stderr.
        largest: bytes to which it may let a file grow.
    """
    process = context().Process(
        target=_run, args=(target, arguments, errors.absolute(), largest)
    )
    process.start()
    return process


def _run(
    target: Callable[..., None],
    arguments: tuple[object, ...],
    errors: Path,
    largest: int,
) -> None:
    nothing = os.open(os.devnull, os.O_WRONLY)
    said = os.open(errors, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(nothing, 1)
    os.dup2(said, 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    target(*arguments)
