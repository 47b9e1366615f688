"""Forms of meetings, agenda, outcomes and attendance."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from core.dates import in_geneva, moment
from core.forms import ClockField, DayField, PortalForm, TokenForm, VersionForm, clean_line
from core.models import User
from documents.models import Document, Revision
from documents.queries import revision_of
from meetings.lines import read_line
from meetings.models import AgendaTemplate, Attendance, Meeting, Outcome, ReportRemark
from organizations.models import Organization
from organizations.queries import Role, appointments_on, everybody

MOST_DOCUMENTS = 30


class MeetingFields(forms.Form):
    """Kind, day, hours and place; the hours are Geneva time."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Meeting.Kind.choices, initial=Meeting.Kind.REMOTE)
    day = DayField(label=_("Day"), help_text=_("For example 27 January 2021."))
    begins = ClockField(label=_("Begins"), help_text=_("Geneva time, for example 13:00."))
    ends = ClockField(label=_("Ends"), help_text=_("Geneva time. An earlier time than the begin is refused."))
    place = forms.CharField(
        label=_("Place"),
        max_length=300,
        required=False,
        help_text=_("The room, or the address of the video call. A meeting in person needs a place."),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        day, begins, ends = (self.cleaned_data.get(name) for name in ("day", "begins", "ends"))
        if begins and ends and ends <= begins:
            self.add_error("ends", _("The meeting ends after it begins. Enter a later time."))
        if day and begins and ends:
            self.cleaned_data |= {"starts_at": moment(day, begins), "ends_at": moment(day, ends)}
        if self.cleaned_data.get("kind") == Meeting.Kind.IN_PERSON and not self.cleaned_data.get("place", "").strip():
            self.add_error("place", _("Enter where the meeting takes place."))
        return data

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {name: self.cleaned_data[name] for name in ("kind", "starts_at", "ends_at", "place")}


class ScheduleForm(MeetingFields, TokenForm):
    """A new meeting: its day is not in the past."""

    day = DayField(label=_("Day"), past=False, help_text=_("For example 27 January 2021."))


class EditMeetingForm(MeetingFields, VersionForm):
    """A planned meeting."""

    @staticmethod
    def initial_of(meeting: Meeting) -> dict[str, Any]:
        """The meeting's values as the form shows them."""
        start, end = in_geneva(meeting.starts_at), in_geneva(meeting.ends_at)
        return {
            "kind": meeting.kind,
            "day": start.date(),
            "begins": start.time(),
            "ends": end.time(),
            "place": meeting.place,
            "version": meeting.version,
        }


class ReferencesField(forms.CharField):
    """References of the register, separated by commas; each pins that exact revision. `user` sees them."""

    user: Any = None

    def to_python(self, value: Any) -> list[Revision]:
        names = [name for name in re.split(r"[,;\n]+", super().to_python(value).replace("\x00", "")) if name.strip()]
        if len(names) > MOST_DOCUMENTS:
            raise ValidationError(_("Name at most %(n)d documents.") % {"n": MOST_DOCUMENTS}, code="many")
        found = [(clean_line(name), revision_of(clean_line(name), self.user)) for name in names]
        unknown = ", ".join(name[:40] for name, revision in found if revision is None)
        if unknown:
            raise ValidationError(_("Not in the register: %(names)s.") % {"names": unknown}, code="unknown")
        return [revision for _name, revision in found]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(map(str, value)) if isinstance(value, list) else value


class ItemFields(forms.Form):
    title = forms.CharField(label=_("Subject"), max_length=300)
    minutes = forms.IntegerField(
        label=_("Minutes (optional)"), min_value=1, max_value=600, required=False, help_text=_("How long it may take.")
    )
    presenter = forms.ModelChoiceField(
        label=_("Presented by (optional)"),
        queryset=Organization.objects.all(),
        required=False,
        empty_label=_("Nobody in particular"),
    )
    revisions = ReferencesField(
        label=_("Documents (optional)"),
        max_length=500,
        required=False,
        help_text=_("References with their letter, for example SPCG-47B, SPCG-45. The exact revision is pinned."),
    )
    note = forms.CharField(
        label=_("Note (optional)"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["revisions"].user = user


class AddItemForm(ItemFields, TokenForm):
    """A new item, the last of the agenda."""


class EditItemForm(ItemFields, VersionForm):
    """An item of the agenda."""


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
        help_text=_("A document, a proposal or an area: SPCG-32C, 2020-11, landscape."),
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
    """One line and Enter: `d:` decision, `a:` action, else information; `@ISO` who, `due 15 December 2020` by when,
    `#SPCG-32C` about what. Enter sends it, since it is one line; the item stays chosen."""

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
        read = read_line(self.cleaned_data["line"], list(Organization.objects.all()))
        if not read["text"]:
            raise ValidationError(_("Enter what was noted, decided or agreed."), code="empty")
        if read["kind"] == Outcome.Kind.ACTION and not read["owner_organization"]:
            raise ValidationError(_("An action needs somebody: @ISO, @IEC or @ITU-T."), code="owner")
        return read


class EditOutcomeForm(OutcomeFields, VersionForm):
    """A recorded outcome."""


class CompleteForm(PortalForm):
    """The day on which an action was done."""

    on = DayField(label=_("Done on"), future=False)


class DropForm(PortalForm):
    """Why an action will not be done."""

    reason = forms.CharField(label=_("Why"), max_length=300, help_text=_("One sentence; it stays on record."))


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


class TemplateForm(PortalForm):
    """An agenda to begin from."""

    template = forms.ModelChoiceField(
        label=_("Template"), queryset=AgendaTemplate.objects.all(), widget=forms.RadioSelect, empty_label=None
    )


class SaveTemplateForm(PortalForm):
    """A name for this agenda."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("A name that is in use replaces that template."), strip=True
    )


class AttendanceForm(PortalForm):
    """Everybody appointed on the day of the meeting, and those recorded already, by organization; one line for
    somebody else."""

    other_organization = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.all(), required=False, empty_label=_("Choose")
    )
    other_label = forms.CharField(label=_("Role name"), max_length=120, required=False)
    other_presence = forms.ChoiceField(
        label=_("Presence"), choices=Attendance.Presence.choices, initial=Attendance.Presence.SUBSTITUTE, required=False
    )

    CHOICES = [("", _("Not recorded")), *Attendance.Presence.choices]

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.lines = _lines_of(meeting)
        # The first time everybody is proposed as present: fewer answers to change.
        self.is_first = not any(line["presence"] for line in self.lines)
        usual = Attendance.Presence.PRESENT if self.is_first else ""
        for line in self.lines:
            # With the hidden initial value only what this writer changed is saved, not what a colleague did meanwhile.
            self.fields[line["name"]] = forms.ChoiceField(
                label=line["label"],
                choices=self.CHOICES,
                required=False,
                initial=line["presence"] or usual,
                show_hidden_initial=True,
            )
            self.fields[line["name"]].seen = line["presence"]

    def groups(self) -> list[tuple[Organization, list[forms.BoundField]]]:
        """The lines of each organization, in the usual order."""
        organizations = dict.fromkeys(line["organization"] for line in self.lines)
        return [(one, [self[li["name"]] for li in self.lines if li["organization"] == one]) for one in organizations]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        label, organization = self.cleaned_data.get("other_label"), self.cleaned_data.get("other_organization")
        if label and not organization and "other_organization" not in self.errors:
            self.add_error("other_organization", _("Choose the organization of this person."))
        if organization and not label and "other_label" not in self.errors:
            self.add_error("other_label", _("Enter the role name of this person."))
        return data

    def rows(self) -> list[dict[str, Any]]:
        """What the service takes: one dict per person whose presence was changed in this form."""
        data = self.cleaned_data
        changed = [line for line in self.lines if line["name"] in self.data and line["name"] in self.changed_data]
        rows = [{**line, "presence": data[line["name"]]} for line in changed]
        if data["other_label"]:
            other = {"organization": data["other_organization"], "label": data["other_label"], "user": None}
            rows.append({**other, "presence": data["other_presence"] or Attendance.Presence.PRESENT})
        return rows


def _lines_of(meeting: Meeting) -> list[dict[str, Any]]:
    """Secretaries and members of the day, then others recorded; each organization's people together."""
    recorded = {(row.organization, row.label): row for row in meeting.attendance.select_related("organization", "user")}
    appointed = appointments_on(meeting.held_on).filter(role__in=(Role.SECRETARY, Role.MEMBER))
    people = {(one.organization, str(one.user)): one.user for one in appointed}
    people |= {key: row.user for key, row in recorded.items() if key not in people}
    lines = [
        {
            "organization": organization,
            "label": label,
            "user": user,
            "presence": recorded[organization, label].presence if (organization, label) in recorded else "",
            "name": f"at_{organization.pk}_{user.pk if user else slugify(label)}",
        }
        for (organization, label), user in people.items()
    ]
    return sorted(lines, key=lambda line: line["organization"].position)
