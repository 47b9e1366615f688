"""Forms of an area: its text and facts, its revisions, its closing."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TokenForm, VersionForm, clean_line
from documents.models import Revision
from documents.queries import revision_of
from landscape.models import Area, AreaCommittee, AreaMechanism
from landscape.services.facts import LONGEST_SOURCE, LONGEST_TEXT, MOST_COMMITTEES, MOST_DOCUMENTS, MOST_MECHANISMS
from landscape.services.loading import committees_by_spelling
from organizations.models import Committee, Organization

Kind = AreaMechanism.Kind
Role = AreaCommittee.Role
SPARE_MECHANISMS = 2


def lines_of_committees(area: Area) -> str:
    """The committees as the form shows them: one per line, with the role if it is known."""
    return "\n".join(
        row.committee.acronym if row.role == Role.UNKNOWN else f"{row.committee.acronym}: {row.get_role_display()}"
        for row in area.committees.select_related("committee")
    )


class DocumentsField(forms.CharField):
    """Numbers of the register, one per line; gives the revisions, which everybody may see."""

    widget = forms.Textarea(attrs={"rows": 2})

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=2000, required=False, **kwargs)
        self.reader: Any = None

    def clean(self, value: Any) -> list[Revision]:
        names = [name for line in super().clean(value).splitlines() if (name := clean_line(line))]
        found = {name: revision_of(name, self.reader) for name in names[:MOST_DOCUMENTS]}
        faults = [
            _("“%(name)s” is not in the register of documents.") % {"name": name[:80]}
            for name, revision in found.items()
            if revision is None
        ]
        faults += [
            _("%(name)s is a draft. Propose it for approval first: then everybody sees it.") % {"name": revision}
            for revision in found.values()
            if revision and revision.shared_at is None
        ]
        if len(names) > MOST_DOCUMENTS:
            faults.append(_("Enter at most %(n)d documents.") % {"n": MOST_DOCUMENTS})
        if faults:
            raise ValidationError(faults)
        return list(found.values())


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


def lines_of_documents(area: Area) -> str:
    """The documents as the form shows them: one number per line."""
    return "\n".join(row.revision.reference for row in area.documents.select_related("revision__document"))


def rows_of_mechanisms(area: Area) -> list[tuple[str, str, str]]:
    """The mechanisms as the form shows them: kind, detail, and the two committees if it is theirs alone."""
    rows = area.mechanisms.select_related("first", "second")
    return [(row.kind, row.detail, f"{row.first}; {row.second}" if row.first else "") for row in rows]


def text_field() -> forms.CharField:
    """The living text, as those who edit it and those who suggest an edit see it."""
    return forms.CharField(
        label=_("Text"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("A blank line begins a paragraph. A line that begins with # is a heading, one with - a list."),
    )


class _AreaFields(PortalForm):
    """The fields of an area; a mechanism is a kind, a detail and, if it is theirs alone, two committees; two spare."""

    name = forms.CharField(label=_("Name"), max_length=200)
    text = text_field()
    committees = CommitteesField(
        label=_("Committees"),
        required=False,
        help_text=_("One per line, for example ISO/TC 268. Add a role if it is known: ISO/TC 268: leads."),
    )
    documents = DocumentsField(
        label=_("Documents"), help_text=_("Numbers of the register, one per line, for example SPCG-47B.")
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
        max_length=LONGEST_SOURCE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Where this can be looked up."),
    )

    def __init__(self, *args: Any, reader: Any, mechanisms: list[tuple[str, str, str]] = (), **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["documents"].reader = reader
        self.pairs = self._count(mechanisms)
        for position in range(self.pairs):
            kind, detail, between = mechanisms[position] if position < len(mechanisms) else ("", "", "")
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
            self.fields[f"between_{position}"] = forms.CharField(
                label=_("Mechanism %(n)d only between") % words,
                max_length=200,
                required=False,
                initial=between,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )
        self.fields["committees"].widget.attrs["rows"] = 8

    def _count(self, mechanisms: list[tuple[str, str]]) -> int:
        """As many rows as were sent, up to the limit; never fewer than stand, so that saving loses none."""
        sent = sum(name.startswith("kind_") for name in self.data) if self.is_bound else 0
        wanted = max(sent, len(mechanisms) + SPARE_MECHANISMS)
        return max(len(mechanisms), min(wanted, MOST_MECHANISMS))

    def rows_of_mechanisms(self) -> list[tuple[Any, Any, Any]]:
        return [tuple(self[f"{name}_{n}"] for name in ("kind", "detail", "between")) for n in range(self.pairs)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        rows = [[cleaned.pop(f"{name}_{n}", "") for name in ("kind", "detail", "between")] for n in range(self.pairs)]
        cleaned["mechanisms"] = [
            (kind, detail, *self._pair(position, between, cleaned.get("committees") or []))
            for position, (kind, detail, between) in enumerate(rows)
            if self._has_kind(position, kind, detail or between)
        ]
        return cleaned

    def _has_kind(self, position: int, kind: str, rest: str) -> bool:
        if rest and not kind and f"kind_{position}" not in self.errors:
            self.add_error(f"kind_{position}", _("Choose the kind of mechanism to which this detail belongs."))
        return bool(kind)

    def _pair(self, position: int, between: str, committees: list[tuple[Committee, str]]) -> list[Committee]:
        """The two committees of this area that the text names; none if it is empty."""
        names = [name for part in between.split(";") if (name := clean_line(part))]
        if not names or "committees" in self.errors:
            return []
        own = {committee.pk for committee, _role in committees}
        known = committees_by_spelling(set(names))
        pair = list(dict.fromkeys(known[name] for name in names if name in known and known[name].pk in own))
        if len(names) != 2 or len(pair) != 2:
            said = _("Name two committees of this area with a semicolon between, for example ISO/TC 268; ITU-T SG20.")
            self.add_error(f"between_{position}", said)
        return pair


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
