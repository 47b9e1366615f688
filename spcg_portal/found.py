"""What the search shows: rows by kind, titles that hold the words first, and the line in which they stand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from communications.models import Letter, Plan, Step
from core.models import SearchText
from core.search import find, normalise
from documents.models import Document
from landscape.models import Area
from meetings.models import Meeting
from organizations.models import Committee
from proposals.models import Proposal
from reports.models import BoardReport
from spcg_portal.queries import audiences_of

KINDS = {
    "proposal": _("Proposals"),
    "document": _("Documents"),
    "area": _("Areas of the landscape"),
    "committee": _("Committees"),
    "meeting": _("Meetings"),
    "letter": _("Circular letters"),
    "step": _("Steps of the work plan"),
    "plan": _("Communication plans"),
    "board report": _("Board reports"),
}
RECORDS = {
    "proposal": Proposal,
    "document": Document,
    "area": Area,
    "committee": Committee,
    "meeting": Meeting,
    "letter": Letter,
    "step": Step,
    "plan": Plan,
    "board report": BoardReport,
}
BEFORE, LENGTH = 60, 180


Hit = tuple[int, str]


def hits_for(user: Any, query: str) -> list[Hit]:
    """Key and kind of every row that the reader may see and that holds every word: kind by kind, matching titles
    first. The texts are looked through once; a page reads the rows that it shows."""
    titled = Q()
    for word in query.replace("\x00", "")[:200].split():
        titled &= Q(title__icontains=word)
    kind = Case(*(When(kind=name, then=place) for place, name in enumerate(KINDS)), default=99)
    first = Case(When(titled, then=Value(0)), default=Value(1), output_field=IntegerField()) if titled else Value(1)
    rows = find(query, audiences_of(user)).annotate(place=kind, first=first).order_by("place", "first", "title")
    return list(rows.values_list("pk", "kind"))


@dataclass(frozen=True)
class Group:
    """The results of one kind on a page; `total` counts all of that kind."""

    name: str
    total: int
    results: list[tuple[SearchText, SafeString]]


def grouped(page: Iterable[Hit], hits: list[Hit], query: str) -> Iterator[Group]:
    """A page of rows under the words for their kinds, each with a line of text around the match."""
    totals = Counter(kind for _key, kind in hits)
    keys = [key for key, _kind in page]
    known = SearchText.objects.in_bulk(keys)
    rows = [known[key] for key in keys if key in known]
    for kind, found in groupby(rows, key=lambda row: row.kind):
        name = KINDS.get(kind, _("Other records"))
        yield Group(name, totals.get(kind, 0), [(row, line_around(row.text, query)) for row in _marked(kind, found)])


def _marked(kind: str, rows: Iterable[SearchText]) -> list[SearchText]:
    """The rows of one kind, each with the mark that its record bears: what is made up says so here too."""
    rows = list(rows)
    records = RECORDS[kind].objects.in_bulk([int(row.key) for row in rows]) if kind in RECORDS else {}
    for row in rows:
        row.illustrative_mark = getattr(records.get(int(row.key)), "illustrative_mark", "") if records else ""
    return rows


def line_around(text: str, query: str) -> SafeString:
    """About one line of the text around the first matched word, the words marked; its beginning if none is met."""
    plain = " ".join(re.sub(r"[#*_>`|]+", " ", text).split())
    words = [re.escape(word) for word in normalise(query).split()]
    if not words:
        return conditional_escape("")
    together = r"[\W_]*".join(words)
    # A single letter, as in "spcg 47 b", would be marked inside every other word.
    long = [word for word in words if len(word) > 1]
    pattern = re.compile(f"({'|'.join([together, *long])})", re.IGNORECASE)
    met = re.search(together, plain, re.IGNORECASE) or pattern.search(plain)
    start = max(0, met.start() - BEFORE) if met else 0
    if start:
        start = plain.find(" ", start) + 1
    end = len(plain) if len(plain) <= start + LENGTH else plain.rfind(" ", start, start + LENGTH)
    end = end if end > start else start + LENGTH
    parts = pattern.split(plain[start:end])
    marked = (
        f"<mark>{conditional_escape(part)}</mark>" if n % 2 else conditional_escape(part)
        for n, part in enumerate(parts)
    )
    return SafeString(("… " if start else "") + "".join(marked) + (" …" if end < len(plain) else ""))
