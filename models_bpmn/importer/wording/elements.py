"""Texts about elements and attributes: what is refused by name, what is left out."""

from collections.abc import Mapping
from typing import Final

from models_bpmn.importer.wording import Message, note, refusal, warning

#: BPMN elements that do not run here: name → (Vietnamese name, English name, and what
#: to do instead in both languages).
REFUSED: Final[Mapping[str, tuple[str, str, str, str]]] = {
    "scriptTask": (
        "tác vụ kịch bản (scriptTask)",
        "a script task (scriptTask)",
        "dùng tác vụ dịch vụ với hàm đã đăng ký (qt:service)",
        "use a service task with a registered function (qt:service)",
    ),
    "multipleEventDefinitions": (
        "sự kiện có những định nghĩa không đi cùng nhau ở vị trí này",
        "an event with several definitions that do not stand together here",
        "tách thành các sự kiện riêng (xem phần cú pháp của sổ tay)",
        "draw one event each (see the designer's manual)",
    ),
    "eventDefinitionRef": (
        "định nghĩa sự kiện dùng chung (eventDefinitionRef)",
        "a shared event definition (eventDefinitionRef)",
        "đặt định nghĩa ngay trong sự kiện",
        "put the definition into the event itself",
    ),
    "startEventDefinition": (
        "sự kiện bắt đầu kiểu {kind}",
        "a {kind} start event",
        "dùng sự kiện bắt đầu thường; hồ sơ được mở bằng tay hoặc qua API",
        "use a none start event; a case is opened by a person or by the interface",
    ),
    "eventPosition": (
        "sự kiện {kind} ở vị trí này ({where})",
        "a {kind} event in this place ({where})",
        "chọn loại sự kiện được hỗ trợ ở vị trí đó (xem phần cú pháp của sổ tay)",
        "choose an event that runs in this place (see the designer's manual)",
    ),
    "assignment": (
        "phép gán dữ liệu (assignment)",
        "a data assignment (assignment)",
        "dùng biểu mẫu hoặc tác vụ dịch vụ",
        "use a form or a service task",
    ),
    "transformation": (
        "phép biến đổi dữ liệu (transformation)",
        "a data transformation (transformation)",
        "dùng tác vụ dịch vụ",
        "use a service task",
    ),
    "correlationSubscription": (
        "đăng ký tương quan (correlationSubscription)",
        "a correlation subscription (correlationSubscription)",
        "ghi khóa tương quan trong qt:exchange của thông điệp hoặc qt:correlation",
        "write the keys into the message's qt:exchange or into qt:correlation",
    ),
    "instantiate": (
        "phần tử tự mở hồ sơ (instantiate)",
        "an element that opens a case (instantiate)",
        "dùng sự kiện bắt đầu thường",
        "use a none start event",
    ),
    "parallelEventGateway": (
        "cổng theo sự kiện kiểu song song (eventGatewayType)",
        "a parallel event-based gateway (eventGatewayType)",
        "dùng cổng song song rồi đến các sự kiện",
        "use a parallel gateway before the events",
    ),
    "quantity": (
        "số thẻ khác 1 (startQuantity, completionQuantity)",
        "a token quantity other than 1 (startQuantity, completionQuantity)",
        "xóa thuộc tính này",
        "remove the attribute",
    ),
    "multiInstanceBehavior": (
        "sự kiện của nhiều lượt thực hiện (behavior)",
        "events of multi-instance activities (behavior)",
        "xóa thuộc tính behavior",
        "remove the attribute behavior",
    ),
}

TEXTS: Final[Mapping[str, Message]] = {
    **{
        f"element-{name}": refusal(
            f"{{it}}: {vi} không được hỗ trợ; hãy {do_vi}.",
            f"{{it}}: {en} is not supported; {do_en}.",
        )
        for name, (vi, en, do_vi, do_en) in REFUSED.items()
    },
    "element-unknown": refusal(
        "{it}: phần tử {tag} không được hỗ trợ ở đây; hãy xóa hoặc thay thế.",
        "{it}: the element {tag} is not supported here; remove or replace it.",
    ),
    "service-unbound": refusal(
        "{it}: tác vụ dịch vụ (serviceTask) chưa gắn hàm; hãy thêm qt:service với "
        "function, hoặc đổi thành tác vụ người dùng.",
        "{it}: the service task (serviceTask) names no function; add qt:service with "
        "function, or make it a user task.",
    ),
    "decision-unbound": refusal(
        "{it}: tác vụ quy tắc nghiệp vụ chưa gắn quyết định; hãy thêm qt:decision với "
        "id của quyết định trong tệp .dmn, hoặc đổi thành tác vụ người dùng.",
        "{it}: the business rule task names no decision; add qt:decision with the id "
        "of a decision of a .dmn file, or make it a user task.",
    ),
    "vendor-execution": refusal(
        "{it}: {what} của công cụ khác làm thay đổi việc thực hiện và không được hỗ "
        "trợ; hãy xóa hoặc vẽ lại bằng BPMN chuẩn.",
        "{it}: {what} of another tool changes what is executed and is not supported; "
        "remove it or draw it in standard BPMN.",
    ),
    "vendor-ignored": note(
        "{it}: phần mở rộng {what} của công cụ khác được bỏ qua.",
        "{it}: the extension {what} of another tool is ignored.",
    ),
    "data-objects": note(
        "{it}: đối tượng dữ liệu ({names}) là chú thích; biểu mẫu, hàm và quyết định "
        "đọc, ghi dữ liệu của hồ sơ theo tên.",
        "{it}: data objects ({names}) are notes; forms, functions and decisions read "
        "and write the data of the case by name.",
    ),
    "data-stores": note(
        "{it}: kho dữ liệu ({names}) là sổ, cơ sở dữ liệu bên ngoài hồ sơ; không bước "
        "nào tự đọc hay ghi vào đó, hãy dùng tác vụ dịch vụ hoặc việc của người.",
        "{it}: data stores ({names}) are registers outside the case; nothing reads or "
        "writes them by itself, use a service task or the work of a person.",
    ),
    "data-association-same": note(
        "{it}: liên kết dữ liệu với {names} không phải sao chép gì: bước này thấy dữ "
        "liệu của hồ sơ theo tên.",
        "{it}: the data association with {names} has nothing to copy: the step sees "
        "the data of the case by name.",
    ),
    "data-association-copy": warning(
        "{it}: liên kết dữ liệu {names} không được thực hiện; hãy dùng cùng một tên ở "
        "hai đầu, hoặc thêm tác vụ dịch vụ gọi data.set.",
        "{it}: the data association {names} is not carried out; use one name at both "
        "ends, or add a service task that calls data.set.",
    ),
    "data-association-store": note(
        "{it}: liên kết với kho dữ liệu {names} không được thực hiện: đó là sổ bên "
        "ngoài hồ sơ; hãy dùng tác vụ dịch vụ hoặc việc của người.",
        "{it}: the association with the data store {names} is not carried out: it is a "
        "register outside the case; use a service task or the work of a person.",
    ),
    "call-latest": note(
        "{it}: qt:binding=latest không có tác dụng, vì quy trình được gọi nằm trong "
        "chính gói này.",
        "{it}: qt:binding=latest has no effect, because the process that is called is "
        "in the package itself.",
    ),
    "call-pinned": note(
        "{it}: gọi quy trình {procedure}, cố định phiên bản {number}.",
        "{it}: calls the procedure {procedure}, pinned to version {number}.",
    ),
    "call-follows": note(
        "{it}: gọi quy trình {procedure}, nay là phiên bản {number}; khi quy trình đó "
        "có phiên bản mới, quy trình này cũng có phiên bản mới gọi bản đó.",
        "{it}: calls the procedure {procedure}, now version {number}; when that has a "
        "new version, this procedure gets a new version that calls it.",
    ),
    "attribute-unknown": warning(
        "{it}: BPMN không có thuộc tính {attribute}; nó được bỏ qua.",
        "{it}: BPMN has no attribute {attribute}; it is ignored.",
    ),
    "resource-ignored": note(
        "{it}: phân công {tag} được bỏ qua; người thực hiện theo làn hoặc qt:work.",
        "{it}: the assignment {tag} is ignored; the lane or qt:work says who does it.",
    ),
    "attribute-value": refusal(
        "{it}: thuộc tính {attribute} có giá trị “{value}”; chỉ nhận: {allowed}.",
        "{it}: the attribute {attribute} has the value “{value}”; allowed: {allowed}.",
    ),
    "qt-unknown": refusal(
        "{it}: không có phần tử qt:{tag}; có thể dùng: {known}.",
        "{it}: there is no element qt:{tag}; known here: {known}.",
    ),
    "qt-misplaced": refusal(
        "{it}: qt:{tag} không đặt được trong {host}; hãy đặt trong: {hosts}.",
        "{it}: qt:{tag} does not belong in {host}; put it into: {hosts}.",
    ),
    "qt-twice": refusal(
        "{it}: qt:{tag} chỉ được ghi một lần.",
        "{it}: qt:{tag} may be written only once.",
    ),
    "qt-attribute-unknown": refusal(
        "{it}: qt:{tag} không có thuộc tính {attribute}; có thể dùng: {known}.",
        "{it}: qt:{tag} has no attribute {attribute}; known: {known}.",
    ),
    "qt-attribute-missing": refusal(
        "{it}: qt:{tag} thiếu thuộc tính {attribute}.",
        "{it}: qt:{tag} lacks the attribute {attribute}.",
    ),
    "qt-value": refusal(
        "{it}: {attribute} của qt:{tag} là “{value}”; cần {wanted}.",
        "{it}: {attribute} of qt:{tag} is “{value}”; needed: {wanted}.",
    ),
    "qt-text": refusal(
        "{it}: qt:{tag} không chứa chữ; “{value}” đặt sai chỗ.",
        "{it}: qt:{tag} holds no text; “{value}” is misplaced.",
    ),
    "qt-empty": refusal(
        "{it}: qt:{tag} còn trống.",
        "{it}: qt:{tag} is empty.",
    ),
    "qt-foreign": refusal(
        "{it}: {tag} không đặt được trong qt:{host}.",
        "{it}: {tag} does not belong in qt:{host}.",
    ),
}
