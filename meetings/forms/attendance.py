"""The form of the attendance."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from core.moves import Refused
from meetings.models import Attendance, Meeting
from meetings.services.attendance import LineRefused, same_name
from organizations.models import Organization
from organizations.queries import Role, appointments_on

P = Attendance.Presence
_FOR = "for:"  # begins the answer “substitute for …”; the role name of the absent person follows


class AttendanceForm(PortalForm):
    """Everybody appointed on the day of the meeting, and those recorded already, by organization; one line for
    somebody else. A substitute says for whom, of the same organization."""

    other_organization = forms.ModelChoiceField(
        label=_("Organization"), queryset=Organization.objects.all(), required=False, empty_label=_("Choose")
    )
    other_label = forms.CharField(label=_("Role name"), max_length=120, required=False)
    other_presence = forms.ChoiceField(
        label=_("Presence"), choices=Attendance.Presence.choices, initial=P.SUBSTITUTE, required=False
    )
    other_for = forms.ChoiceField(label=_("Substitute for"), required=False)

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.lines = _lines_of(meeting)
        # The first time everybody is proposed as present: fewer answers to change.
        self.is_first = not any(line["answer"] for line in self.lines)
        usual = P.PRESENT if self.is_first else ""
        for line in self.lines:
            # With the hidden initial value only what this writer changed is saved, not what a colleague did meanwhile.
            self.fields[line["name"]] = forms.ChoiceField(
                label=line["label"],
                choices=self._choices(line),
                required=False,
                initial=line["answer"] or usual,
                show_hidden_initial=True,
            )
            self.fields[line["name"]].seen = line["answer"]
        absent = [(line["name"], f"{line['organization']}: {line['label']}") for line in self.lines]
        self.fields["other_for"].choices = [("", _("Choose")), *absent]

    def _choices(self, line: dict[str, Any]) -> list[tuple[str, Any]]:
        """Substitute for each of the others of the organization; what an older record says stays as it is."""
        own = [one["label"] for one in self.lines if one["organization"] == line["organization"] and one is not line]
        others = [(f"{_FOR}{label}", _now("Substitute for %(absent)s") % {"absent": label}) for label in own]
        without = [(P.SUBSTITUTE.value, P.SUBSTITUTE.label)] if line["answer"] == P.SUBSTITUTE else []
        usual = [(one.value, one.label) for one in (P.PRESENT, P.APOLOGIES)]
        return [("", _("Not recorded")), *usual, *others, *without]

    def groups(self) -> list[tuple[Organization, list[forms.BoundField]]]:
        """The lines of each organization, in the usual order."""
        organizations = dict.fromkeys(line["organization"] for line in self.lines)
        return [(one, [self[li["name"]] for li in self.lines if li["organization"] == one]) for one in organizations]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        label, organization = self.cleaned_data.get("other_label"), self.cleaned_data.get("other_organization")
        if label and not organization:
            self._say("other_organization", _("Choose the organization of this person."))
        if organization and not label:
            self._say("other_label", _("Enter the role name of this person."))
        if label and organization:
            self._check_listed(organization, label)
            self._check_substitute(organization)
        return data

    def _check_listed(self, organization: Organization, label: str) -> None:
        """One person has one line: who is on the list is not named a second time below it."""
        if self._named(organization, label):
            text = _now("%(label)s is on the list of %(organization)s above. Change that line.")
            self._say("other_label", text % {"label": label, "organization": organization})

    def _check_substitute(self, organization: Organization) -> None:
        absent = self._absent()
        substitute = self.cleaned_data.get("other_presence") == P.SUBSTITUTE
        if substitute and not absent:
            self._say("other_for", _("Choose for whom this substitute attends."))
        elif absent and not substitute:
            self._say("other_for", _("Only a substitute attends for somebody: choose “Present as substitute”."))
        elif absent and absent["organization"] != organization:
            words = {"absent": absent["label"], "of": absent["organization"], "organization": organization}
            text = _now("%(absent)s is of %(of)s. A substitute of %(organization)s attends for somebody of it.")
            self._say("other_for", text % words)

    def _named(self, organization: Organization, label: str) -> str | None:
        """The field of the line of that person."""
        who = (organization, same_name(label))
        return next((one["name"] for one in self.lines if (one["organization"], same_name(one["label"])) == who), None)

    def refuse(self, error: Refused) -> None:
        """Shows what the service refused at the answer that is to be changed, where it says which."""
        name = None
        if isinstance(error, LineRefused):
            below = "other_for" if self.cleaned_data.get("other_presence") == P.SUBSTITUTE else "other_label"
            name = self._named(error.organization, error.label) or below
        self.add_error(name, str(error))

    def _say(self, name: str, text: Any) -> None:
        if name not in self.errors:
            self.add_error(name, text)

    def _absent(self) -> dict[str, Any] | None:
        name = self.cleaned_data.get("other_for")
        return next((line for line in self.lines if line["name"] == name), None)

    def rows(self) -> list[dict[str, Any]]:
        """What the service takes: one dict per person whose presence was changed in this form."""
        data = self.cleaned_data
        changed = [line for line in self.lines if line["name"] in self.data and line["name"] in self.changed_data]
        rows = [{**line, **_read(data[line["name"]]), "seen": self._seen(line["name"])} for line in changed]
        if data["other_label"]:
            other = {"organization": data["other_organization"], "label": data["other_label"], "user": None}
            absent = self._absent()
            other["substitute_for"] = absent["label"] if absent else ""
            rows.append({**other, "presence": data["other_presence"] or P.PRESENT, "seen": ("", "")})
        return rows

    def _seen(self, name: str) -> tuple[str, str] | None:
        """What the page showed for a line when it was opened."""
        seen = self.data.get(self.add_initial_prefix(name))
        return None if seen is None else tuple(_read(seen).values())


def _read(answer: str) -> dict[str, str]:
    if answer.startswith(_FOR):
        return {"presence": P.SUBSTITUTE, "substitute_for": answer.removeprefix(_FOR)}
    return {"presence": answer, "substitute_for": ""}


def _answer(row: Attendance | None) -> str:
    """The answer that the form gives for a line as it is recorded."""
    if row is None:
        return ""
    return f"{_FOR}{row.substitute_for.label}" if row.substitute_for else row.presence


def _lines_of(meeting: Meeting) -> list[dict[str, Any]]:
    """Secretaries and members of the day, then others recorded; each organization's people together."""
    rows = meeting.attendance.select_related("organization", "user", "substitute_for")
    recorded = {(row.organization, row.label): row for row in rows}
    appointed = appointments_on(meeting.held_on).filter(role__in=(Role.SECRETARY, Role.MEMBER))
    people = {(one.organization, str(one.user)): one.user for one in appointed}
    people |= {key: row.user for key, row in recorded.items() if key not in people}
    lines = [
        {
            "organization": organization,
            "label": label,
            "user": user,
            "answer": _answer(recorded.get((organization, label))),
            "name": f"at_{organization.pk}_{user.pk if user else f'row{recorded[organization, label].pk}'}",
        }
        for (organization, label), user in people.items()
    ]
    return sorted(lines, key=lambda line: line["organization"].position)
