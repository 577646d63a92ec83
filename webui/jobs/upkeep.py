"""Removing jobs that are over, after their time."""

from datetime import timedelta
from uuid import UUID

from engine import limits
from webui.context import Application


def clear(application: Application, tenant: UUID) -> int:
    """Remove the jobs whose time is over, with their files; how many."""
    before = application.clock.now() - timedelta(days=limits.JOB_DAYS)
    expired = application.jobs.expired(tenant, before)
    for job in expired:
        # The files first: a row without them says so, files without a row say nothing.
        application.results.forget(tenant, job)
        application.jobs.remove(tenant, job)
    return len(expired)
