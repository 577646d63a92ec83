"""Why a person does what nothing drawn asks for: in words, and by which document.

Reasons are free text and may name people: they are values, committed to and erasable.
A legal basis and the number of a document name none: they are facts.
"""

from typing import Final

from engine.domain import comments
from engine.domain.run import Json
from engine.errors import AnswersInvalidError, NotReadyError, TooLargeError
from engine.forms import answers, document, plain

#: Characters of a reason, and of the name of a rule or a document.
REASON_CHARS: Final = 1_000
NAME_CHARS: Final = 200


def reason_of(text: str) -> str:
    """A reason as it is kept.

    Raises:
        NotReadyError: There is none (`no-why`).
        TooLargeError: It is too long.
        EngineError: It holds what is no text.
    """
    reason = text.strip()
    if not reason:
        raise NotReadyError(code="no-why")
    if len(reason) > REASON_CHARS:
        raise TooLargeError(code="reason-chars", limit=REASON_CHARS)
    plain.check({"reason": reason})
    return reason


def comment_of(text: str, language: str) -> dict[str, Json]:
    """What is said beside a form, as the values of an event keep it; nothing: none.

    Raises:
        AnswersInvalidError: It is too long.
        EngineError: It holds what is no text.
    """
    plain.check({"comment": text})
    given = {comments.BESIDE: text.strip()}
    read = answers.validate(document.comment_beside(), given, language=language)
    if read.errors:
        raise AnswersInvalidError(read.errors)
    return {name: said for name, said in read.values.items() if said}


def order_of(basis: str, document: str) -> dict[str, Json]:
    """The rule and the document that an act rests on.

    Raises:
        NotReadyError: One is missing (`no-basis`).
        TooLargeError: One is too long.
    """
    named: dict[str, Json] = {"basis": basis.strip(), "document": document.strip()}
    if not all(named.values()):
        raise NotReadyError(code="no-basis")
    if max(len(basis.strip()), len(document.strip())) > NAME_CHARS:
        raise TooLargeError(code="reason-chars", limit=NAME_CHARS)
    return {**plain.check(named)}
