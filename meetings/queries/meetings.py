"""Named reads of meetings, outcomes and actions; no writes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

from django.db.models import F, Max, Prefetch, Q, QuerySet

from core.dates import moment, today
from core.reading import read_once
from documents.models import Revision
from documents.queries import parse_reference, revisions_visible_to
from meetings.models import ASKED_FOR, AgendaDocument, AgendaItem, Attendance, Meeting, MeetingEntry, Outcome
from meetings.permissions import can_see

AGENDA = ("presenter", "approves__report__document", "carried_from__meeting", "carried_to__meeting")


def meetings_visible_to(user: Any) -> QuerySet[Meeting]:
    """All meetings for everybody with an appointment, none for others."""
    rows = Meeting.objects.select_related("report__document")
    return rows if can_see(user) else rows.none()


def upcoming_meetings(user: Any, day: date | None = None) -> QuerySet[Meeting]:
    """Planned meetings that have not begun before that day, the soonest first."""
    start = moment(day or today(), time.min)
    return meetings_visible_to(user).filter(state=Meeting.State.PLANNED, starts_at__gte=start).order_by("starts_at")


def earlier_meetings(user: Any, day: date | None = None) -> QuerySet[Meeting]:
    """All others, the latest first: held, cancelled, or past and not yet marked as held."""
    start = moment(day or today(), time.min)
    rows = meetings_visible_to(user).exclude(state=Meeting.State.PLANNED, starts_at__gte=start)
    return rows.order_by("-starts_at", "-number")


@read_once
def planned_meetings() -> list[Meeting]:
    """Every planned meeting that is to come or was not long ago, the soonest first."""
    start = moment(today() - ASKED_FOR, time.min)
    return list(Meeting.objects.filter(state=Meeting.State.PLANNED, starts_at__gte=start).order_by("starts_at"))


def next_meeting() -> Meeting | None:
    """The soonest planned meeting of today or later."""
    return next((meeting for meeting in planned_meetings() if meeting.held_on >= today()), None)


def meeting_after(day: date) -> Meeting | None:
    """The first meeting after that day, planned or held since; a report of a past period names it as the next."""
    rows = Meeting.objects.exclude(state=Meeting.State.CANCELLED)
    return rows.filter(starts_at__gte=moment(day + timedelta(days=1), time.min)).order_by("starts_at").first()


def period_filter(start: date, end: date, field: str = "starts_at") -> dict[str, Any]:
    """The filter for moments of the period, both days included, by Geneva's clock."""
    return {f"{field}__gte": moment(start, time.min), f"{field}__lt": moment(end + timedelta(days=1), time.min)}


def meetings_between(start: date, end: date) -> QuerySet[Meeting]:
    """Meetings held in the period, both days included, in the order of time."""
    rows = Meeting.objects.filter(state=Meeting.State.HELD, **period_filter(start, end))
    return rows.select_related("report__document").order_by("starts_at", "number")


def standing_outcomes() -> QuerySet[Outcome]:
    """Outcomes that were not withdrawn."""
    return Outcome.objects.filter(withdrawn_at__isnull=True).select_related(
        "meeting", "item", "owner_organization", "owner_user", "revision__document"
    )


def outcomes_between(start: date, end: date) -> QuerySet[Outcome]:
    """Outcomes of the meetings held in the period, both days included, meeting by meeting."""
    rows = standing_outcomes().filter(
        meeting__state=Meeting.State.HELD, **period_filter(start, end, "meeting__starts_at")
    )
    return rows.order_by("meeting__starts_at", "meeting__number", "position", "pk")


def decisions_about(reference: str) -> QuerySet[Outcome]:
    """Decisions that name the reference, in any form of a document's number, the latest first."""
    revision = revision_named(reference)
    about = Q(reference__iexact=" ".join(reference.split()))
    if revision:
        about |= Q(revision=revision)
    return standing_outcomes().filter(about, kind=Outcome.Kind.DECISION).order_by("-meeting__starts_at", "-position")


def said_about(subject: Any, user: Any) -> list[Outcome]:
    """What meetings said about a record of a higher room that keeps `outcomes_about`, the latest meeting first."""
    if not can_see(user):
        return []
    keys = list(subject.outcomes_about.values_list("outcome", flat=True))
    # Most records have none, and the question for outcomes with all that belongs to them is a long one.
    return keys and list(standing_outcomes().filter(pk__in=keys).order_by("-meeting__starts_at", "position", "pk"))


def revision_named(reference: str) -> Revision | None:
    """The revision that an outcome's reference names, whoever may see it; None for “landscape” or “2020-11”."""
    parsed = parse_reference(reference)
    if not parsed:
        return None
    rows = Revision.objects.select_related("document")
    return rows.filter(document__number=parsed[0], position=parsed[1]).first()


def next_number() -> int:
    """One more than the highest number ever given."""
    return (Meeting.objects.aggregate(n=Max("number"))["n"] or 0) + 1


def with_everything(meetings: QuerySet[Meeting], user: Any = None) -> QuerySet[Meeting]:
    """Meetings with agenda, pinned documents, outcomes and attendance in a fixed number of queries. With a user,
    only documents that this person may see."""
    pinned = AgendaDocument.objects.select_related("revision__document")
    if user is not None:
        pinned = pinned.filter(revision__in=revisions_visible_to(user))
    return meetings.prefetch_related(
        Prefetch("outcomes", queryset=standing_outcomes().order_by("position", "pk")),
        Prefetch("attendance", queryset=Attendance.objects.select_related("organization", "substitute_for")),
        Prefetch("agenda", queryset=AgendaItem.objects.select_related(*AGENDA)),
        Prefetch("agenda__documents", queryset=pinned),
    )


def report_of(meeting: Meeting, user: Any) -> Revision | None:
    """The revision that is the meeting's report, if the reader may see it."""
    return revisions_visible_to(user).filter(pk=meeting.report_id).first() if meeting.report_id else None


def documents_with_current(pks: Iterable[int], user: Any) -> list[Revision]:
    """Of these revisions those that the reader may see, the highest number first, with files; the first of
    `document.visible_revisions` is the current one."""
    visible = revisions_visible_to(user)
    newest_first = Prefetch("document__revisions", queryset=visible.order_by("-position"), to_attr="visible_revisions")
    rows = visible.filter(pk__in=list(pks)).prefetch_related("attachments", newest_first)
    return list(rows.order_by(F("document__number").desc(nulls_last=True), "document__slug", "-position"))


def show_current(meeting: Meeting, documents: Iterable[Revision]) -> None:
    """Each pinned document gets `current`, the newest revision that the reader may see; `documents` come from
    `documents_with_current`."""
    newest = {one.document_id: one.document.visible_revisions[0] for one in documents}
    for item in meeting.agenda.all():
        for pinned in item.documents.all():
            pinned.current = newest.get(pinned.revision.document_id)


def neighbours(meeting: Meeting) -> tuple[Meeting | None, Meeting | None]:
    """The meetings with the next lower and the next higher number."""
    rows = Meeting.objects.only("number", "kind", "starts_at", "state")
    before = rows.filter(number__lt=meeting.number).order_by("-number").first()
    return before, rows.filter(number__gt=meeting.number).order_by("number").first()


def recent_entries(user: Any) -> QuerySet[MeetingEntry]:
    """History of all meetings for those who may see them, newest first."""
    rows = MeetingEntry.objects.select_related("subject")
    return rows if can_see(user) else rows.none()
