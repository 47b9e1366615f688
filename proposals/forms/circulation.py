"""Circulating, and more time."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, VersionForm


class CirculateForm(VersionForm):
    """The one choice on the page before the mails go out."""

    reply_by_on = DayField(label=_("Comments close on"), past=False)


class ExtendForm(VersionForm):
    """A later day for comments, and why."""

    reply_by_on = DayField(label=_("Comments close on"), past=False)
    reason = forms.CharField(label=_("Reason"), max_length=250, help_text=_("One sentence; everybody reads it."))
