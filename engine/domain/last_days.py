"""The last day of a limit, where a person names it.

A limit ends on a working day (Civil Code 2015, article 148, clause 5). One that is
counted is moved there (`engine.domain.working_time`); a day that is named is refused
where it is a day off, with the working day that follows.
"""

from datetime import date, timedelta
from typing import Final

from engine.domain.office_hours import Calendar
from engine.errors import NotReadyError

_DAY: Final = timedelta(days=1)
#: Days ahead that a working day is looked for.
_AHEAD: Final = 60


def check_worked(day: date, calendar: Calendar) -> None:
    """Pass when work is done on a day.

    Raises:
        NotReadyError: It is a day off (`day-off`); `next` is the next working day,
            empty where there is none for months.
    """
    if calendar.hours(day):
        return
    after = (day + n * _DAY for n in range(1, _AHEAD))
    following = next((one for one in after if calendar.hours(one)), None)
    named = "" if following is None else following.isoformat()
    raise NotReadyError(code="day-off", day=day.isoformat(), next=named)
