"""The writers of the agenda: items, their order, the documents pinned to them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from core.history import record, record_changes
from core.moves import Refused, save_version
from documents.models import Revision
from meetings.models import AgendaDocument, AgendaItem, Meeting
from meetings.services.keeping import check_open, index_meeting, lock
from organizations.models import Organization


@transaction.atomic
def add_agenda_item(
    meeting: Meeting,
    by: Any,
    *,
    title: str,
    minutes: int | None = None,
    presenter: Organization | None = None,
    note: str = "",
    revisions: Iterable[Revision] = (),
    illustrative: bool = False,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> AgendaItem:
    """Adds the last item of the agenda with the exact revisions that will be on the table; the same title
    with the same token again returns the first item."""
    meeting = lock(meeting)
    check_open(meeting, by, at)
    known = AgendaItem.objects.filter(token=token).first() if token else None
    if known and (known.meeting_id, known.title) == (meeting.pk, title):
        return known
    item = AgendaItem.objects.create(
        meeting=meeting,
        position=(meeting.agenda.aggregate(n=Max("position"))["n"] or 0) + 1,
        title=title,
        minutes=minutes,
        presenter=presenter,
        note=note,
        illustrative=illustrative,
        token=uuid.uuid4() if known or not token else token,
    )
    _pin(item, revisions)
    record(meeting, "add_item", by, _("put “%(title)s” on the agenda") % {"title": title}, at=at)
    index_meeting(meeting)
    return item


def _pin(item: AgendaItem, revisions: Iterable[Revision]) -> tuple[list[str], list[str]]:
    """Makes these the pinned revisions, in this order; returns the references before and after."""
    wanted = list(dict.fromkeys(revisions))
    before = [pinned.revision for pinned in item.documents.select_related("revision__document")]
    if before != wanted:
        item.documents.all().delete()
        AgendaDocument.objects.bulk_create(AgendaDocument(item=item, revision=revision) for revision in wanted)
    return [str(revision) for revision in before], [str(revision) for revision in wanted]


@transaction.atomic
def edit_agenda_item(
    item: AgendaItem,
    by: Any,
    version: int,
    *,
    revisions: Iterable[Revision] | None = None,
    at: datetime | None = None,
    **changes: Any,
) -> AgendaItem:
    """Changes an item, and its pinned revisions where they are given; raises Conflict when somebody saved in
    between."""
    meeting = lock(item.meeting)
    check_open(meeting, by, at)
    changed = save_version(item, version, **changes)
    if revisions is not None:
        before, after = _pin(item, revisions)
        changed |= {"documents": (before, after)} if before != after else {}
    record_changes(meeting, "edit_item", by, _("changed the item “%(title)s”") % {"title": item.title}, changed, at=at)
    index_meeting(meeting)
    return item


@transaction.atomic
def move_agenda_item(item: AgendaItem, by: Any, direction: str) -> AgendaItem:
    """Moves an item one place "up" or "down"; at the end of the agenda nothing happens. Raises ValueError for any
    other direction."""
    step = {"up": -1, "down": 1}.get(direction)
    if step is None:
        raise ValueError(f"no such direction: {direction}")
    items = list(item.meeting.agenda.all())
    return place_agenda_item(item, by, max(items.index(item) + 1 + step, 1))


def _number(items: list[AgendaItem]) -> None:
    """Positions run from 1 without gaps."""
    for position, item in enumerate(items, start=1):
        item.position = position
    AgendaItem.objects.bulk_update(items, ["position"])


@transaction.atomic
def remove_agenda_item(item: AgendaItem, by: Any) -> None:
    """Takes an item from the agenda; one with outcomes stays, Refused says so."""
    meeting = lock(item.meeting)
    check_open(meeting, by)
    if item.outcomes.exists():
        raise Refused(_("“%(title)s” has outcomes and stays on the record.") % {"title": item.title})
    title = item.title
    item.delete()
    _number(list(meeting.agenda.all()))
    record(meeting, "remove_item", by, _("took “%(title)s” from the agenda") % {"title": title})
    index_meeting(meeting)


@transaction.atomic
def place_agenda_item(item: AgendaItem, by: Any, place: int) -> AgendaItem:
    """Puts an item at this place of the agenda, counted from 1; a place beyond the end is the last one."""
    meeting = lock(item.meeting)
    check_open(meeting, by)
    items = list(meeting.agenda.all())
    here, there = items.index(item), min(max(place, 1), len(items)) - 1
    if here != there:
        items.insert(there, items.pop(here))
        _number(items)
        record(meeting, "move_item", by, _("moved “%(title)s” to item %(n)d") % {"title": item.title, "n": there + 1})
    item.refresh_from_db()
    return item
