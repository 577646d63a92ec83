"""What pages say of files: how large they may be, and why one is not taken."""

from typing import Final

from engine import limits, unsent
from engine.forms.field import Field
from webui.i18n import translate

_MIB: Final = 1024 * 1024


def size(count: int) -> str:
    """How many bytes: `1,2 MB`; below a tenth of that `34 KB`, at least `1 KB`."""
    if count * 10 < _MIB:
        return f"{max(-(-count // 1024), 1)} KB"
    return f"{count / _MIB:.1f} MB".replace(".", ",")


def limits_of(field: Field) -> str:
    """What may be attached, for the hint of a field."""
    kinds, most = ", ".join(field.accept), limits.ATTACHMENT_BYTES // _MIB
    if kinds:
        return translate("%(kinds)s, at most %(n)d MB each", kinds=kinds, n=most)
    return translate("At most %(n)d MB each", n=most)


def why_not(name: str, size: int) -> str:
    """Why a file of this size is not taken; empty when it is."""
    if size > limits.ATTACHMENT_BYTES:
        most = limits.ATTACHMENT_BYTES // _MIB
        return translate("%(name)s is larger than %(n)d MB.", name=name, n=most)
    return "" if size else translate("%(name)s is empty.", name=name)


def full(found: unsent.Full) -> str:
    """Why no more files are taken for now, and what to do."""
    if found is unsent.Full.ALL:
        return translate(
            "There is no room for more files that are not sent yet. Send the forms"
            " that have files, or try again in some hours; whoever administers can"
            " tell when there is room."
        )
    return translate(
        "Your uploaded files that no form has been sent with fill the room for them"
        " (%(size)d MB or %(n)d files). Send the forms that they belong to; a file"
        " that is not used goes after %(hours)d hours.",
        size=limits.UNUSED_BYTES // _MIB,
        n=limits.UNUSED_FILES,
        hours=limits.UPLOAD_HOURS,
    )


def script() -> dict[str, str]:
    """What the script of a file field says."""
    return {
        "sending": translate("Uploading {name}"),
        "of": translate("{done} of {size} MB"),
        "waiting": translate("The connection is broken. It goes on by itself."),
        "leave": translate("Leave it"),
        "kept": translate("uploaded; clear the box to leave it out"),
        "failed": translate("{name} could not be uploaded. Choose it again."),
        "underway": translate("A file is still being uploaded."),
    }
