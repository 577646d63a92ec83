"""What a check says of rows beside the events, and of heads that are not there."""

from typing import Final

#: Code of a finding → what it says, as `finding_words`.
WORDS: Final[dict[str, tuple[str, str]]] = {
    "row": (
        (
            "{what_vi}: cột “{column_vi}” ghi “{stored}”, nhưng sự kiện {event} ghi"
            " “{told}”. Dòng đã bị sửa ngoài chương trình; đối chiếu với sự kiện."
        ),
        (
            "{what_en}: column “{column_en}” says “{stored}”, but event {event} says"
            " “{told}”. The row was changed behind the program; go by the event."
        ),
    ),
    "row-forged": (
        (
            "{what_vi} có trong bảng, nhưng không có sự kiện nào ghi: dòng đã bị thêm"
            " ngoài chương trình."
        ),
        (
            "{what_en} stands in its table, but no event tells of it: the row was put"
            " in behind the program."
        ),
    ),
    "row-gone": (
        (
            "{what_vi} không còn trong bảng, dù sự kiện {event} đã ghi: dòng đã bị xóa"
            " ngoài chương trình."
        ),
        (
            "{what_en} is not in its table, though event {event} tells of it: the row"
            " was deleted behind the program."
        ),
    ),
    "row-event": (
        "Sự kiện {event} không cho biết điều phải ghi: {why}.",
        "Event {event} does not say what such an event says: {why}.",
    ),
    "case-row": (
        (
            "Hồ sơ {case}, {what_vi}: cột “{column_vi}” ghi “{stored}”, nhưng các sự"
            " kiện cho ra “{told}”. Chạy “quytrinh case rebuild {case}” để đặt lại theo"
            " sự kiện."
        ),
        (
            "Case {case}, {what_en}: column “{column_en}” says “{stored}”, but its"
            " events make “{told}”. `quytrinh case rebuild {case}` puts it right."
        ),
    ),
    "case-row-forged": (
        (
            "Hồ sơ {case}: {what_vi} có trong bảng, nhưng không có sự kiện nào mở ra."
            " Chạy “quytrinh case rebuild {case}” để đặt lại theo sự kiện."
        ),
        (
            "Case {case}: {what_en} stands in its table, but no event opened it."
            " `quytrinh case rebuild {case}` puts it right."
        ),
    ),
    "case-row-gone": (
        (
            "Hồ sơ {case}: {what_vi} không còn trong bảng, dù các sự kiện đã ghi. Chạy"
            " “quytrinh case rebuild {case}” để đặt lại theo sự kiện."
        ),
        (
            "Case {case}: {what_en} is not in its table, though its events tell of it."
            " `quytrinh case rebuild {case}` puts it right."
        ),
    ),
    "letter-forged": (
        (
            "Hồ sơ {case}: {what_vi} có trong bảng, nhưng không có sự kiện nào gửi đi:"
            " dòng đã bị thêm ngoài chương trình. Không giao thư này; xóa dòng, và đối"
            " chiếu với nơi nhận nếu thư đã đi."
        ),
        (
            "Case {case}: {what_en} stands in its table, but no event sent it: the row"
            " was put in behind the program. Do not deliver it; delete the row, and ask"
            " its receiver where it has gone already."
        ),
    ),
    "letter-gone": (
        (
            "Hồ sơ {case}: {what_vi} không còn trong bảng, dù sự kiện {event} đã gửi:"
            " dòng đã bị xóa ngoài chương trình. Hỏi nơi nhận xem thư đã đến chưa."
        ),
        (
            "Case {case}: {what_en} is not in its table, though event {event} sent it:"
            " the row was deleted behind the program. Ask its receiver whether it"
            " arrived."
        ),
    ),
    "case-differs": (
        (
            "Hồ sơ {case} không khớp với các sự kiện của nó: {why}. Chạy “quytrinh case"
            " rebuild {case} --no-repair” để xem."
        ),
        (
            "Case {case} does not agree with its events: {why}. `quytrinh case rebuild"
            " {case} --no-repair` shows it."
        ),
    ),
    "counter": (
        (
            "Bộ đếm mã “{prefix}” ghi số {stored}, nhưng số lớn nhất mà các sự kiện đã"
            " cấp là {told}: bộ đếm đã bị sửa, số có thể bị cấp lại hoặc bỏ trống."
        ),
        (
            "The counter of codes “{prefix}” says {stored}, but the last number that"
            " events were given is {told}: it was changed, and a number may be given"
            " twice or left out."
        ),
    ),
    "counter-gone": (
        (
            "Bộ đếm của mã “{prefix}” không còn: dòng đã bị xóa, và số có thể bị cấp"
            " lại."
        ),
        (
            "The counter of code “{prefix}” is gone: its row was deleted, and numbers"
            " may be given twice."
        ),
    ),
    "no-cases": (
        "Chưa kiểm tra: các dòng của hồ sơ không được đối chiếu với sự kiện.",
        "Not checked: the rows of cases were not compared with their events.",
    ),
    "no-heads": (
        (
            "Nhật ký năm {year} có {size} lá nhưng không có đầu nhật ký nào đã ký: các"
            " đầu nhật ký đã bị xóa, hoặc bên ký chưa từng chạy. Lấy lại đầu nhật ký đã"
            " giữ bên ngoài và đối chiếu (“quytrinh evidence compare-head”)."
        ),
        (
            "The log of {year} has {size} leaves and no signed head: the heads were"
            " deleted, or the signer never ran. Fetch a head that was kept elsewhere"
            " and compare (`quytrinh evidence compare-head`)."
        ),
    ),
    "heads-gone": (
        (
            "Các đầu nhật ký đã ký của năm {year} không còn: bên ký nhớ đã ký đến"
            " {signed} lá, nhưng trong cơ sở dữ liệu không có đầu nào (nhật ký có"
            " {size} lá). Các dòng đã bị xóa."
        ),
        (
            "The signed heads of {year} are gone: the signer remembers signing up to"
            " {signed} leaves, and the database has no head (the log has {size}"
            " leaves). The rows were deleted."
        ),
    ),
    "no-heads-signed": (
        "Chưa kiểm tra: không có đầu nhật ký đã ký nào.",
        "Not checked: there is no signed head.",
    ),
    "no-heads-instants": (
        (
            "Chưa kiểm tra: nhật ký có lá, nhưng không có đầu nhật ký đã ký nào để đối"
            " chiếu thời điểm."
        ),
        (
            "Not checked: the log has leaves, but no signed head to compare instants"
            " with."
        ),
    ),
    "no-stamps": (
        "Chưa kiểm tra: chưa có dấu thời gian.",
        "Not checked: there is no time stamp.",
    ),
    "row-kind": (
        (
            "Một dòng của bảng {table} có giá trị khác kiểu ({kind}): {name}. Dòng đã"
            " bị sửa ngoài chương trình và không được tính đến."
        ),
        (
            "A row of table {table} holds a value of another kind ({kind}): {name}. It"
            " was changed behind the program, and is left out."
        ),
    ),
}
