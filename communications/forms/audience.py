"""Clean values for whom a letter goes to."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from communications.forms.fields import OrganizationsField
from communications.models import SavedAudience
from core.forms import PortalForm, TokenForm, VersionForm
from organizations.models import Committee, Contact
from organizations.queries import find_committee

MOST = 60


class CommitteesField(forms.CharField):
    """Committees by their acronyms or other spellings, separated by commas."""

    def __init__(self, **kwargs: Any):
        super().__init__(max_length=2000, **kwargs)

    def clean(self, value: Any) -> list[Committee]:
        text = str(super().clean(value)).replace("\x00", "")
        words = [word.strip() for word in re.split(r"[,;\n]", text) if word.strip()]
        if len(words) > MOST:
            raise ValidationError(_("Name at most %(n)d committees."), params={"n": MOST})
        found = {word: find_committee(word[:100]) for word in words}
        unknown = [word[:60] for word, committee in found.items() if committee is None]
        if unknown:
            raise ValidationError(_("No committee is called so: %(words)s."), params={"words": ", ".join(unknown)})
        return list(dict.fromkeys(found.values()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return True


class AudienceFields(PortalForm):
    """Whom a letter goes to: groups of organizations, narrowed by committee and country."""

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
    committees = CommitteesField(
        label=_("Only these committees"),
        required=False,
        help_text=_(
            "Acronyms, separated by commas: ISO/TC 268, IEC SyC AAL. Empty means all. "
            "National bodies, Member States and Sector Members have no committee and always stay in."
        ),
    )
    with_subcommittees = forms.BooleanField(label=_("With their subcommittees"), required=False)


class _SavedFields(AudienceFields):
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("For example “Chairs of smart cities”."))
    field_order = ["name", "organizations", "capacities", "committee_kinds", "committees", "with_subcommittees"]


class SaveAudienceForm(_SavedFields, TokenForm):
    """A new saved audience."""


class EditAudienceForm(_SavedFields, VersionForm):
    """A saved audience as it stands."""

    @staticmethod
    def initial_of(audience: SavedAudience) -> dict[str, Any]:
        names = ("name", "version")
        return {name: getattr(audience, name) for name in names} | audience_values(audience)


def audience_values(audience: Any) -> dict[str, Any]:
    """The audience of a letter or of a saved one, as fields of a form."""
    return {
        "organizations": list(audience.organizations.all()),
        "capacities": audience.capacities,
        "committee_kinds": audience.committee_kinds,
        "country": audience.country,
        "committees": ", ".join(committee.acronym for committee in audience.committees.all()),
        "with_subcommittees": audience.with_subcommittees,
    }


def saved_values(pk: str) -> dict[str, Any]:
    """The saved audience of this number as fields of a form; nothing for what is no such number."""
    known = SavedAudience.objects.filter(pk=int(pk)).first() if re.fullmatch(r"[0-9]{1,9}", pk) else None
    return audience_values(known) if known else {}
