"""Handing over what a person has in charge here."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from communications.models import Schedule
from communications.permissions import can_send
from communications.queries.work_plan import standing_steps
from core.history import record
from core.models import User


@transaction.atomic
def hand_over(person: User, to: User, by: Any) -> int:
    """Gives the person's open steps to another, and planned letters where that one may send them, since a letter is
    released with the right of the person who planned it. Returns how many; who asks is checked by the caller."""
    return _steps(person, to, by) + _letters(person, to, by)


def _steps(person: User, to: User, by: Any) -> int:
    moved = 0
    for step in standing_steps().filter(person=person, done_on__isnull=True):
        mine = standing_steps().filter(pk=step.pk, person=person, done_on__isnull=True)
        if mine.update(person=to, version=F("version") + 1):
            record(step, "edit", by, _("handed it over to %(to)s") % {"to": to}, **_between(person, to))
            moved += 1
    return moved


def _letters(person: User, to: User, by: Any) -> int:
    moved = 0
    for row in Schedule.objects.filter(by=person, outcome=Schedule.Outcome.OPEN).select_related("letter"):
        mine = Schedule.objects.filter(pk=row.pk, by=person, outcome=Schedule.Outcome.OPEN)
        if can_send(to, row.letter) and mine.update(by=to, by_label=str(to), version=F("version") + 1):
            text = _("handed the planned release over to %(to)s") % {"to": to}
            record(row.letter, "reschedule", by, text, **_between(person, to))
            moved += 1
    return moved


def _between(person: User, to: User) -> dict[str, Any]:
    return {"before": {"person": str(person)}, "after": {"person": str(to)}}
