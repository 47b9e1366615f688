"""Forms of an agenda: its items, and the templates to begin from."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, TokenForm, VersionForm, clean_line
from documents.models import Revision
from documents.queries import revision_of
from meetings.models import AgendaTemplate
from organizations.models import Organization

MOST_DOCUMENTS = 30


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
