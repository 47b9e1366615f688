"""Reads of what stays of letters: the archive, and who has acknowledged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet

from communications.models import Acknowledgement, Letter
from communications.queries.audience import organizations_shown_to
from communications.queries.letters import letters_visible_to
from core.dates import in_geneva


def archive(user: Any, filters: Mapping[str, str]) -> QuerySet[Letter]:
    """Letters that were released, newest first. `filters`: organization (slug), year, q (words of subject, text
    or reference); what is unknown filters nothing."""
    given = {name: str(value or "").replace("\x00", "").strip()[:200] for name, value in filters.items()}
    rows = letters_visible_to(user).filter(state__in=(Letter.State.SENDING, Letter.State.SENT))
    rows = rows.prefetch_related("records__organization", "attachments__revision__document")
    if slug := given.get("organization"):
        rows = rows.filter(organizations__slug=slug)
    if (year := given.get("year", "")).isascii() and year.isdigit() and len(year) == 4 and int(year):
        rows = rows.filter(sent_at__year=int(year))
    for word in given.get("q", "").split()[:8]:
        rows = rows.filter(
            Q(subject__icontains=word) | Q(body__icontains=word) | Q(covers__reference__icontains=word)
        ).distinct()
    return rows.order_by("-sent_at", "-pk")


def years_of(user: Any) -> list[int]:
    """The years in which letters were sent, newest first."""
    rows = letters_visible_to(user).filter(sent_at__isnull=False).order_by()
    return sorted({in_geneva(moment).year for moment in rows.values_list("sent_at", flat=True)}, reverse=True)


def acknowledgement_counts(letter: Letter) -> list[dict[str, Any]]:
    """Asked and given per organization, for everybody who sees the letter."""
    rows = letter.acknowledgements.order_by().values("organization__code", "organization__position")
    counted = rows.annotate(asked=Count("pk"), given=Count("at"))
    return [{**row, "left": row["asked"] - row["given"]} for row in counted.order_by("organization__position")]


def acknowledgements_shown_to(user: Any, letter: Letter, state: str = "") -> QuerySet[Acknowledgement]:
    """Who was asked, of the organizations whose contacts this person may see. `state`: given, left."""
    rows = letter.acknowledgements.filter(organization__in=organizations_shown_to(user))
    if state in ("given", "left"):
        rows = rows.filter(at__isnull=state == "left")
    return rows.select_related("contact", "organization")
