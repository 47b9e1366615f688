"""Contacts: who receives the circular letters of an organization. Histories name numbers, never a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import record
from core.moves import NotAllowed, Refused, save_version
from organizations.addresses import fault_of, tidy_address
from organizations.models import Contact, Organization
from organizations.permissions import can_see_contacts
from post.services.outcomes import mend_address


def check_keeper(by: Any, organization: Organization) -> None:
    """Raises NotAllowed for anybody but a secretary of the organization and the administrator."""
    if not can_see_contacts(by, organization):
        raise NotAllowed(_("The secretary of %(o)s keeps its contacts.") % {"o": organization})


@transaction.atomic
def add_contacts(by: Any, contacts: Iterable[Contact]) -> int:
    """Adds contacts and returns how many are new; one already there (same organization, address, capacity and
    committee) is left alone. Raises NotAllowed for a foreign organization's contacts."""
    rows = list(contacts)
    for organization in {row.organization for row in rows}:
        check_keeper(by, organization)
    known = {
        (o, email.lower(), capacity, committee)
        for o, email, capacity, committee in Contact.objects.values_list(
            "organization_id", "email", "capacity", "committee_id"
        )
    }
    fresh = {
        key: row
        for row in rows
        if (key := (row.organization_id, row.email.lower(), row.capacity, row.committee_id)) not in known
    }
    Contact.objects.bulk_create(fresh.values(), batch_size=500)
    return len(fresh)


@transaction.atomic
def add_contact(by: Any, organization: Organization, **values: Any) -> Contact:
    """Adds one contact; the same address, capacity and committee again is the contact that is there. Raises NotAllowed
    for a foreign organization, Refused for an address to which no mail can be sent."""
    check_keeper(by, organization)
    values["email"] = _address(values["email"])
    found = _same(organization, **values)
    if found:
        return found
    try:
        with transaction.atomic():
            contact = Contact.objects.create(organization=organization, **values)
    except IntegrityError:
        return _same(organization, **values)
    text = _("added contact %(n)d") % {"n": contact.pk}
    record(organization, "add", by, text, organization=organization.code)
    return contact


def _address(typed: str) -> str:
    address = tidy_address(typed)
    if fault := fault_of(address):
        raise Refused(_("%(address)s: %(fault)s.") % {"address": address[:80] or _("Nothing"), "fault": fault})
    return address


def _same(organization: Organization, *, email: str, capacity: str, committee: Any = None, **_more: Any) -> Any:
    rows = organization.contacts.filter(email__iexact=email, capacity=capacity, committee=committee)
    return rows.first()


@transaction.atomic
def edit_contact(contact: Contact, by: Any, version: int, **changes: Any) -> Contact:
    """Changes a contact. An address that is corrected begins anew, without the trouble of the old one. Raises Conflict
    when somebody saved in between, Refused when the contact is erased or would stand twice."""
    check_keeper(by, contact.organization)
    if contact.erased_at:
        raise Refused(_("This contact is erased."))
    changes["email"] = _address(changes["email"])
    if "active" in changes and changes["active"] != contact.active:
        changes["stopped_at"] = None if changes["active"] else timezone.now()
    try:
        with transaction.atomic():
            changed = save_version(contact, version, **changes)
    except IntegrityError:
        raise Refused(_("This address is a contact in this capacity already.")) from None
    if changed:
        fields = [str(Contact._meta.get_field(name).verbose_name) for name in changed if name != "stopped_at"]
        text = _("changed %(fields)s of contact %(n)d") % {"fields": ", ".join(fields), "n": contact.pk}
        record(contact.organization, "edit", by, text, organization=contact.organization.code)
    return contact


@transaction.atomic
def mend_contact(contact: Contact, by: Any, *, at: datetime | None = None) -> None:
    """The address is right after all: letters go there again, until one comes back."""
    check_keeper(by, contact.organization)
    mend_address(contact.email)
    text = _("said that the address of contact %(n)d is right") % {"n": contact.pk}
    record(contact.organization, "mend", by, text, organization=contact.organization.code, at=at)


@transaction.atomic
def note_export(organizations: Iterable[Organization], by: Any) -> None:
    """Who took a list of contacts away, and when, stays on record."""
    for organization in organizations:
        check_keeper(by, organization)
        record(organization, "export", by, _("exported the contacts"), organization=organization.code)
