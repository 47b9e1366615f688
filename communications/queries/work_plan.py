"""Reads of the work plan. A step's state is computed from its dates and today, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import Step, StepEntry, WorkPlan
from core.dates import distance, format_date, today
from core.registry import Waiting
from organizations.permissions import can_read
from organizations.queries import Role, standing_of

SOON = timedelta(days=14)
WAITS_BEFORE = timedelta(days=30)
WAITS_AFTER = timedelta(days=60)


@dataclass(frozen=True)
class StepState:
    """`kind` is done, late, soon, running or ahead; `words` say it as the page does."""

    kind: str
    words: str

    @property
    def is_late(self) -> bool:
        return self.kind == "late"


def state_of(step: Step, day: date | None = None) -> StepState:
    """Reached, late by whole days after the milestone, due within 14 days, on time since it began, or not started."""
    day = day or today()
    if step.done_on:
        return StepState("done", _reached(step))
    if step.due_on < day:
        return StepState("late", distance(step.due_on, day))
    if step.due_on - day <= SOON:
        return StepState("soon", _("due %(when)s") % {"when": distance(step.due_on, day)})
    if step.start_on <= day:
        return StepState("running", _("on time"))
    return StepState("ahead", _("not started"))


def _reached(step: Step) -> str:
    late = (step.done_on - step.due_on).days
    if late <= 0:
        return _("reached")
    return ngettext("reached, %(n)d day late", "reached, %(n)d days late", late) % {"n": late}


def work_plans() -> QuerySet[WorkPlan]:
    """The work plans, newest first."""
    return WorkPlan.objects.select_related("revision__document")


def current_work_plan() -> WorkPlan | None:
    """The newest work plan."""
    return work_plans().first()


def steps_of(work_plan: WorkPlan) -> QuerySet[Step]:
    """The steps of a plan in their order, with everything that a page shows of them."""
    return work_plan.steps.select_related("evidence_revision__document").prefetch_related("owners")


def steps_visible_to(user: Any) -> QuerySet[Step]:
    """The work plan is shared with everybody who holds an appointment."""
    rows = Step.objects.select_related("work_plan", "evidence_revision__document").prefetch_related("owners")
    return rows if can_read(user) else rows.none()


def by_audience(steps: Iterable[Step]) -> dict[str, list[Step]]:
    """The steps grouped by audience, in the order in which the audiences first appear."""
    groups: dict[str, list[Step]] = {}
    for step in steps:
        groups.setdefault(step.audience, []).append(step)
    return groups


_NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def summary(steps: list[Step], day: date | None = None) -> str:
    """ "9 steps for four audiences. 1 is reached, 1 is late." """
    audiences = len(by_audience(steps))
    kinds = [state_of(step, day).kind for step in steps]
    first = _("%(steps)s for %(audiences)s.") % {
        "steps": ngettext("%(n)d step", "%(n)d steps", len(steps)) % {"n": len(steps)},
        "audiences": ngettext("%(n)s audience", "%(n)s audiences", audiences)
        % {"n": _NUMBERS[audiences] if audiences < len(_NUMBERS) else audiences},
    }
    counted = [
        ngettext("%(n)d is reached", "%(n)d are reached", kinds.count("done")) % {"n": kinds.count("done")},
        ngettext("%(n)d is late", "%(n)d are late", kinds.count("late")) % {"n": kinds.count("late")},
    ]
    shown = [text for text, kind in zip(counted, ("done", "late"), strict=True) if kinds.count(kind)]
    return f"{first} {', '.join(shown)}." if shown else first


def steps_between(start: date, end: date) -> QuerySet[Step]:
    """Steps whose milestone falls into the period or was reached in it, both days included, by milestone; for the
    board reports."""
    in_period = Q(due_on__range=(start, end)) | Q(done_on__range=(start, end))
    rows = Step.objects.filter(in_period).select_related("work_plan", "evidence_revision__document")
    return rows.prefetch_related("owners").order_by("due_on", "position", "pk")


def recent_step_entries(user: Any) -> QuerySet[StepEntry]:
    """History of the steps that the reader may see, newest first."""
    rows = StepEntry.objects.select_related("subject")
    return rows if can_read(user) else rows.none()


def waiting_steps(user: Any) -> list[Waiting]:
    """Open steps of the person's organization, as its writing secretary: due within 30 days or late by fewer than 60,
    so that an old plan does not fill Home."""
    day = today()
    own = [
        row.organization_id
        for row in standing_of(user).appointments
        if row.role == Role.SECRETARY and row.may_write and row.organization_id
    ]
    rows = Step.objects.filter(
        owners__in=own, done_on__isnull=True, due_on__lte=day + WAITS_BEFORE, due_on__gt=day - WAITS_AFTER
    )
    return [_waiting(step, day) for step in rows.distinct().prefetch_related("owners").order_by("due_on", "pk")]


def _waiting(step: Step, day: date) -> Waiting:
    return Waiting(
        title=step.title,
        sentence=_("Step of the work plan for %(audience)s, %(when)s.")
        % {"audience": step.audience, "when": distance(step.due_on, day)},
        url=step.get_absolute_url(),
        action=_("Mark as reached"),
        due_on=step.due_on,
        organization=", ".join(owner.code for owner in step.owners.all()),
        illustrative_mark=step.illustrative_mark,
    )


def deadlines_of_steps(user: Any, until: date) -> list[Waiting]:
    """Open milestones from today until that day, for everybody who reads the work plan."""
    rows = steps_visible_to(user).filter(done_on__isnull=True, due_on__range=(today(), until)).order_by("due_on", "pk")
    return [
        Waiting(
            title=step.title,
            sentence=_("Milestone of the work plan, %(day)s") % {"day": format_date(step.due_on)},
            url=step.get_absolute_url(),
            action=_("Open the step"),
            due_on=step.due_on,
            organization=", ".join(owner.code for owner in step.owners.all()),
            illustrative_mark=step.illustrative_mark,
        )
        for step in rows
    ]
