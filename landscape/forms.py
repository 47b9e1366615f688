"""Forms of the landscape."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, PortalForm, TokenForm, VersionForm, clean_line
from landscape.models import Area, AreaCommittee, AreaMechanism, PriorityRound
from landscape.queries import Wanted
from landscape.queries.matrix import NONE_YET
from landscape.services.loading import committees_by_spelling
from landscape.services.rounds import DEFAULT_CRITERIA
from organizations.models import Committee, Organization

Kind = AreaMechanism.Kind
Role = AreaCommittee.Role
SPARE_MECHANISMS = 2
MOST_MECHANISMS = 20
MOST_COMMITTEES = 60
ABSTAIN = "abstain"
SCALE = [("1", _("1 low")), ("2", "2"), ("3", "3"), ("4", "4"), ("5", _("5 high")), (ABSTAIN, _("abstain"))]


class MatrixFilter(PortalForm):
    """Filters of the matrix, by GET: any nonsense filters nothing."""

    q = forms.CharField(label=_("Area or committee"), required=False, max_length=200)
    organization = forms.ChoiceField(label=_("Organization"), required=False)
    mechanism = forms.ChoiceField(label=_("Mechanism"), required=False)
    score = forms.TypedChoiceField(
        label=_("Median score"),
        required=False,
        coerce=int,
        empty_value=0,
        choices=[("", _("Any")), ("4", _("4 or more")), ("3", _("3 or more"))],
    )
    changed = forms.BooleanField(label=_("Changed since my last visit"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["organization"].choices = [
            ("", _("Any")),
            *((item.code, item.code) for item in Organization.objects.all()),
        ]
        self.fields["mechanism"].choices = [("", _("Any")), *Kind.choices, (NONE_YET, _("None yet"))]
        for name in ("organization", "mechanism", "score"):
            self.fields[name].widget.attrs["class"] = "form-select"

    def wanted(self) -> Wanted:
        """The valid values; a value that is none of the choices counts as not given."""
        self.is_valid()
        return Wanted(**{name: value for name, value in self.cleaned_data.items() if value})


def lines_of_committees(area: Area) -> str:
    """The committees as the form shows them: one per line, with the role if it is known."""
    return "\n".join(
        row.committee.acronym if row.role == Role.UNKNOWN else f"{row.committee.acronym}: {row.get_role_display()}"
        for row in area.committees.select_related("committee")
    )


class CommitteesField(forms.CharField):
    """Committees, one per line, each with its role after a colon if it is known; gives pairs of both."""

    widget = forms.Textarea

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=6000, **kwargs)

    def clean(self, value: Any) -> list[tuple[Committee, str]]:
        lines = [line for line in map(clean_line, super().clean(value).splitlines()) if line]
        if len(lines) > MOST_COMMITTEES:
            raise ValidationError(_("Enter at most %(n)d committees.") % {"n": MOST_COMMITTEES})
        known = committees_by_spelling({line.partition(":")[0].strip() for line in lines})
        faults = [fault for line in lines if (fault := self._fault(line, known))]
        if faults:
            raise ValidationError(faults)
        return [(known[line.partition(":")[0].strip()], self._role(line)) for line in lines]

    def _role(self, line: str) -> str | None:
        words = line.partition(":")[2].strip().lower()
        roles = {str(label).lower(): value for value, label in Role.choices} | {"": Role.UNKNOWN.value}
        return roles.get(words)

    def _fault(self, line: str, known: dict[str, Committee]) -> str:
        name = line.partition(":")[0].strip()
        if name not in known:
            near = get_close_matches(name, Committee.objects.values_list("acronym", flat=True), n=1, cutoff=0.75)
            hint = str(_("Did you mean %(near)s?") % {"near": near[0]}) if near else ""
            return f"{_('“%(name)s” is not in the catalogue of committees.') % {'name': name[:80]}} {hint}".strip()
        if self._role(line) is None:
            roles = ", ".join(str(label).lower() for value, label in Role.choices if value != Role.UNKNOWN)
            return str(_("%(name)s: the role is one of these: %(roles)s.") % {"name": name, "roles": roles})
        return ""


class _AreaFields(PortalForm):
    """The fields of an area; mechanisms are pairs of a kind and a detail, with two spare pairs."""

    name = forms.CharField(label=_("Name"), max_length=200)
    text = forms.CharField(
        label=_("Text"),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("A blank line begins a paragraph. A line that begins with # is a heading, one with - a list."),
    )
    committees = CommitteesField(
        label=_("Committees"),
        required=False,
        help_text=_("One per line, for example ISO/TC 268. Add a role if it is known: ISO/TC 268: leads."),
    )
    owner = forms.ModelChoiceField(
        label=_("Kept by"),
        queryset=Organization.objects.all(),
        required=False,
        empty_label=_("Not known"),
        help_text=_("The organization whose secretary looks after the text."),
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Where this can be looked up."),
    )

    def __init__(self, *args: Any, mechanisms: list[tuple[str, str]] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.pairs = min(self._count(mechanisms), MOST_MECHANISMS)
        for position in range(self.pairs):
            kind, detail = mechanisms[position] if position < len(mechanisms) else ("", "")
            words = {"n": position + 1}
            self.fields[f"kind_{position}"] = forms.ChoiceField(
                label=_("Mechanism %(n)d") % words,
                choices=[("", _("None")), *Kind.choices],
                required=False,
                initial=kind,
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            self.fields[f"detail_{position}"] = forms.CharField(
                label=_("Detail of mechanism %(n)d") % words,
                max_length=200,
                required=False,
                initial=detail,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )
        self.fields["committees"].widget.attrs["rows"] = 8

    def _count(self, mechanisms: list[tuple[str, str]]) -> int:
        sent = sum(name.startswith("kind_") for name in self.data) if self.is_bound else 0
        return max(sent, len(mechanisms) + SPARE_MECHANISMS)

    def rows_of_mechanisms(self) -> list[tuple[Any, Any]]:
        return [(self[f"kind_{position}"], self[f"detail_{position}"]) for position in range(self.pairs)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        pairs = [(cleaned.pop(f"kind_{n}", ""), cleaned.pop(f"detail_{n}", "")) for n in range(self.pairs)]
        for position, (kind, detail) in enumerate(pairs):
            if detail and not kind and f"kind_{position}" not in self.errors:
                self.add_error(f"kind_{position}", _("Choose the kind of mechanism to which this detail belongs."))
        cleaned["mechanisms"] = [pair for pair in pairs if pair[0]]
        return cleaned


class AddAreaForm(_AreaFields, TokenForm):
    """A new area."""


class EditAreaForm(_AreaFields, VersionForm):
    """An area as it was when the form was opened; every save needs a reason, which the history shows."""

    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=300,
        help_text=_("One sentence. Everybody reads it in the history."),
    )


class ReasonForm(VersionForm):
    """Why an earlier revision stands again."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class CloseForm(PortalForm):
    """Why an area is closed."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("For example: coordination is complete; merged with another area."),
    )


def _stand_in(form: forms.Form, form_id: str) -> None:
    """The fields belong to the form of that id, wherever on the page they stand: what is typed in one part of the
    page is sent with the other."""
    for bound in form:
        field, kind = bound.field.widget, type(bound.field.widget)
        css = {forms.RadioSelect: "form-check-input", forms.Select: "form-select w-auto"}.get(kind, "form-control")
        wrong = " is-invalid" if bound.errors and kind is not forms.RadioSelect else ""
        field.attrs.update({"form": form_id, "class": f"{css}{wrong}"})


class CommentForm(TokenForm):
    """A comment or a reply, for the organization or one of its committees in this area."""

    text = forms.CharField(label=_("Add a comment"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 3}))
    committee = forms.ModelChoiceField(
        label=_("You comment"), queryset=Committee.objects.none(), required=False, empty_label=None
    )
    parent = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, area: Area, organization: Organization | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        own = Committee.objects.filter(areas__area=area, organizations=organization).order_by("areas__position")
        field = self.fields["committee"]
        field.queryset = own
        field.empty_label = _("for %(organization)s") % {"organization": organization}
        field.label_from_instance = lambda item: _("on behalf of %(committee)s") % {"committee": item}
        self.fields["text"].error_messages["required"] = _("Write what you want to say.")
        _stand_in(self, "answer")


class ResolveForm(PortalForm):
    """A word how a comment was resolved."""

    resolution = forms.CharField(label=_("How it was resolved"), max_length=300, required=False)


class ScoreForm(PortalForm):
    """One set of answers per criterion of the round, 1 to 5 or an abstention; reason optional."""

    def __init__(self, *args: Any, round: PriorityRound, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.criteria = list(round.criteria.all())
        for criterion in self.criteria:
            self.fields[f"criterion_{criterion.pk}"] = forms.ChoiceField(
                label=criterion.name,
                help_text=criterion.question,
                choices=SCALE,
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose a number from 1 to 5, or abstain.")},
            )
        self.fields["reason"] = forms.CharField(
            label=_("Reason, in one sentence"),
            max_length=500,
            required=False,
            help_text=_("Shown to the members with your score."),
        )
        _stand_in(self, "answer")

    def questions(self) -> list[Any]:
        return [self[f"criterion_{criterion.pk}"] for criterion in self.criteria]

    def values(self) -> dict[int, int | None]:
        answers = {item.pk: self.cleaned_data[f"criterion_{item.pk}"] for item in self.criteria}
        return {pk: None if answer == ABSTAIN else int(answer) for pk, answer in answers.items()}


class OpenRoundForm(TokenForm):
    """A new round: its title, its last day, and how much each criterion weighs."""

    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("For example: Priorities 2021."))
    closes_on = DayField(
        label=_("Last day of scoring"), past=False, help_text=_("Scoring ends at 23:59 of that day, Geneva time.")
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for position, (name, question, weight) in enumerate(DEFAULT_CRITERIA):
            self.fields[f"weight_{position}"] = forms.IntegerField(
                label=_("Weight of “%(criterion)s”") % {"criterion": name},
                help_text=question,
                min_value=1,
                max_value=100,
                initial=weight,
                widget=forms.NumberInput(attrs={"class": "w-auto"}),
            )

    def criteria(self) -> list[tuple[str, str, int]]:
        weights = [self.cleaned_data[f"weight_{position}"] for position in range(len(DEFAULT_CRITERIA))]
        return [
            (str(name), str(question), w) for (name, question, _w), w in zip(DEFAULT_CRITERIA, weights, strict=True)
        ]
