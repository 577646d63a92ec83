"""Refusals in words on the command line: by code, Vietnamese first, English second.

The texts are those of the pages (`webui.errors`), and here those of codes that only the
command line or a server meets. A text that was made for one refusal, and names what is
wrong in it, is the English sentence, and stands behind the Vietnamese one.
"""

from collections.abc import Mapping
from typing import Final

from engine.errors import EngineError
from webui import errors, i18n

#: Code -> Vietnamese, English: refusals that no page shows.
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "assignment": (
        "Biểu thức có phép gán; điều kiện chỉ so sánh, không gán.",
        "The expression assigns; a condition only compares.",
    ),
    "character": (
        "Biểu thức có ký tự không được phép.",
        "The expression has a character that is not allowed.",
    ),
    "command": ("Lệnh ghi không đúng.", "The command is not written correctly."),
    "database-url": (
        "Địa chỉ cơ sở dữ liệu không đúng (QUYTRINH_DATABASE_URL).",
        "The address of the database is wrong (QUYTRINH_DATABASE_URL).",
    ),
    "file": ("Không đọc hoặc ghi được tệp.", "The file cannot be read or written."),
    "file-damaged": (
        "Tệp đã lưu không còn như khi nhận: nội dung không khớp mã băm.",
        "A stored file is not what was received: its hash differs.",
    ),
    "head": (
        "Tệp dấu nhật ký không đọc được.",
        "The file with the head of the log cannot be read.",
    ),
    "history": (
        "Tệp này không đọc được như một nhật ký.",
        "This file cannot be read as a history.",
    ),
    "json": ("Nội dung không phải JSON hợp lệ.", "This is not valid JSON."),
    "model-unreadable": (
        "Không đọc được mô hình đã lưu; bản phần mềm này có thể cũ hơn dữ liệu.",
        "A stored model cannot be read; this release may be older than the data.",
    ),
    "network-file-system": (
        "Cơ sở dữ liệu SQLite không được đặt trên ổ đĩa mạng.",
        "A SQLite database must not lie on a network file system.",
    ),
    "no-authority": (
        "Tổ chức cấp dấu thời gian không trả lời.",
        "The time-stamping authority does not answer.",
    ),
    "no-head": (
        "Chưa có dấu nhật ký nào được ký. Hãy kiểm tra khóa ký và chạy bộ ký.",
        "No head of the log was signed yet. Check the key, and run the signer.",
    ),
    "no-role": (
        "Cơ sở dữ liệu không có vai trò này: hãy tạo trước (CREATE ROLE … LOGIN).",
        "The database has no such role: make it first (CREATE ROLE … LOGIN).",
    ),
    "no-roles": (
        "Chỉ PostgreSQL có vai trò để cấp quyền.",
        "Only PostgreSQL has roles.",
    ),
    "not-boolean": (
        "Điều kiện không cho kết quả đúng hoặc sai.",
        "The condition is neither true nor false.",
    ),
    "not-normalised": (
        "Biểu thức không ở dạng Unicode chuẩn (NFC).",
        "The expression is not in normal Unicode form (NFC).",
    ),
    "not-set": (
        "Máy chủ chưa cài chương trình dàn trang văn bản.",
        "The program that sets documents is not installed on this server.",
    ),
    "other-log": (
        "Dấu này là của một nhật ký khác.",
        "This head belongs to another log.",
    ),
    "pair": ("Hãy ghi theo dạng TÊN=SỐ.", "Write it as NAME=NUMBER."),
    "risk": ("Không có loại rủi ro này.", "There is no such risk."),
    "schema": (
        "Cơ sở dữ liệu chưa được tạo hoặc khác phiên bản: chạy quytrinh init.",
        "The database was not made, or is of another release: run quytrinh init.",
    ),
    "sealed-day": (
        "Dấu của các hồ sơ không khớp với ngày đã niêm phong.",
        "The heads of the cases are not those of the sealed day.",
    ),
    "too-long": ("Biểu thức quá dài.", "The expression is too long."),
    "too-many": (
        "Số hồ sơ vượt quá giới hạn của một lần xuất. Hãy thu hẹp.",
        "These are more cases than one export takes. Choose fewer.",
    ),
    "until": (
        "Ngày cuối của tài khoản đã qua.",
        "The last day of the account has passed already.",
    ),
    "value-kind": (
        "Giá trị thuộc kiểu không lưu được.",
        "The value is of a kind that cannot be kept.",
    ),
    "value-name": (
        "Tên này không đặt được cho một giá trị.",
        "This cannot be the name of a value.",
    ),
}


def texts(refusal: EngineError) -> tuple[str, str]:
    """What a refusal says, in Vietnamese and in English."""
    own = TEXTS.get(refusal.code)
    if own is None:
        known = errors.TEXTS.get(refusal.code) or errors.sentence_of(_named(refusal))
        own = _in("vi", known), _in("en", known)
    vietnamese, english = own
    if not _is_own(refusal):
        return vietnamese, english
    return f"{vietnamese} ({refusal.message})", refusal.message


def has_words(code: str) -> bool:
    """Whether a code has words of its own, and not those of its class alone."""
    return code in TEXTS or code in errors.TEXTS


def _in(language: str, message: str) -> str:
    found: str = i18n.translations(language).ugettext(message)
    return found


def _named(refusal: EngineError) -> type[EngineError]:
    """The nearest class of the tree of refusals whose words are translated."""
    kinds = (one for one in type(refusal).__mro__ if one in errors.STATUS)
    return next(kinds, EngineError)


def _is_own(refusal: EngineError) -> bool:
    """Whether the text was made for this refusal: more than its class says."""
    return refusal.message != (type(refusal).__doc__ or "").strip()
