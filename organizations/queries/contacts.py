"""Reads of contacts, only of the organizations whose contacts a person may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from core.dates import format_date
from organizations.models import Contact, ContactEntry, ContactImport, Organization
from organizations.permissions import can_see_contacts
from organizations.queries.people import organizations
from post.models import Address

STATES = ("active", "stopped", "trouble", "erased")


def kept_by(user: Any) -> list[Organization]:
    """The organizations whose contacts this person sees and keeps."""
    return [item for item in organizations() if can_see_contacts(user, item)]


def contacts_shown_to(user: Any, filters: Mapping[str, str] | None = None) -> QuerySet[Contact]:
    """The contacts that this person may see. `filters`: organization (slug), capacity, state (active, stopped, trouble,
    erased), committee (acronym), country, q (part of name, address, country or acronym); what is unknown filters
    nothing. Erased ones are listed only when asked for."""
    given = {name: _clean(value) for name, value in (filters or {}).items()}
    rows = Contact.objects.filter(organization__in=kept_by(user)).select_related("organization", "committee")
    if slug := given.get("organization"):
        rows = rows.filter(organization__slug=slug)
    if given.get("capacity") in Contact.Capacity.values:
        rows = rows.filter(capacity=given["capacity"])
    if acronym := given.get("committee"):
        rows = rows.filter(committee__acronym__iexact=acronym)
    if country := given.get("country"):
        rows = rows.filter(country__iexact=country)
    for word in given.get("q", "").split()[:8]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(email__icontains=word)
            | Q(country__icontains=word)
            | Q(committee__acronym__icontains=word)
        )
    return _in_state(rows, given.get("state", ""))


def _clean(value: Any) -> str:
    # PostgreSQL refuses NUL in a text.
    return str(value or "").replace("\x00", "").strip()[:200]


def _in_state(rows: QuerySet[Contact], state: str) -> QuerySet[Contact]:
    if state == "erased":
        return rows.filter(erased_at__isnull=False)
    rows = rows.filter(erased_at=None)
    if state in ("active", "stopped"):
        return rows.filter(active=state == "active")
    if state == "trouble":
        known = Address.objects.filter(bounced_at__isnull=False, email=Lower(OuterRef("email")))
        return rows.filter(Exists(known))
    return rows


def troubles_of(contacts: Iterable[Contact]) -> dict[str, str]:
    """By address in small letters: since when letters to it come back, and why, in words."""
    wanted = {contact.email.lower() for contact in contacts}
    rows = Address.objects.filter(bounced_at__isnull=False, email__in=wanted)
    return {
        row.email: _("letters come back since %(day)s: %(trouble)s")
        % {"day": format_date(row.bounced_at), "trouble": row.trouble or _("no reason given")}
        for row in rows
    }


def all_troubles() -> dict[str, str]:
    """By address in small letters, for a whole export: the day since when letters come back."""
    rows = Address.objects.filter(bounced_at__isnull=False).values_list("email", "bounced_at")
    return {email: _("comes back since %(day)s") % {"day": format_date(at)} for email, at in rows}


def imports_shown_to(user: Any) -> QuerySet[ContactImport]:
    """The lists that were read for an organization whose contacts this person keeps."""
    return ContactImport.objects.filter(organization__in=kept_by(user)).select_related("organization", "by")


def recent_contact_entries(user: Any) -> QuerySet[ContactEntry]:
    """What happened to contacts, for those who see them."""
    return ContactEntry.objects.filter(subject__in=kept_by(user)).select_related("subject")


def contacts_of_person(user: Any) -> list[QuerySet[Contact]]:
    """The contacts with the address of this account, which their owner may know of."""
    return [Contact.objects.filter(email__iexact=user.email).order_by("pk")]
