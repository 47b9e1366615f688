"""What of the work plan and the planned letters a person, not an organization, has in charge."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from communications.models import Schedule
from communications.queries.work_plan import standing_steps
from core.dates import in_geneva
from core.registry import Duty


def duties(user: Any) -> list[Duty]:
    """Open steps in the person's charge, and letters that go out at a time which the person set."""
    steps = standing_steps().filter(person=user, done_on__isnull=True)
    planned = Schedule.objects.filter(by=user, outcome=Schedule.Outcome.OPEN).select_related("letter")
    return [
        *(Duty(step.title, _("Step of the work plan"), step.get_absolute_url(), step.due_on) for step in steps),
        *(
            Duty(str(row.letter), _("Planned letter"), row.letter.get_absolute_url(), in_geneva(row.due_at).date())
            for row in planned
        ),
    ]
