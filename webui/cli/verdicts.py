"""Verdicts on the command line: of one case, and how procedures conform."""

from collections.abc import Iterator
from typing import Any

import click

from engine.domain import policy
from engine.judging.ruling import QUESTIONS, Answer, Judgement, Verdict
from webui import judging, verdict_words
from webui.cli import common


@click.command()
@click.argument("case")
@common.viewing
@common.as_json
def verdicts(case: str, login: str | None, json_: bool) -> None:  # noqa: FBT001
    """Give six verdicts on every event of CASE; exit 1 when one of them is FAIL."""
    with common.application() as app:
        actor = common.actor_of(app, login)
        found = common.case_of(app, actor, case)
        common.check(actor, policy.Action.CASE_VERIFY, found)
        judgement = judging.judge(app, actor.tenant, found.id)
    if json_:
        told = {"code": found.code, **judging.plain(judgement)}
        common.show(told, json_=True)
    else:
        click.echo(f"{found.code}: {judging.answer(judgement)}")
        for line in _lines(judgement):
            click.echo(line)
    if judgement.answer is Answer.DOES_NOT_CONFORM:
        raise click.exceptions.Exit(1)


def _lines(judgement: Judgement) -> Iterator[str]:
    """Each event, and what there is to say of it."""
    for event in judgement.events:
        yield f"{event.seq}  {event.at}  {event.type}  {event.element}".rstrip()
        for question, ruling in zip(QUESTIONS, event.rulings, strict=True):
            if ruling.verdict is not Verdict.PASS:
                why = verdict_words.reason(ruling) % dict(ruling.params)
                yield f"    {ruling.verdict.value} {question.value}: {why}"


@click.command()
@click.option("--procedure", default="", help="Only the procedure with this code.")
@common.as_json
def conformance(procedure: str, json_: bool) -> None:  # noqa: FBT001
    """Judge every case: rates and deviations by class, step, unit and month.

    This is the installation's own check: it needs no account, but the database. Exit 1:
    a case does not conform.
    """
    with common.application() as app:
        found = judging.rates(app, common.tenant_of(app), procedure)
    told: list[dict[str, Any]] = [rate.plain() for rate in found]
    if json_:
        common.show({"procedures": told}, json_=True)
    for one in () if json_ else told:
        share = "-" if one["rate"] is None else f"{one['rate']:.1%}"
        click.echo(
            f"{one['procedure']}: {share} of {one['closed']} closed cases conform,"
            f" {one['with_deviations']} with deviations;"
            f" {one['deviations']} deviations in {one['cases']} cases"
        )
        for failing in one["failing"]:
            click.echo(f"    {failing['code']}: {failing['reason']}")
    if any(one["failing"] for one in told):
        raise click.exceptions.Exit(1)
