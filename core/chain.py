"""The chain over all histories: sealing, and finding the first entry that is no longer what it was.

digest(n) = SHA-256 over digest(n-1), the history's name, and the entry's fields as canonical JSON. Entries are sealed
in the order in which the task finds them, apart from the transaction that wrote them, so no writer ever waits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from core.models import Entry, Seal, Witness

GENESIS = "0" * 64
BATCH = 1000
# Fixed, so that a column which a room adds later leaves the links of the past as they are.
FIELDS = "id subject_id action actor_id actor_label organization text before after at".split()


@dataclass(frozen=True)
class Fault:
    """The first bad row: the number of its link, where it stands, and what is wrong."""

    number: int
    row: str
    what: str

    def __str__(self) -> str:
        return f"link {self.number}, {self.row}: {self.what}"


@dataclass(frozen=True)
class Finding:
    """What a walk along the whole chain found; without a fault every sealed entry is what it was."""

    links: int
    head: str
    unsealed: int
    fault: Fault | None


def histories() -> dict[str, type[Entry]]:
    """Every room's history by its name, "proposals.ProposalEntry"."""
    return {model._meta.label: model for model in apps.get_models() if issubclass(model, Entry)}


def guarded_models() -> list[type[models.Model]]:
    """The tables that the database itself refuses to change: all histories, and the models that say `append_only`,
    those first that belong to others."""
    others = [model for model in apps.get_models() if getattr(model, "append_only", False)]
    return [*histories().values(), Seal, Witness, *reversed(others)]


def head() -> tuple[int, str]:
    """Number and digest of the newest link; (0, zeros) before the first."""
    last = Seal.objects.order_by("-number").values_list("number", "digest").first()
    return last or (0, GENESIS)


def seal(limit: int = BATCH) -> int:
    """Seals up to `limit` entries that are not sealed yet, oldest first; returns how many. Of two sealers at the same
    instant one seals and the other returns 0."""
    try:
        with transaction.atomic():
            return len(Seal.objects.bulk_create(_links(*head(), islice(_unsealed(), limit))))
    except IntegrityError:
        return 0


def _unsealed() -> Iterator[Entry]:
    for name, model in histories().items():
        sealed = Seal.objects.filter(history=name, entry=models.OuterRef("pk"))
        yield from model.objects.filter(~models.Exists(sealed)).order_by("pk")[:BATCH]


def _links(number: int, digest: str, entries: Iterable[Entry]) -> Iterator[Seal]:
    for place, entry in enumerate(entries, start=number + 1):
        digest = digest_of(digest, entry)
        yield Seal(number=place, history=entry._meta.label, entry=entry.pk, digest=digest)


def digest_of(before: str, entry: Entry) -> str:
    """The digest of one entry after the link `before`, in hexadecimal; the same on SQLite and PostgreSQL."""
    values = {name: getattr(entry, name) for name in FIELDS}
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(f"{before}\n{entry._meta.label}\n{text}".encode()).hexdigest()


def _plain(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def verify() -> Finding:
    """Walks the chain from its first link, and holds it against what was witnessed each day."""
    number, digest, fault = 0, GENESIS, None
    witnessed = dict(Witness.objects.values_list("number", "digest"))
    for link, entry in _walk():
        fault = _fault(number, digest, link, entry, witnessed)
        if fault:
            break
        number, digest = link.number, link.digest
    if fault is None and any(far > number for far in witnessed):
        far = max(witnessed)
        fault = Fault(far, _("the end of the chain"), _("links up to %(number)d are missing") % {"number": far})
    return Finding(number, digest, sum(1 for _entry in _unsealed()), fault)


def _fault(number: int, digest: str, link: Seal, entry: Entry | None, witnessed: dict[int, str]) -> Fault | None:
    row = f"{link.history} {link.entry}"
    if link.number != number + 1:
        return Fault(number + 1, row, _("this link of the chain is missing"))
    if entry is None:
        return Fault(link.number, row, _("the entry was deleted"))
    if digest_of(digest, entry) != link.digest:
        return Fault(link.number, row, _("the entry or its link was changed"))
    if witnessed.get(link.number, link.digest) != link.digest:
        return Fault(link.number, row, _("the chain was written anew: its head was another when it was mailed"))
    return None


def _walk() -> Iterator[tuple[Seal, Entry | None]]:
    links = Seal.objects.order_by("number").iterator(BATCH)
    models_by_name = histories()
    while batch := list(islice(links, BATCH)):
        wanted: dict[str, list[int]] = {}
        for link in batch:
            wanted.setdefault(link.history, []).append(link.entry)
        found = {
            name: models_by_name[name].objects.in_bulk(keys) for name, keys in wanted.items() if name in models_by_name
        }
        yield from ((link, found.get(link.history, {}).get(link.entry)) for link in batch)


@transaction.atomic
def witness(day: date) -> Witness | None:
    """Notes the chain's head for that day, once; None when the day has its witness or nothing new was sealed."""
    number, digest = head()
    last = Witness.objects.order_by("-day").first()
    if not number or (last and (last.day >= day or last.number == number)):
        return None
    noted, created = Witness.objects.get_or_create(day=day, defaults={"number": number, "digest": digest})
    return noted if created else None
