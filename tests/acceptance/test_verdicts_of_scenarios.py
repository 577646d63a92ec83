"""Every scenario of every built-in procedure, judged: what is lawful is never FAIL."""

from dataclasses import replace
from uuid import UUID

import pytest

from engine.conformance.game import TokenGame
from engine.domain import run
from engine.domain.deciding import Evaluating
from engine.forms import answers
from engine.judging.ruling import Verdict
from engine.package import Package
from engine.package import recording as packaged
from engine.play import Player
from engine.ports import Context, Outside
from models_bpmn import catalogue, packages
from tests.acceptance.test_catalogue import EXPECTATIONS, SCRIPTS, SERVICES, Script
from tests.integration import recording

MAKER = packages.Maker(SERVICES.names())


class Recording(Player):
    """Plays a case and seals what it does."""

    def __init__(self, package: Package) -> None:
        self._game = TokenGame()
        outside = package.outside(SERVICES)
        super().__init__(self._game, package.model, outside)
        self._functions: Outside = outside
        self._forms = package.forms
        self.made = recording.Recorder(
            package.model, UUID(int=77), package.hash, packaged(package)
        )

    def _act(self, act: run.Act) -> None:
        execution = self._execution
        assert execution is not None
        act = self._checked(act)
        context = Context(
            now=self.now,
            decider=Evaluating(),
            services=self._functions.services,
            decisions=self._functions.decisions,
        )
        effect = execution.act(act, context)
        self.made.act(act, effect, self.now, context.budget)
        assert not effect.more

    def _checked(self, act: run.Act) -> run.Act:
        """The act with answers as a form keeps them."""
        forms, model = self._forms, self.made.model
        if isinstance(act, run.Open):
            form = forms[model.facts.start_form]
            kept = answers.validate(form, act.data).values
            return run.Open({**kept, "ma_ho_so": recording.CODE}, act.start)
        if isinstance(act, run.Complete):
            form = forms[model.nodes[act.element].work.form]
            known = self.picture().data
            kept = answers.validate(form, act.answers, known=known).values
            return replace(act, answers=kept)
        return act


@pytest.mark.parametrize("script", SCRIPTS, ids=str)
def test_a_scenario_never_fails(script: Script) -> None:
    package = MAKER.check(dict(catalogue.read_built_in(script.slug).files))
    played = Recording(package)
    commands = [{"open": script.scenario["open"]}]
    commands += [
        {key: value for key, value in step.items() if key not in EXPECTATIONS}
        for step in script.scenario["step"]
    ]
    for command in commands:
        assert played.command(command)["ok"], command
    court = recording.court_for(package, SERVICES)
    found = court.case(played.made.events)
    assert found.failures() == []
    assert found.closed
    verdicts = {one.verdict for event in found.events for one in event.rulings}
    assert verdicts <= {Verdict.PASS, Verdict.DEVIATION}
    assert {one.kind.value for one in found.deviations} <= {"late"}
    assert court.case(played.made.events, whole=True) == found
