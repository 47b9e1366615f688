"""Clean values for the plan and the steps of the work plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communications.forms.fields import OrganizationsField, RecordsField, ReferencesField
from communications.models import AUDIENCES, PLAN_PARTS, Letter, Plan, Step, WorkPlan
from communications.queries.letters import letters_visible_to, sent_letters
from communications.queries.work_plan import place_of, standing_steps, waits_for
from core import registry
from core.forms import DayField, PortalForm, TokenForm, VersionForm
from core.models import User
from documents.models import Revision
from organizations.queries import everybody


class _StepFields(PortalForm):
    title = forms.CharField(label=_("Step"), max_length=200, help_text=_("What is done when its milestone is reached."))
    audience = forms.CharField(
        label=_("Audience"), max_length=120, help_text=_("Whom it is for. Choose from the list or type your own.")
    )
    channel = forms.CharField(
        label=_("Channel"), required=False, max_length=120, help_text=_("For example a circular letter or a web page.")
    )
    owners = OrganizationsField(
        label=_("Responsible"), error_messages={"required": _("Choose at least one organization.")}
    )
    person = forms.ModelChoiceField(
        label=_("Person in charge"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("The secretaries of the organizations responsible"),
        help_text=_("Reminders go to this person."),
    )
    start_on = DayField(label=_("Start"), help_text=_("For example 25 November 2020."))
    due_on = DayField(label=_("Milestone"), help_text=_("The day by which it is reached."))
    depends_on = RecordsField(
        label=_("Waits for"),
        queryset=Step.objects.none(),
        required=False,
        help_text=_("Steps that must be reached before this one can begin."),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, work_plan: WorkPlan, step: Step | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        others = standing_steps().filter(work_plan=work_plan).exclude(pk=getattr(step, "pk", None))
        self.fields["depends_on"].queryset = others
        if not others.exists():
            self.fields["depends_on"].widget = forms.MultipleHiddenInput()
        self.fields["person"].queryset = User.objects.filter(pk__in=[user.pk for user in everybody()])
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

    place = forms.IntegerField(
        label=_("Place in the plan"),
        required=False,
        min_value=1,
        max_value=999,
        help_text=_("1 is the first. The steps behind it move down by one."),
    )

    @staticmethod
    def initial_of(step: Step) -> dict[str, Any]:
        names = ("title", "audience", "channel", "person", "start_on", "due_on", "note", "version")
        sets = {"owners": list(step.owners.all()), "depends_on": waits_for(step)}
        return {name: getattr(step, name) for name in names} | sets | {"place": place_of(step)}


class ProgressForm(PortalForm):
    """How far a step has come."""

    percent = forms.IntegerField(
        label=_("Done, in per cent"), min_value=0, max_value=100, help_text=_("A number from 0 to 100.")
    )


class BaselineForm(PortalForm):
    """The name under which the dates of today are kept."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("For example “As approved by SPCG, November 2020”.")
    )


class _WorkPlanFields(PortalForm):
    title = forms.CharField(label=_("Title"), max_length=200)
    register_number = ReferencesField(
        label=_("Register number"),
        required=False,
        single=True,
        help_text=_("The document under which the group approved it, for example SPCG-49A."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["register_number"].user = user

    def clean_register_number(self) -> Revision | None:
        return next(iter(self.cleaned_data["register_number"]), None)

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        return {"revision" if name == "register_number" else name: value for name, value in self.cleaned_data.items()}


class OpenWorkPlanForm(_WorkPlanFields):
    """The work plan of another period."""

    period = forms.CharField(label=_("Period"), max_length=40, help_text=_("For example 2026-2027."))
    field_order = ["title", "period"]


class EditWorkPlanForm(_WorkPlanFields, VersionForm):
    """Title and number of the work plan as it stands."""

    @staticmethod
    def initial_of(plan: WorkPlan) -> dict[str, Any]:
        number = plan.revision.reference if plan.revision else ""
        return {"title": plan.title, "register_number": number, "version": plan.version}


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

    evidence_letter = forms.ModelChoiceField(
        label=_("Circular letter"), queryset=Letter.objects.none(), required=False, empty_label=_("None")
    )
    evidence_record = forms.ChoiceField(label=_("Publication"), required=False)
    evidence_link = forms.URLField(
        label=_("Link"), required=False, max_length=300, assume_scheme="https", help_text=_("A page that shows it.")
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["evidence_revision"].user = user
        self.fields["evidence_letter"].queryset = sent_letters().filter(pk__in=letters_visible_to(user).values("pk"))
        records = registry.every("can_prove", user)
        self.fields["evidence_record"].choices = [("", _("None")), *records]
        if not records:
            self.fields["evidence_record"].widget = forms.HiddenInput()

    def clean_evidence_revision(self) -> Revision | None:
        return next(iter(self.cleaned_data["evidence_revision"]), None)


_MARKDOWN = _("Markdown: a line that starts with “- ” is an item of a list.")


def _part(label: Any, help_text: Any, rows: int = 6, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=help_text,
    )


class PlanForm(VersionForm):
    """The communication plan as it was when the form was opened; every save needs a reason, which all read."""

    title = forms.CharField(label=_("Title"), max_length=200)
    register_number = ReferencesField(
        label=_("Register number"),
        required=False,
        single=True,
        help_text=_("The document under which the group approved the plan, for example SPCG-43A."),
    )
    purpose = _part(_("Purpose"), _("Why SPCG speaks, in a sentence."), 3, required=True)
    objectives = _part(_("Objectives"), _("What should be different afterwards. One item to a line, with “- ” before."))
    key_messages = _part(_("Key messages"), _MARKDOWN, 10)
    audiences = _part(_("Audiences"), _("Who should know, and what each needs."))
    channels = _part(_("Channels"), _("By which way each audience is reached."))
    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=300,
        help_text=_("One sentence. Everybody reads it in the history."),
    )

    # Of a plan that nobody has written yet the version is 0: whoever was faster by then is met as a conflict.
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["register_number"].user = user

    def clean_register_number(self) -> Revision | None:
        return next(iter(self.cleaned_data["register_number"]), None)

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        return {"revision" if name == "register_number" else name: value for name, value in self.cleaned_data.items()}

    @staticmethod
    def initial_of(plan: Plan | None) -> dict[str, Any]:
        """Of a plan that nobody has written yet, what a form of the first text begins with."""
        if plan is None:
            return {"title": _("SPCG communication plan"), "version": 0, "reason": _("First text")}
        number = plan.revision.reference if plan.revision else ""
        return {name: getattr(plan, name) for name in ("title", *PLAN_PARTS, "version")} | {"register_number": number}


class RestoreForm(VersionForm):
    """Why an earlier revision stands again."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
