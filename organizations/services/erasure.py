"""Erasing a contact: the person is forgotten, every total stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.history import record
from core.moves import AlreadyDone, Refused
from organizations.models import Contact, ContactImportRow
from organizations.services.contacts import check_keeper
from post.services import erasure as ledger


@transaction.atomic
def erase_contact(contact: Contact, by: Any) -> int:
    """Pseudonymises everything that the contact's organization knows under this address: all its contacts and the
    lines of letters; returns how many contacts. `by` None is the portal when the time of the setting is over.
    Raises Refused while a letter is on its way, AlreadyDone the second time."""
    if by is not None:
        check_keeper(by, contact.organization)
    contact.refresh_from_db()
    if contact.erased_at:
        raise AlreadyDone(_("This contact is erased already."))
    address, organization = contact.email, contact.organization
    rows = list(organization.contacts.filter(email__iexact=address, erased_at=None))
    ledger.erase_recipient(address, organization.code)
    for row in rows:
        _forget(row)
    ContactImportRow.objects.filter(source__organization=organization, email__iexact=address).delete()
    if not Contact.objects.filter(email__iexact=address).exists():
        ledger.forget_address(address)
    numbers = ", ".join(str(row.pk) for row in rows)
    text = ngettext("erased contact %(n)s", "erased contacts %(n)s", len(rows)) % {"n": numbers}
    record(organization, "erase", by, text, organization=organization.code)
    return len(rows)


def _forget(row: Contact) -> None:
    now = timezone.now()
    Contact.objects.filter(pk=row.pk).update(
        name=_("Erased contact %(n)d") % {"n": row.pk},
        email=f"erased-{row.pk}@{ledger.NOWHERE}",
        country="",
        active=False,
        stopped_at=row.stopped_at or now,
        erased_at=now,
        version=row.version + 1,
    )


def erase_old_contacts() -> int:
    """Retention: contacts that have received no letters for the days of the setting are erased, and so are the names
    in ledgers of letters finished before; returns how many contacts. 0 days keep everything."""
    now = timezone.now()
    Contact.objects.filter(active=False, stopped_at=None).update(stopped_at=now)
    if not settings.CONTACT_RETENTION_DAYS:
        return 0
    before = now - timedelta(days=settings.CONTACT_RETENTION_DAYS)
    ledger.erase_lines_before(before)
    return sum(_erase_if_free(row) for row in _over(before))


def _over(before: Any) -> list[Contact]:
    rows = Contact.objects.filter(active=False, stopped_at__lt=before, erased_at=None)
    return list(rows.select_related("organization"))


def _erase_if_free(contact: Contact) -> int:
    """Somebody who still receives letters in another capacity is not forgotten."""
    same = Contact.objects.filter(organization_id=contact.organization_id, email__iexact=contact.email, active=True)
    if same.exists():
        return 0
    try:
        return erase_contact(contact, None)
    except Refused:
        return 0
