"""Clean values for publications."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.models import Letter
from communications.queries.letters import letters_visible_to, sent_letters
from core.forms import PortalForm, TokenForm
from documents.models import Document
from documents.queries import revision_of
from publications.models import KINDS
from reports.models import BoardReport
from reports.queries import reports_visible_to


class ProposeForm(TokenForm):
    """What is to be published: a number of the register, a board report, or a circular letter that has gone out."""

    document = forms.CharField(
        label=_("Document"), required=False, max_length=120, help_text=_("Its number, for example SPCG-47B.")
    )
    report = forms.ModelChoiceField(
        label=_("or board report"), queryset=BoardReport.objects.none(), required=False, empty_label=_("None")
    )
    letter = forms.ModelChoiceField(
        label=_("or circular letter"), queryset=Letter.objects.none(), required=False, empty_label=_("None")
    )

    def __init__(self, *args: Any, reader: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.reader = reader
        self.fields["report"].queryset = reports_visible_to(reader).filter(state=BoardReport.State.APPROVED)
        self.fields["letter"].queryset = sent_letters().filter(pk__in=letters_visible_to(reader).values("pk"))

    def clean_document(self) -> Document | None:
        typed = self.cleaned_data["document"].strip()
        if not typed:
            return None
        revision = revision_of(typed, self.reader)
        if revision is None:
            raise forms.ValidationError(_("This number is not in the register. Type it as SPCG-47B."))
        return revision.document

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.errors and len([kind for kind in KINDS if values.get(kind)]) != 1:
            self.add_error("document", _("Name one document, or choose one board report or one letter."))
        return values


class ReasonForm(PortalForm):
    """Why a publication is taken back; everybody with an appointment reads it."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
