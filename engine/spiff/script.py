"""SpiffWorkflow's door to scripts, walled up.

Its default engine hands texts of the diagram to `eval`. Our elements evaluate through
`engine.expressions` and never ask a script engine; should anything inside the library
ask one all the same, it gets a refusal.
"""

from collections.abc import Mapping
from typing import Final, NoReturn

from SpiffWorkflow.bpmn.script_engine import python_engine, python_environment

from engine.errors import IncidentError

_REFUSAL: Final = "SpiffWorkflow may not evaluate anything itself."


class NoEnvironment(python_environment.BasePythonScriptEngineEnvironment):  # type: ignore[misc]
    """An environment in which nothing can be evaluated."""

    def evaluate(
        self,
        expression: str,
        context: Mapping[str, object],
        external_context: object = None,
    ) -> NoReturn:
        """Refuse.

        Raises:
            IncidentError: Always.
        """
        raise IncidentError(_REFUSAL)

    def execute(
        self,
        script: str,
        context: Mapping[str, object],
        external_context: object = None,
    ) -> NoReturn:
        """Refuse.

        Raises:
            IncidentError: Always.
        """
        raise IncidentError(_REFUSAL)

    def call_service(self, context: Mapping[str, object], **_: object) -> NoReturn:
        """Refuse.

        Raises:
            IncidentError: Always.
        """
        raise IncidentError(_REFUSAL)


class NoScripts(python_engine.PythonScriptEngine):  # type: ignore[misc]
    """A script engine that refuses, before and behind the environment."""

    def __init__(self) -> None:
        super().__init__(environment=NoEnvironment())

    def validate(self, expression: str) -> NoReturn:
        """Refuse.

        Raises:
            IncidentError: Always.
        """
        raise IncidentError(_REFUSAL)

    def evaluate(
        self, task: object, expression: str, external_context: object = None
    ) -> NoReturn:
        """Refuse.

        Raises:
            IncidentError: Always.
        """
        raise IncidentError(_REFUSAL)

    def execute(
        self, task: object, script: str, external_context: object = None
    ) -> NoReturn:
        """Refuse.

        Raises:
            IncidentError: Always.
        """
        raise IncidentError(_REFUSAL)

    def call_service(self, task: object, **_: object) -> NoReturn:
        """Refuse.

        Raises:
            IncidentError: Always.
        """
        raise IncidentError(_REFUSAL)


#: One is enough: it holds no state.
NO_SCRIPTS: Final = NoScripts()
