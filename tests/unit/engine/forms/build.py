"""Form documents for the tests, one line each."""

from typing import Any

from engine.forms import document as documents
from engine.forms import form as forms

#: A valid component of each keyed type, to be changed by a test.
VALID: dict[str, dict[str, Any]] = {
    "textfield": {"label": "Họ và tên người nộp"},
    "textarea": {"label": "Ghi chú"},
    "number": {"label": "Lệ phí"},
    "datetime": {"subtype": "date", "dateLabel": "Ngày sinh"},
    "checkbox": {"label": "Đã đối chiếu bản gốc"},
    "checklist": {
        "label": "Giấy tờ",
        "values": [
            {"label": "Đơn đề nghị", "value": "don"},
            {"label": "Bản đồ", "value": "bando"},
            {"label": "Giấy ủy quyền", "value": "uyquyen"},
        ],
    },
    "radio": {
        "label": "Loại hồ sơ",
        "values": [
            {"label": "Đất đai", "value": "dat"},
            {"label": "Hộ tịch", "value": "hotich"},
        ],
    },
    "select": {
        "label": "Phường",
        "values": [
            {"label": "Quy Nhơn", "value": "qn"},
            {"label": "Pleiku", "value": "pk"},
        ],
    },
    "filepicker": {"label": "Tệp kèm theo"},
}


def component(kind: str, key: str = "x", /, **changes: Any) -> dict[str, Any]:
    """Return a component of a type; `None` removes a property."""
    whole = {"type": kind, "id": f"Field_{key}", "key": key, **VALID[kind], **changes}
    return {name: value for name, value in whole.items() if value is not None}


def wrap(*components: Any, **changes: Any) -> dict[str, Any]:
    """Return a form document around components."""
    return {
        "type": "default",
        "schemaVersion": 18,
        "components": list(components),
        **changes,
    }


def form(*components: Any) -> forms.Form:
    """Compile a form."""
    return documents.compile(wrap(*components))
