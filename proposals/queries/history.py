"""What a reader may know of a proposal's past, and what stood before and after each change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from core.dates import format_date, format_moment
from documents.comparison import Line, compare_texts
from proposals.models import Interest, Proposal, ProposalEntry
from proposals.permissions import sees_drafts

Action = ProposalEntry.Action
OF_DRAFTS = (Action.DRAFT, Action.REVISE)


def told_to(user: Any, rows: QuerySet[ProposalEntry]) -> QuerySet[ProposalEntry]:
    """Without what was done to a recommendation that is still a draft, for those who do not see drafts: they read of
    it once the approvals have been asked for."""
    if sees_drafts(user):
        return rows
    proposed = ProposalEntry.objects.filter(subject=OuterRef("subject"), action=Action.PROPOSE, at__gte=OuterRef("at"))
    return rows.filter(~Q(action__in=OF_DRAFTS) | Exists(proposed))


def history_of(proposal: Proposal, user: Any) -> QuerySet[ProposalEntry]:
    """The entries of one proposal that this reader may see, the newest first."""
    return told_to(user, proposal.history.all())


@dataclass(frozen=True)
class Changed:
    """One field of an entry: its name and what stood before and after, in words; of long texts the differences."""

    label: str
    before: str
    after: str
    lines: list[Line] | None = None


def add_changes(entries: Iterable[ProposalEntry]) -> None:
    """Puts `changes` on each entry, for a page that shows them."""
    for entry in entries:
        entry.changes = list(changes_of(entry))


def changes_of(entry: ProposalEntry) -> Iterable[Changed]:
    """The fields that an entry says something about on both sides, in words; what has no name for a reader is left
    out, and so is what an entry only adds."""
    before, after = entry.before or {}, entry.after or {}
    for name in [name for name in before if name in after and before[name] != after[name]]:
        field = _field(entry, name)
        if field is None:
            continue
        old, new = _in_words(field, before[name]), _in_words(field, after[name])
        long = isinstance(field, models.TextField) and field.model is Proposal
        lines = compare_texts(old, new) if long else None
        yield Changed(str(field.verbose_name), old or _("nothing"), new or _("nothing"), lines)


def _field(entry: ProposalEntry, name: str) -> Any:
    for model in (Proposal, Interest) if entry.action in (Action.DECLARE, Action.RECEIVE) else (Proposal,):
        try:
            return model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
    return None


def _in_words(field: Any, value: Any) -> str:
    """A stored value as the pages write it."""
    if value in (None, ""):
        return ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateTimeField):
        return format_moment(datetime.fromisoformat(value))
    if isinstance(field, models.DateField):
        return format_date(date.fromisoformat(value))
    return str(value)
