"""The ports: what the engine needs from the outside, as protocols.

Adapters implement them (`engine.spiff`, `storage`, `models_bpmn`, `webui`); the composition root
`webui.bootstrap` joins them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from engine import limits
from engine.domain.deciding import Decider
from engine.domain.model import Model
from engine.domain.run import Act, Advance, Json, Picture


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class Ids(Protocol):
    """Makes what must be unique or unguessable."""

    def uuid(self) -> UUID:
        """A new UUIDv7 (RFC 9562, 5.7)."""

    def random(self, size: int) -> bytes:
        """`size` bytes that nobody can guess."""


class Services(Protocol):
    """The registered functions that service tasks call."""

    def names(self) -> frozenset[str]:
        """The functions that exist, for the check at upload."""

    def call(self, name: str, parameters: Mapping[str, Json]) -> Json:
        """Call a function.

        Raises:
            ServiceFailedError: It refused its input or failed.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What surrounds one act: everything an interpreter may use besides its state."""

    now: datetime
    decider: Decider
    services: Services
    #: Automatic steps allowed before `Advance.more` is returned.
    budget: int = limits.STEPS_PER_TRANSACTION


class Execution(Protocol):
    """The tokens and data of one case in memory."""

    def act(self, act: Act, context: Context) -> Advance:
        """Apply one act and go on until every token waits.

        An automatic step that fails leaves its token as an incident. After an exception
        the execution must be thrown away.

        Raises:
            NotReadyError: The visit is not open, or nothing waits for the message or signal.
            OutcomeRequiredError: The outcome is missing or not one of the task's.
        """

    def picture(self) -> Picture:
        """Everything that is open now."""

    def dump(self) -> bytes:
        """The state as bytes, the same for the same state in every process."""


class Runtime(Protocol):
    """An interpreter of models."""

    def begin(self, model: Model) -> Execution:
        """A case before its first act, which must be `Open`."""

    def load(self, model: Model, state: bytes) -> Execution:
        """A case from its dumped state.

        Raises:
            StateError: The bytes are damaged or of another codec version or model.
        """


