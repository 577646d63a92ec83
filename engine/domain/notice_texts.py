"""The words of notices by mail, where an agency has none of its own."""

from typing import Final

from engine.domain.notices import Kind, Text, What

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
    Kind.ASKED: Text(
        subject="[Quytrinh] Đề nghị ông/bà: {step} – hồ sơ {code}",
        body=(
            "Ông/bà hoặc vị trí của ông/bà được đề nghị: {step}, hồ sơ {code}.\n"
            "Hạn: {due}\nĐơn vị: {agency}\n\nMở việc: {link}\n"
        ),
    ),
    Kind.ANSWERED: Text(
        subject="[Quytrinh] {what}: {step} – hồ sơ {code}",
        body=(
            "Điều ông/bà đã hỏi, đã đề nghị ở hồ sơ {code} ({step}): {what}.\n"
            "Hạn: {due}\nĐơn vị: {agency}\n\nMở việc: {link}\n"
        ),
    ),
    Kind.RETURNED: Text(
        subject="[Quytrinh] Việc bị trả lại: {step} – hồ sơ {code}",
        body=(
            "Bước “{step}” của hồ sơ {code} được trả lại để làm lại; lý do ghi trong"
            " hồ sơ.\nHạn: {due}\nĐơn vị: {agency}\n\nMở việc: {link}\n"
        ),
    ),
    Kind.SUPPLEMENTED: Text(
        subject="[Quytrinh] {what} – hồ sơ {code}",
        body=(
            "{what} của hồ sơ {code}.\n"
            "Hạn: {due}\nĐơn vị: {agency}\n\nXem hồ sơ: {link}\n"
        ),
    ),
    Kind.MENTION: Text(
        subject="[Quytrinh] Có người nhắc đến ông/bà – hồ sơ {code}",
        body=(
            "Có người nhắc đến ông/bà ở bước “{step}” của hồ sơ {code}.\n"
            "Đơn vị: {agency}\n\nXem hồ sơ: {link}\n"
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
    Kind.EXTENSION: Text(
        subject="[Quytrinh] Đề nghị gia hạn – hồ sơ {code}",
        body=(
            "Có đề nghị gia hạn ngày hẹn trả của hồ sơ {code}; ông/bà có thể gia hạn"
            " hoặc không gia hạn.\n"
            "Ngày hẹn trả hiện nay: {due}\nĐơn vị: {agency}\n\nXem hồ sơ: {link}\n"
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
    Kind.ASKED: Text(
        subject="[Quytrinh] You are asked: {step}, case {code}",
        body=(
            "You, or your position, were asked: {step}, case {code}.\n"
            "Due: {due}\nUnit: {agency}\n\nOpen it: {link}\n"
        ),
    ),
    Kind.ANSWERED: Text(
        subject="[Quytrinh] {what}: {step}, case {code}",
        body=(
            "What you asked in case {code} ({step}): {what}.\n"
            "Due: {due}\nUnit: {agency}\n\nOpen it: {link}\n"
        ),
    ),
    Kind.RETURNED: Text(
        subject="[Quytrinh] Work came back: {step}, case {code}",
        body=(
            "The step “{step}” of case {code} was returned to be done again; the case"
            " says why.\nDue: {due}\nUnit: {agency}\n\nOpen it: {link}\n"
        ),
    ),
    Kind.SUPPLEMENTED: Text(
        subject="[Quytrinh] {what}, case {code}",
        body=(
            "{what}, in case {code}.\n"
            "Due: {due}\nUnit: {agency}\n\nSee the case: {link}\n"
        ),
    ),
    Kind.MENTION: Text(
        subject="[Quytrinh] Somebody named you, case {code}",
        body=(
            "Somebody named you at the step “{step}” of case {code}.\n"
            "Unit: {agency}\n\nSee the case: {link}\n"
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
    Kind.EXTENSION: Text(
        subject="[Quytrinh] More time asked for, case {code}",
        body=(
            "More time is asked for in case {code}; you may extend the promised date"
            " or refuse.\n"
            "Promised now: {due}\nUnit: {agency}\n\nSee the case: {link}\n"
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
#: What was answered, or arrived.
WHAT: Final = {
    "vi": {
        What.OPINION: "Đã có ý kiến",
        What.SIGNED: "Một người đã đồng ký",
        What.QUORUM: "Đã đủ người đồng ký",
        What.REFUSED: "Có người không đồng ký",
        What.VETOED: "Có người phản đối, bước không hoàn thành được",
        What.SUPPLEMENT: "Đã nhận bổ sung",
        What.PAYMENT: "Đã nhận thanh toán",
        What.AGENCY: "Cơ quan được hỏi đã trả lời",
        What.EXTENDED: "Đã được gia hạn",
        What.NOT_EXTENDED: "Không được gia hạn",
    },
    "en": {
        What.OPINION: "An opinion was given",
        What.SIGNED: "Somebody has co-signed",
        What.QUORUM: "Enough people have co-signed",
        What.REFUSED: "Somebody refused to co-sign",
        What.VETOED: "Somebody objected; the step cannot be completed",
        What.SUPPLEMENT: "The supplement is here",
        What.PAYMENT: "The payment is here",
        What.AGENCY: "The other agency has answered",
        What.EXTENDED: "More time was given",
        What.NOT_EXTENDED: "More time was not given",
    },
}


def said(what: What | None, language: str) -> str:
    """What was answered or arrived, in a language; empty: nothing."""
    return "" if what is None else WHAT.get(language, WHAT["vi"])[what]


def default(kind: Kind, language: str) -> Text:
    """The text of a kind in a language; Vietnamese where there is no such language."""
    return _TEXTS.get(language, _VI)[kind]
