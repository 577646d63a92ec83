"""What tables and columns are called in findings, Vietnamese and English."""

from typing import Final

Words = tuple[str, str]

#: Table → what one of its rows is.
TABLES: Final[dict[str, Words]] = {
    "tenant": ("đơn vị cài đặt", "tenant"),
    "agency": ("cơ quan", "agency"),
    "agency_reach": (
        "địa chỉ, điện thoại cơ quan",
        "address and telephone of an agency",
    ),
    "agency_naming": ("tên gọi về sau của cơ quan", "later name of an agency"),
    "position": ("vị trí", "position"),
    "position_successor": ("vị trí kế nhiệm của", "successor of position"),
    "account": ("tài khoản", "account"),
    "holder": ("việc giữ vị trí", "holding of a position"),
    "substitution": ("việc làm thay", "substitution"),
    "outage": ("sự cố đã khai báo", "outage"),
    "calendar_edition": ("bản lịch làm việc", "calendar edition"),
    "procedure": ("quy trình", "procedure"),
    "procedure_version": ("phiên bản quy trình", "procedure version"),
    "case": ("hồ sơ", "case"),
    "task": ("việc", "work"),
    "dossier": ("sổ theo dõi của hồ sơ", "register entry of case"),
    "code_counter": ("bộ đếm mã hồ sơ", "counter of dossier codes"),
    "case_month": ("số liệu hồ sơ của tháng", "case figures of a month"),
    "step_month": ("số liệu bước của tháng", "step figures of a month"),
    "outbox": ("thư gửi đi", "letter"),
}
#: Column → what it says; others go by their own name alone.
COLUMNS: Final[dict[str, Words]] = {
    "active": ("còn dùng", "in use"),
    "address": ("địa chỉ", "address"),
    "agency": ("cơ quan", "agency"),
    "applicant": ("người nộp", "applicant"),
    "assignee": ("người nhận việc", "who has the work"),
    "author": ("người soạn", "author"),
    "authors": ("những người soạn", "authors"),
    "body": ("nội dung thư", "what it says"),
    "channel": ("kênh tiếp nhận", "channel"),
    "closed_at": ("thời điểm xong", "when it ended"),
    "code": ("mã", "code"),
    "codes": ("mã định danh", "codes"),
    "confirmed_at": ("thời điểm xác nhận", "when it was confirmed"),
    "confirmed_by": ("người xác nhận", "who confirmed it"),
    "content": ("nội dung", "content"),
    "correlation": ("khóa tìm nơi nhận", "keys that find its receiver"),
    "deciding": ("cơ quan quyết định", "deciding agency"),
    "document": ("văn bản", "document"),
    "due_at": ("hạn", "due"),
    "ended_at": ("thời điểm kết thúc", "when it ended"),
    "ending": ("kết quả giải quyết", "how it ended"),
    "folded": ("cột tìm kiếm", "search column"),
    "handling": ("cơ quan giải quyết", "handling agency"),
    "hash": ("mã băm", "hash"),
    "helping": ("nơi hướng dẫn", "helping agency"),
    "kind": ("loại", "kind"),
    "login": ("tên đăng nhập", "login"),
    "name": ("tên", "name"),
    "number": ("số phiên bản", "number"),
    "opened_at": ("thời điểm mở", "when it began"),
    "paid": ("phí, lệ phí", "fees"),
    "parent": ("cơ quan cấp trên", "parent"),
    "partner": ("cơ quan đối tác", "partner agency"),
    "performers": ("việc được làm", "performers"),
    "phone": ("điện thoại", "telephone"),
    "portal": ("trạng thái trên Cổng", "state on the portal"),
    "position": ("vị trí", "position"),
    "procedure": ("quy trình", "procedure"),
    "procedure_version": ("phiên bản quy trình", "procedure version"),
    "published_at": ("thời điểm ban hành", "when it was published"),
    "publisher": ("người ban hành", "publisher"),
    "rank": ("thứ tự", "order"),
    "receiving": ("nơi tiếp nhận", "receiving agency"),
    "reference": ("số văn bản", "document"),
    "roles": ("vai trò", "roles"),
    "score": ("điểm đánh giá", "rating"),
    "sent_at": ("thời điểm gửi", "when it was sent"),
    "state": ("trạng thái chạy", "running state"),
    "status": ("trạng thái", "status"),
    "substitute": ("người làm thay", "substitute"),
    "suspended_at": ("tạm dừng từ", "suspended since"),
    "told": ("nội dung theo dõi", "what is told"),
    "valid_from": ("từ ngày", "from"),
    "valid_to": ("đến ngày", "to"),
}


def thing(table: str, name: str) -> dict[str, str]:
    """A row by name, as words of a finding."""
    vietnamese, english = TABLES.get(table, (table, table))
    return {
        "what_vi": f"{vietnamese} {name}".strip(),
        "what_en": f"{english} {name}".strip(),
    }


def column(name: str) -> dict[str, str]:
    """A column, as words of a finding."""
    known = COLUMNS.get(name)
    if known is None:
        return {"column_vi": name, "column_en": name}
    return {"column_vi": f"{known[0]} ({name})", "column_en": f"{known[1]} ({name})"}
