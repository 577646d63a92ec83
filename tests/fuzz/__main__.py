"""`python -m tests.fuzz`: break files, check them, tell what must not be."""

import argparse
import os
import sys
import time
from pathlib import Path

from tests.fuzz import campaign, corpus, mutations
from tests.fuzz.child import MIB


def main() -> int:
    """Run a campaign; 1 when a mutant fails, which is saved for a closer look."""
    options = _options()
    os.nice(10)
    files = corpus.corpus(public=not options.own)
    _say(
        f"{options.count} mutants of {len(files.bpmn)} BPMN and {len(files.dmn)} DMN"
        f" files, seed {options.seed}",
    )
    began = time.monotonic()

    def progress(so_far: campaign.Summary) -> None:
        _say(
            f"{so_far.count:7d} in {time.monotonic() - began:5.0f} s, mean"
            f" {1000 * so_far.seconds / max(1, so_far.count):.1f} ms, slowest"
            f" {1000 * so_far.slowest[0].seconds:.0f} ms, peak"
            f" {so_far.peak // MIB} MiB, failures {len(so_far.failures)}",
        )

    work = campaign.Campaign(files, options.seed, options.processes)
    numbers = range(options.first, options.first + options.count)
    summary = work.run(numbers, progress)
    _tell(summary)
    for one in summary.failures[: options.keep]:
        language, content = mutations.mutant(files, options.seed, one.number)
        options.save.mkdir(parents=True, exist_ok=True)
        path = options.save / f"{options.seed}-{one.number}.{language}"
        path.write_bytes(content)
        _say(f"saved {path}: {one.fault}")
    return 1 if summary.failures else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--own", action="store_true", help="our own files only")
    parser.add_argument("--save", type=Path, default=Path("build/fuzz"))
    parser.add_argument("--keep", type=int, default=20, help="failures saved")
    return parser.parse_args()


def _tell(summary: campaign.Summary) -> None:
    for name, count in sorted(summary.outcomes.items()):
        _say(f"{count:7d} {name}")
    for one in summary.slowest:
        milliseconds = 1000 * one.seconds
        _say(f"slow: number {one.number}, {milliseconds:.0f} ms, {one.outcome}")
    for one in summary.failures[:100]:
        _say(f"FAILED: number {one.number} ({one.language}): {one.fault}")
    _say(
        f"{summary.count} mutants, {len(summary.failures)} failures, mean"
        f" {1000 * summary.seconds / max(1, summary.count):.2f} ms, peak"
        f" {summary.peak // MIB} MiB"
    )


if __name__ == "__main__":
    sys.exit(main())
