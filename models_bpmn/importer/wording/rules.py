"""Texts of the rules for procedures: soundness, people, time limits.

Each code has its section in `docs/manual/lint.md`, with a bad and a good drawing.
"""

from collections.abc import Mapping
from typing import Final

from models_bpmn.importer.wording import Message, note, refusal, warning

TEXTS: Final[Mapping[str, Message]] = {
    "join-never-complete": refusal(
        "{it}: cổng chờ mọi luồng vào nhưng không bao giờ đủ: {path} thì không có gì "
        "đến từ {missing}. Các bước sau không bao giờ được làm: {steps}. Hãy hợp nhánh "
        "bằng cổng loại trừ, hoặc tách nhánh bằng cổng song song.",
        "{it}: it waits for all its flows and never gets them: by {path} nothing comes "
        "from {missing}. Never done behind it: {steps}. Join the ways with an "
        "exclusive gateway, or split them with a parallel one.",
    ),
    "never-ends": refusal(
        "{it}: đi cách nào cũng không kết thúc; ngắn nhất: {path}. Hãy vẽ đường đến "
        "kết thúc cho mọi nhánh, hoặc dùng kết thúc toàn bộ (terminate).",
        "{it}: whatever way is taken, it never ends; the shortest: {path}. Lead every "
        "way to an end, or use a terminate end event.",
    ),
    "deadlock": warning(
        "{it}: có thể chờ mãi: {path}, và không còn gì đến từ {missing}. Hãy đưa nhánh "
        "đó về cổng này, hợp bằng cổng cùng loại với cổng tách, hoặc kết thúc toàn bộ "
        "(terminate) ở nhánh bỏ ra.",
        "{it}: it may wait for ever: {path}, and nothing more comes from {missing}. "
        "Lead that way here, join with the kind of gateway that splits, or end the "
        "way that leaves with a terminate end event.",
    ),
    "done-twice": warning(
        "{it}: hai nhánh cùng chạy đi qua đây mà không chờ nhau: {path}; các bước sau "
        "được làm hai lần. Hãy hợp nhánh bằng cổng song song.",
        "{it}: ways that run side by side pass here without waiting for each other: "
        "{path}; what follows is done twice. Join them with a parallel gateway.",
    ),
    "loop-without-exit": warning(
        "{it}: đi theo đường này thì không ra được nữa: {path}. Hãy vẽ lối ra khỏi "
        "vòng.",
        "{it}: on this way there is no way out any more: {path}. Draw a way out of "
        "the loop.",
    ),
    "soundness-unexplored": note(
        "{it}: có quá nhiều cách đi (hoặc chỉ dữ liệu quyết định), nên chưa kiểm tra "
        "hết việc các nhánh có chờ nhau mãi không; hãy chia thành quy trình con.",
        "{it}: there are too many ways (or data alone decide), so not all of them were "
        "checked for tokens that wait for ever; split it into sub-processes.",
    ),
    "lane-without-name": warning(
        "{it}: làn chưa có tên nên không rõ ai làm các bước trong đó; hãy đặt tên làn "
        "theo vị trí hoặc bộ phận.",
        "{it}: the lane has no name, so nobody knows who does its steps; name it after "
        "a position or an office.",
    ),
    "limit-exceeded": warning(
        "{it}: các bước trên một đường cộng lại {sum} giờ làm việc, quá thời hạn của "
        "thủ tục là {limit} giờ làm việc: {path}. Hãy rút thời hạn bước hoặc kéo dài "
        "thời hạn thủ tục.",
        "{it}: the steps on one way add up to {sum} working hours, the procedure "
        "promises {limit}: {path}. Shorten steps or lengthen the procedure's limit.",
    ),
    "clock-idle": note(
        "{it}: qt:clock không làm dừng gì, vì thủ tục và các bước đều không có thời "
        "hạn. Hãy ghi thời hạn (qt:limit), hoặc bỏ qt:clock.",
        "{it}: qt:clock stops nothing, because neither the procedure nor a step has a "
        "limit. Write a limit (qt:limit), or remove qt:clock.",
    ),
    "own-approval": warning(
        "{it}: “{who}” vừa làm {before} vừa duyệt; hãy giao bước duyệt cho làn khác, "
        "hoặc ghi fourEyes để người khác phải làm.",
        "{it}: “{who}” does {before} and approves it as well; give the approval to "
        "another lane, or set fourEyes so that another person must do it.",
    ),
    "gateway-without-name": note(
        "{it}: cổng lựa chọn ({choices}) chưa có tên; hãy đặt tên bằng câu hỏi để "
        "người làm biết phải trả lời gì.",
        "{it}: a person chooses here ({choices}), but the gateway has no name; name it "
        "with the question that is answered.",
    ),
    "fact-unknown": refusal(
        "{it}: mục “{field}” của biểu mẫu {form} ghi qt:fact “{fact}”, không có dữ "
        "kiện này; hãy dùng một trong: {known}.",
        "{it}: the field “{field}” of the form {form} has the qt:fact “{fact}”, and "
        "there is no such fact; use one of: {known}.",
    ),
    "fact-field": refusal(
        "{it}: mục “{field}” của biểu mẫu {form} không ghi được “{fact}”; cần một mục "
        "loại {types}, cho phép nhập và chỉ nhận một giá trị.",
        "{it}: the field “{field}” of the form {form} cannot record “{fact}”; use a "
        "field of the type {types} that is filled in and takes one value.",
    ),
    "fact-twice": refusal(
        "{it}: biểu mẫu {form} ghi “{fact}” ở hai mục; hãy bỏ qt:fact ở một mục.",
        "{it}: two fields of the form {form} record “{fact}”; take qt:fact off one of "
        "them.",
    ),
    "fact-incomplete": refusal(
        "{it}: biểu mẫu {form} ghi kết quả nhưng thiếu {lacking}; kết quả chỉ được ghi "
        "khi có cả số và ngày, hãy thêm mục đó.",
        "{it}: the form {form} records a result without {lacking}; a result is "
        "recorded with its number and date only, so add that field.",
    ),
    "fact-idle": warning(
        "{it}: biểu mẫu mở hồ sơ {form} có qt:fact, nhưng chỉ bước được hoàn thành mới "
        "ghi kết quả; hãy chuyển mục đó sang biểu mẫu của bước ban hành.",
        "{it}: the form {form} that opens a case has qt:fact, but only completing a "
        "step records a result; move the field to the form of the step that issues it.",
    ),
    "ending-in-loop": warning(
        "{it}: bước ghi hồ sơ kết thúc là “{ending}”, nhưng quy trình còn quay lại và "
        "có thể kết thúc ở {ends}, nơi không ghi gì, nên vẫn tính là “{ending}”; hãy "
        "ghi qt:ending ở các kết thúc thay cho bước này.",
        "{it}: the step says that the dossier ends as “{ending}”, but the procedure "
        "may come back and end at {ends}, which says nothing, so that “{ending}” still "
        "counts; write qt:ending at the end events instead.",
    ),
    "refusal-without-ending": note(
        "{it}: quy trình có thể từ chối ({choices}) nhưng không kết thúc nào ghi "
        'qt:ending="refused", nên báo cáo tính mọi hồ sơ là đã giải quyết; hãy ghi ở '
        "kết thúc của đường từ chối.",
        "{it}: the procedure may refuse ({choices}), but no end says "
        'qt:ending="refused", so that reports count every dossier as done; write it '
        "at the end of the way that refuses.",
    ),
    "facts-missing": note(
        "{it}: quy trình kiểm soát còn thiếu {parts}; hãy bổ sung trong qt:procedure.",
        "{it}: the controlled procedure lacks {parts}; add them to qt:procedure.",
    ),
    "record-missing": note(
        "{it}: bước chưa ghi hồ sơ tạo ra (record) hoặc điều khoản ISO (qt:clause), "
        "trong khi các bước khác đã ghi.",
        "{it}: the step names neither its record nor an ISO clause (qt:clause), though "
        "other steps do.",
    ),
    "performer-unstaffed": warning(
        "{it}: không vị trí nào của tổ chức làm việc của “{who}”; hãy thêm vị trí "
        "hoặc sửa tên làn cho khớp.",
        "{it}: no position of the organisation does the work of “{who}”; add a "
        "position, or spell the lane as the position does.",
    ),
    "four-eyes-alone": warning(
        "{it}: phải khác người với “{partner}”, nhưng hiện chỉ một người làm được cả "
        "hai; hãy bổ nhiệm thêm người hoặc giao cho vị trí khác.",
        "{it}: another person than at “{partner}” must do it, but only one person can "
        "do both now; appoint somebody or give it to another position.",
    ),
    "choice-without-gateway": warning(
        "{it}: các luồng {choices} rời thẳng khỏi bước này nên được đi cùng lúc, dù "
        "mang tên như lựa chọn; hãy đặt một cổng loại trừ sau bước.",
        "{it}: the flows {choices} leave the step itself, so all of them are taken at "
        "once, though they are named like choices; put an exclusive gateway behind "
        "the step.",
    ),
    "conditions-without-default": warning(
        "{it}: mọi luồng rời bước này đều có điều kiện: không điều kiện nào đúng thì "
        "hồ sơ dừng, nhiều điều kiện đúng thì đi cùng lúc; hãy đặt cổng loại trừ có "
        "luồng mặc định.",
        "{it}: every flow that leaves the step has a condition: the case stops when "
        "none holds, and takes several when several hold; put an exclusive gateway "
        "with a default flow behind it.",
    ),
}
