"""Reminders before the deadline, only to those who have not answered; each exactly once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import ngettext

from core.dates import distance, format_date, in_geneva, today
from core.history import record
from organizations.queries import everybody
from proposals.models import Proposal, Reminder
from proposals.queries.answers import has_answered
from proposals.services.notices import reminder_notice, send_reminder


def remind_due() -> int:
    """Reminds of every deadline that is one of REMINDER_DAYS away, by Geneva's calendar; returns how many people were
    reminded. A day that a stopped worker missed is made up for by one reminder, until the next one is due."""
    day, sent = today(), 0
    for pk in list(_out_for_comment(day).values_list("pk", flat=True)):
        sent += _remind(pk, day)
    return sent


def _out_for_comment(day: date) -> Any:
    last = day + timedelta(days=max(settings.REMINDER_DAYS, default=0))
    return Proposal.objects.filter(
        state=Proposal.State.CIRCULATED, comments_closed_at__isnull=True, reply_by_on__range=(day, last)
    ).order_by("pk")


def step_due(proposal: Proposal, day: date) -> int | None:
    """Which of REMINDER_DAYS is due on that day; none whose day was over when everybody was last told the deadline."""
    left = (proposal.reply_by_on - day).days
    steps = [days for days in settings.REMINDER_DAYS if days >= left >= 0]
    told_on = in_geneva(proposal.told_at or proposal.circulated_at).date()
    if not steps or proposal.reply_by_on - timedelta(days=min(steps)) <= told_on:
        return None
    return min(steps)


@transaction.atomic
def _remind(pk: int, day: date) -> int:
    """The proposal is held while it is reminded of: two workers take turns, and an extension waits or comes first.
    The rows say who has been reminded, so that nobody is twice."""
    proposal = _out_for_comment(day).select_for_update().filter(pk=pk).first()
    days = step_due(proposal, day) if proposal else None
    if days is None:
        return 0
    step = {"proposal": proposal, "reply_by_on": proposal.reply_by_on, "days": days}
    known = set(Reminder.objects.filter(**step).values_list("account", flat=True))
    people = [user for user in everybody() if user.pk not in known and not has_answered(proposal, user)]
    if people:
        Reminder.objects.bulk_create(Reminder(account=user, **step) for user in people)
        send_reminder(people, reminder_notice(proposal, day), proposal)
        _record(proposal, len(people), day)
    return len(people)


def _record(proposal: Proposal, count: int, day: date) -> None:
    facts = {
        "n": count,
        "day": format_date(proposal.reply_by_on),
        "distance": distance(proposal.reply_by_on, day),
    }
    text = ngettext(
        "reminded %(n)d person who had not answered that comments close on %(day)s, %(distance)s",
        "reminded %(n)d people who had not answered that comments close on %(day)s, %(distance)s",
        count,
    )
    record(proposal, "remind", None, text % facts)
