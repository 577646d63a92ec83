"""One error tree. A class's docstring is its default English text.

Every refusal is an `EngineError` with a stable `code` (the key of the message catalogue
that people read in Vietnamese or English) and `params`, the plain values the text
names. Callers branch on the class, never on the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass


class EngineError(Exception):
    """The request was refused; nothing was changed."""

    #: Key of the text in the message catalogue.
    code: str = "refused"

    def __init__(self, message: str = "", *, code: str = "", **params: object) -> None:
        self.message = message or (self.__doc__ or "").strip()
        self.code = code or self.code
        self.params = params
        super().__init__(self.message)


# What a person may not do, or not now.


class NotAllowedError(EngineError):
    """Your role or position does not allow this act."""

    code = "not-allowed"


class NotFoundError(EngineError):
    """There is no such record, or you may not see it."""

    code = "not-found"


class StaleError(EngineError):
    """Somebody changed this record after you opened it; look at it again."""

    code = "stale"


class LeaseLostError(StaleError):
    """Another worker has taken over this job."""

    code = "lease-lost"


class NotReadyError(EngineError):
    """This step is not waiting to be done."""

    code = "not-ready"


class NothingWaitsError(NotReadyError):
    """Nothing in the case waits for this message or signal."""

    code = "nothing-waits"


class AlreadyTakenError(EngineError):
    """Somebody else has taken this task."""

    code = "already-taken"


class ExistsError(EngineError):
    """There is such a record already."""

    code = "exists"


class IdempotencyError(EngineError):
    """This request key was already used for a different request."""

    code = "key-reused"


class AnswersInvalidError(EngineError):
    """Some answers are missing or wrong."""

    code = "answers-invalid"

    def __init__(self, fields: Sequence[object], message: str = "") -> None:
        super().__init__(message)
        #: One `engine.forms.answers.FieldError` per wrong field, in form order.
        self.fields = tuple(fields)


class OutcomeRequiredError(EngineError):
    """Choose one of the outcomes of this step."""

    code = "outcome-required"


class TooLargeError(EngineError):
    """What was sent exceeds a limit."""

    code = "too-large"


# What a designer uploads.


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One remark of a check about one place of a model or form."""

    #: Stable name of the rule, for example `gateway-without-default`.
    code: str
    #: `refusal`, `warning` or `note`.
    severity: str
    #: English sentence: what is wrong and what to do.
    message: str
    #: Id of the element, empty when the file as a whole is meant.
    element: str = ""
    #: Name of the element as drawn.
    name: str = ""
    #: Line in the uploaded file, 0 when unknown.
    line: int = 0


class ModelInvalidError(EngineError):
    """The model cannot be accepted."""

    code = "model-invalid"

    def __init__(self, findings: Sequence[Finding], message: str = "") -> None:
        first = findings[0].message if findings else ""
        super().__init__(message or first)
        #: Why, element by element; at least one has severity `refusal`.
        self.findings = tuple(findings)


class FormInvalidError(ModelInvalidError):
    """The form cannot be accepted."""

    code = "form-invalid"


class ExpressionError(EngineError):
    """The expression is not valid or cannot be evaluated."""

    code = "expression"

    def __init__(
        self, text: str, reason: str, *, code: str = "expression", column: int = 0
    ) -> None:
        super().__init__(reason, code=code, text=text, column=column)
        self.text = text
        self.reason = reason
        self.column = column


class DurationError(EngineError):
    """The text is not an ISO 8601 duration, date or cycle within the limits."""

    code = "duration"


# What goes wrong while a case runs. These become incidents, never a 500.


class IncidentError(EngineError):
    """The case cannot go on by itself; a person must look at it."""

    code = "incident"

    def __init__(
        self, message: str, *, element: str = "", code: str = "incident"
    ) -> None:
        super().__init__(message, code=code, element=element)
        self.element = element


class ServiceFailedError(EngineError):
    """A registered function refused its input or failed.

    With an `error_code` it is a BPMN error that an error boundary event may catch
    (BPMN 2.0.2, 13.5.1); without one it is an incident.
    """

    code = "service-failed"

    def __init__(self, message: str, *, error_code: str = "") -> None:
        super().__init__(message, error_code=error_code)
        self.error_code = error_code


# What the machine cannot do now. The same request, sent again with its key, is safe.


class UnavailableError(EngineError):
    """The database does not answer. Send it again; nothing is done twice."""

    code = "unavailable"


class BusyError(UnavailableError):
    """The database is busy; try again in a moment."""

    code = "busy"


class StorageFullError(UnavailableError):
    """The server has no room left to store this. Nothing was changed."""

    code = "storage-full"


# What must never happen; found by a check, told to the operator.


class EvidenceError(EngineError):
    """The stored history does not verify."""

    code = "evidence"


class SignerRefusedError(EngineError):
    """The head of the log was not signed."""

    code = "signer-refused"


class StateError(EngineError):
    """The stored state of a case cannot be read; it will be rebuilt."""

    code = "state"


class GuardsMissingError(EngineError):
    """The database does not protect the history; the server does not start."""

    code = "guards-missing"


class ConfigurationError(EngineError):
    """The installation is not configured correctly."""

    code = "configuration"
