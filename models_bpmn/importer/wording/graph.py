"""Texts about how the elements hang together: references, flows, scopes, calls."""

from collections.abc import Mapping
from typing import Final

from models_bpmn.importer.wording import Message, note, refusal, warning

TEXTS: Final[Mapping[str, Message]] = {
    "id-missing": refusal(
        "{it}: phần tử {tag} chưa có mã (thuộc tính id).",
        "{it}: the element {tag} has no id.",
    ),
    "id-invalid": refusal(
        "{it}: mã phần tử chỉ gồm chữ, số, “_”, “-”, “.” và không bắt đầu bằng số, "
        "dài tối đa {limit} ký tự.",
        "{it}: an id has letters, digits, “_”, “-”, “.”, begins with no digit and has "
        "at most {limit} characters.",
    ),
    "id-clash": refusal(
        "{it}: mã trùng với một phần tử của quy trình khác; hãy đổi mã.",
        "{it}: the id clashes with an element of another process; change it.",
    ),
    "flow-dangling": refusal(
        "{it}: luồng có {end} “{ref}” không tồn tại.",
        "{it}: the {end} “{ref}” of the flow does not exist.",
    ),
    "flow-crossing": refusal(
        "{it}: luồng đi qua ranh giới quy trình con hoặc bể; hãy nối với quy trình con "
        "hoặc dùng thông điệp.",
        "{it}: the flow crosses the border of a sub-process or pool; connect the "
        "sub-process itself or use a message.",
    ),
    "default-unknown": refusal(
        "{it}: luồng mặc định “{ref}” không đi ra từ phần tử này.",
        "{it}: the default flow “{ref}” does not leave this element.",
    ),
    "boundary-host": refusal(
        "{it}: sự kiện biên gắn vào “{ref}”, không phải hoạt động cùng cấp.",
        "{it}: the boundary event is attached to “{ref}”, which is no activity of the "
        "same scope.",
    ),
    "boundary-error-other": refusal(
        "{it}: sự kiện lỗi ở biên luôn ngắt hoạt động; hãy bỏ cancelActivity=false.",
        "{it}: an error boundary event always interrupts; remove cancelActivity=false.",
    ),
    "boundary-error-never": warning(
        "{it}: hoạt động {host} không thể phát sinh lỗi này.",
        "{it}: the activity {host} can never throw an error.",
    ),
    "boundary-escalation-never": warning(
        "{it}: hoạt động {host} không thể phát sinh leo thang này.",
        "{it}: the activity {host} can never escalate anything.",
    ),
    "reference-missing": refusal(
        "{it}: chưa chọn {what}; hãy chọn trong thuộc tính {attribute}.",
        "{it}: names no {what}; set {attribute}.",
    ),
    "reference-unknown": refusal(
        "{it}: {attribute} “{ref}” không tồn tại.",
        "{it}: {attribute} “{ref}” does not exist.",
    ),
    "call-missing": refusal(
        "{it}: hoạt động gọi chưa ghi quy trình được gọi (calledElement).",
        "{it}: the call activity names no process (calledElement).",
    ),
    "call-unknown": refusal(
        "{it}: không có quy trình “{ref}” trong các tệp, cũng không có trong các quy "
        "trình đang áp dụng; hãy gửi kèm tệp chứa nó hoặc công bố nó trước.",
        "{it}: the process “{ref}” is in none of the files, nor is it a procedure in "
        "force; add the file holding it, or publish it first.",
    ),
    "call-ambiguous": refusal(
        "{it}: nhiều quy trình đang áp dụng có tên “{ref}”: {codes}; hãy ghi mã của "
        "một quy trình vào calledElement.",
        "{it}: several procedures in force are called “{ref}”: {codes}; write the code "
        "of one of them into calledElement.",
    ),
    "call-start": refusal(
        "{it}: quy trình {procedure} chỉ bắt đầu khi có sự kiện, nên không gọi được; "
        "hãy thêm một sự kiện bắt đầu thường vào quy trình đó.",
        "{it}: the procedure {procedure} begins only at events, so it cannot be "
        "called; give it a plain start event.",
    ),
    "call-bindings": refusal(
        "{it}: quy trình {procedure} được gọi hai cách (pinned và latest); hãy ghi "
        "qt:binding giống nhau ở mọi nơi gọi.",
        "{it}: the procedure {procedure} is called both pinned and latest; write the "
        "same qt:binding wherever it is called.",
    ),
    "call-cycle": refusal(
        "{it}: lời gọi quay lại quy trình đang chạy: {path}.",
        "{it}: the call leads back to a running process: {path}.",
    ),
    "call-depth": refusal(
        "{it}: các quy trình gọi nhau quá {limit} cấp: {path}.",
        "{it}: processes call each other more than {limit} deep: {path}.",
    ),
    "nesting-too-deep": refusal(
        "{it}: quy trình con và quy trình được gọi lồng nhau quá {limit} cấp.",
        "{it}: sub-processes and called processes nest more than {limit} deep.",
    ),
    "start-missing": refusal(
        "{it}: chưa có sự kiện bắt đầu thường.",
        "{it}: has no none start event.",
    ),
    "start-several": refusal(
        "{it}: có nhiều sự kiện bắt đầu ({ids}); chỉ giữ một.",
        "{it}: has several start events ({ids}); keep one.",
    ),
    "start-triggered": note(
        "{it}: chưa có sự kiện bắt đầu thường. Thông điệp, tín hiệu hoặc thời gian mở "
        "hồ sơ; hồ sơ do người tiếp nhận mở bắt đầu tại {first}. Nếu thường mở bằng "
        "tay, hãy thêm sự kiện bắt đầu thường.",
        "{it}: has no none start event. A message, signal or time opens a case; one "
        "that a person opens begins at {first}. Add a none start event if people "
        "open cases.",
    ),
    "start-incoming": refusal(
        "{it}: luồng không được đi vào sự kiện này.",
        "{it}: no flow may lead into this event.",
    ),
    "end-outgoing": refusal(
        "{it}: luồng không được đi ra từ sự kiện kết thúc.",
        "{it}: no flow may leave an end event.",
    ),
    "event-sub-process-start": refusal(
        "{it}: quy trình con kích hoạt bởi sự kiện phải bắt đầu bằng một sự kiện hẹn "
        "giờ, thông điệp, tín hiệu, điều kiện, lỗi, leo thang hoặc bù trừ.",
        "{it}: an event sub-process begins with a timer, message, signal, conditional, "
        "error, escalation or compensation start event.",
    ),
    "event-sub-process-flow": refusal(
        "{it}: không luồng nào đi vào hoặc rời quy trình con kích hoạt bởi sự kiện.",
        "{it}: no flow enters or leaves an event sub-process.",
    ),
    "event-sub-process-loop": refusal(
        "{it}: quy trình con kích hoạt bởi sự kiện không lặp và không có nhiều lượt.",
        "{it}: an event sub-process has no loop and no several instances.",
    ),
    "compensation-handler": refusal(
        "{it}: sự kiện bù trừ ở biên phải nối bằng liên kết nét đứt (association) với "
        "một hoạt động bù trừ cùng cấp, và không có luồng đi ra.",
        "{it}: an association leads from a compensation boundary event to a "
        "compensation activity of the same scope, and no flow leaves it.",
    ),
    "compensation-twice": refusal(
        "{it}: hoạt động {host} đã có sự kiện bù trừ ở biên; hãy gộp việc hoàn tác vào "
        "một hoạt động bù trừ.",
        "{it}: the activity {host} has a compensation boundary event already; put all "
        "that undoes it into one compensation activity.",
    ),
    "compensation-unused": refusal(
        "{it}: không sự kiện bù trừ nào dẫn đến hoạt động bù trừ này, hoặc có luồng "
        "nối với nó.",
        "{it}: no compensation event leads to this compensation activity, or flows do.",
    ),
    "compensation-activity": refusal(
        "{it}: không có hoạt động “{ref}” để bù trừ ở cấp này.",
        "{it}: there is no activity “{ref}” to compensate in this scope.",
    ),
    "compensation-event-sub-process": refusal(
        "{it}: quy trình con kích hoạt bởi bù trừ phải nằm trong một quy trình con, "
        "mỗi quy trình con nhiều nhất một; hãy chuyển vào đó hoặc xóa.",
        "{it}: a compensation event sub-process stands in a sub-process, at most one "
        "in each; move it there or remove it.",
    ),
    "ad-hoc-events": refusal(
        "{it}: quy trình con tùy biến không có sự kiện bắt đầu hay kết thúc; hãy xóa "
        "chúng, hoặc đổi thành quy trình con thường.",
        "{it}: an ad-hoc sub-process has no start or end events; remove them, or make "
        "it an embedded sub-process.",
    ),
    "ad-hoc-empty": refusal(
        "{it}: quy trình con tùy biến không có hoạt động nào để bắt đầu; hãy vẽ ít "
        "nhất một hoạt động không có luồng đi vào.",
        "{it}: nothing can be begun in the ad-hoc sub-process; draw an activity that "
        "no flow enters.",
    ),
    "complex-without-condition": refusal(
        "{it}: cổng phức hợp có nhiều luồng vào mà chưa có điều kiện kích hoạt; hãy "
        "ghi activationCondition, ví dụ: activationCount >= 2.",
        "{it}: a complex gateway with several incoming flows has no activation "
        "condition; write activationCondition, for example: activationCount >= 2.",
    ),
    "complex-waiting": refusal(
        "{it}: điều kiện “{text}” dùng waitingForStart; khi cổng phức hợp trở lại "
        "trạng thái đầu không luồng nào được đi tiếp, nên hãy bỏ tên này.",
        "{it}: the condition “{text}” reads waitingForStart; nothing is sent on when a "
        "complex gateway is reset, so take the name out of the condition.",
    ),
    "cancel-place": refusal(
        "{it}: sự kiện hủy chỉ đặt trong giao dịch, hoặc ở biên của giao dịch.",
        "{it}: a cancel event ends a transaction or sits on its boundary.",
    ),
    "cancel-uncaught": refusal(
        "{it}: giao dịch có sự kiện hủy bên trong nhưng không có ở biên.",
        "{it}: the transaction is cancelled inside, but has no cancel boundary event.",
    ),
    "link-alone": refusal(
        "{it}: không có sự kiện nhận liên kết “{link}” trong cùng quy trình.",
        "{it}: no event of the same process catches the link “{link}”.",
    ),
    "link-twice": refusal(
        "{it}: liên kết “{link}” đã có một sự kiện nhận; mỗi liên kết chỉ có một.",
        "{it}: another event catches the link “{link}” already; a link has one.",
    ),
    "link-flow": refusal(
        "{it}: không luồng nào rời sự kiện phát liên kết hoặc đi vào sự kiện nhận.",
        "{it}: no flow leaves a link event that throws or enters one that catches.",
    ),
    "end-unreachable": refusal(
        "{it}: từ sự kiện bắt đầu không đi đến kết thúc nào.",
        "{it}: no end can be reached from the start.",
    ),
    "no-way-to-end": warning(
        "{it}: từ đây không đi đến kết thúc nào: {path}; hãy vẽ lối ra.",
        "{it}: no end can be reached from here: {path}; draw a way out.",
    ),
    "unreachable": refusal(
        "{it}: không có đường đi từ sự kiện bắt đầu đến phần tử này.",
        "{it}: cannot be reached from the start.",
    ),
    "gateway-no-way-out": refusal(
        "{it}: cổng không có luồng đi ra.",
        "{it}: no flow leaves the gateway.",
    ),
    "flow-without-condition": refusal(
        "{it}: luồng rời cổng {gateway} chưa có điều kiện; hãy ghi điều kiện hoặc "
        "đặt làm luồng mặc định.",
        "{it}: the flow leaves the gateway {gateway} without a condition; write one "
        "or make it the default flow.",
    ),
    "gateway-without-default": warning(
        "{it}: cổng không có luồng mặc định; hồ sơ dừng lại khi không điều kiện nào "
        "đúng. Hãy đặt một luồng làm mặc định.",
        "{it}: the gateway has no default flow; a case stops when no condition holds. "
        "Make one flow the default.",
    ),
    "condition-ignored": warning(
        "{it}: điều kiện trên luồng này không có tác dụng.",
        "{it}: a condition on this flow has no effect.",
    ),
    "outcome-sources": refusal(
        "{it}: các nhánh được đặt tên nhưng không có điều kiện, mà luồng đi vào từ "
        "{source} không phải là lựa chọn của một người; hãy ghi điều kiện.",
        "{it}: the branches have names but no conditions, and what comes from {source} "
        "is no person's choice; add conditions.",
    ),
    "outcome-twice": warning(
        "{it}: hai nhánh cùng tên “{label}”; người thực hiện không phân biệt được.",
        "{it}: two branches are named “{label}”; nobody can tell them apart.",
    ),
    "event-gateway-ways": refusal(
        "{it}: cổng theo sự kiện cần ít nhất hai luồng đi ra.",
        "{it}: an event-based gateway needs at least two outgoing flows.",
    ),
    "event-gateway-boundary": refusal(
        "{it}: tác vụ nhận sau cổng theo sự kiện {gateway} không mang sự kiện biên; "
        "hãy vẽ sự kiện thành một nhánh của cổng.",
        "{it}: a receive task behind the event-based gateway {gateway} carries no "
        "boundary event; draw the event as another way of the gateway.",
    ),
    "event-gateway-target": refusal(
        "{it}: sau cổng theo sự kiện {gateway} phải là sự kiện giữa (hẹn giờ, thông "
        "điệp, tín hiệu, điều kiện, hoặc một trong số đó) hoặc tác vụ nhận, không có "
        "luồng nào khác đi vào.",
        "{it}: behind the event-based gateway {gateway} there must be a timer, "
        "message, signal or conditional event, one that waits for any of these, or a "
        "receive task, with no other incoming flow.",
    ),
    "endless-loop": refusal(
        "{it}: vòng lặp tự động không có bước chờ nào: {path}; hãy đặt một bước chờ "
        "trong vòng.",
        "{it}: an automatic loop without anything that waits: {path}; put a step that "
        "waits into the loop.",
    ),
    "form-missing": refusal(
        "{it}: không có biểu mẫu “{form}” trong gói.",
        "{it}: the package holds no form “{form}”.",
    ),
    "form-unchecked": note(
        "{it}: biểu mẫu “{form}” không được gửi kèm nên chưa kiểm tra.",
        "{it}: the form “{form}” was not given, so it is not checked.",
    ),
    "service-unknown": refusal(
        "{it}: không có hàm đã đăng ký “{function}”; có: {known}.",
        "{it}: there is no registered function “{function}”; there are: {known}.",
    ),
    "decision-unknown": refusal(
        "{it}: không có quyết định “{decision}” trong gói; có: {known}.",
        "{it}: there is no decision “{decision}” in the package; there are: {known}.",
    ),
    "four-eyes-unknown": refusal(
        "{it}: fourEyes “{ref}” không phải bước của người khác trong quy trình này.",
        "{it}: fourEyes “{ref}” is no other person's step of this process.",
    ),
    "performer-missing": warning(
        "{it}: chưa rõ ai thực hiện; hãy đặt vào làn hoặc ghi performer.",
        "{it}: nobody is named to do it; put it into a lane or set performer.",
    ),
}
