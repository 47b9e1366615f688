"""Editing a comment, its disposition, and sending the table of comments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import TokenForm, VersionForm
from proposals.forms.fields import CommitteeField, text_area
from proposals.models import ProposalRemark


class EditCommentForm(VersionForm):
    """The author's own words again; a reply has no stance and no committee."""

    text = text_area(_("Comment"), 4)
    stance = forms.ChoiceField(
        label=_("Stance"), choices=ProposalRemark.Stance.choices, widget=forms.RadioSelect, required=True
    )
    committee = CommitteeField(label=_("On behalf of a committee (optional)"), required=False)

    def __init__(self, *args: Any, remark: ProposalRemark, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if remark.parent_id:
            del self.fields["stance"], self.fields["committee"]


class DisposeForm(VersionForm):
    """What the receiving organization makes of a comment, and why."""

    disposition = forms.ChoiceField(
        label=_("Disposition"),
        choices=ProposalRemark.Disposition.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the disposition.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What was changed, or why not. To note a comment needs no reason."),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        noted = values.get("disposition") == ProposalRemark.Disposition.NOTED
        if values.get("disposition") and not noted and not (values.get("reason") or "").strip():
            self.add_error("reason", _("Give the reason: the person who commented reads it, and the board."))
        return values


class ForwardForm(TokenForm):
    """One address more, and what was checked; what is sent must be exactly that."""

    address = forms.EmailField(
        label=_("Also to this address (optional)"),
        max_length=254,
        required=False,
        help_text=_("For example the board's office. You see the list again before anything is sent."),
    )
    checked = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    @property
    def wanted_address(self) -> str:
        """The address as far as it is one."""
        return self.cleaned_data.get("address", "") if self.is_bound and self.is_valid() else ""

    def has_checked(self, stamp: str) -> bool:
        """Whether what would be sent now is what the sender has seen."""
        return self.is_bound and self.is_valid() and self.cleaned_data["checked"] == stamp

    def show(self, stamp: str) -> None:
        """From now on this is what the page shows."""
        if self.is_bound:
            self.data = self.data.copy()
            self.data[self.add_prefix("checked")] = stamp
        else:
            self.initial["checked"] = stamp
