"""A sequencer that integrates two events at a time until it is killed.

python -m tests.integration.engine.killed URL FOLDER TENANT INSTANT
"""

import sys
from datetime import datetime
from pathlib import Path
from uuid import UUID

from engine.domain import iso8601
from engine.evidence import keeper, sequencer
from tests.integration.engine.office import Clock
from webui import bootstrap, sequencing


def main(url: str, folder: str, tenant: str, instant: str) -> None:
    """Work until killed."""
    clock = Clock()
    clock.at = datetime.fromisoformat(instant)
    app = bootstrap.build(url, clock)
    work = sequencer.Sequencer(app.log, keeper.Keeper(Path(folder)), clock)
    whose, year = UUID(tenant), iso8601.day(clock.at).year
    print("ready", flush=True)  # noqa: T201 - whoever kills waits for it
    while True:
        app.log.integrate(whose, year, 2)
        work.run(whose, sequencing.log_name(whose))


if __name__ == "__main__":
    main(*sys.argv[1:])
