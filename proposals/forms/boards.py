"""The recommendation before the boards, and what came of a proposal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.dates import format_date, today
from core.forms import DayField, PortalForm, VersionForm
from organizations.models import BoardMeeting, Organization
from proposals.forms.fields import CommitteeField, text_area
from proposals.models import Proposal, Sequel, Submission
from proposals.queries import proposal_of


class SubmitForm(PortalForm):
    """The recommendation before the board of one organization."""

    submitted_on = DayField(label=_("Submitted on"), future=False)
    paper_number = forms.CharField(
        label=_("The board's paper number (optional)"),
        max_length=60,
        required=False,
        help_text=_("For example TMB 150/2020."),
    )
    board_meeting = forms.ModelChoiceField(
        label=_("Board meeting (optional)"),
        queryset=BoardMeeting.objects.none(),
        required=False,
        empty_label=_("Not known yet"),
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field = self.fields["board_meeting"]
        field.queryset = BoardMeeting.objects.filter(organization=organization).order_by("-held_on")
        field.label_from_instance = lambda meeting: format_date(meeting.held_on)
        self.fields["submitted_on"].initial = today()


class CorrectForm(SubmitForm, VersionForm):
    """The same facts of a submission, changed later."""


class NoteForm(VersionForm):
    """What a board did with the recommendation that does not decide on the proposal itself."""

    result = forms.ChoiceField(
        label=_("Result"),
        choices=[choice for choice in Submission.Result.choices if choice[0] != Submission.Result.UNKNOWN],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the board decided.")},
    )
    result_on = DayField(label=_("Decided on"), future=False)
    note = text_area(_("The result in words (optional)"), 3, required=False)
    next_step = forms.CharField(label=_("Next step (optional)"), max_length=300, required=False)


class LinkForm(PortalForm):
    """What came of a proposal, with the record to which it leads."""

    kind = forms.ChoiceField(
        label=_("What came of it"),
        choices=Sequel.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what came of it.")},
    )
    committee = CommitteeField(
        own=False,
        label=_("Committee"),
        required=False,
        help_text=_("For a new committee or an allocation, for example ISO/TC 309; empty if it has no acronym."),
    )
    other = forms.CharField(
        label=_("Other proposal"),
        max_length=20,
        required=False,
        help_text=_("For a merger: its reference, for example 2020-11."),
    )
    note = forms.CharField(label=_("In words (optional)"), max_length=300, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_other(self) -> Proposal | None:
        text = self.cleaned_data["other"].replace("\x00", "")
        found = proposal_of(text, self.user) if text else None
        if text and found is None:
            raise forms.ValidationError(_("There is no proposal %(text)s.") % {"text": text})
        return found
