"""The life of an action after its meeting: done, dropped, open again, and the reminders of those in charge."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.dates import distance, format_date, today
from core.history import record
from core.moves import AlreadyDone, NotAllowed, WrongState
from meetings.models import ActionReminder, Outcome
from meetings.permissions import can_complete
from meetings.queries import action_steps_due, in_charge
from post.services.notices import notify


def _check(outcome: Outcome, by: Any, at: datetime | None) -> None:
    if at is None and not can_complete(by, outcome):
        raise NotAllowed(
            _("The person in charge, or the secretary of the organization in charge, says what becomes of an action.")
        )
    if outcome.kind != Outcome.Kind.ACTION or outcome.withdrawn_at:
        raise WrongState(_("Only an action can be done or dropped."))


def _change(outcome: Outcome, **values: Any) -> None:
    """Compare-and-swap: an action is done or dropped once, while it is open."""
    rows = Outcome.objects.filter(
        pk=outcome.pk,
        kind=Outcome.Kind.ACTION,
        withdrawn_at__isnull=True,
        done_on__isnull=True,
        dropped_on__isnull=True,
    )
    if not rows.update(version=outcome.version + 1, **values):
        raise AlreadyDone(_("This has already been done."))
    outcome.refresh_from_db()


@transaction.atomic
def complete_action(outcome: Outcome, by: Any, on: date, *, at: datetime | None = None) -> Outcome:
    """Says that an action was done on that day. Only the person in charge or the secretary of the organization in
    charge says so; where none is named, any secretary."""
    _check(outcome, by, at)
    _change(outcome, done_on=on)
    organization = str(outcome.owner_organization or "")
    text = _("said that the action is done: “%(text)s”") % {"text": outcome.text}
    record(outcome.meeting, "complete", by, text, organization=organization, after={"done_on": on}, at=at)
    return outcome


@transaction.atomic
def drop_action(outcome: Outcome, by: Any, reason: str, *, at: datetime | None = None) -> Outcome:
    """Says that an action will not be done, and why; nobody is asked for it any more."""
    _check(outcome, by, at)
    _change(outcome, dropped_on=today(), dropped_reason=reason)
    words = {"text": outcome.text, "reason": reason}
    text = _("dropped the action “%(text)s”: %(reason)s") % words
    record(outcome.meeting, "drop", by, text, after={"dropped_on": outcome.dropped_on, "reason": reason}, at=at)
    return outcome


@transaction.atomic
def reopen_action(outcome: Outcome, by: Any) -> Outcome:
    """Opens an action again that was done or dropped by mistake, or that is needed after all."""
    _check(outcome, by, None)
    closed = Outcome.objects.filter(pk=outcome.pk).exclude(done_on__isnull=True, dropped_on__isnull=True)
    if not closed.update(done_on=None, dropped_on=None, dropped_reason="", version=outcome.version + 1):
        raise AlreadyDone(_("This action is open."))
    outcome.refresh_from_db()
    record(outcome.meeting, "reopen_action", by, _("reopened the action “%(text)s”") % {"text": outcome.text})
    return outcome


def remind_due(day: date | None = None) -> int:
    """Reminds those in charge of each open action at each step exactly once, and nobody else; returns how many
    reminders went out. Several steps that a stopped worker missed are made up for by one reminder."""
    day = day or today()
    return sum(_remind(outcome, step, day) for outcome, step in action_steps_due(day))


@transaction.atomic
def _remind(outcome: Outcome, step: int, day: date) -> bool:
    """The row of the step decides: whoever writes it first sends; nothing is sent when the action ended meanwhile."""
    people = in_charge(outcome)
    if not people:
        return False
    _row, created = ActionReminder.objects.get_or_create(outcome=outcome, due_on=outcome.due_on, days=step)
    still = Outcome.objects.filter(pk=outcome.pk, done_on=None, dropped_on=None, withdrawn_at=None)
    if not created or not still.filter(due_on=outcome.due_on).exists():
        return False
    words = {
        "text": Truncator(outcome.text).chars(40),
        "day": format_date(outcome.due_on),
        "distance": distance(outcome.due_on, day),
        "meeting": outcome.meeting.title,
    }
    notify(
        people,
        kind="action",
        subject=_("Action due %(day)s: %(text)s") % words,
        lead=_("An action of the %(meeting)s is due on %(day)s, %(distance)s.") % words,
        text=outcome.text,
        facts=[(_("Who"), outcome.owner), (_("Due"), words["day"])],
        reason=_("you are in charge of this action"),
        url=reverse("meetings:complete", args=[outcome.meeting.number, outcome.pk]),
        action=_("Say what became of it"),
        thread=f"action-{outcome.pk}",
    )
    record(outcome.meeting, "remind", None, _("reminded of the action “%(text)s”, %(distance)s") % words)
    return True
