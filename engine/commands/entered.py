"""What may be entered into a running case, and under which names.

A form decides what its own step may enter. What comes without a form (a step that has
none, a message) may bring any plain value except those that a form of the procedure
asks for: they decide gateways in the name of whoever fills in that form.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from engine.domain.case import Case
from engine.domain.dossier import CODE_KEY
from engine.domain.run import Json
from engine.errors import AnswersInvalidError
from engine.forms import messages, plain
from engine.forms.answers import FieldError

_LABEL: Final = ("Mã hồ sơ", "Dossier code")


def without_form(
    values: Mapping[str, Json],
    asked: frozenset[str],
    own: Iterable[str] = (),
    language: str = messages.VIETNAMESE,
) -> Mapping[str, Json]:
    """Pass values that no form has checked.

    Args:
        values: What came.
        asked: Names that the forms of the procedure ask for.
        own: Names that are asked for here, whatever forms elsewhere ask for.
        language: Of the messages.

    Raises:
        EngineError: A name is not an identifier, or a value is not plain.
        AnswersInvalidError: A form of the procedure asks for one of the names.
    """
    plain.check(values)
    foreign = sorted((values.keys() & asked).difference(own))
    _refuse([_error(name, "unknown-field", name, language) for name in foreign])
    return values


def keep_code(
    values: Mapping[str, Json], case: Case, language: str = messages.VIETNAMESE
) -> None:
    """Pass values that leave the dossier code of the case alone.

    Messages find their case by it: another code would leave the case waiting for ever,
    or give it what belongs to somebody else.

    Raises:
        AnswersInvalidError: They hold another code.
    """
    if values.get(CODE_KEY, case.code) != case.code:
        label = _LABEL[language == messages.ENGLISH]
        _refuse([_error(CODE_KEY, "other-code", label, language, limit=case.code)])


def _error(name: str, code: str, label: str, language: str, **more: str) -> FieldError:
    params = {"label": label, **more}
    return FieldError(name, code, params, messages.message(code, params, language))


def _refuse(wrong: list[FieldError]) -> None:
    if wrong:
        raise AnswersInvalidError(wrong, wrong[0].message)
