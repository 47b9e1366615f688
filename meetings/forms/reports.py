"""Forms of the report and of the comments on it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TokenForm, clean_line
from documents.models import Document, Revision
from documents.queries import revision_of
from meetings.models import ReportRemark


class ReportForm(PortalForm):
    """A registered meeting report, by its reference."""

    reference = forms.CharField(
        label=_("Reference"), max_length=80, help_text=_("A meeting report of the register, for example SPCG-50.")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_reference(self) -> Revision:
        revision = revision_of(clean_line(self.cleaned_data["reference"]), self.user)
        if revision is None:
            raise ValidationError(_("This reference is not in the register."), code="unknown")
        if revision.document.kind != Document.Kind.MEETING_REPORT:
            raise ValidationError(_("%(reference)s is not a meeting report.") % {"reference": revision}, code="kind")
        return revision


class ReportCommentForm(TokenForm):
    """A comment on a circulated report, for one's own organization."""

    text = forms.CharField(label=_("Comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))


class DisposeForm(PortalForm):
    """What becomes of a comment."""

    disposition = forms.ChoiceField(
        label=_("What becomes of it"), choices=ReportRemark.Disposition.choices, widget=forms.RadioSelect
    )
    resolution = forms.CharField(label=_("In a sentence (optional)"), max_length=300, required=False)


class ReviseReportForm(PortalForm):
    """Why the report gets its next letter."""

    note = forms.CharField(
        label=_("What changes"), max_length=300, required=False, help_text=_("Shown with the revision in the register.")
    )
