"""Texts about repairs and translations: what was changed and still means the same."""

from collections.abc import Mapping
from typing import Final

from models_bpmn.importer.wording import Message, note, warning

TEXTS: Final[Mapping[str, Message]] = {
    "encoding-changed": note(
        "{it}: tệp viết bằng mã {encoding}, đã đọc sang UTF-8.",
        "{it}: the file is written in {encoding}; it was read as UTF-8.",
    ),
    "prefix-stripped": note(
        "{it}: tham chiếu “{ref}” được đọc không kèm tiền tố.",
        "{it}: the reference “{ref}” is read without its prefix.",
    ),
    "drawn-by-itself": note(
        "{it}: {count} phần tử chưa có hình; sơ đồ được vẽ tự động khi hiển thị. "
        "Tệp tải lên giữ nguyên; muốn có hình riêng, hãy vẽ bằng công cụ BPMN rồi tải "
        "lên lại.",
        "{it}: {count} elements have no shape; the diagram is drawn automatically when "
        "it is shown. The uploaded file stays as it is; to place them yourself, draw "
        "them in a BPMN tool and upload again.",
    ),
    "id-given": note(
        "{it}: phần tử {tag} chưa có mã, đã được cấp mã.",
        "{it}: the element {tag} had no id and was given one.",
    ),
    "id-changed": note(
        "{it}: mã “{old}” không hợp lệ, được đổi thành “{id}”.",
        "{it}: the id “{old}” is not valid; it became “{id}”.",
    ),
    "definition-copied": note(
        "{it}: định nghĩa sự kiện dùng chung “{ref}” được đặt vào sự kiện.",
        "{it}: the shared event definition “{ref}” was put into the event.",
    ),
    "namespace-missing": note(
        "{it}: tệp thiếu targetNamespace; đọc như một không gian tên riêng.",
        "{it}: the file has no targetNamespace; it is read as one of its own.",
    ),
    "flow-dropped": note(
        "{it}: luồng nối với “{ref}” không tồn tại nên được bỏ.",
        "{it}: the flow ends at “{ref}”, which does not exist, and was dropped.",
    ),
    "default-dropped": note(
        "{it}: luồng mặc định “{ref}” không đi ra từ đây nên được bỏ.",
        "{it}: the default flow “{ref}” does not leave this element and was dropped.",
    ),
    "start-added": note(
        "{it}: chưa vẽ sự kiện bắt đầu; quy trình bắt đầu tại {ids}.",
        "{it}: no start event is drawn; it begins at {ids}.",
    ),
    "end-added": note(
        "{it}: không có luồng đi ra; đường đi kết thúc tại đây.",
        "{it}: no flow leaves it; the way ends here.",
    ),
    "gateway-plain": note(
        "{it}: cổng theo sự kiện chỉ có một luồng ra nên được đi qua.",
        "{it}: the event-based gateway has one way out and is passed.",
    ),
    "error-interrupts": note(
        "{it}: sự kiện bắt lỗi hoặc hủy luôn ngắt hoạt động; {attribute}=false được "
        "bỏ.",
        "{it}: an event that catches an error or a cancel always interrupts; "
        "{attribute}=false was dropped.",
    ),
    "assignment-mapped": note(
        "{it}: người thực hiện “{who}” được lấy làm vai trò.",
        "{it}: the assignment “{who}” became the performer.",
    ),
    "assignment-listed": note(
        "{it}: phân công “{who}” của công cụ khác không dùng được ở đây; theo làn.",
        "{it}: the assignment “{who}” of another tool cannot be used; the lane counts.",
    ),
    "due-mapped": note(
        "{it}: hạn “{due}” được lấy làm thời hạn của bước.",
        "{it}: the due date “{due}” became the time limit of the step.",
    ),
    "due-listed": note(
        "{it}: hạn “{due}” của công cụ khác không dùng được; hãy ghi thời hạn.",
        "{it}: the due date “{due}” of another tool cannot be used; write a limit.",
    ),
    "form-mapped": note(
        "{it}: biểu mẫu trong sơ đồ được chuyển thành “{form}”.",
        "{it}: the form in the diagram became “{form}”.",
    ),
    "form-unmapped": warning(
        "{it}: biểu mẫu “{form}” không chuyển được: {reason}",
        "{it}: the form “{form}” could not be translated: {reason}",
    ),
    "form-elsewhere": warning(
        "{it}: biểu mẫu “{form}” nằm trong công cụ khác; bước này có ô ý kiến.",
        "{it}: another tool keeps the form “{form}”; the step has a comment field.",
    ),
    "binding-listed": note(
        "{it}: công cụ khác sẽ gọi {what}; ở đây không gọi.",
        "{it}: another tool would call {what}; nothing calls it here.",
    ),
    "list-mapped": note(
        "{it}: danh sách hoặc mục “{what}” của nhiều lượt được giữ.",
        "{it}: the list or item “{what}” of the instances was kept.",
    ),
    "index-listed": note(
        "{it}: số thứ tự “{name}” không có; hãy dùng loopCounter (từ 1).",
        "{it}: there is no index “{name}”; use loopCounter, which counts from 1.",
    ),
    "call-data-shared": note(
        "{it}: dữ liệu truyền cho quy trình được gọi là dữ liệu chung của hồ sơ.",
        "{it}: the data passed to the called process are the shared data of the case.",
    ),
    "call-version": note(
        "{it}: {what} được bỏ; phiên bản được gọi cố định khi tải lên.",
        "{it}: {what} is dropped; the called version is pinned at the upload.",
    ),
    "call-mapped": note(
        "{it}: gọi phiên bản mới nhất, như công cụ kia đã ghi (qt:binding=latest).",
        "{it}: calls the latest version, as the other tool says (qt:binding=latest).",
    ),
    "message-named": note(
        "{it}: thông điệp được gọi theo luồng thông điệp: “{message}”.",
        "{it}: the message is named after the message flow: “{message}”.",
    ),
    "decision-mapped": note(
        "{it}: quyết định “{decision}” được giữ.",
        "{it}: the decision “{decision}” was kept.",
    ),
    "decision-version": note(
        "{it}: {what} được bỏ; quyết định lấy từ tệp .dmn của gói.",
        "{it}: {what} is dropped; the decision is that of the package's .dmn files.",
    ),
    "key-mapped": note(
        "{it}: khóa tương quan “{text}” được giữ.",
        "{it}: the correlation key “{text}” was kept.",
    ),
    "key-listed": note(
        "{it}: khóa “{key}” được tính toán nên không đi theo thông điệp; hãy ghi "
        "qt:correlation ở bước gửi.",
        "{it}: the key “{key}” is computed and does not go with the message; write "
        "qt:correlation where it is sent.",
    ),
    "look-dropped": note(
        "{it}: thông tin của công cụ vẽ: {what}.",
        "{it}: kept by the drawing tool only: {what}.",
    ),
    "expression-translated": note(
        "{it}: “{text}” được viết lại thành “{made}”.",
        "{it}: “{text}” was rewritten as “{made}”.",
    ),
    "time-translated": note(
        "{it}: thời gian “{text}” được đọc là {made}.",
        "{it}: the time “{text}” is read as {made}.",
    ),
    "decided": note(
        "{it}: đã quyết định “{answer}” ({about}).",
        "{it}: “{answer}” was decided ({about}).",
    ),
}
