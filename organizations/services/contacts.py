"""Contacts: who receives the circular letters of an organization."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.moves import NotAllowed
from organizations.models import Contact
from organizations.permissions import can_see_contacts


@transaction.atomic
def add_contacts(by: Any, contacts: Iterable[Contact]) -> int:
    """Adds contacts and returns how many are new; one already there (same organization, address, capacity and
    committee) is left alone. Raises NotAllowed for a foreign organization's contacts."""
    rows = list(contacts)
    for organization in {row.organization for row in rows}:
        if not can_see_contacts(by, organization):
            raise NotAllowed(_("The secretary of %(o)s keeps its contacts.") % {"o": organization})
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
