"""The suite as a table of the manual: what runs, what is refused and what offered."""

from collections.abc import Iterator
from typing import Final

from models_bpmn.importer.wording import questions
from tests.acceptance.bpmn import matrix
from tests.acceptance.bpmn.row import NONE, Row
from tests.acceptance.bpmn.rows import ROWS

HEAD: Final = ("Element", "Trigger", "Position", "Runs", "Refused with, and offered")
#: Element of BPMN 2.0.2 → its names in the product.
NAMES: Final = {
    "task": ("tác vụ", "task"),
    "userTask": ("tác vụ người dùng", "user task"),
    "manualTask": ("tác vụ thủ công", "manual task"),
    "serviceTask": ("tác vụ dịch vụ", "service task"),
    "scriptTask": ("tác vụ kịch bản", "script task"),
    "businessRuleTask": ("tác vụ quy tắc nghiệp vụ", "business rule task"),
    "sendTask": ("tác vụ gửi", "send task"),
    "receiveTask": ("tác vụ nhận", "receive task"),
    "subProcess": ("quy trình con", "sub-process"),
    "transaction": ("giao dịch", "transaction"),
    "adHocSubProcess": ("quy trình con tùy biến", "ad-hoc sub-process"),
    "callActivity": ("quy trình được gọi", "call activity"),
    "activity": ("hoạt động", "activity"),
    "sequenceFlow": ("luồng", "sequence flow"),
    "exclusiveGateway": ("cổng loại trừ", "exclusive gateway"),
    "inclusiveGateway": ("cổng bao hàm", "inclusive gateway"),
    "parallelGateway": ("cổng song song", "parallel gateway"),
    "complexGateway": ("cổng phức hợp", "complex gateway"),
    "eventBasedGateway": ("cổng theo sự kiện", "event-based gateway"),
    "startEvent": ("sự kiện bắt đầu", "start event"),
    "intermediateCatchEvent": ("sự kiện trung gian chờ", "intermediate catch event"),
    "intermediateThrowEvent": ("sự kiện trung gian phát", "intermediate throw event"),
    "boundaryEvent": ("sự kiện biên", "boundary event"),
    "endEvent": ("sự kiện kết thúc", "end event"),
    "dataObject": ("đối tượng dữ liệu", "data object"),
    "dataStoreReference": ("kho dữ liệu", "data store"),
    "property": ("thuộc tính", "property"),
    "dataInputAssociation": ("liên kết dữ liệu", "data association"),
    "correlationSubscription": ("đăng ký tương quan", "correlation subscription"),
    "eventDefinitionRef": ("định nghĩa sự kiện dùng chung", "shared event definition"),
    "textAnnotation": ("chú thích", "text annotation"),
    "group": ("nhóm", "group"),
    "lane": ("làn", "lane"),
    "participant": ("bể", "pool"),
    "choreography": ("sơ đồ phối hợp", "choreography"),
    "conversation": ("sơ đồ hội thoại", "conversation"),
    "choreographyTask": ("tác vụ phối hợp", "choreography task"),
    "subChoreography": ("phối hợp con", "sub-choreography"),
    "callChoreography": ("phối hợp được gọi", "call choreography"),
    "implicitThrowEvent": ("sự kiện phát ngầm", "implicit throw event"),
}
#: Event definition → its Vietnamese name.
TRIGGERS: Final = {
    NONE: "",
    "message": "thông điệp",
    "timer": "hẹn giờ",
    "conditional": "điều kiện",
    "signal": "tín hiệu",
    "multiple": "một trong nhiều sự kiện",
    "parallel multiple": "đủ nhiều sự kiện",
    "escalation": "báo lên cấp trên",
    "error": "lỗi",
    "compensation": "hoàn tác",
    "cancel": "hủy",
    "link": "liên kết",
    "terminate": "chấm dứt",
    "receive task": "tác vụ nhận",
}

#: Choices that name something of the drawing → what they are a choice of.
_KINDS: Final = {
    "function": "call a registered function",
    "decision": "ask a decision of the package",
    "start": "begin at one of them",
    "keep": "keep one of them",
    "time": "one of some times",
}


def rows() -> Iterator[tuple[str, ...]]:
    """A line for each field of the matrix: activities, gateways, events, the rest."""
    for cell in (*matrix.ACTIVITIES, *matrix.GATEWAYS, *_events(), *matrix.OTHERS):
        element, trigger, position = cell
        mine = [row for row in ROWS if row.cell == cell]
        vi, en = NAMES[element]
        word = TRIGGERS[trigger]
        yield (
            f"`{element}` {en}, *{vi}*",
            f"{trigger}, *{word}*" if word else trigger,
            position or NONE,
            _runs(mine) + (", unknown to BPMN" if cell in matrix.OUTSIDE else ""),
            "; ".join(dict.fromkeys(_refused(row) for row in mine if row.refused)),
        )


def _events() -> Iterator[matrix.Cell]:
    """Each position of an event with what the standard knows there, then the rest."""
    for place in matrix.EVENTS:
        for cell in (*matrix.INSIDE, *matrix.OUTSIDE):
            if (cell[0], cell[2]) == place:
                yield cell


def _runs(mine: list[Row]) -> str:
    if any(row.document for row in mine):
        return "kept as a document"
    running = [row for row in mine if not row.refused]
    noted = [row.noted for row in running if row.noted]
    if not running:
        return "no"
    return f"yes, noted: `{noted[0]}`" if noted else "yes"


def _refused(row: Row) -> str:
    offers = dict.fromkeys(_offer(one) for one in row.offers)
    return f"`{row.refused}`: {', '.join(offers)}"


def _offer(choice: str) -> str:
    """A choice in words, without the names that the drawings of the suite have."""
    prefix, _, of = choice.partition(":")
    if of == "…":
        return f"`{choice}`"
    return _KINDS.get(prefix) or questions.choice(choice, "en")
