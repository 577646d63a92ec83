"""Texts about what a designer types into elements: expressions, timers, names."""

from collections.abc import Mapping
from typing import Final

from models_bpmn.importer.wording import Message, refusal, warning

TEXTS: Final[Mapping[str, Message]] = {
    "expression": refusal(
        "{it}: {what} “{text}” không hợp lệ: {reason}",
        "{it}: {what} “{text}” is not valid: {reason}",
    ),
    "expression-empty": refusal(
        "{it}: {what} còn trống.",
        "{it}: {what} is empty.",
    ),
    "expression-language": refusal(
        "{it}: {what} “{text}” viết bằng {language}; chỉ nhận biểu thức của hệ thống, "
        "ví dụ: so_tien > 1000 and loai == 'moi'.",
        "{it}: {what} “{text}” is written in {language}; only the safe expression "
        "language runs, for example: amount > 1000 and kind == 'new'.",
    ),
    "timer-kind": refusal(
        "{it}: sự kiện hẹn giờ cần đúng một trong timeDuration, timeDate, timeCycle.",
        "{it}: a timer needs exactly one of timeDuration, timeDate, timeCycle.",
    ),
    "timer": refusal(
        "{it}: thời gian “{text}” không hợp lệ: {reason}",
        "{it}: the time “{text}” is not valid: {reason}",
    ),
    "multi-instance-count": refusal(
        "{it}: hoạt động nhiều lượt cần số lượt (loopCardinality) hoặc danh sách "
        "(qt:collection).",
        "{it}: a multi-instance activity needs a number (loopCardinality) or a list "
        "(qt:collection).",
    ),
    "multi-instance-both": refusal(
        "{it}: chỉ ghi số lượt (loopCardinality) hoặc danh sách, không ghi cả hai.",
        "{it}: write the number (loopCardinality) or the list, not both.",
    ),
    "multi-instance-many": refusal(
        "{it}: {count} lượt vượt giới hạn {limit}.",
        "{it}: {count} instances exceed the limit of {limit}.",
    ),
    "multi-instance-output": refusal(
        "{it}: kết quả cần cả danh sách (output) và giá trị của mỗi lượt (outputItem).",
        "{it}: results need both the list (output) and the value of each instance "
        "(outputItem).",
    ),
    "loop-endless": refusal(
        "{it}: vòng lặp cần điều kiện (loopCondition) hoặc số lượt tối đa "
        "(loopMaximum).",
        "{it}: a loop needs a condition (loopCondition) or a maximum (loopMaximum).",
    ),
    "loop-maximum": refusal(
        "{it}: loopMaximum là “{text}”; cần số nguyên từ 1 đến {limit}.",
        "{it}: loopMaximum is “{text}”; a whole number from 1 to {limit} is needed.",
    ),
    "loop-both": refusal(
        "{it}: hoạt động vừa lặp vừa nhiều lượt; chỉ giữ một cách.",
        "{it}: the activity has a loop and several instances; keep one of them.",
    ),
    "name-invalid": refusal(
        "{it}: {what} “{name}” không dùng được làm tên dữ liệu: {reason}",
        "{it}: {what} “{name}” is no usable name of data: {reason}",
    ),
    "name-twice": refusal(
        "{it}: {what} “{name}” được ghi hai lần.",
        "{it}: {what} “{name}” is written twice.",
    ),
    "correlation-unused": warning(
        "{it}: qt:correlation không có tác dụng ở đây; chỉ thông điệp có khóa.",
        "{it}: qt:correlation has no effect here; only messages have keys.",
    ),
    "payload-unused": warning(
        "{it}: qt:payload không có tác dụng ở đây.",
        "{it}: qt:payload has no effect here.",
    ),
}
