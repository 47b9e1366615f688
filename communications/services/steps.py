"""The work plan as it goes on: progress, and reminders of milestones that were missed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.models import Step, StepReminder
from communications.permissions import can_complete_step
from communications.queries.work_plan import current_work_plan, standing_steps
from communications.services.work_plan import refuse_withdrawn
from core.dates import distance, format_date, today
from core.history import record
from core.moves import NotAllowed, Refused, WrongState
from organizations.permissions import can_read
from organizations.queries import secretaries
from post.services.notices import notify


@transaction.atomic
def note_progress(step: Step, by: Any, percent: int) -> Step:
    """How far an open step has come, 0 to 100 per cent, said by a secretary of an organization responsible or by the
    person in charge. The same figure again writes nothing."""
    if not (can_complete_step(by, step) or step.person_id == by.pk):
        raise NotAllowed(_("The person in charge or a secretary of an organization responsible says how far it is."))
    _refuse_closed(step)
    if not 0 <= percent <= 100:
        raise Refused(_("Enter a number from 0 to 100."))
    before = step.progress
    if percent != before:
        open_now = standing_steps().filter(pk=step.pk, done_on__isnull=True)
        changed = open_now.update(progress=percent, version=F("version") + 1)
        step.refresh_from_db()
        if not changed:
            _refuse_closed(step)
        text = _("noted that “%(title)s” is done to %(percent)d per cent")
        text = text % {"title": step.title, "percent": percent}
        record(step, "progress", by, text, before={"progress": before}, after={"progress": percent})
    return step


def _refuse_closed(step: Step) -> None:
    refuse_withdrawn(step)
    if step.done_on:
        raise WrongState(_("This step is reached. Reopen it first."))


def remind_of_steps() -> int:
    """Reminds those responsible for milestones of the current work plan that were missed STEP_REMINDER_DAYS ago, by
    Geneva's calendar: the person in charge, else the writing secretaries of the organizations responsible. Each once
    per distance; a day that a stopped worker missed is made up for. Returns how many people were reminded."""
    plan, day = current_work_plan(), today()
    if plan is None or not settings.STEP_REMINDER_DAYS:
        return 0
    oldest = day - timedelta(days=2 * max(settings.STEP_REMINDER_DAYS))
    late = standing_steps().filter(work_plan=plan, done_on__isnull=True)
    late = late.filter(due_on__range=(oldest, day - timedelta(days=1)))
    return sum(_remind(pk, day) for pk in late.values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: int, day: date) -> int:
    step = standing_steps().select_for_update().filter(pk=pk, done_on__isnull=True).first()
    past = [days for days in settings.STEP_REMINDER_DAYS if step and (day - step.due_on).days >= days]
    if not past:
        return 0
    mark = {"step": step, "due_on": step.due_on, "days": max(past)}
    known = set(StepReminder.objects.filter(**mark).values_list("account", flat=True))
    people = [user for user in responsible_for(step) if user.pk not in known]
    if people:
        StepReminder.objects.bulk_create(StepReminder(account=user, **mark) for user in people)
        _tell(step, people, day)
    return len(people)


def responsible_for(step: Step) -> list[Any]:
    """The person in charge, as long as account and appointment are open; else the secretaries with the right to
    write."""
    if step.person and step.person.is_active and can_read(step.person):
        return [step.person]
    found = [user for owner in step.owners.all() for user in secretaries(owner, "may_write")]
    return list(dict.fromkeys(found))


def _tell(step: Step, people: list[Any], day: date) -> None:
    late = distance(step.due_on, day)
    notify(
        people,
        kind="work plan",
        subject=_("“%(title)s” is %(late)s") % {"title": step.title, "late": late},
        lead=_("The milestone was %(day)s.") % {"day": format_date(step.due_on)},
        text=_("Mark it as reached, or give it a new date and say why."),
        facts=[(_("Audience"), step.audience)],
        url=step.get_absolute_url(),
        action=_("Open the step"),
        reason=_("you are responsible for this step of the work plan"),
        thread=f"step-{step.pk}",
    )
    words = ngettext("reminded %(n)d person", "reminded %(n)d people", len(people)) % {"n": len(people)}
    record(step, "remind", None, _("%(words)s that it is %(late)s") % {"words": words, "late": late})
