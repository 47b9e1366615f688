"""Forms of outcomes: minutes while the meeting goes on, and the life of an action."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, PortalForm, TokenForm, VersionForm
from core.models import User
from meetings.lines import Unclear, read_line
from meetings.models import Meeting, Outcome
from organizations.models import Organization
from organizations.queries import everybody


class OutcomeFields(forms.Form):
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Outcome.Kind.choices, initial=Outcome.Kind.INFORMATION, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("What was noted, decided or agreed"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    item = forms.ModelChoiceField(
        label=_("Agenda item"), queryset=None, required=False, empty_label=_("No item in particular")
    )
    reference = forms.CharField(
        label=_("About (optional)"),
        max_length=80,
        required=False,
        help_text=_("SPCG-32C, a proposal 2020-11, an area by its name, landscape, letter 3 or milestone 4."),
    )
    owner_organization = forms.ModelChoiceField(
        label=_("Organization in charge"),
        queryset=Organization.objects.all(),
        required=False,
        empty_label=_("None in particular"),
        help_text=_("For an action: its secretary says when it is done."),
    )
    owner_user = forms.ModelChoiceField(
        label=_("Person in charge"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody in particular"),
        help_text=_("For an action: is reminded, instead of the secretary, and says when it is done."),
    )
    owner_text = forms.CharField(
        label=_("Who"), max_length=120, required=False, help_text=_("For an action: a role, for example ISO secretary.")
    )
    due_on = DayField(label=_("Due"), required=False, help_text=_("For an action, for example 15 December 2020."))

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = meeting.agenda.all()
        own = [user.pk for user in everybody()]
        self.fields["owner_user"].queryset = User.objects.filter(pk__in=[*own, self.initial.get("owner_user") or 0])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        get = self.cleaned_data.get
        owned = get("owner_organization") or get("owner_user") or (get("owner_text") or "").strip()
        if get("kind") == Outcome.Kind.ACTION and not owned and "owner_text" not in self.errors:
            self.add_error("owner_text", _("Enter who does it, or choose the organization in charge."))
        return data


class RecordOutcomeForm(OutcomeFields, TokenForm):
    """One outcome, entered while the meeting goes on: the text has the focus."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs["autofocus"] = True


class LineForm(TokenForm):
    """One line and Enter: `d:` decision, `a:` action, else information; `@ISO` or `@ISO secretary` who, `due 15
    December 2020` by when, `#SPCG-32C` about what. Enter sends it, since it is one line; the item stays chosen."""

    line = forms.CharField(
        label=_("What was noted, decided or agreed"),
        max_length=2000,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off", "accesskey": "m"}),
        help_text=_("For example: a: Send the paper @ISO due 15 December 2020 #SPCG-32C. Enter records the line."),
    )
    item = forms.ModelChoiceField(
        label=_("Agenda item"), queryset=None, required=False, empty_label=_("No item in particular")
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = meeting.agenda.all()

    def clean_line(self) -> dict[str, Any]:
        """The values that the service takes, out of the line."""
        line, people = self.cleaned_data["line"], everybody()
        try:
            read = read_line(line, list(Organization.objects.all()), User.objects.all(), people)
        except Unclear as error:
            raise ValidationError(str(error), code="person") from error
        if not read["text"]:
            raise ValidationError(_("Enter what was noted, decided or agreed."), code="empty")
        if read["kind"] == Outcome.Kind.ACTION and not (read["owner_organization"] or read["owner_user"]):
            said = _("An action needs somebody: @ISO, @IEC, @ITU-T, or a person as “Who can be named” below shows it.")
            raise ValidationError(said, code="owner")
        return read


class EditOutcomeForm(OutcomeFields, VersionForm):
    """A recorded outcome."""


class CompleteForm(PortalForm):
    """The day on which an action was done."""

    on = DayField(label=_("Done on"), future=False)


class DropForm(PortalForm):
    """Why an action will not be done."""

    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("One sentence; it stays on record."))
