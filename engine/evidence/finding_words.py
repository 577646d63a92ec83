"""What a check of the whole store says of what it finds, Vietnamese and English."""

from typing import Final

from engine.evidence import row_findings

#: Code of a finding → what it says; words in braces are filled in.
WORDS: Final[dict[str, tuple[str, str]]] = {
    **row_findings.WORDS,
    "ok": (
        "Đạt.",
        "Passes.",
    ),
    "changed": (
        "Sự kiện {event} đã bị sửa: nội dung không khớp mã băm niêm phong.",
        "Event {event} was changed: its bytes do not have its sealed hash.",
    ),
    "gap": (
        "Thiếu sự kiện {event}: đã bị xóa hoặc chưa từng được ghi.",
        "Event {event} is missing: it was deleted, or never written.",
    ),
    "twice": (
        "Sự kiện {event} có hai lần.",
        "Event {event} stands twice.",
    ),
    "prev": (
        (
            "Sự kiện {event} không nối với sự kiện trước: có sự kiện bị sửa, thay hoặc"
            " đổi chỗ."
        ),
        (
            "Event {event} does not follow the one before: one was changed, replaced or"
            " moved."
        ),
    ),
    "tail": (
        "Phần cuối của {stream} bị cắt: dòng ghi {seq} sự kiện, chỉ còn {last}.",
        (
            "The end of {stream} was cut off: its row says {seq} events, {last} are"
            " there."
        ),
    ),
    "row-behind": (
        "Dòng của {stream} chỉ tới sự kiện {seq}, nhưng có đến {last} sự kiện.",
        "The row of {stream} points to event {seq}, but there are {last} events.",
    ),
    "row-head": (
        "Dòng của {stream} ghi mã băm khác với sự kiện cuối của nó.",
        "The row of {stream} has another hash than its last event.",
    ),
    "no-row": (
        "Dòng của {stream} đã bị xóa; các sự kiện của nó vẫn còn.",
        "The row of {stream} was deleted; its events are there.",
    ),
    "no-place": (
        (
            "Sự kiện {event} không có chỗ trong nhật ký và không nằm trong hàng chờ:"
            " hàng chờ đã bị xóa."
        ),
        (
            "Event {event} has no place in the log and does not wait for one: it was"
            " taken out of what waits."
        ),
    ),
    "replaced": (
        "Sự kiện {event} không phải là sự kiện mà nhật ký đã ghi: đã bị viết lại.",
        "Event {event} is not the one that the log holds: it was written anew.",
    ),
    "doubled": (
        "Một sự kiện có hai chỗ trong nhật ký.",
        "An event has two places in the log.",
    ),
    "no-event": (
        "Nhật ký ghi sự kiện {event}, nhưng sự kiện này không còn: đã bị xóa.",
        "The log holds event {event}, but the event is not there: it was deleted.",
    ),
    "ghost": (
        "Hàng chờ nêu sự kiện {event}, nhưng sự kiện này không còn hoặc đã có chỗ.",
        "Event {event} waits for a place, but it is not there, or has one.",
    ),
    "waits-twice": (
        "Hàng chờ nêu sự kiện {event} nhiều lần.",
        "Event {event} waits for a place more than once.",
    ),
    "unnamed": (
        (
            "Nhật ký và các sự kiện không khớp nhau, nhưng không chỉ ra được bản ghi"
            " nào sai."
        ),
        "The log and the events do not match, but which record is wrong is not known.",
    ),
    "place-gap": (
        "Nhật ký năm {year} thiếu lá số {index}: chỉ mục đã bị sửa.",
        "The log of {year} lacks leaf {index}: its index was tampered with.",
    ),
    "node": (
        "Nút ({level}, {index}) của nhật ký năm {year} khác với tính lại từ các lá.",
        "Node ({level}, {index}) of the log of {year} is not what its leaves make.",
    ),
    "place-twice": (
        "Lá số {index} của nhật ký năm {year} đứng hai lần: chỉ mục đã bị sửa.",
        "Leaf {index} of the log of {year} stands twice: its index was tampered with.",
    ),
    "root": (
        ("Nhật ký năm {year} không còn là nhật ký đã ký khi có {size} lá: {place_vi}."),
        (
            "The log of {year} is not the one that was signed at {size} leaves:"
            " {place_en}."
        ),
    ),
    "shorter": (
        (
            "Nhật ký năm {year} chỉ còn {found} lá, nhưng {size} lá đã được ký: dữ liệu"
            " bị đưa về bản cũ hoặc bị cắt."
        ),
        (
            "The log of {year} has {found} leaves, but {size} were signed: the database"
            " was rolled back or cut."
        ),
    ),
    "no-head": (
        "Đầu nhật ký đã ký (năm {year}, {size} lá) đã bị sửa: dòng khác bản ký.",
        (
            "The signed head of {year} at {size} leaves was tampered with: row and note"
            " differ."
        ),
    ),
    "note": (
        "Đầu nhật ký đã ký (năm {year}, {size} lá) không đọc được: {why}.",
        "The signed head of {year} at {size} leaves cannot be read: {why}.",
    ),
    "unsigned": (
        (
            "Đầu nhật ký (năm {year}, {size} lá) không có chữ ký đúng của khóa đã công"
            " bố."
        ),
        (
            "The head of {year} at {size} leaves has no right signature of an announced"
            " key."
        ),
    ),
    "no-keys": (
        "Chưa kiểm tra: nhật ký chưa công bố khóa và không có khóa từ bên ngoài.",
        "Not checked: the log has announced no key, and none was given.",
    ),
    "day": (
        (
            "Các hồ sơ không khớp niêm phong ngày {day}: có hồ sơ bị thêm, bớt hoặc sửa"
            " sau khi niêm phong."
        ),
        (
            "The cases do not agree with the sealed day {day}: one was added, taken out"
            " or changed after it."
        ),
    ),
    "day-format": (
        "Sự kiện {event} không phải là niêm phong ngày đọc được.",
        "Event {event} is no readable sealed day.",
    ),
    "code": (
        (
            "Thiếu hồ sơ mang số {number}: số đã cấp, nhưng không có hồ sơ nào mở với"
            " số đó."
        ),
        (
            "The dossier number {number} is missing: it was given, but no case was"
            " opened with it."
        ),
    ),
    "canonical": (
        "Sự kiện {event} không ở dạng chuẩn: {why}.",
        "Event {event} is not in the standard form: {why}.",
    ),
    "columns": (
        "Dòng của sự kiện {event} ghi khác với nội dung của nó ({why}).",
        "The row of event {event} says something else than its bytes ({why}).",
    ),
    "value": (
        "Giá trị “{name}” của sự kiện {event} đã bị sửa: không mở được cam kết.",
        (
            "Value “{name}” of event {event} was changed: it does not open its"
            " commitment."
        ),
    ),
    "value-missing": (
        "Dòng giá trị “{name}” của sự kiện {event} đã bị xóa.",
        "The row of value “{name}” of event {event} was deleted.",
    ),
    "value-gone": (
        (
            "Giá trị “{name}” của sự kiện {event} bị xóa mà không có quyết định nào"
            " được ghi."
        ),
        "Value “{name}” of event {event} was erased, and no order is recorded.",
    ),
    "backdated": (
        (
            "Sự kiện {event} ghi thời điểm {at}, nhưng vào nhật ký năm {year} sau đầu"
            " nhật ký {size} lá, ký lúc {signed}, khi chưa có sự kiện này: thời điểm bị"
            " ghi lùi. Đối chiếu với giấy tờ gốc và phiếu tiếp nhận."
        ),
        (
            "Event {event} names the instant {at}, but came into the log of {year}"
            " after the head at {size} leaves that was signed at {signed} without it:"
            " it was backdated. Compare it with the papers and the receipt."
        ),
    ),
    "postdated": (
        (
            "Sự kiện {event} ghi thời điểm {at}, nhưng đầu nhật ký năm {year} ({size}"
            " lá), ký lúc {signed}, đã phủ sự kiện này: thời điểm bị ghi muộn hơn thực"
            " tế. Đối chiếu với giấy tờ gốc và phiếu tiếp nhận."
        ),
        (
            "Event {event} names the instant {at}, but the head of {year} at {size}"
            " leaves, signed at {signed}, covers it already: it was postdated. Compare"
            " it with the papers and the receipt."
        ),
    ),
    "clock-back": (
        (
            "Đồng hồ máy chủ bị chỉnh lùi {count} lần; lần đầu sau đầu nhật ký năm"
            " {year} ({size} lá), từ {before} về {after}. Hỏi quản trị viên lý do; đối"
            " chiếu các hồ sơ ghi trong khoảng đó với giấy tờ gốc."
        ),
        (
            "The clock of the server was turned back ({count} in all); first after the"
            " head of {year} at {size} leaves, from {before} to {after}. Ask the"
            " administrator why; compare what was recorded then with the papers."
        ),
    ),
    "version": (
        (
            "Tệp của quy trình {name}, phiên bản {number}, đã bị thay: không khớp phiên"
            " bản ghi trong sự kiện {event}."
        ),
        (
            "The files of {name}, version {number}, were swapped: they are not those"
            " named in event {event}."
        ),
    ),
    "version-row": (
        "Dòng của quy trình {name}, phiên bản {number}, khác với sự kiện {event}.",
        "The row of {name}, version {number}, is not what event {event} says.",
    ),
    "version-unrecorded": (
        (
            "Quy trình {name}, phiên bản {number}, không có sự kiện nào ghi việc tải"
            " lên."
        ),
        "{name}, version {number}, is not recorded: no event tells of its upload.",
    ),
    "version-unknown": (
        "Sự kiện {event} theo một phiên bản không có trong danh mục quy trình.",
        "Event {event} follows a version that no procedure has.",
    ),
    "document": (
        "Mô hình chạy của quy trình {name}, phiên bản {number}, đã bị thay.",
        "What {name}, version {number}, runs as was swapped.",
    ),
    "late": (
        (
            "{count} sự kiện chưa có chỗ trong nhật ký, chờ lâu nhất {seconds} giây:"
            " máy chủ có đang chạy không?"
        ),
        (
            "{count} events have no place in the log, the oldest for {seconds} seconds:"
            " is the server running?"
        ),
    ),
    "rolled-back": (
        (
            "Bên ký đã ký nhật ký năm {year} với {size} lá, nay chỉ còn {found}: dữ"
            " liệu bị đưa về bản cũ."
        ),
        (
            "The signer has signed the log of {year} at {size} leaves, now there are"
            " {found}: the database was rolled back."
        ),
    ),
    "forked": (
        (
            "Nhật ký năm {year} không phải là nhật ký mà bên ký đã ký ({size} lá): lịch"
            " sử đã bị viết lại."
        ),
        (
            "The log of {year} is not the one that the signer signed ({size} leaves):"
            " the past was written anew."
        ),
    ),
    "kept-rolled-back": (
        (
            "Bản đưa về (rollback): đầu nhật ký giữ bên ngoài có {size} lá, nhật ký năm"
            " {year} nay chỉ có {found}."
        ),
        (
            "Rollback: the head that was kept has {size} leaves, the log of {year} has"
            " {found} now."
        ),
    ),
    "kept-forked": (
        (
            "Rẽ nhánh (fork): nhật ký năm {year} không đi tiếp từ đầu nhật ký giữ bên"
            " ngoài ({size} lá); quá khứ đã bị viết lại."
        ),
        (
            "Fork: the log of {year} does not grow from the head that was kept ({size}"
            " leaves); the past was written anew."
        ),
    ),
    "kept-unsigned": (
        "Đầu nhật ký giữ bên ngoài không có chữ ký đúng của khóa tin cậy: {why}.",
        "The head that was kept is signed by no trusted key: {why}.",
    ),
    "guards": (
        (
            "Cơ sở dữ liệu không còn bảo vệ lịch sử, thiếu: {names}. Chạy"
            " “quytrinh init” để đặt lại."
        ),
        (
            "The database does not protect the history any more, missing: {names}. Run"
            " `quytrinh init` to put them back."
        ),
    ),
    "not-begun": (
        ("Nhật ký chưa bắt đầu: hãy chạy máy chủ, hoặc “quytrinh evidence sequence”."),
        "The log has not begun: run the server, or `quytrinh evidence sequence`.",
    ),
    "no-signer": (
        "Chưa kiểm tra: không hỏi được bên ký.",
        "Not checked: the signer could not be asked.",
    ),
    "key-loose": (
        (
            "Bên ký từ chối: tệp khóa {file} cho người khác đọc được. Chưa ký gì cho"
            " đến khi chủ tệp chạy chmod 600 cho tệp đó."
        ),
        (
            "The signer refuses: others may read the key file {file}. Nothing is signed"
            " until its owner runs chmod 600 on it."
        ),
    ),
    "stamp": (
        "Dấu thời gian trên đầu nhật ký (năm {year}, {size} lá) sai: {why}.",
        "The time stamp on the head of {year} at {size} leaves is wrong: {why}.",
    ),
    "no-stamp-roots": (
        "Chưa kiểm tra {count} dấu thời gian: chưa có chứng thư gốc (--tsa-root).",
        "{count} time stamps were not checked: no root certificate (--tsa-root).",
    ),
}
