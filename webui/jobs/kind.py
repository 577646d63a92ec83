"""What a kind of job is: a plan, steps, an end; and what each of them is given."""

import abc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import ClassVar, cast

from engine import jobs
from engine.domain import policy
from engine.domain.organisation import Actor, Organisation
from engine.domain.run import Json
from webui.exporting import Application
from webui.i18n import translate


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A job on its way, as its kind sees it."""

    app: Application
    job: jobs.Job
    #: Whoever asked, with the positions held now.
    actor: Actor
    #: Tells how far a long step is; ends it (`Stopped`) when it shall not go on.
    beat: Callable[[int, int], None]

    def keep(self, name: str, type_: str, content: bytes) -> dict[str, Json]:
        """Store a file for the result, and give what is known of it."""
        sha = self.app.results.put(self.actor.tenant, self.job.id, content)
        made = jobs.File(name=name, type=type_, sha256=sha, size=len(content))
        return cast("dict[str, Json]", asdict(made))


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a step came to."""

    #: Plain values that are kept with the item.
    answer: Json = None
    #: Executed as whoever asked, in one transaction with the item.
    command: object | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What came out, for the page of a job that is over."""

    words: str
    #: Where more is shown.
    address: str = ""
    name: str = ""


class Kind(abc.ABC):
    """A kind of job."""

    #: Stored with each job.
    name: ClassVar[str]
    #: The right to ask for it, which every step asks for again.
    action: ClassVar[policy.Action]

    @abc.abstractmethod
    def title(self, job: jobs.NewJob) -> str:
        """What is done, in the language of the reader."""

    @abc.abstractmethod
    def plan(self, work: Work) -> Sequence[jobs.NewItem]:
        """The items, in the order in which they are done; changes nothing."""

    @abc.abstractmethod
    def step(self, work: Work, item: jobs.Item) -> Done:
        """Do one item, or say what does it."""

    def finish(self, work: Work) -> Mapping[str, Json]:
        """Facts for the page, `files` among them (`Work.keep`)."""
        return {}

    def may_take(self, job: jobs.Job, actor: Actor, organisation: Organisation) -> bool:
        """Whether whoever asked may still see everything that the files tell of.

        Args:
            job: A job that is over.
            actor: Whoever asked, with the positions held now.
            organisation: As it is today.
        """
        del job, actor, organisation
        return True

    def told(self, job: jobs.Job) -> Told:
        """What came out, in the language of the reader."""
        return Told(
            words=translate("%(n)s of %(total)s done", n=job.done, total=job.total)
        )


class Stopped(Exception):  # noqa: N818 - no error: somebody asked for it
    """The step shall not go on: the job was cancelled or lost, or the server ends."""


def files(job: jobs.Job) -> tuple[jobs.File, ...]:
    """The files that a job made."""
    stored = cast("Sequence[Mapping[str, str]]", job.result.get("files", ()))
    return tuple(
        jobs.File(
            name=one["name"],
            type=one["type"],
            sha256=one["sha256"],
            size=int(one["size"]),
        )
        for one in stored
    )
