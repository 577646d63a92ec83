"""Texts about a file as a whole: its bytes, its XML, its processes."""

from collections.abc import Mapping
from typing import Final

from models_bpmn.importer.wording import Message, note, refusal, warning

TEXTS: Final[Mapping[str, Message]] = {
    "file-too-large": refusal(
        "{it}: tệp lớn {size} byte, vượt giới hạn {limit} byte; hãy tách quy trình.",
        "{it}: the file has {size} bytes, the limit is {limit}; split the procedure.",
    ),
    "file-empty": refusal("{it}: tệp trống.", "{it}: the file is empty."),
    "file-none": refusal("Chưa có tệp BPMN nào.", "No BPMN file was given."),
    "file-twice": refusal(
        "{it}: hai tệp cùng tên; hãy đổi tên một tệp.",
        "{it}: two files have this name; rename one.",
    ),
    "file-unreadable": refusal(
        "{it}: không đọc được tệp ({reason}); hãy kiểm tra quyền truy cập.",
        "{it}: the file cannot be read ({reason}); check the rights to it.",
    ),
    "file-unused": note(
        "{it}: không quy trình nào gọi đến tệp này nên tệp được bỏ qua.",
        "{it}: no process calls into this file; it is left out.",
    ),
    "encoding": refusal(
        "{it}: tệp phải được lưu bằng mã UTF-8 ({reason}).",
        "{it}: save the file as UTF-8 ({reason}).",
    ),
    "xml": refusal(
        "{it}: tệp không phải XML đúng cú pháp: bị cắt cụt, bị sửa sai, hoặc không "
        "phải do công cụ vẽ tạo ra; hãy xuất lại từ công cụ vẽ. Bộ đọc XML báo bằng "
        "tiếng Anh: {reason}.",
        "{it}: the file is not well-formed XML: cut off, edited wrongly, or not made "
        "by a modelling tool; export it again. The parser says: {reason}.",
    ),
    "doctype": refusal(
        "{it}: tệp có khai báo DOCTYPE hoặc thực thể (entity); hãy xóa phần này.",
        "{it}: the file declares a DOCTYPE or entities; remove the declaration.",
    ),
    "xml-elements": refusal(
        "{it}: tệp có hơn {limit} phần tử XML.",
        "{it}: the file has more than {limit} XML elements.",
    ),
    "xml-depth": refusal(
        "{it}: các phần tử XML lồng nhau quá {limit} cấp.",
        "{it}: XML elements are nested more than {limit} deep.",
    ),
    "xml-attribute": refusal(
        "{it}: thuộc tính {attribute} dài quá {limit} byte.",
        "{it}: the attribute {attribute} is longer than {limit} bytes.",
    ),
    "attribute-cut": warning(
        "{it}: thuộc tính {attribute} dài quá {limit} byte nên không được đọc hết; hãy"
        " chuyển nội dung vào phần documentation.",
        "{it}: the attribute {attribute} is longer than {limit} bytes and is not read"
        " in full; put the text into the documentation.",
    ),
    "namespace-changed": note(
        "{it}: không gian tên {namespace} của bản nháp BPMN 2.0 đã đọc như BPMN 2.0.",
        "{it}: the namespace {namespace} of a draft was read as that of BPMN 2.0.",
    ),
    "prefix-declared": note(
        "{it}: tiền tố {prefix} chưa được khai báo; đã khai báo trong mô hình.",
        "{it}: the prefix {prefix} is not declared; the model declares it.",
    ),
    "xml-attributes": refusal(
        "{it}: một phần tử có hơn {limit} thuộc tính.",
        "{it}: an element has more than {limit} attributes.",
    ),
    "id-twice": refusal(
        "{it}: mã này đã dùng ở dòng {first}; mỗi phần tử cần một mã riêng.",
        "{it}: this id is already used in line {first}; give each element its own.",
    ),
    "not-bpmn": refusal(
        "{it}: phần tử gốc là {tag}, không phải “definitions” của BPMN 2.0.",
        "{it}: the root element is {tag}, not the “definitions” of BPMN 2.0.",
    ),
    "no-process": refusal(
        "{it}: tệp không có quy trình nào chứa bước thực hiện.",
        "{it}: the file holds no process with steps.",
    ),
    "process-unknown": refusal(
        "{it}: không có quy trình {process}; trong tệp có: {known}.",
        "{it}: there is no process {process}; the files hold: {known}.",
    ),
    "process-twice": refusal(
        "{it}: mã quy trình này có trong cả {file} và {other}; hãy đổi một mã.",
        "{it}: this process id stands in {file} and in {other}; change one.",
    ),
    "process-without-id": refusal(
        "{it}: quy trình chưa có mã (thuộc tính id).",
        "{it}: the process has no id.",
    ),
    "process-not-executable": warning(
        "{it}: quy trình ghi isExecutable=false; vẫn được dùng như quy trình chính.",
        "{it}: the process says isExecutable=false; it is taken as the main one.",
    ),
    "process-others": note(
        "{it}: được chọn làm quy trình chính; không chạy: {others}.",
        "{it}: is taken as the main process; these do not run: {others}.",
    ),
    "process-pools": note(
        "{it}: được chọn làm quy trình chính; các bể khác chạy thành hồ sơ riêng: "
        "{pools}.",
        "{it}: is taken as the main process; the other pools run as cases of their "
        "own: {pools}.",
    ),
    "pools-left": note(
        "{it}: các bể {pools} không chạy: ngoài bể chính chỉ chạy nhiều nhất {most} "
        "bể, cộng lại tối đa {limit} nút; hãy tách ra tệp khác.",
        "{it}: the pools {pools} do not run: beside the main one at most {most} do, "
        "with {limit} nodes together; move them to other files.",
    ),
    "process-too-large": refusal(
        "{it}: quy trình có {count} nút, giới hạn là {limit}; hãy tách thành "
        "quy trình con.",
        "{it}: the process has {count} nodes, the limit is {limit}; move parts into "
        "called processes.",
    ),
    "process-empty": refusal(
        "{it}: quy trình không có bước nào.",
        "{it}: the process holds no steps.",
    ),
    "package-file": refusal(
        "{it}: tệp không thuộc gói quy trình (process.bpmn, called/*.bpmn, "
        "forms/*.form, decisions/*.dmn, scenarios.toml, SOURCES.md, answers.json).",
        "{it}: this file is no part of a package (process.bpmn, called/*.bpmn, "
        "forms/*.form, decisions/*.dmn, scenarios.toml, SOURCES.md, answers.json).",
    ),
    "package-called": refusal(
        "{it}: thư mục của quy trình đã công bố do hệ thống tự đưa vào; hãy bỏ các thư "
        "mục called/…@…/ ra khỏi gói.",
        "{it}: the system itself puts in the files of published procedures; take the "
        "folders called/…@…/ out of the package.",
    ),
    "package-called-damaged": refusal(
        "{it}: không đọc được quy trình được gọi; hãy bỏ thư mục này ra khỏi gói và "
        "tải gói lên lại.",
        "{it}: the called procedure cannot be read; take this folder out of the "
        "package and upload the package again.",
    ),
    "package-archive": refusal(
        "{it}: không mở được tệp zip này; hãy nén lại gói quy trình.",
        "{it}: this cannot be opened as a zip; pack the package again.",
    ),
    "package-too-large": refusal(
        "Gói lớn {size} byte, vượt giới hạn {limit} byte.",
        "The package has {size} bytes, the limit is {limit}.",
    ),
    "package-main": refusal(
        "Gói chưa có sơ đồ chính; hãy đặt tên tệp là process.bpmn.",
        "The package has no main diagram; name it process.bpmn.",
    ),
    "answers": refusal(
        "{it}: cần một đối tượng JSON: mã quyết định → lựa chọn.",
        "{it}: this is no JSON object of decision → choice.",
    ),
    "more": note(
        "Còn {count} nhận xét khác không hiển thị.",
        "{count} more remarks are not shown.",
    ),
}
