"""Agendas to begin from, and items that a meeting did not reach."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.history import record
from core.moves import Refused
from meetings.models import AgendaDocument, AgendaItem, AgendaTemplate, Meeting, TemplateItem
from meetings.permissions import can_schedule
from meetings.queries import planned_after
from meetings.services.keeping import check_open, index_meeting, lock, refuse


@transaction.atomic
def save_template(meeting: Meeting, by: Any, name: str) -> AgendaTemplate:
    """Keeps subjects, minutes and who presents under a name; the same name again replaces what it held. Items that
    approve a report or were carried over belong to one meeting and are left out."""
    refuse(can_schedule(by))
    items = list(meeting.agenda.filter(approves=None, carried_from=None))
    if not items:
        raise Refused(_("The agenda has no item that another meeting could begin from."))
    template, _created = AgendaTemplate.objects.update_or_create(name=name, defaults={"saved_from": meeting})
    template.items.all().delete()
    TemplateItem.objects.bulk_create(
        TemplateItem(template=template, position=n, title=one.title, minutes=one.minutes, presenter=one.presenter)
        for n, one in enumerate(items, start=1)
    )
    return template


@transaction.atomic
def use_template(meeting: Meeting, by: Any, template: AgendaTemplate) -> int:
    """Puts the template's items at the end of the agenda; a subject that stands there already is left out, so that
    twice is once. Returns how many were added."""
    meeting = lock(meeting)
    check_open(meeting, by)
    known = set(meeting.agenda.values_list("title", flat=True))
    wanted = [one for one in template.items.all() if one.title not in known]
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=place, title=one.title, minutes=one.minutes, presenter=one.presenter)
        for place, one in enumerate(wanted, start=_last(meeting) + 1)
    )
    if wanted:
        words = {"n": len(wanted), "name": template.name}
        text = ngettext(
            "put %(n)d item of the template “%(name)s” on the agenda",
            "put %(n)d items of the template “%(name)s” on the agenda",
            len(wanted),
        )
        record(meeting, "use_template", by, text % words)
        index_meeting(meeting)
    return len(wanted)


def _last(meeting: Meeting) -> int:
    return meeting.agenda.aggregate(n=Max("position"))["n"] or 0


@transaction.atomic
def carry_over(meeting: Meeting, by: Any, items: Iterable[AgendaItem] | None = None) -> list[AgendaItem]:
    """Puts items that the meeting did not reach at the end of the next planned meeting's agenda, with the documents
    pinned as they were, and marks both sides; without `items` all that have no outcome. An item is carried over once;
    one that approves a report comes up again by itself. Raises Refused when no later meeting is planned."""
    refuse(can_schedule(by))
    target = planned_after(meeting)
    if target is None:
        raise Refused(_("No later meeting is planned. Schedule the next one first."))
    target = lock(target)
    rows = meeting.agenda.filter(outcomes=None, carried_to=None, approves=None)
    if items is not None:
        rows = rows.filter(pk__in=[one.pk for one in items])
    carried = [_carry(one, target) for one in rows.order_by("position").prefetch_related("documents")]
    if carried:
        names = ", ".join(f"“{one.title}”" for one in carried)
        words = {"items": names, "meeting": target.title, "from": meeting.title}
        record(meeting, "carry_over", by, _("carried over to the %(meeting)s: %(items)s") % words)
        record(target, "carry_over", by, _("took over from the %(from)s: %(items)s") % words)
        index_meeting(target)
    return carried


def _carry(item: AgendaItem, target: Meeting) -> AgendaItem:
    values = {"title": item.title, "minutes": item.minutes, "presenter_id": item.presenter_id, "note": item.note}
    copy = AgendaItem.objects.create(
        meeting=target, position=_last(target) + 1, carried_from=item, illustrative=item.illustrative, **values
    )
    AgendaDocument.objects.bulk_create(
        AgendaDocument(item=copy, revision_id=pinned.revision_id) for pinned in item.documents.all()
    )
    return copy
