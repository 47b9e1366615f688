"""Named reads of the register; no writes."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.db.models import F, Max, OuterRef, QuerySet, Subquery

from documents.models import LETTERS, Document, DocumentEntry, Revision
from documents.permissions import sees_drafts

_REFERENCE = re.compile(r"^\s*(?:spcg[\s-]*)?(\d{1,6})\s*-?\s*([a-z]?)\s*$", re.IGNORECASE)


def parse_reference(text: str) -> tuple[int, int] | None:
    """(number, position) of any form of a number: SPCG-47B, spcg 47 b, 47B; None if it is none."""
    found = _REFERENCE.match(text)
    return (int(found[1]), LETTERS.index(found[2].upper())) if found else None


def revisions_visible_to(user: Any) -> QuerySet[Revision]:
    """All revisions for those who see drafts; for other readers all but drafts."""
    rows = Revision.objects.select_related("document")
    return rows if sees_drafts(user) else rows.exclude(state=Revision.Status.DRAFT)


def documents_visible_to(user: Any) -> QuerySet[Document]:
    """Documents with a revision that the reader may see, each with `current_pk`, its newest such revision."""
    visible = revisions_visible_to(user)
    newest = visible.filter(document=OuterRef("pk")).order_by("-position").values("pk")[:1]
    return Document.objects.annotate(current_pk=Subquery(newest)).filter(current_pk__isnull=False)


def current_revisions(user: Any) -> QuerySet[Revision]:
    """The newest visible revision of every document, highest number first."""
    return (
        revisions_visible_to(user)
        .filter(pk__in=documents_visible_to(user).values("current_pk"))
        .prefetch_related("attachments", "foreign_numbers__organization")
        .order_by(F("document__number").desc(nulls_last=True), "document__slug")
    )


def revision_of(reference: str, user: Any) -> Revision | None:
    """The revision that a reference names, if the reader may see it; SPCG-47 is the first one."""
    parsed = parse_reference(reference)
    rows = revisions_visible_to(user)
    if parsed:
        return rows.filter(document__number=parsed[0], position=parsed[1]).first()
    slug, _dash, letter = reference.rpartition("-")
    if len(letter) == 1 and letter.upper() in LETTERS:
        return rows.filter(document__slug=slug, position=LETTERS.index(letter.upper())).first()
    return rows.filter(document__slug=reference, position=0).first()


def current_of(document: Document, user: Any) -> Revision | None:
    """The newest revision of a document that the reader may see."""
    return revisions_visible_to(user).filter(document=document).order_by("-position").first()


def newest_of(document: Document) -> Revision:
    """The newest revision, whoever may see it; services compare with it."""
    return document.revisions.select_related("document").order_by("-position").first()


def next_number(series: str = "SPCG") -> int:
    """One more than the highest number ever given."""
    highest = Document.objects.filter(series=series).aggregate(n=Max("number"))["n"]
    return (highest or 0) + 1


def approved_between(start: date, end: date) -> QuerySet[Revision]:
    """Revisions that were approved in the period, both days included, by number."""
    return (
        Revision.objects.filter(state=Revision.Status.APPROVED, approved_on__gte=start, approved_on__lte=end)
        .select_related("document")
        .order_by("document__number", "position")
    )


def recent_entries(user: Any) -> QuerySet[DocumentEntry]:
    """History of the documents that the reader may see, newest first."""
    return DocumentEntry.objects.filter(subject__in=documents_visible_to(user).values("pk")).select_related("subject")


def resolve(reference: str, user: Any) -> str | None:
    """The address of a reference in a text, if the reader may open it."""
    if not reference.upper().startswith("SPCG-"):
        return None
    revision = revision_of(reference, user)
    return revision.get_absolute_url() if revision else None
