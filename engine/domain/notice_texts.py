"""The words of notices by mail, where an agency has none of its own."""

from typing import Final

from engine.domain.notices import Kind, Text

_VI: Final = {
    Kind.ASSIGNED: Text(
        subject="[Quytrinh] Việc mới được giao: {step} – hồ sơ {code}",
        body=(
            "Ông/bà được giao bước “{step}” của hồ sơ {code}.\n"
            "Hạn: {due}\nĐơn vị: {agency}\n\nMở việc: {link}\n"
        ),
    ),
    Kind.OPENED: Text(
        subject="[Quytrinh] Có việc chờ nhận: {step} – hồ sơ {code}",
        body=(
            "Bước “{step}” của hồ sơ {code} đang chờ người nhận ở vị trí của"
            " ông/bà.\nHạn: {due}\nĐơn vị: {agency}\n\nMở việc: {link}\n"
        ),
    ),
    Kind.SOON: Text(
        subject="[Quytrinh] Sắp đến hạn: {step} – hồ sơ {code}",
        body=(
            "Đã dùng 80 % thời hạn của bước “{step}”, hồ sơ {code}.\n"
            "Hạn: {due}\nĐơn vị: {agency}\n\nMở việc: {link}\n"
        ),
    ),
    Kind.OVERDUE: Text(
        subject="[Quytrinh] Quá hạn: {step} – hồ sơ {code}",
        body=(
            "Bước “{step}” của hồ sơ {code} đã quá hạn.\n"
            "Hạn: {due}\nĐơn vị: {agency}\n\nMở việc: {link}\n"
        ),
    ),
    Kind.ESCALATED: Text(
        subject="[Quytrinh] Quá hạn tại đơn vị: {step} – hồ sơ {code}",
        body=(
            "“{step}” của hồ sơ {code} đã quá hạn tại đơn vị ông/bà giám sát.\n"
            "Hạn: {due}\nĐơn vị: {agency}\n\nXem hồ sơ: {link}\n"
        ),
    ),
    Kind.DIGEST: Text(
        subject="[Quytrinh] Việc ngày {day}: {late} quá hạn, {soon} sắp đến hạn",
        body=(
            "Việc của ông/bà ngày {day}, {agency}:\n"
            "– đang nhận: {mine}\n– chờ nhận ở vị trí của ông/bà: {free}\n"
            "– sắp đến hạn: {soon}\n– quá hạn: {late}\n\nMở danh sách: {link}\n"
        ),
    ),
}
_EN: Final = {
    Kind.ASSIGNED: Text(
        subject="[Quytrinh] Work given to you: {step}, case {code}",
        body=(
            "You were given the step “{step}” of case {code}.\n"
            "Due: {due}\nUnit: {agency}\n\nOpen it: {link}\n"
        ),
    ),
    Kind.OPENED: Text(
        subject="[Quytrinh] Work to take: {step}, case {code}",
        body=(
            "The step “{step}” of case {code} waits for somebody in your position.\n"
            "Due: {due}\nUnit: {agency}\n\nOpen it: {link}\n"
        ),
    ),
    Kind.SOON: Text(
        subject="[Quytrinh] Due soon: {step}, case {code}",
        body=(
            "80 % of the time for “{step}” of case {code} is used up.\n"
            "Due: {due}\nUnit: {agency}\n\nOpen it: {link}\n"
        ),
    ),
    Kind.OVERDUE: Text(
        subject="[Quytrinh] Overdue: {step}, case {code}",
        body=(
            "The step “{step}” of case {code} is overdue.\n"
            "Due: {due}\nUnit: {agency}\n\nOpen it: {link}\n"
        ),
    ),
    Kind.ESCALATED: Text(
        subject="[Quytrinh] Overdue in a unit you supervise: {step}, case {code}",
        body=(
            "“{step}” of case {code} is overdue in a unit that you supervise.\n"
            "Due: {due}\nUnit: {agency}\n\nSee the case: {link}\n"
        ),
    ),
    Kind.DIGEST: Text(
        subject="[Quytrinh] Work on {day}: {late} overdue, {soon} due soon",
        body=(
            "Your work on {day}, {agency}:\n"
            "– taken by you: {mine}\n– to be taken in your position: {free}\n"
            "– due soon: {soon}\n– overdue: {late}\n\nOpen the list: {link}\n"
        ),
    ),
}
_TEXTS: Final = {"vi": _VI, "en": _EN}
#: What stands for a step where a case as a whole is meant.
WHOLE: Final = {"vi": "Toàn bộ hồ sơ", "en": "The whole case"}


def default(kind: Kind, language: str) -> Text:
    """The text of a kind in a language; Vietnamese where there is no such language."""
    return _TEXTS.get(language, _VI)[kind]
