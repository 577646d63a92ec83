"""What the reading and checking of decision files says, in Vietnamese and English.

The reasons why a text is not in the language exist twice: `cell-…` for a cell of a
rule, `text-…` for every other text.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from models_bpmn.importer.wording import Message, note, refusal, warning

#: Why a text cannot be read.
REASONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "too-long": ("dài quá {limit} ký tự", "it is longer than {limit} characters"),
        "too-many": ("có hơn {limit} thành phần", "it has more than {limit} parts"),
        "too-deep": (
            "lồng nhau quá {limit} cấp",
            "it is nested deeper than {limit}",
        ),
        "character": (
            "ký tự {character} không được phép",
            "the character {character} is not allowed",
        ),
        "end": ("thiếu vế sau", "something is missing at the end"),
        "end-before": ("thiếu `{needed}`", "`{needed}` is missing"),
        "unexpected": (
            "không hiểu `{found}` ở vị trí {at}; văn bản phải đặt trong dấu ngoặc kép",
            "`{found}` at position {at} is not understood; texts need double quotes",
        ),
        "literal": (
            "{text} không phải ngày, giờ hoặc khoảng thời gian có thật",
            "{text} is no date, time or duration that exists",
        ),
        "span": (
            "hai đầu của khoảng không cùng kiểu",
            "the ends of the interval are not of one kind",
        ),
        "type": ("kiểu sau “instance of” không có", "there is no such type"),
        "function": (
            "không dùng được hàm tự định nghĩa",
            "function definitions are not supported",
        ),
        "call": (
            "không có hàm {name}; hãy đưa giá trị vào bằng một cột",
            "there is no function {name}; bring the value in as an input",
        ),
        "named": (
            "hãy gọi hàm với tham số theo thứ tự, không theo tên",
            "call functions with arguments in order, not by name",
        ),
        "arguments": (
            "số tham số của hàm {name} không đúng",
            "the function {name} takes another number of arguments",
        ),
    }
)

_FILE: Final[Mapping[str, Message]] = {
    "not-dmn": refusal(
        "{it}: phần tử gốc là {tag}, không phải “definitions” của DMN 1.1 đến 1.5.",
        "{it}: the root element is {tag}, not the “definitions” of DMN 1.1 to 1.5.",
    ),
    "no-decision": refusal(
        "{it}: tệp không có quyết định nào.", "{it}: the file holds no decision."
    ),
    "import": refusal(
        "{it}: không dùng được phần nhập từ tệp khác; hãy gộp vào một tệp.",
        "{it}: imports of other files are not supported; put all into one file.",
    ),
    "element": refusal(
        "{it}: không dùng được phần tử {tag}.", "{it}: {tag} is not supported."
    ),
    "logic": refusal(
        "{it}: quyết định dạng {tag} không dùng được; hãy dùng bảng quyết định hoặc"
        " một biểu thức.",
        "{it}: a decision that is a {tag} is not supported; use a decision table or"
        " one expression.",
    ),
    "box-depth": refusal(
        "{it}: các khung lồng nhau quá {limit} cấp; hãy tách thành nhiều quyết định.",
        "{it}: boxes are nested deeper than {limit}; split them into decisions.",
    ),
    "box-name": refusal(
        "{it}: trong khung, tên “{entry}” trùng hoặc thiếu; chỉ mục cuối được không có"
        " tên.",
        "{it}: the context's entry “{entry}” has no name or one that is used; only the"
        " last may have none.",
    ),
    "box-empty": refusal(
        "{it}: một phần {tag} chưa có nội dung.", "{it}: a {tag} holds no expression."
    ),
    "function-circle": refusal(
        "{it}: hàm gọi lại chính nó; hãy bỏ vòng lặp này.",
        "{it}: the function calls itself, at once or through others; break the circle.",
    ),
    "function-kind": refusal(
        "{it}: hàm loại {kind} gọi mã ngoài, không dùng được; hãy viết bằng FEEL.",
        "{it}: a function of the kind {kind} calls other code; write it in FEEL.",
    ),
    "function-name": refusal(
        "{it}: hàm chỉ thấy tham số của mình; hãy thêm tham số “{name}”.",
        "{it}: a function sees its parameters only; add a parameter “{name}”.",
    ),
    "function-parameter": refusal(
        "{it}: hàm “{function}” không có tham số “{parameter}”.",
        "{it}: the function “{function}” has no parameter “{parameter}”.",
    ),
    "function-unknown": refusal(
        "{it}: không có hàm “{function}”; hiện có: {known}.",
        "{it}: there is no function “{function}”; there are: {known}.",
    ),
    "language": refusal(
        "{it}: ngôn ngữ biểu thức {language} không dùng được; hãy dùng FEEL.",
        "{it}: the expression language {language} is not supported; use FEEL.",
    ),
    "service": note(
        "{it}: dịch vụ quyết định không được gọi; các quyết định trong đó vẫn dùng.",
        "{it}: the decision service is not called; the decisions in it are used.",
    ),
    "ids-given": note(
        "{it}: {count} luật chưa có mã; mã được đặt theo số thứ tự.",
        "{it}: {count} rules have no id; ids were given by their numbers.",
    ),
    "part-unnamed": refusal(
        "{it}: phần tử {tag} ở dòng {line} chưa có tên hoặc mã.",
        "{it}: the {tag} in line {line} has no name or id.",
    ),
    "decision-elsewhere": refusal(
        "{it}: quyết định “{decision}” đã có trong tệp {first}; hãy đổi tên một quyết"
        " định.",
        "{it}: the decision “{decision}” is also in the file {first}; rename one.",
    ),
    "hit-policy": refusal(
        "{it}: không có chính sách chọn luật “{policy}”.",
        "{it}: there is no hit policy “{policy}”.",
    ),
    "aggregation": refusal(
        "{it}: không có phép gộp “{aggregation}”.",
        "{it}: there is no aggregation “{aggregation}”.",
    ),
    "aggregation-idle": warning(
        "{it}: phép gộp {aggregation} chỉ có nghĩa với COLLECT nên bị bỏ qua.",
        "{it}: the aggregation {aggregation} is left out; only COLLECT has one.",
    ),
    "reference": refusal(
        "{it}: tham chiếu {href} chỉ ra ngoài tệp.",
        "{it}: the reference {href} leads out of the file.",
    ),
    "model-parts": refusal(
        "{it}: các ô và biểu thức có tổng cộng hơn {limit} thành phần.",
        "{it}: all cells and expressions together have more than {limit} parts.",
    ),
}

_MODEL: Final[Mapping[str, Message]] = {
    "data-name-twice": refusal(
        "{it}: tên này đã dùng cho {first}; hãy đổi một tên.",
        "{it}: {first} already has this name; change one.",
    ),
    "type-unknown": warning(
        "{it}: không có kiểu “{type}”; mọi giá trị đều được nhận.",
        "{it}: there is no type “{type}”; every value is taken.",
    ),
    "type-circle": refusal(
        "{it}: kiểu “{type}” chứa chính nó.", "{it}: the type “{type}” contains itself."
    ),
    "decision-given": warning(
        "{it}: quyết định chưa có bảng; kết quả phải do người có thẩm quyền cung cấp.",
        "{it}: the decision has no logic; somebody must give its result as data.",
    ),
    "requirement-unknown": refusal(
        "{it}: quyết định cần {id}, nhưng tệp không có phần tử này.",
        "{it}: the decision requires {id}, which the file does not hold.",
    ),
    "requirement-missing": warning(
        "{it}: dùng “{name}” nhưng chưa vẽ mũi tên yêu cầu; đã tự nối.",
        "{it}: it reads “{name}” without an arrow to it; the arrow was added.",
    ),
    "requirement-circle": refusal(
        "{it}: các quyết định cần lẫn nhau: {circle}.",
        "{it}: the decisions require each other: {circle}.",
    ),
    "name-undeclared": warning(
        "{it}: “{name}” không phải dữ liệu đầu vào nào; sẽ lấy từ dữ liệu của hồ sơ."
        " Nếu là văn bản, hãy đặt trong dấu ngoặc kép.",
        "{it}: “{name}” is no input data; it is taken from the data of the case."
        " If it is meant as text, put it in double quotes.",
    ),
}

_TABLE: Final[Mapping[str, Message]] = {
    "table-rules": refusal(
        "{it}: bảng có hơn {limit} luật.",
        "{it}: the table has more than {limit} rules.",
    ),
    "table-columns": refusal(
        "{it}: bảng có hơn {limit} cột.",
        "{it}: the table has more than {limit} columns.",
    ),
    "table-no-output": refusal(
        "{it}: bảng chưa có cột kết quả.", "{it}: the table has no output column."
    ),
    "table-empty": warning("{it}: bảng chưa có luật.", "{it}: the table has no rules."),
    "input-expression": refusal(
        "{it}: một cột đầu vào chưa có biểu thức.",
        "{it}: an input column has no expression.",
    ),
    "output-names": refusal(
        "{it}: bảng nhiều cột kết quả cần mỗi cột một tên riêng.",
        "{it}: a table with several output columns needs a name of its own for each.",
    ),
    "aggregation-outputs": refusal(
        "{it}: phép gộp cần bảng chỉ có một cột kết quả.",
        "{it}: an aggregation needs a table with one output column.",
    ),
    "rule-cells": refusal(
        "{it}: luật {rule} có số ô khác số cột.",
        "{it}: rule {rule} has another number of cells than the table has columns.",
    ),
    "priority-values": refusal(
        "{it}: chính sách {policy} cần danh sách giá trị kết quả theo thứ tự ưu tiên.",
        "{it}: the hit policy {policy} needs the output values in their order.",
    ),
    "output-type": refusal(
        "{it}: luật {rule}, cột “{column}”: kết quả không thuộc kiểu {type}.",
        "{it}: rule {rule}, column “{column}”: the result is not of the type {type}.",
    ),
    "output-value": refusal(
        "{it}: luật {rule}, cột “{column}”: kết quả phải là một trong: {allowed}",
        "{it}: rule {rule}, column “{column}”: the result must be one of: {allowed}",
    ),
    "overlap": refusal(
        "{it}: luật {first} và luật {second} cùng khớp khi {example}; bảng UNIQUE chỉ"
        " được một luật khớp. Hãy sửa ô hoặc chọn chính sách khác.",
        "{it}: rules {first} and {second} both match when {example}; in a UNIQUE table"
        " only one may. Change a cell or the hit policy.",
    ),
    "any-differs": refusal(
        "{it}: luật {first} và luật {second} cùng khớp khi {example} nhưng kết quả khác"
        " nhau; bảng ANY cần kết quả như nhau.",
        "{it}: rules {first} and {second} both match when {example} with different"
        " results; in an ANY table they must be the same.",
    ),
    "gap": warning(
        "{it}: không luật nào khớp khi {example}; kết quả sẽ để trống.",
        "{it}: no rule matches when {example}; the result will be nothing.",
    ),
    "rule-never": warning(
        "{it}: luật {rule} không bao giờ khớp: cột “{column}” không thể có giá trị đó.",
        "{it}: rule {rule} never matches: the column “{column}” has no such value.",
    ),
    "check-cells": note(
        "{it}: có ô tính toán hoặc so sánh nhiều kiểu giá trị, nên chưa kiểm tra được"
        " hết các luật chồng nhau hoặc trường hợp bỏ sót.",
        "{it}: some cells compute, or compare values of several kinds; overlaps and"
        " gaps could not be looked for everywhere.",
    ),
    "check-size": note(
        "{it}: bảng quá lớn để kiểm tra hết các luật chồng nhau hoặc bỏ sót.",
        "{it}: the table is too large to look for every overlap and gap.",
    ),
}


def _reasons() -> dict[str, Message]:
    found: dict[str, Message] = {}
    for reason, (vi, en) in REASONS.items():
        found[f"cell-{reason}"] = refusal(
            f"{{it}}: luật {{rule}}, cột “{{column}}”, ô `{{text}}`: {vi}.",
            f"{{it}}: rule {{rule}}, column “{{column}}”, cell `{{text}}`: {en}.",
        )
        found[f"text-{reason}"] = refusal(
            f"{{it}}: biểu thức `{{text}}`: {vi}.",
            f"{{it}}: expression `{{text}}`: {en}.",
        )
    return found


#: Every code of decision files.
CATALOGUE: Final[Mapping[str, Message]] = MappingProxyType(
    {**_FILE, **_MODEL, **_TABLE, **_reasons()}
)
