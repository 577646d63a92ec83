"""From a recorded event back to the act that it records."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.domain.events import EventType
from engine.domain.run import (
    Act,
    Begin,
    Complete,
    Continue,
    Fire,
    Json,
    Message,
    Open,
    Redirect,
    Retry,
    Signal,
    Stop,
)

Body = Mapping[str, Any]
Data = Mapping[str, Json]

#: Before the names of a message's correlation keys, among the values of its event.
CORRELATION: Final = "correlation:"


def act_of(kind: EventType, body: Body, values: Data) -> Act | None:
    """The act that an event records; None when it moves no token."""
    made = _ACTS.get(kind)
    return None if made is None else made(body, values)


def _entered(values: Data) -> Data:
    """What was entered; other names are the record's own."""
    return {name: value for name, value in values.items() if ":" not in name}


def _opening(body: Body, values: Data) -> Act:
    return Open(_entered(values), body.get("facts", {}).get("start", ""))


def _continuation(_: Body, __: Data) -> Act:
    return Continue()


def _completion(body: Body, values: Data) -> Act:
    element, occurrence = body["visit"]
    return Complete(element, occurrence, _entered(values), body.get("outcome", ""))


def _beginning(body: Body, _: Data) -> Act:
    element, occurrence = body["visit"]
    return Begin(element, occurrence, body["facts"]["activity"])


def _firing(body: Body, _: Data) -> Act:
    element, occurrence = body["visit"]
    return Fire(element, occurrence)


def _retrying(body: Body, _: Data) -> Act:
    element, occurrence = body["visit"]
    return Retry(element, occurrence)


def _redirecting(body: Body, _: Data) -> Act:
    element, occurrence = body["visit"]
    return Redirect(element, occurrence, body["facts"]["target"])


def _stopping(_: Body, __: Data) -> Act:
    return Stop()


def _message(body: Body, values: Data) -> Act:
    keys = {
        name.removeprefix(CORRELATION): value
        for name, value in values.items()
        if name.startswith(CORRELATION)
    }
    return Message(body["facts"]["name"], _entered(values), keys)


def _signal(body: Body, values: Data) -> Act:
    return Signal(body["facts"]["name"], _entered(values))


_ACTS: Final[Mapping[EventType, Callable[[Body, Data], Act]]] = {
    EventType.CASE_OPENED: _opening,
    EventType.CASE_CONTINUED: _continuation,
    EventType.CASE_RESUMED: _continuation,
    EventType.TASK_COMPLETED: _completion,
    EventType.ACTIVITY_BEGUN: _beginning,
    EventType.INCIDENT_RETRIED: _retrying,
    EventType.TIMER_FIRED: _firing,
    EventType.TASK_RETURNED: _redirecting,
    EventType.TASK_RECALLED: _redirecting,
    EventType.CASE_STOPPED: _stopping,
    EventType.CASE_WITHDRAWN: _stopping,
    EventType.MESSAGE_RECEIVED: _message,
    EventType.SIGNAL_RECEIVED: _signal,
}
