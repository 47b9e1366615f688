"""When a letter goes by itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.models import Schedule
from core.dates import in_geneva, moment
from core.forms import ClockField, DayField, PortalForm, VersionForm


class ScheduleForm(PortalForm):
    """A day and a time by Geneva's clock, and the number of recipients that stood on the page."""

    day = DayField(label=_("Day"), past=False, help_text=_("For example 25 November 2020."))
    clock = ClockField(label=_("Time"), help_text=_("Geneva time, for example 09:00."))
    expected = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        day, clock = values.pop("day", None), values.pop("clock", None)
        if day and clock is not None:
            values["due_at"] = due_at = moment(day, clock)
            if not _exists(due_at):
                self.add_error("clock", _("The clocks go forward then: this time does not exist on that day."))
        return values


def _exists(value: datetime) -> bool:
    return in_geneva(value.astimezone(UTC)).replace(tzinfo=None) == value.replace(tzinfo=None)


class RescheduleForm(ScheduleForm, VersionForm):
    """Another day and time for a letter that is scheduled."""

    @staticmethod
    def initial_of(planned: Schedule, expected: int) -> dict[str, Any]:
        due_at = in_geneva(planned.due_at)
        return {"day": due_at.date(), "clock": due_at.time(), "version": planned.version, "expected": expected}
