"""A proposal: logged, edited, ended, found in the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, PortalForm, VersionForm, WeekdayInput
from proposals.forms.fields import FilesField, text_area
from proposals.models import Proposal


class ProposalFields(forms.Form):
    """The fields of a proposal, in the order of the page."""

    title = forms.CharField(
        label=_("Title"), max_length=300, help_text=_("As on the proposal form, in English, without quotation marks.")
    )
    kind = forms.ChoiceField(
        label=_("Kind of proposal"),
        choices=Proposal.Kind.choices,
        widget=forms.RadioSelect,
        initial=Proposal.Kind.NEW_FIELD,
    )
    scope = text_area(
        _("Scope"), 5, help_text=_("As written by the proposer. Copy it from the form; do not shorten it.")
    )
    justification = text_area(
        _("Justification (optional)"), 3, required=False, help_text=_("Why the proposer thinks the work is needed.")
    )
    proposer = forms.CharField(
        label=_("Proposed by"),
        max_length=200,
        help_text=_("National body, National Committee, Member State or committee, for example SAC (China)."),
    )
    received_on = DayField(
        label=_("Received on"),
        future=False,
        widget=WeekdayInput(),
        help_text=_("The day the organization received it."),
    )
    board_decision_on = DayField(
        label=_("The board decides on (optional)"),
        required=False,
        widget=WeekdayInput(),
        help_text=_("The date of the board's meeting."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        received, decided = values.get("received_on"), values.get("board_decision_on")
        if received and decided and decided < received:
            self.add_error("board_decision_on", _("Enter a date after the day of receipt."))
        return values


class EditForm(ProposalFields, VersionForm):
    """A proposal's fields; the deadline as long as it is a draft."""

    reply_by_on = DayField(label=_("Comments close on"), required=False, widget=WeekdayInput())

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if proposal.circulated_at:
            del self.fields["reply_by_on"]

    def changes(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class AttachForm(PortalForm):
    """More files of a proposal."""

    files = FilesField(label=_("Files"))


class ReasonForm(PortalForm):
    """A reason, for withdrawing or closing."""

    reason = forms.CharField(label=_("Reason"), max_length=250, help_text=_("One sentence; everybody reads it."))


class RecordForm(VersionForm):
    """What the board decided; recorded again, it carries the version that the writer has read."""

    result = forms.ChoiceField(
        label=_("Decision"),
        choices=[c for c in Proposal.Result.choices if c[0] != Proposal.Result.UNKNOWN],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the board decided.")},
    )
    result_on = DayField(label=_("Decided on"), future=False)
    note = text_area(_("The decision in words (optional)"), 3, required=False)
    next_step = forms.CharField(
        label=_("Next step (optional)"),
        max_length=300,
        required=False,
        help_text=_("What comes of it: a new committee, work given to an existing one, nothing."),
    )
