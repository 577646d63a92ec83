"""The process that checks mutants: one after another, under limits, telling of each."""

import json
import resource
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from lxml import etree

from models_bpmn import packages
from models_bpmn.importer import vocabulary
from tests.fuzz import mutations
from tests.fuzz.corpus import Corpus
from webui import bootstrap
from webui.cli import checking, decision

MIB: Final = 1024 * 1024
#: What a mutant may take at most.
CPU_SECONDS: Final = 1.0
MEMORY: Final = 256 * MIB
#: A child that asks for more addresses gets a MemoryError, one that computes longer
#: than this on one mutant is killed; both are told as failures.
_ADDRESSES: Final = 2048 * MIB
_KILLED_AFTER: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What became of one mutant."""

    number: int
    language: str
    outcome: str
    seconds: float
    #: Highest resident memory of the child so far, in bytes.
    peak: int
    #: What must not be; empty when all is well.
    fault: str = ""


def work(
    pipe: Connection, corpus: Corpus, seed: int, numbers: range, folder: Path
) -> None:
    """Check the mutants of these numbers and tell of each through the pipe."""
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
    maker = packages.Maker(bootstrap.tools().services.names())
    for number in numbers:
        spent = int(time.process_time())
        allowed = spent + _KILLED_AFTER
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
        pipe.send(one(maker, corpus, (seed, number), folder))
    pipe.close()


def one(
    maker: packages.Maker, corpus: Corpus, which: tuple[int, int], folder: Path
) -> Told:
    """Make a mutant and check it."""
    language, content = mutations.mutant(corpus, *which)
    path = folder / f"mutant.{language}"
    path.write_bytes(content)
    began = time.process_time()
    outcome, fault = "", ""
    try:
        outcome, fault = check(maker, path, content, language)
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is the find
        fault = f"{type(error).__name__}: {error}"[:300]
    seconds = time.process_time() - began
    peak = _peak()
    if not fault and seconds > CPU_SECONDS:
        fault = f"{seconds:.2f} s of CPU"
    if not fault and peak > MEMORY:
        fault = f"{peak // MIB} MiB"
    return Told(
        number=which[1],
        language=language,
        outcome=outcome,
        seconds=seconds,
        peak=peak,
        fault=fault,
    )


def _peak() -> int:
    """The highest resident memory of this process, in bytes.

    Not `ru_maxrss`: Linux hands that on from the parent, however large it was.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(one for one in status.splitlines() if one.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


def check(
    maker: packages.Maker, path: Path, content: bytes, language: str
) -> tuple[str, str]:
    """The outcome of a file as the command line tells it, and what is wrong with it."""
    if language == "dmn":
        told = decision.told(path, "vi")
        json.dumps(told).encode()
        refusals = [one for one in told["findings"] if one["severity"] == "refusal"]
        wrong = bool(refusals) is told["ok"] or not _readable(told)
        return "ok" if told["ok"] else "refused", "findings" if wrong else ""
    answers = checking.Answers(defaults=len(content) % 2 == 1)
    told = checking.check(maker, path, answers, "vi")
    json.dumps(told).encode()
    list(checking.lines(told, "vi"))
    return str(told["outcome"]), _unbalanced(told, content)


def _readable(told: Mapping[str, Any]) -> bool:
    return all(one["message"] for one in told["findings"])


def _unbalanced(told: Mapping[str, Any], content: bytes) -> str:
    """What of the balance does not hold."""
    if told["nodes"] != told["executable"] + len(told["listed"]):
        return f"balance: {told['nodes']} {told['executable']} {len(told['listed'])}"
    elements = [one["element"] for one in told["listed"]]
    if len(set(elements)) < len(elements) or not all(elements):
        return "balance: an element is listed twice or has no id"
    if not all(one["reason"] for one in told["listed"]) or not _readable(told):
        return "words: nothing is said"
    if told["outcome"] == "refused":
        severe = any(one["severity"] == "refusal" for one in told["findings"])
        return "" if severe else "words: refused without a reason"
    count = drawn(content)
    if count is not None and count != told["nodes"]:
        return f"census: {count} drawn, {told['nodes']} told"
    return ""


def drawn(content: bytes) -> int | None:
    """How many flow nodes a file draws, counted apart; None for no plain XML."""
    try:
        root = etree.fromstring(content)
    except (etree.XMLSyntaxError, ValueError):
        return None
    # A draft's elements are read as those of the standard, which may stand among them.
    spaces = {str(root.tag).rpartition("}")[0], f"{{{vocabulary.BPMN}"}
    made = {one: f"{one}}}" if one else "" for one in spaces}
    tags = [f"{one}{name}" for one in made.values() for name in vocabulary.FLOW_NODES]
    processes = root.iter(*(f"{one}process" for one in made.values()))
    return len({one for process in processes for one in process.iter(*tags)})
