"""Clean values for letters and their covers."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.forms.audience import AudienceFields, audience_values
from communications.forms.fields import ReferencesField
from communications.models import Cover, Letter
from core.forms import DayField, PortalForm, TokenForm, VersionForm, clean_lines
from documents.models import Revision

MAIL_SUBJECT = 70


class _LetterFields(AudienceFields):
    subject = forms.CharField(
        label=_("Subject"),
        max_length=MAIL_SUBJECT,
        help_text=_("At most 70 characters: it is the subject of the mail and of the letter."),
    )
    body = forms.CharField(
        label=_("Letter"),
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 14, "class": "record"}),
        help_text=_(
            "The text between salutation and signature, the same for all three. Markdown. It may hold {name}, "
            "{committee}, {organization} and {salutation}; nothing else in braces is replaced."
        ),
    )
    revisions = ReferencesField(
        label=_("Attached documents"),
        required=False,
        help_text=_("References with their letters, separated by commas: SPCG-32C. Each is pinned to that revision."),
    )
    planned_on = DayField(
        label=_("Planned for"),
        required=False,
        help_text=_("The day on which it should go; a person sends or schedules it."),
    )

    field_order = [
        *("subject", "body", "revisions", "organizations", "capacities", "committee_kinds"),
        *("committees", "with_subcommittees", "country", "planned_on"),
    ]

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["revisions"].user = user

    def clean_body(self) -> str:
        # The post office marks with these what differs between recipients; nobody types them.
        return re.sub("[\ue000\ue001]", "", clean_lines(self.cleaned_data["body"]))


class DraftLetterForm(_LetterFields, TokenForm):
    """A new letter."""


class EditLetterForm(_LetterFields, VersionForm):
    """A letter as it stands."""

    @staticmethod
    def initial_of(letter: Letter, revisions: list[Revision]) -> dict[str, Any]:
        names = ("subject", "body", "planned_on", "version")
        return {name: getattr(letter, name) for name in names} | {
            **audience_values(letter),
            "revisions": ", ".join(revision.reference for revision in revisions),
        }


class CoverForm(VersionForm):
    """One organization's cover page."""

    reference = forms.CharField(
        label=_("Reference"), required=False, max_length=80, help_text=_("Put the number in the place of the dots.")
    )
    addressees = forms.CharField(
        label=_("Addressees"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("The line “To”.")
    )
    salutation = forms.CharField(
        label=_("Salutation"), max_length=120, help_text=_("It may hold {name} and {committee}.")
    )
    closing = forms.CharField(label=_("Closing"), max_length=120)
    signatory = forms.CharField(label=_("Signed by"), max_length=150)
    signatory_title = forms.CharField(label=_("Function"), required=False, max_length=200)
    place = forms.CharField(label=_("Place"), required=False, max_length=80)
    dated_on = DayField(label=_("Date"), required=False, help_text=_("Empty: the day on which it is sent."))

    @staticmethod
    def initial_of(cover: Cover) -> dict[str, Any]:
        return {name: getattr(cover, name) for name in (*CoverForm.base_fields,)}


class SendForm(PortalForm):
    """The number of recipients that stood on the button."""

    expected = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class TestForm(TokenForm):
    """A test to oneself."""

    __test__ = False
