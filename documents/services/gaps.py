"""Why a number is not in the register."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from core.moves import NotAllowed, Refused
from documents.models import GapNote
from documents.permissions import can_register
from documents.queries import gaps_of


def explain_gap(by: Any, *, first: int, last: int, text: str) -> GapNote:
    """Adds a note on the numbers from `first` to `last`, of which at least one is missing; the same note twice is one.
    The number stays free of documents all the same: only an import may bring the document that had it."""
    if not can_register(by):
        raise NotAllowed(_("Secretaries keep the register. Ask the secretary of your organization."))
    if not any(gap.first <= last and first <= gap.last for gap in gaps_of()):
        raise Refused(_("No number is missing there."))
    newest = GapNote.objects.filter(first=first, last=last).first()
    if newest and newest.text == text:
        return newest
    return GapNote.objects.create(first=first, last=last, text=text, author=by, author_label=str(by))
