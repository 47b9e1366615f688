"""Where the references of many outcomes lead, in a fixed number of questions; no writes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from core import registry
from core.models import SearchText
from documents.queries import parse_reference, revisions_visible_to
from meetings.models import Outcome, OutcomeAbout
from meetings.permissions import can_see
from meetings.queries.meetings import meetings_visible_to
from organizations.queries import standing_of

LISTS = ("landscape", "proposals")
_MEETING = re.compile(r"\s*meeting\s+(\d{1,6})\s*", re.IGNORECASE | re.ASCII)


def addresses_of(outcomes: Iterable[Outcome], user: Any) -> dict[str, str]:
    """The address of each reference that these outcomes name and the reader may open: one question per kind of
    record, however many outcomes there are."""
    named = [one for one in outcomes if one.reference] if can_see(user) else []
    records = {one.pk: one.reference for one in named if not one.revision_id}
    links = _of_lists(records.values(), user) | _of_meetings(records.values(), user)
    return links | _of_records(records, user) | _of_documents(named, user)


def _of_lists(references: Iterable[str], user: Any) -> dict[str, str]:
    words = {reference for reference in references if reference.strip().lower() in LISTS}
    found = {word: registry.first("resolve", word, user) for word in words}
    return {word: url for word, url in found.items() if url}


def _of_meetings(references: Iterable[str], user: Any) -> dict[str, str]:
    numbers = {one: int(found[1]) for one in references if (found := _MEETING.fullmatch(one))}
    rows = meetings_visible_to(user).filter(number__in=set(numbers.values())) if numbers else ()
    urls = {meeting.number: meeting.get_absolute_url() for meeting in rows}
    return {one: urls[number] for one, number in numbers.items() if number in urls}


def _of_documents(outcomes: list[Outcome], user: Any) -> dict[str, str]:
    """Also of a document that was registered after the meeting had named it."""
    pinned = {one.revision_id for one in outcomes if one.revision_id}
    later = {one.reference: parse_reference(one.reference) for one in outcomes if not one.revision_id}
    numbers = {found[0] for found in later.values() if found}
    if not pinned and not numbers:
        return {}
    rows = revisions_visible_to(user).filter(Q(pk__in=pinned) | Q(document__number__in=numbers))
    seen = {revision.pk: revision.get_absolute_url() for revision in rows}
    by_number = {(revision.document.number, revision.position): revision for revision in rows}
    links = {one.reference: seen[one.revision_id] for one in outcomes if one.revision_id in seen}
    named = {reference: by_number.get(found) for reference, found in later.items() if found}
    return links | {reference: one.get_absolute_url() for reference, one in named.items() if one}


def _of_records(named: dict[int, str], user: Any) -> dict[str, str]:
    """Of what rooms above keep: their typed rows say which record it is, their search rows where it is and for whom."""
    keys = {}
    for kind in OutcomeAbout.__subclasses__() if named else ():
        word = kind._meta.get_field("subject").related_model._meta.model_name
        for outcome, subject in kind.objects.filter(outcome__in=named).values_list("outcome", "subject"):
            keys[named[outcome]] = (word, str(subject))
    urls = _findable(set(keys.values()), user)
    return {reference: urls[key] for reference, key in keys.items() if key in urls}


def _findable(keys: set[tuple[str, str]], user: Any) -> dict[tuple[str, str], str]:
    """The address of each record of these kinds and keys that the reader may find."""
    if not keys:
        return {}
    audience = SearchText.Audience
    audiences = [audience.SHARED, *([audience.SECRETARIES] if standing_of(user).sees_drafts else [])]
    kinds, numbers = zip(*keys, strict=True)
    rows = SearchText.objects.filter(kind__in=set(kinds), key__in=set(numbers), audience__in=audiences)
    return {(row.kind, row.key): row.url for row in rows.only("kind", "key", "url")}
