"""Named reads of the register; no writes."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, Max, OuterRef, Prefetch, QuerySet, Subquery

from core.models import SearchText
from core.search import find
from documents.models import LETTERS, Document, DocumentEntry, GapNote, Revision, RevisionFile
from documents.permissions import sees_drafts

# A recommendation is a document of its own kind, and found under its own heading.
SEARCH_KINDS = ("document", "recommendation")
_REFERENCE = re.compile(r"^\s*(?:spcg[\s-]*)?(\d{1,6})\s*-?\s*([a-z]?)\s*$", re.IGNORECASE | re.ASCII)


def parse_reference(text: str) -> tuple[int, int] | None:
    """(number, position) of any form of a number: SPCG-47B, spcg 47 b, 47B; None if it is none."""
    found = _REFERENCE.match(text)
    return (int(found[1]), LETTERS.index(found[2].upper())) if found else None


def revisions_visible_to(user: Any) -> QuerySet[Revision]:
    """All revisions for those who see drafts; for other readers those that were shared, also when withdrawn since."""
    rows = Revision.objects.select_related("document")
    return rows if sees_drafts(user) else rows.filter(shared_at__isnull=False)


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


def register_of(user: Any, q: str = "", kind: str = "", year: str = "", state: str = "") -> QuerySet[Revision]:
    """The register's rows for a filter, each with `document.visible_revisions`; an empty value asks for all."""
    revisions = revisions_visible_to(user).order_by("-position")
    rows = current_revisions(user).prefetch_related(
        Prefetch("document__revisions", queryset=revisions, to_attr="visible_revisions")
    )
    if q:
        rows = rows.filter(document__in=_documents_with(q, user))
    if kind:
        rows = rows.filter(document__kind=kind)
    if year.isdecimal():
        rows = rows.filter(dated_on__year=int(year))
    return rows.filter(state=state) if state else rows


def _documents_with(words: str, user: Any) -> list[int]:
    """Found through the search rows, so that accents and any form of a number count alike on both databases."""
    audiences = [SearchText.Audience.SHARED, *([SearchText.Audience.SECRETARIES] if sees_drafts(user) else [])]
    return [int(key) for key in find(words, audiences, SEARCH_KINDS).values_list("key", flat=True)]


def years_visible_to(user: Any) -> list[int]:
    """The years of the dates that the reader may see, the latest first."""
    return [day.year for day in revisions_visible_to(user).dates("dated_on", "year", order="DESC")]


def revisions_of(document: Document, user: Any) -> QuerySet[Revision]:
    """The revisions of one document that the reader may see, the newest first."""
    return revisions_visible_to(user).filter(document=document).order_by("-position")


def file_of(revision: Revision, pk: int) -> RevisionFile | None:
    """A file of this revision."""
    return revision.attachments.filter(pk=pk).first()


def files_unread() -> QuerySet[RevisionFile]:
    """The files whose words the search does not know yet, the newest first."""
    return RevisionFile.objects.filter(words__isnull=True).select_related("subject__document").order_by("-pk")


def history_of(document: Document, user: Any) -> QuerySet[DocumentEntry]:
    """A document's history, without what happened to revisions that the reader may not see."""
    return _without_drafts(DocumentEntry.objects.filter(subject=document), user)


def revision_of(reference: str, user: Any) -> Revision | None:
    """The revision that a reference names, if the reader may see it; SPCG-47 is the first one."""
    if "\x00" in reference:  # PostgreSQL refuses to compare with it
        return None
    parsed = parse_reference(reference)
    rows = revisions_visible_to(user)
    if parsed:
        return rows.filter(document__number=parsed[0], position=parsed[1]).first()
    slug, _dash, letter = reference.lower().rpartition("-")
    if len(letter) == 1 and letter.upper() in LETTERS:
        lettered = rows.filter(document__slug=slug, position=LETTERS.index(letter.upper())).first()
        if lettered:
            return lettered
    return rows.filter(document__slug=reference.lower(), position=0).first()


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


class Gap(NamedTuple):
    """Numbers next to each other that no document has, and the newest note on them."""

    first: int
    last: int
    note: GapNote | None


def gaps_of(series: str = "SPCG") -> list[Gap]:
    """The numbers below the highest that no document has, the highest first, in runs that share one explanation. A
    draft has its number, so that what is not shown to a reader is no gap."""
    taken = set(Document.objects.filter(series=series, number__isnull=False).values_list("number", flat=True))
    notes: dict[int, GapNote] = {}
    gaps = sorted(set(range(1, max(taken, default=0))) - taken)
    for note in GapNote.objects.order_by("pk"):
        notes.update(dict.fromkeys(gaps[bisect_left(gaps, note.first) : bisect_right(gaps, note.last)], note))
    runs: list[Gap] = []
    for number in gaps:
        last = runs[-1] if runs else None
        if last and last.last == number - 1 and last.note == notes.get(number):
            runs[-1] = last._replace(last=number)
        else:
            runs.append(Gap(number, number, notes.get(number)))
    return runs[::-1]


def approved_between(start: date, end: date) -> QuerySet[Revision]:
    """Revisions that were approved in the period, both days included, by number."""
    return (
        Revision.objects.filter(state=Revision.Status.APPROVED, approved_on__gte=start, approved_on__lte=end)
        .select_related("document")
        .order_by("document__number", "position")
    )


def recent_entries(user: Any) -> QuerySet[DocumentEntry]:
    """History of the documents that the reader may see, newest first."""
    return _without_drafts(DocumentEntry.objects.select_related("subject"), user)


def _without_drafts(rows: QuerySet[DocumentEntry], user: Any) -> QuerySet[DocumentEntry]:
    """Every entry of the register names its revision in `after`."""
    if sees_drafts(user):
        return rows
    rows = rows.filter(subject__in=documents_visible_to(user).values("pk"))
    unseen = Revision.objects.filter(shared_at__isnull=True).select_related("document")
    return rows.exclude(after__revision__in=[revision.reference for revision in unseen])


def resolve(reference: str, user: Any) -> str | None:
    """The address of a reference in a text, if the reader may open it."""
    if not reference.upper().startswith("SPCG-"):
        return None
    revision = revision_of(reference, user)
    return revision.get_absolute_url() if revision else None
