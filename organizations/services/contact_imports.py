"""Importing contacts: a list is read and judged, a person looks at it, and only then it is written."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.forms import clean_line
from core.history import record
from core.moves import AlreadyDone
from organizations.addresses import ReadRow, fault_of
from organizations.models import Committee, CommitteeAlias, Contact, ContactImport, ContactImportRow, Organization
from organizations.services.contacts import check_keeper

K, S = ContactImportRow.Kind, ContactImport.State
Key = tuple[str, str, int | None]
FORGET_AFTER = timedelta(days=7)
COMPARED = ("name", "country", "language")
_AT_ONCE = 1000


@transaction.atomic
def read_contacts(
    by: Any,
    organization: Organization,
    rows: Iterable[ReadRow],
    *,
    name: str = "",
    capacity: str = "",
    committee: Committee | None = None,
    token: uuid.UUID | None = None,
) -> ContactImport:
    """Keeps the list with what would become of each row, and changes no contact. `capacity` and `committee` hold for
    rows that name none. The same token again is the list that was read. Raises NotAllowed for a foreign
    organization."""
    check_keeper(by, organization)
    source, created = ContactImport.objects.get_or_create(
        token=token or uuid.uuid4(),
        defaults={"organization": organization, "name": clean_line(name)[:255] or _("Pasted list"), "by": by},
    )
    if created:
        judged = _judged(organization, rows, _Reader(capacity, committee))
        for chunk in _chunks(judged):
            for row in chunk:
                row.source = source
            ContactImportRow.objects.bulk_create(chunk)
    return source


def _chunks(rows: Iterator[ContactImportRow]) -> Iterator[list[ContactImportRow]]:
    return iter(lambda: list(islice(rows, _AT_ONCE)), [])


class _Reader:
    """Words of a list as values: capacities by name, committees by acronym or another spelling."""

    def __init__(self, capacity: str, committee: Committee | None):
        self.capacity, self.committee = capacity, committee.pk if committee else None
        self.capacities = {
            str(word).casefold(): value for value, label in Contact.Capacity.choices for word in (value, label)
        }
        self.committees = {row.alias.casefold(): row.committee_id for row in CommitteeAlias.objects.all()}
        self.committees |= {name.casefold(): pk for pk, name in Committee.objects.values_list("pk", "acronym")}

    def judge(self, read: ReadRow) -> ContactImportRow:
        row = ContactImportRow(
            number=read.number,
            kind=K.ADD,
            name=(read.name or read.email)[:200],
            email=read.email,
            country=read.country[:60],
            language=read.language.lower(),
            capacity=self.capacities.get(read.capacity.casefold(), "") if read.capacity else self.capacity,
            committee_id=self.committees.get(" ".join(read.committee.casefold().split())) or self._default(read),
        )
        row.reason = read.reason or fault_of(read.email) or self._fault(read, row)
        row.language = row.language[:5]
        if row.reason:
            row.kind, row.reason = K.BAD, row.reason[:300]
        return row

    def _default(self, read: ReadRow) -> int | None:
        return None if read.committee else self.committee

    def _fault(self, read: ReadRow, row: ContactImportRow) -> str:
        if not row.capacity:
            return _("the capacity “%(word)s” is not known") % {"word": read.capacity[:60]}
        if read.committee and not row.committee_id:
            return _("the committee “%(word)s” is not known") % {"word": read.committee[:60]}
        if len(read.name) > 200:
            return _("the name is longer than 200 signs")
        if len(row.language) > 5:
            return _("the language is a code such as en or fr")
        return ""


def _judged(organization: Organization, rows: Iterable[ReadRow], reader: _Reader) -> Iterator[ContactImportRow]:
    known, seen = _known(organization), {}
    for read in rows:
        row = reader.judge(read)
        if row.kind != K.BAD:
            key = _key(row)
            if key in seen:
                row.kind, row.reason = K.MERGED, _("the same as row %(n)d") % {"n": seen[key]}
            elif key in known:
                _compare(row, known[key])
            seen.setdefault(key, row.number)
        yield row


def _key(row: Any) -> Key:
    return row.email.lower(), row.capacity, row.committee_id


def _known(organization: Organization) -> dict[Key, Contact]:
    return {_key(contact): contact for contact in organization.contacts.filter(erased_at=None)}


def _compare(row: ContactImportRow, contact: Contact) -> None:
    """What the list says otherwise is a change; what it does not say stays."""
    row.contact, row.contact_version = contact, contact.version
    if row.name == row.email:
        row.name = contact.name
    new = {field: getattr(row, field) for field in COMPARED if getattr(row, field)}
    changes = [(field, value) for field, value in new.items() if value != getattr(contact, field)]
    row.kind = K.CHANGE if changes else K.SAME
    row.reason = "; ".join(f"{getattr(contact, field) or '–'} → {value}" for field, value in changes)[:300]


def _claim(source: ContactImport, by: Any, state: str) -> None:
    check_keeper(by, source.organization)
    if not ContactImport.objects.filter(pk=source.pk, state=S.CHECKED).update(state=state):
        raise AlreadyDone(_("This list has been decided already."))
    source.refresh_from_db()


@transaction.atomic
def accept_import(source: ContactImport, by: Any) -> ContactImport:
    """Writes what the check page showed: additions and changes. A contact that somebody has changed since, or added
    meanwhile, is left as it is. The read rows are then forgotten. Raises AlreadyDone for the second click."""
    _claim(source, by, S.ACCEPTED)
    before = source.organization.contacts.count()
    for chunk in _chunks(source.rows.filter(kind=K.ADD).iterator(_AT_ONCE)):
        # The unique constraint keeps out what somebody has added meanwhile.
        Contact.objects.bulk_create((_contact_of(source, row) for row in chunk), ignore_conflicts=True)
    source.added = source.organization.contacts.count() - before
    source.changed = sum(_change(row) for row in source.rows.filter(kind=K.CHANGE).iterator(_AT_ONCE))
    source.save(update_fields=["added", "changed"])
    text = _("imported a list: %(added)d added, %(changed)d changed, %(out)d rows left out")
    counts = {"added": source.added, "changed": source.changed, "out": source.rows.filter(kind=K.BAD).count()}
    record(source.organization, "import", by, text % counts, organization=source.organization.code, after=counts)
    source.rows.all().delete()
    return source


def _contact_of(source: ContactImport, row: ContactImportRow) -> Contact:
    return Contact(
        organization_id=source.organization_id,
        name=row.name,
        email=row.email,
        capacity=row.capacity,
        committee_id=row.committee_id,
        country=row.country,
        language=row.language or "en",
    )


def _change(row: ContactImportRow) -> int:
    values = {field: getattr(row, field) for field in COMPARED if getattr(row, field)}
    found = Contact.objects.filter(pk=row.contact_id, version=row.contact_version, erased_at=None)
    return found.update(version=row.contact_version + 1, **values)


@transaction.atomic
def discard_import(source: ContactImport, by: Any) -> None:
    """Drops a list that was read; no contact has changed, and its rows are forgotten."""
    _claim(source, by, S.DISCARDED)
    source.rows.all().delete()


def drop_old_imports() -> int:
    """Lists that nobody has decided for a week are forgotten; returns how many."""
    rows = ContactImport.objects.filter(state=S.CHECKED, at__lt=timezone.now() - FORGET_AFTER)
    ContactImportRow.objects.filter(source__in=rows.values("pk")).delete()
    return rows.update(state=S.DISCARDED)


def counts_of(source: ContactImport) -> Counter[str]:
    """How many rows of each kind were read."""
    return Counter(source.rows.order_by().values_list("kind", flat=True))
