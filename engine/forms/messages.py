"""What a person reads when an answer is wrong: Vietnamese first, then English.

Each text says what to do and names the field. `{label}` is the label inside a sentence,
`{Label}` at its start.
"""

from collections.abc import Mapping
from typing import Final

VIETNAMESE: Final = "vi"
ENGLISH: Final = "en"

_MESSAGES: Final[Mapping[str, tuple[str, str]]] = {
    "required": ("Nhập {label}.", "Enter {label}."),
    "required-choice": ("Chọn {label}.", "Choose {label}."),
    "required-tick": ("Đánh dấu vào ô “{Label}”.", "Tick the box {Label}."),
    "required-file": ("Đính kèm {label}.", "Attach {label}."),
    "too-short": (
        "{Label} phải có ít nhất {limit} ký tự; hiện có {length}.",
        "{Label} must have at least {limit} characters; it has {length}.",
    ),
    "too-long": (
        "{Label} chỉ được có tối đa {limit} ký tự; hiện có {length}.",
        "{Label} may have at most {limit} characters; it has {length}.",
    ),
    "too-small": (
        "{Label} không được nhỏ hơn {limit}.",
        "{Label} must not be less than {limit}.",
    ),
    "too-large": (
        "{Label} không được lớn hơn {limit}.",
        "{Label} must not be greater than {limit}.",
    ),
    "number": (
        (
            "{Label} phải là một số, dấu chấm phân cách hàng nghìn và dấu phẩy "
            "phân cách phần thập phân, ví dụ 1.234,5."
        ),
        (
            "{Label} must be a number with dots between thousands and a comma before "
            "the decimals, for example 1.234,5."
        ),
    ),
    "no-decimals": (
        "{Label} phải là số nguyên, ví dụ 50.000.",
        "{Label} must be a whole number, for example 50.000.",
    ),
    "too-many-decimals": (
        (
            "{Label} chỉ được có tối đa {limit} chữ số sau dấu phẩy; hàng nghìn phân "
            "cách bằng dấu chấm."
        ),
        (
            "{Label} may have at most {limit} digits after the comma; use dots between "
            "thousands."
        ),
    ),
    "too-many-digits": (
        "{Label} chỉ được có tối đa {limit} chữ số.",
        "{Label} may have at most {limit} digits.",
    ),
    "date-form": (
        "Nhập {label} theo dạng ngày/tháng/năm, ví dụ 5/10/2026.",
        "Enter {label} as day/month/year, for example 5/10/2026.",
    ),
    "date-missing": (
        "{Label} là ngày không có trong lịch.",
        "{Label} is a day that does not exist.",
    ),
    "future-day": (
        "{Label} không được sau ngày hôm nay.",
        "{Label} must not be later than today.",
    ),
    "not-an-option": (
        "Chọn {label} trong danh sách.",
        "Choose {label} from the list.",
    ),
    "pattern": (
        "{Label} chưa đúng mẫu quy định.",
        "{Label} does not have the prescribed form.",
    ),
    "email": (
        "{Label} chưa đúng dạng địa chỉ thư điện tử, ví dụ ten@coquan.gov.vn.",
        "{Label} must be an e-mail address, for example name@agency.gov.vn.",
    ),
    "phone": (
        "{Label} chưa đúng, ví dụ đúng: 0912 345 678 hoặc +84 912 345 678.",
        (
            "{Label} must be a telephone number, for example 0912 345 678 or "
            "+84 912 345 678."
        ),
    ),
    "cccd-digits": (
        "{Label} phải gồm đúng 12 chữ số như trên thẻ căn cước.",
        "{Label} must have exactly 12 digits, as on the identity card.",
    ),
    "cccd-province": (
        "{Label} có ba chữ số đầu không phải mã tỉnh hoặc mã quốc gia; hãy xem lại.",
        "{Label} begins with three digits that are no province or country; look again.",
    ),
    "cccd-century": (
        "{Label} có chữ số thứ tư (mã thế kỷ và giới tính) không đúng; hãy xem lại.",
        "{Label} has a wrong fourth digit (century and sex); look again.",
    ),
    "too-many-files": (
        "{Label} chỉ được đính kèm tối đa {limit} tệp.",
        "{Label} may have at most {limit} files.",
    ),
    "characters": (
        "{Label} có ký tự không lưu được; hãy xóa đi và nhập lại.",
        "{Label} has characters that cannot be stored; delete it and type it again.",
    ),
    "malformed": (
        "{Label} không đúng kiểu dữ liệu; hãy nhập lại.",
        "{Label} is not the kind of data that is asked for; enter it again.",
    ),
    "unknown-field": (
        "Biểu mẫu không có mục “{Label}”; chưa có gì được lưu.",
        "The form has no field {Label}; nothing was stored.",
    ),
    "other-code": (
        "{Label} phải là {limit}, mã của chính hồ sơ này.",
        "{Label} must be {limit}, the code of this very case.",
    ),
    "answers-too-large": (
        "Nội dung nhập vượt quá {limit} KB; hãy rút gọn hoặc đính kèm tệp.",
        "What was entered exceeds {limit} KB; shorten it or attach a file.",
    ),
}

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "yes": ("Có", "Yes"),
    "no": ("Không", "No"),
    "files": ("{count} tệp đính kèm", "attached files: {count}"),
    # When a field is asked (engine.forms.wording).
    "only-if": ("Chỉ điền nếu {test}.", "Fill in only if {test}."),
    "and": ("và", "and"),
    "or": ("hoặc", "or"),
    "is": ("{label} là {value}", "{label} is {value}"),
    "is-not": ("{label} không phải là {value}", "{label} is not {value}"),
    "greater": ("{label} lớn hơn {value}", "{label} is greater than {value}"),
    "at-least": ("{label} từ {value} trở lên", "{label} is at least {value}"),
    "less": ("{label} nhỏ hơn {value}", "{label} is less than {value}"),
    "at-most": ("{label} không quá {value}", "{label} is at most {value}"),
    "empty": ("để trống {label}", "{label} is empty"),
    "filled": ("đã điền {label}", "{label} is filled in"),
    "ticked": ("đã đánh dấu {label}", "{label} is ticked"),
    "not-ticked": ("không đánh dấu {label}", "{label} is not ticked"),
    "among": ("{label} là một trong: {value}", "{label} is one of: {value}"),
    "not-among": (
        "{label} không thuộc: {value}",
        "{label} is none of: {value}",
    ),
    "with": ("{label} có chọn {value}", "{label} includes {value}"),
    "without": ("{label} không chọn {value}", "{label} does not include {value}"),
    "always": ("được yêu cầu", "asked to"),
    "never": ("có yêu cầu riêng", "asked separately"),
}


def codes() -> frozenset[str]:
    """Return every code that an answer can be refused with."""
    return frozenset(_MESSAGES)


def message(code: str, params: Mapping[str, object], language: str) -> str:
    """Return the sentence for a refused answer.

    Args:
        code: One of `codes()`.
        params: `label` and the limits that the code names.
        language: `en` for English; anything else is Vietnamese.

    Raises:
        KeyError: There is no such code, or a parameter is missing.
    """
    text = _MESSAGES[code][language == ENGLISH]
    label = str(params.get("label", "")).rstrip(" :*.")
    if language == ENGLISH:
        names = {"label": f"“{label}”", "Label": f"“{label}”"}
    else:
        names = {"label": _inside(label), "Label": label}
    return text.format(**{**params, **names})


def word(code: str, language: str, **params: object) -> str:
    """Return a word that values are shown with."""
    return _WORDS[code][language == ENGLISH].format(**params)


def _inside(label: str) -> str:
    """Write a label as it stands inside a sentence; abbreviations stay as they are."""
    first = label.split(" ", maxsplit=1)[0]
    if len(first) > 1 and not first[1:].islower():
        return label
    return label[:1].lower() + label[1:]
