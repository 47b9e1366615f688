"""The work plan as rows for a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from communications.models import Step
from communications.queries.evidence import evidence_of
from communications.queries.work_plan import state_of
from core.tables import Column

COLUMNS = (
    Column(_("Step"), 50),
    Column(_("Audience"), 30),
    Column(_("Channel"), 24),
    Column(_("Responsible"), 16),
    Column(_("Person in charge"), 24),
    Column(_("Start"), 14),
    Column(_("Milestone"), 14),
    Column(_("State"), 30),
    Column(_("Done, in per cent"), 12),
    Column(_("Reached on"), 14),
    Column(_("Waits for"), 40),
    Column(_("Evidence"), 50),
    Column(_("Note"), 50),
    Column(_("Illustrative"), 16),
)


def rows_of(steps: Iterable[Step]) -> Iterator[tuple[Any, ...]]:
    """One row for each step, in the order of the plan."""
    steps = list(steps)
    evidence = evidence_of(steps)
    for step in steps:
        yield (
            step.title,
            step.audience,
            step.channel,
            ", ".join(owner.code for owner in step.owners.all()),
            str(step.person or ""),
            step.start_on,
            step.due_on,
            state_of(step).words,
            100 if step.done_on else step.progress,
            step.done_on,
            "; ".join(other.title for other in step.depends_on.all()),
            "; ".join(evidence[step.pk]),
            step.note,
            str(step.illustrative_mark),
        )
