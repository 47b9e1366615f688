"""Acknowledgements: asked for at the release, given by a button that only a person presses."""

from __future__ import annotations

from itertools import islice

from django.db import transaction
from django.utils import timezone

from communications.models import Acknowledgement, Letter
from communications.queries.audience import asked_to_acknowledge

_AT_ONCE = 1000


def ask_acknowledgements(letter: Letter) -> int:
    """One line for each national body that gets the letter from the portal; returns how many."""
    rows = asked_to_acknowledge(letter)
    lines = (
        Acknowledgement(letter=letter, contact_id=pk, organization_id=organization)
        for pk, organization in rows.values_list("pk", "organization_id").iterator()
    )
    count = 0
    while chunk := list(islice(lines, _AT_ONCE)):
        count += len(Acknowledgement.objects.bulk_create(chunk))
    return count


def drop_acknowledgements(letter: Letter) -> None:
    """A letter that was taken back asks nobody."""
    letter.acknowledgements.all().delete()


@transaction.atomic
def acknowledge(line: Acknowledgement) -> bool:
    """Writes down when the letter was acknowledged; the second time changes nothing. Returns whether it was the
    first."""
    first = Acknowledgement.objects.filter(pk=line.pk, at=None).update(at=timezone.now())
    line.refresh_from_db()
    return bool(first)
