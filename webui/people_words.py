"""People as others tell them apart: by name, position and agency, with the login."""

from collections.abc import Mapping
from uuid import UUID

from engine.queries import TaskItem
from webui import context


def choices() -> Mapping[str, str]:
    """Every open account by its login, with name, positions and agencies."""
    tenant, posts = context.current_actor().tenant, _posts()
    accounts = context.application().directory.accounts(tenant)
    named = {
        one.login: " · ".join((one.name, *posts.get(one.id, ())))
        for one in accounts
        if one.active and one.valid_to >= context.today()
    }
    return dict(sorted(named.items(), key=lambda one: one[1]))


def holder(task: TaskItem) -> str:
    """Who has taken a task, with the positions held today: names are not unique."""
    if task.assignee is None:
        return ""
    posts = _posts().get(task.assignee, [])
    name = task.assignee_name or "–"
    return f"{name} ({'; '.join(posts)})" if posts else name


def _posts() -> dict[UUID, list[str]]:
    """Positions with their agencies that accounts hold today."""
    organisation, today = context.organisation_now(), context.today()
    found: dict[UUID, list[str]] = {}
    for one in organisation.holders:
        post = organisation.positions.get(one.position)
        if post is None or not one.valid_from <= today <= one.valid_to:
            continue
        agency = organisation.agencies.get(post.agency)
        where = f", {agency.name}" if agency else ""
        found.setdefault(one.account, []).append(f"{post.name}{where}")
    return found
