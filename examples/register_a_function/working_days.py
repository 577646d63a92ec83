"""A registered function: what a service task of a diagram may call.

A diagram names the function and never brings code. Parameters come as keyword
arguments, plain values as JSON has them; the answer is one, too.
"""

import datetime as dt

from engine.errors import ServiceFailedError

_SATURDAY = 5


def count(*, first: str, last: str) -> int:
    """`leave.working_days`: Mondays to Fridays from one date to another, both included.

    Raises:
        ServiceFailedError: The dates are in the wrong order. The error code lets an
            error boundary event catch it; a failure without one stops the case as an
            incident that a person sees.
    """
    begin, end = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    if end < begin:
        message = "The last day comes before the first."
        raise ServiceFailedError(message, error_code="ngay-sai")
    days = (begin + dt.timedelta(n) for n in range((end - begin).days + 1))
    return sum(day.weekday() < _SATURDAY for day in days)
