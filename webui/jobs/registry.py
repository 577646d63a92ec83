"""Every kind of job. A new one is one file in this folder and one line here."""

from collections.abc import Mapping
from typing import Final

from webui.jobs.bundle import Bundle
from webui.jobs.handback import HandingBack
from webui.jobs.kind import Kind
from webui.jobs.many import Many
from webui.jobs.recount import Recount
from webui.jobs.report import Report
from webui.jobs.transfer import Transfer
from webui.jobs.trial import Trial

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        Bundle(),
        HandingBack(),
        Many(),
        Recount(),
        Report(),
        Transfer(),
        Trial(),
    )
}
