"""What a cover page says before its secretary has touched it, from the facts of the organization."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from communications.models import Letter
from core.dates import today
from organizations.models import Contact, Organization

OPEN_NUMBER = "…"
C = Contact.Capacity


def default_cover(letter: Letter, organization: Organization) -> dict[str, Any]:
    """Reference in the organization's own form, addressees in its own words, its role as signatory; never a person."""
    return {
        "reference": default_reference(organization, (letter.planned_on or today()).year),
        "addressees": default_addressees(organization, letter.capacities),
        "salutation": _("Dear Sir or Madam,"),
        "closing": _("Yours faithfully,"),
        "signatory": _("%(organization)s secretary of the SPCG") % {"organization": organization},
        "signatory_title": organization.office,
        "place": "Geneva",
    }


def default_reference(organization: Organization, year: int) -> str:
    """AC/…/2020: the dots stand where the organization gives its number."""
    return organization.circular_reference.replace("{n}", OPEN_NUMBER).replace("{year}", str(year))


def has_number(reference: str) -> bool:
    """Whether the organization has given its number."""
    return bool(reference.strip()) and OPEN_NUMBER not in reference


def default_addressees(organization: Organization, capacities: list[str]) -> str:
    """IEC National Committees, committee chairs, secretaries: as this organization calls them."""
    words = {
        C.NATIONAL_BODY: organization.national_bodies,
        C.CHAIR: _("committee chairs"),
        C.MANAGER: _plural(organization.committee_officer),
        C.CONVENOR: _("convenors"),
    }
    if organization.code == "ITU-T":
        words[C.CHAIR] = _("chairs of study groups")
        if C.NATIONAL_BODY not in capacities:
            words |= {C.MEMBER_STATE: _("Member States"), C.SECTOR_MEMBER: _("Sector Members, Associates and Academia")}
    chosen = [word for capacity, word in words.items() if capacity in capacities]
    return f"{organization} {', '.join(chosen) or _('membership')}"


def _plural(officer: str) -> str:
    return f"{officer[:-1]}ies" if officer.endswith("y") else f"{officer}s"
