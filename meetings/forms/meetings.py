"""Forms of a meeting's day, hours and place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.dates import in_geneva, moment
from core.forms import ClockField, DayField, TokenForm, VersionForm
from meetings.models import Meeting


class MeetingFields(forms.Form):
    """Kind, day, hours and place; the hours are Geneva time."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Meeting.Kind.choices, initial=Meeting.Kind.REMOTE)
    day = DayField(label=_("Day"), help_text=_("For example 27 January 2021."))
    begins = ClockField(label=_("Begins"), help_text=_("Geneva time, for example 13:00."))
    ends = ClockField(label=_("Ends"), help_text=_("Geneva time. An earlier time than the begin is refused."))
    place = forms.CharField(
        label=_("Place"),
        max_length=300,
        required=False,
        help_text=_("The room, or the address of the video call. A meeting in person needs a place."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        day, begins, ends = (self.cleaned_data.get(name) for name in ("day", "begins", "ends"))
        if begins and ends and ends <= begins:
            self.add_error("ends", _("The meeting ends after it begins. Enter a later time."))
        if day and begins and ends:
            self.cleaned_data |= {"starts_at": moment(day, begins), "ends_at": moment(day, ends)}
        if self.cleaned_data.get("kind") == Meeting.Kind.IN_PERSON and not self.cleaned_data.get("place", "").strip():
            self.add_error("place", _("Enter where the meeting takes place."))
        return data

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {name: self.cleaned_data[name] for name in ("kind", "starts_at", "ends_at", "place")}


class ScheduleForm(MeetingFields, TokenForm):
    """A new meeting: its day is not in the past."""

    day = DayField(label=_("Day"), past=False, help_text=_("For example 27 January 2021."))


class EditMeetingForm(MeetingFields, VersionForm):
    """A planned meeting."""

    @staticmethod
    def initial_of(meeting: Meeting) -> dict[str, Any]:
        """The meeting's values as the form shows them."""
        start, end = in_geneva(meeting.starts_at), in_geneva(meeting.ends_at)
        return {
            "kind": meeting.kind,
            "day": start.date(),
            "begins": start.time(),
            "ends": end.time(),
            "place": meeting.place,
            "version": meeting.version,
        }
