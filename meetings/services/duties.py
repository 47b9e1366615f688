"""Handing over the actions that a person has in charge."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core.history import record
from core.models import User
from meetings.models import Outcome
from meetings.queries.duties import open_actions_of


@transaction.atomic
def hand_over(person: User, to: User, by: Any) -> int:
    """Gives the person's open actions to another and returns how many. What the minutes say stays; who is in charge
    moves, also after the report is approved. Who asks is checked by the caller."""
    moved = 0
    for row in open_actions_of(person):
        mine = Outcome.objects.filter(pk=row.pk, owner_user=person, done_on__isnull=True, dropped_on__isnull=True)
        if mine.update(owner_user=to, version=F("version") + 1):
            text = _("handed the action “%(text)s” over to %(to)s") % {"text": row.text, "to": to}
            between = {"before": {"owner": str(person)}, "after": {"owner": str(to)}}
            record(row.meeting, "edit_outcome", by, text, **between)
            moved += 1
    return moved
