"""The writers of a work plan as a whole: opened for a period, its title and number, its dates kept as a baseline."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from communications.models import BaselineStep, PlanBaseline, WorkPlan
from communications.permissions import can_edit_work_plan, can_open_work_plan, can_take_baseline
from communications.queries.work_plan import standing_steps
from core.history import record, record_changes
from core.moves import AlreadyDone, NotAllowed, Refused, save_version
from documents.models import Revision


def _refuse(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed(_("Secretaries keep the work plan. Ask the secretary of your organization."))


@transaction.atomic
def open_work_plan(
    by: Any,
    *,
    title: str,
    period: str,
    revision: Revision | None = None,
    illustrative: bool = False,
    at: datetime | None = None,
) -> WorkPlan:
    """Opens the work plan of a period; it becomes the one that the page shows, earlier ones stay to be read. Raises
    AlreadyDone when exactly this was opened before, Refused for a period that has another."""
    _refuse(can_open_work_plan(by) or at is not None)
    values = {"title": title, "revision": revision}
    try:
        with transaction.atomic():
            work_plan = WorkPlan.objects.create(period=period, illustrative=illustrative, **values)
    except IntegrityError:
        _refuse_period(period, values)
    record(work_plan, "open", by, _("opened the work plan for %(period)s") % {"period": period}, at=at)
    return work_plan


def _refuse_period(period: str, values: dict[str, Any]) -> None:
    if WorkPlan.objects.filter(period=period, **values).exists():
        raise AlreadyDone(_("This has already been done."))
    raise Refused(_("There is a work plan for %(period)s already.") % {"period": period})


@transaction.atomic
def edit_work_plan(work_plan: WorkPlan, by: Any, version: int, *, title: str, revision: Revision | None) -> WorkPlan:
    """Changes title and register number; the period stays. Raises Conflict when somebody saved in between."""
    _refuse(can_edit_work_plan(by))
    changed = save_version(work_plan, version, title=title, revision=revision)
    record_changes(work_plan, "edit", by, _("edited the work plan “%(title)s”") % {"title": title}, changed)
    return work_plan


@transaction.atomic
def take_baseline(work_plan: WorkPlan, by: Any, name: str) -> PlanBaseline:
    """Keeps the dates of all steps under a name of its own. Raises Refused for a name that is taken, and for a plan
    without steps."""
    _refuse(can_take_baseline(by))
    steps = list(standing_steps().filter(work_plan=work_plan))
    if not steps:
        raise Refused(_("The work plan has no steps yet."))
    try:
        with transaction.atomic():
            baseline = PlanBaseline.objects.create(work_plan=work_plan, name=name, by_label=str(by))
    except IntegrityError:
        raise Refused(_("There is a baseline “%(name)s” already. Give it another name.") % {"name": name}) from None
    BaselineStep.objects.bulk_create(
        BaselineStep(baseline=baseline, step=step, start_on=step.start_on, due_on=step.due_on) for step in steps
    )
    text = _("kept the dates of all steps as “%(name)s”") % {"name": name}
    record(work_plan, "take_baseline", by, text, after={"steps": len(steps)})
    return baseline
