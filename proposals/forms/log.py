"""A proposal logged on one page: usual values, what was read out of the received form, files that are held."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.dates import format_date, today
from core.forms import DayField, TokenForm, WeekdayInput
from documents.judge import Refused as NotAccepted
from documents.judge import judge_upload
from organizations.models import Organization
from organizations.queries import standing_of
from proposals.forms.fields import FilesField, suggested_reply_by
from proposals.forms.proposals import ProposalFields
from proposals.models import TrayFile
from proposals.permissions import can_log


class HeldField(forms.ModelMultipleChoiceField):
    """Files chosen earlier in this form; one that is not wanted is unticked."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, held: TrayFile) -> str:
        return held.name


class LogForm(ProposalFields, TokenForm):
    """A new proposal on one page; the organization and the dates have their usual values."""

    organization = forms.ModelChoiceField(
        label=_("Addressed to"), queryset=Organization.objects.none(), empty_label=None
    )
    held = HeldField(label=_("Files chosen so far"), queryset=TrayFile.objects.none(), required=False)
    files = FilesField(label=_("Proposal form and annexes (optional)"), required=False)
    reply_by_on = DayField(label=_("Comments close on"), past=False, widget=WeekdayInput())
    read = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    CLAUSES = (
        (_("The proposal"), ("title", "kind", "scope", "justification")),
        (_("Where it comes from"), ("proposer", "organization", "received_on", "board_decision_on")),
        (_("Documents"), ("held", "files")),
        (_("Circulation"), ("reply_by_on",)),
    )

    def __init__(self, *args: Any, user: Any, sheet: UUID | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        own = [item.organization_id for item in standing_of(user).appointments if can_log(user, item.organization)]
        field = self.fields["organization"]
        field.queryset = Organization.objects.filter(pk__in=own)
        field.label_from_instance = lambda organization: organization.board
        field.initial = own[0] if own else None
        self.fields["title"].widget.attrs |= {
            "hx-get": reverse("proposals:similar"),
            "hx-trigger": "input changed delay:400ms",
            "hx-target": "#similar",
            "hx-params": "title",
        }
        self.fields["received_on"].initial = today()
        day = suggested_reply_by()
        self.fields["reply_by_on"].initial = day
        self.fields["reply_by_on"].help_text = _(
            "Suggested: %(day)s, %(days)d days from today, moved past weekends and holidays."
        ) % {"day": format_date(day, weekday=True), "days": settings.REPLY_WITHIN_DAYS}
        self.hold(user, sheet)

    def hold(self, user: Any, sheet: UUID | None) -> None:
        """Offers the files that are held for this sheet, each ticked."""
        rows = TrayFile.objects.filter(subject__owner=user, subject__sheet=sheet)
        self.fields["held"].queryset = rows
        self.fields["held"].initial = [row.pk for row in rows] if sheet else []
        self.is_holding = bool(self.fields["held"].initial)

    def usual(self) -> dict[str, str]:
        """What stands in the form before anybody types: only this may be replaced by what a document says."""
        return {name: format_date(self.fields[name].initial) for name in ("received_on", "reply_by_on")}

    def clauses(self) -> list[tuple[Any, list[Any]]]:
        """The groups of the page, each with its bound fields; what was read out of the document is marked."""
        read = set((self["read"].value() or "").split())
        groups = []
        for heading, names in self.CLAUSES:
            fields = [self[name] for name in names if name != "held" or self.is_holding]
            for bound in fields:
                if bound.name in read:
                    bound.help_text = format_html(
                        "<mark>{}</mark> {}", _("Read from the document, please check."), bound.help_text
                    )
            groups.append((heading, fields))
        return groups


class ReceivedForm(forms.Form):
    """The received form alone: a Word document, judged by its content; the clean value is (judged, content)."""

    received_form = forms.FileField(
        label=_("The received form"),
        allow_empty_file=True,
        error_messages={"required": _("Choose the Word form first.")},
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        help_text=_("Word (.docx). It is read at once, or with the button; you check below what was read."),
    )

    def clean_received_form(self) -> tuple[Any, Any]:
        content = self.cleaned_data["received_form"]
        try:
            judged = judge_upload(content.name or "", content)
        except NotAccepted as error:
            raise forms.ValidationError(str(error), code="refused") from error
        if judged.extension != "docx":
            raise forms.ValidationError(
                _("“%(name)s” is no Word document (.docx). Fill in the fields and attach it below."),
                code="kind",
                params={"name": judged.safe_name},
            )
        return judged, content
