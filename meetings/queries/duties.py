"""Actions that a person, not an organization, has in charge."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.registry import Duty
from meetings.models import Outcome


def open_actions_of(user: Any) -> QuerySet[Outcome]:
    """Actions of any meeting that this person has to do, neither done nor dropped nor withdrawn."""
    rows = Outcome.objects.filter(kind=Outcome.Kind.ACTION, owner_user=user, withdrawn_at__isnull=True)
    return rows.filter(done_on__isnull=True, dropped_on__isnull=True).select_related("meeting")


def duties(user: Any) -> list[Duty]:
    """The same, as things that a successor takes over."""
    return [
        Duty(row.text, _("Action of meeting %(n)s") % {"n": row.meeting.number}, row.get_absolute_url(), row.due_on)
        for row in open_actions_of(user)
    ]
