"""Clean values for the plan and the steps of the work plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.forms.fields import OrganizationsField, ReferencesField
from communications.models import AUDIENCES, Plan, Step
from core.forms import DayField, PortalForm, TokenForm, VersionForm
from documents.models import Revision


class _StepFields(PortalForm):
    title = forms.CharField(label=_("Step"), max_length=200, help_text=_("What is done when its milestone is reached."))
    audience = forms.CharField(
        label=_("Audience"), max_length=120, help_text=_("Whom it is for. Choose from the list or type your own.")
    )
    owners = OrganizationsField(
        label=_("Responsible"), error_messages={"required": _("Choose at least one organization.")}
    )
    start_on = DayField(label=_("Start"), help_text=_("For example 25 November 2020."))
    due_on = DayField(label=_("Milestone"), help_text=_("The day by which it is reached."))
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["audience"].widget.attrs["list"] = "audiences"

    audiences = AUDIENCES

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        start, due = values.get("start_on"), values.get("due_on")
        if start and due and due < start:
            self.add_error("due_on", _("The milestone cannot lie before the start."))
        return values


class AddStepForm(_StepFields, TokenForm):
    """A new step."""


class EditStepForm(_StepFields, VersionForm):
    """A step as it stands."""

    @staticmethod
    def initial_of(step: Step) -> dict[str, Any]:
        names = ("title", "audience", "start_on", "due_on", "note", "version")
        return {name: getattr(step, name) for name in names} | {"owners": list(step.owners.all())}


class CompleteStepForm(PortalForm):
    """When a step was reached, and what shows it."""

    on = DayField(label=_("Reached on"), future=False, help_text=_("The day on which the milestone was reached."))
    evidence = forms.CharField(
        label=_("Evidence"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What shows that it is reached, in a sentence."),
    )
    evidence_revision = ReferencesField(
        label=_("Document"), required=False, single=True, help_text=_("Its reference, for example SPCG-32C.")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["evidence_revision"].user = user

    def clean_evidence_revision(self) -> Revision | None:
        return next(iter(self.cleaned_data["evidence_revision"]), None)


class PlanForm(VersionForm):
    """The communication plan."""

    title = forms.CharField(label=_("Title"), max_length=200)
    purpose = forms.CharField(label=_("Purpose"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))
    key_messages = forms.CharField(
        label=_("Key messages"),
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Markdown: a line that starts with “- ” is an item of a list."),
    )

    @staticmethod
    def initial_of(plan: Plan) -> dict[str, Any]:
        return {name: getattr(plan, name) for name in ("title", "purpose", "key_messages", "version")}
