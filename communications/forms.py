"""Clean values for the work plan and for letters."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communications.models import AUDIENCES, Cover, Letter, LetterApproval, Plan, Step
from core.forms import DayField, PortalForm, TokenForm, VersionForm, clean_lines
from documents.models import Revision
from documents.queries import revision_of
from organizations.models import Committee, Contact, Organization

MAIL_SUBJECT = 70


class OrganizationsField(forms.ModelMultipleChoiceField):
    """ISO, IEC, ITU-T as check boxes."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any):
        super().__init__(queryset=Organization.objects.all(), **kwargs)

    def clean(self, value: Any) -> Any:
        # SQLite fails on a number that is too long for it.
        for pk in value if isinstance(value, list | tuple) else ():
            if len(str(pk)) > 9:
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": str(pk)[:20]}
                )
        return super().clean(value)


class ReferencesField(forms.CharField):
    """References of registered documents, separated by commas or spaces after a number: SPCG-32C, SPCG-49A."""

    def __init__(self, *, single: bool = False, **kwargs: Any):
        self.single, self.user = single, None
        super().__init__(max_length=300, **kwargs)

    def clean(self, value: Any) -> list[Revision]:
        words = [word.strip() for word in re.split(r"[,;\n]", super().clean(value)) if word.strip()]
        found = {word: revision_of(word, self.user) for word in words}
        unknown = [word for word, revision in found.items() if revision is None]
        if unknown:
            raise ValidationError(
                _("Not in the register: %(words)s. Type references as SPCG-32C."), params={"words": ", ".join(unknown)}
            )
        if self.single and len(found) > 1:
            raise ValidationError(_("Name one document."))
        return list(found.values())

    def has_changed(self, initial: Any, data: Any) -> bool:
        return True


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


class ReasonForm(PortalForm):
    """Why something is taken back."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


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


class _LetterFields(PortalForm):
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
    organizations = OrganizationsField(
        label=_("Organizations"), error_messages={"required": _("Choose at least one organization.")}
    )
    capacities = forms.MultipleChoiceField(
        label=_("Audience"),
        choices=Contact.Capacity.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one group.")},
    )
    committee_kinds = forms.MultipleChoiceField(
        label=_("Only these kinds of committee"),
        choices=Committee.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means all. National bodies have no committee and always stay in."),
    )
    country = forms.CharField(
        label=_("Only this country"), required=False, max_length=60, help_text=_("As it stands in the contacts.")
    )
    planned_on = DayField(
        label=_("Planned for"), required=False, help_text=_("The day on which it should go; it is sent by a person.")
    )

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
        names = ("subject", "body", "capacities", "committee_kinds", "country", "planned_on", "version")
        return {name: getattr(letter, name) for name in names} | {
            "organizations": list(letter.organizations.all()),
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


class ApproveForm(PortalForm):
    """An organization's verdict on the edition that the person has read."""

    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    verdict = forms.ChoiceField(
        label=_("Verdict"), choices=LetterApproval.Verdict.choices, widget=forms.RadioSelect, initial="approved"
    )
    note = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you ask for changes."),
    )
    for_absent_colleague = forms.BooleanField(label=_("On behalf of an absent colleague"), required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("verdict") == LetterApproval.Verdict.CHANGES and not values.get("note"):
            self.add_error("note", _("Say what should change."))
        return values


class SendForm(PortalForm):
    """The number of recipients that stood on the button."""

    expected = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class TestForm(TokenForm):
    """A test to oneself."""

    __test__ = False
