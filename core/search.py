"""Writing and reading the search rows; `normalise` is the one rule for both sides."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from core.models import SearchText


def normalise(text: str) -> str:
    """Lower case, accents folded, every run of other characters one space: SQLite folds neither É nor é."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    folded = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(re.sub(r"[^\w]+", " ", folded).split())


def index(
    kind: str,
    key: Any,
    title: str,
    text: str,
    url: str,
    audience: str = SearchText.Audience.SHARED,
    *,
    also: str = "",
) -> None:
    """One row per record, replaced at every change; an empty title removes it. `also` is found but never shown."""
    if not title:
        SearchText.objects.filter(kind=kind, key=str(key)).delete()
        return
    SearchText.objects.update_or_create(
        kind=kind,
        key=str(key),
        defaults={
            "title": title[:400],
            "text": text,
            "words": normalise(f"{title} {text} {also}"),
            "url": url,
            "audience": audience,
        },
    )


def index_many(kind: str, rows: Iterable[tuple[Any, str, str, str]]) -> None:
    """`index` for many records of one kind that everybody may find, each by key, title, text and address."""
    made = [
        SearchText(kind=kind, key=str(key), title=title[:400], text=text, words=normalise(f"{title} {text}"), url=url)
        for key, title, text, url in rows
    ]
    fields = ["title", "text", "words", "url"]
    SearchText.objects.bulk_create(
        made, batch_size=200, update_conflicts=True, unique_fields=["kind", "key"], update_fields=fields
    )


def find(query: str, audiences: list[str]) -> QuerySet[SearchText]:
    """Rows that hold every word of the query, for these audiences; titles that hold them come first."""
    words = normalise(query.replace("\x00", ""))[:200].split()
    if not words:
        return SearchText.objects.none()
    condition = Q()
    for word in words:
        condition &= Q(words__contains=word)
    return SearchText.objects.filter(condition, audience__in=audiences)
