"""Questions of the importer, their choices, and why a node does not run.

A question without words of its own is the remark that led to it.
"""

from collections.abc import Mapping
from typing import Final

from models_bpmn.importer.wording import elements, file, graph, rules, texts

_FINDINGS: Final = {
    **file.TEXTS,
    **elements.TEXTS,
    **graph.TEXTS,
    **texts.TEXTS,
    **rules.TEXTS,
}

_BY_WHOM: Final = (
    "{it}: hệ thống không tự thực hiện được bước này ({binding}). Ai làm?",
    "{it}: nothing here performs this step ({binding}). Who does it?",
)
#: Code → the question in Vietnamese and English.
QUESTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "process-not-executable": (
        "{it}: sơ đồ ghi là không thực thi. Lưu làm tài liệu hay chạy?",
        "{it}: the diagram says it is not executable. Keep it as a document or run it?",
    ),
    "service-unbound": _BY_WHOM,
    "service-unknown": _BY_WHOM,
    "element-scriptTask": _BY_WHOM,
    "decision-unbound": (
        "{it}: chưa ghi hỏi quyết định nào ({binding}). Ai hoặc gì quyết định?",
        "{it}: names no decision to ask ({binding}). Who or what decides?",
    ),
    "decision-unknown": (
        "{it}: không có quyết định “{decision}” trong gói. Ai hoặc gì quyết định?",
        "{it}: the package has no decision “{decision}”. Who or what decides?",
    ),
    "ad-hoc-events": (
        "{it}: quy trình con tùy biến có sự kiện bắt đầu hoặc kết thúc. Hiểu thế nào?",
        "{it}: the ad-hoc sub-process has start or end events. What is meant?",
    ),
    "ad-hoc-empty": (
        "{it}: quy trình con tùy biến không có gì để bắt đầu. Thay bằng gì?",
        "{it}: nothing can be begun in the ad-hoc sub-process. What takes its place?",
    ),
    "complex-without-condition": (
        "{it}: cổng phức hợp chưa ghi khi nào đi tiếp. Khi nào đi tiếp?",
        "{it}: the complex gateway does not say when it goes on. When does it?",
    ),
    "element-multipleEventDefinitions": (
        "{it}: các định nghĩa của sự kiện này không đi cùng nhau ở đây. Giữ gì?",
        "{it}: the definitions of this event do not stand together here. Which stay?",
    ),
    "call-unknown": (
        "{it}: không tệp nào, quy trình đang áp dụng nào là “{ref}”. Thay bằng gì?",
        "{it}: no file and no procedure in force is “{ref}”. What takes its place?",
    ),
    "call-ambiguous": (
        "{it}: nhiều quy trình đang áp dụng có tên “{ref}”. Gọi quy trình nào?",
        "{it}: several procedures in force are called “{ref}”. Which is meant?",
    ),
    "call-start": (
        "{it}: quy trình {procedure} chỉ bắt đầu khi có sự kiện. Thay bằng gì?",
        "{it}: the procedure {procedure} begins only at events. What takes its place?",
    ),
    "call-bindings": (
        "{it}: {procedure} được gọi cả pinned và latest. Gọi như nơi đầu tiên?",
        "{it}: {procedure} is called both pinned and latest. As at the first call?",
    ),
    "call-missing": (
        "{it}: chưa ghi quy trình được gọi. Thay bằng gì?",
        "{it}: names no process to call. What takes its place?",
    ),
    "flow-without-condition": (
        "{it}: có luồng chưa có điều kiện. Đi theo luồng nào do đâu quyết định?",
        "{it}: a flow has no condition. What decides which way is taken?",
    ),
    "expression-language": (
        "{it}: “{text}” ({language}) không chuyển được. Quyết định thế nào?",
        "{it}: “{text}” ({language}) cannot be translated. What decides instead?",
    ),
    "timer-kind": (
        "{it}: chưa có thời gian. Chờ bao lâu?",
        "{it}: has no time. How long does it wait?",
    ),
    "reference-missing": (
        "{it}: chưa ghi {what}. Dùng gì?",
        "{it}: names no {what}. What is meant?",
    ),
    "start-several": (
        "{it}: có nhiều sự kiện bắt đầu. Hồ sơ bắt đầu ở đâu?",
        "{it}: has several start events. Where does a case begin?",
    ),
    "start-missing": (
        "{it}: không rõ bắt đầu ở đâu. Hồ sơ bắt đầu ở đâu?",
        "{it}: it is not clear where it begins. Where does a case begin?",
    ),
    "unreachable": (
        "{it}: không có đường đi đến đây. Bỏ phần tử này hay cho bắt đầu cùng lúc?",
        "{it}: no way leads here. Leave it out, or begin it together with the start?",
    ),
    "join-never-complete": (
        "{it}: cổng không bao giờ nhận đủ luồng, hồ sơ dừng ở đây. Có đúng ý không?",
        "{it}: the join never gets all its flows; cases stop there. Is that meant?",
    ),
    "never-ends": (
        "{it}: đi cách nào cũng không kết thúc. Có đúng ý không?",
        "{it}: whatever way is taken, it never ends. Is that meant?",
    ),
    "id-twice": (
        "{it}: mã dùng hai lần; được hiểu là phần tử ở dòng {first}. Đúng không?",
        "{it}: the id is used twice and taken to mean line {first}. Is that right?",
    ),
}

#: Choice, up to its colon → how it is called.
CHOICES: Final[Mapping[str, tuple[str, str]]] = {
    "manual": ("một người thực hiện", "a person does it"),
    "drop": ("bỏ phần tử này", "leave it out"),
    "function": ("gọi hàm {of}", "call the function {of}"),
    "decision": ("hỏi quyết định {of}", "ask the decision {of}"),
    "procedure": ("gọi quy trình {of}", "call the procedure {of}"),
    "as-first": ("như nơi gọi đầu tiên", "as at the first call"),
    "any": ("một trong các sự kiện là đủ", "any one of the events is enough"),
    "several": ("giữ những gì đi cùng nhau được", "keep those that stand together"),
    "firing": (
        "chỉ xét khi cổng đi tiếp",
        "judge it when the gateway goes on, not at its reset",
    ),
    "without-events": (
        "bỏ các sự kiện bắt đầu và kết thúc",
        "drop the start and end events",
    ),
    "by-person": ("một người kết thúc", "a person ends it"),
    "ignore": ("bỏ phần này, giữ phần tử", "drop this part, keep the element"),
    "pass": ("đi qua, không làm gì", "pass it without doing anything"),
    "plain": ("sự kiện thường", "a plain event"),
    "keep": ("giữ {of}", "keep {of}"),
    "name": ("đặt tên theo phần tử", "name it after the element"),
    "time": ("thời gian {of}", "the time {of}"),
    "count": ("số lượt {of}", "this many times: {of}"),
    "expression": ("biểu thức {of}", "the expression {of}"),
    "outcome": ("người làm bước trước chọn", "the person before it chooses"),
    "default": ("đó là luồng mặc định", "that flow is the default"),
    "always": ("luôn đi theo luồng đó", "that flow is always taken"),
    "first": ("lấy phần tử đầu tiên", "take the first"),
    "once": ("làm một lần", "do it once"),
    "all": ("làm đủ mọi lượt", "do it all the times"),
    "list": ("theo danh sách", "as the list says"),
    "without": ("bỏ biểu thức", "drop the expression"),
    "without-results": ("không gom kết quả", "do not gather results"),
    "sub-process": ("như quy trình con thường", "as an embedded sub-process"),
    "inclusive": ("cổng bao hàm", "an inclusive gateway"),
    "parallel": ("cổng song song", "a parallel gateway"),
    "exclusive": ("cổng loại trừ", "an exclusive gateway"),
    "start": ("bắt đầu tại {of}", "begin at {of}"),
    "begin": ("bắt đầu cùng lúc", "begin it together with the start"),
    "cut": ("bỏ luồng", "drop the flow"),
    "comment": ("ô ý kiến thay biểu mẫu", "a comment field instead of the form"),
    "wait": ("thêm một bước của người", "add a step of a person"),
    "accept": ("đúng như vậy", "that is meant"),
    "documentation": ("lưu làm tài liệu", "keep it as a document"),
    "run": ("chạy", "run it"),
}

#: Why a node is listed, where no question led to it.
REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "other-process": (
        "thuộc quy trình khác trong tệp, hồ sơ không chạy qua",
        "belongs to another process of the file, which a case does not run",
    ),
    "documentation": (
        "sơ đồ là tài liệu, không chạy",
        "the diagram is a document and does not run",
    ),
    "refused": ("tệp không được nhận", "the file is refused"),
    "open": (
        "chờ quyết định: {of}",
        "waits for a decision: {of}",
    ),
    "gone": (
        "bỏ ra cùng “{cause}” ({of})",
        "left out with “{cause}” ({of})",
    ),
}


def question(code: str, language: str, params: Mapping[str, str]) -> str:
    """The question about a finding in `vi` or `en`."""
    vi, en = QUESTIONS.get(code) or _FINDINGS[code][1:]
    written = (vi if language == "vi" else en).replace(" ({binding})", "")
    if params.get("binding"):
        written = vi if language == "vi" else en
    return written.format_map(params).removeprefix(": ")


def choice(value: str, language: str) -> str:
    """A choice in words."""
    key, _, of = value.partition(":")
    vi, en = CHOICES[key]
    return (vi if language == "vi" else en).format(of=of)


def reason(code: str, language: str, cause: str) -> str:
    """Why a node does not run."""
    key, _, of = code.partition(":")
    if key not in REASONS or key == "gone":
        key, of = "gone", code
    vi, en = REASONS[key]
    return (vi if language == "vi" else en).format(of=of, cause=cause)
