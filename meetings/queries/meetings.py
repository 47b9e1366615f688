"""Named reads of meetings, outcomes and actions; no writes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

from django.db.models import F, Max, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from core import registry
from core.dates import moment, today
from core.registry import Waiting
from documents.models import Revision
from documents.queries import parse_reference, revisions_visible_to
from meetings.models import ASKED_FOR, AgendaDocument, Attendance, Meeting, MeetingEntry, Outcome
from meetings.permissions import can_complete, can_hold, can_see
from organizations.queries import standing_of

SOON = timedelta(days=14)
_REFERENCE = re.compile(r"^\s*meeting\s+(\d{1,6})\s*$", re.IGNORECASE | re.ASCII)


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


def next_meeting(day: date | None = None) -> Meeting | None:
    """The soonest planned meeting on that day (today by default) or later."""
    start = moment(day or today(), time.min)
    return Meeting.objects.filter(state=Meeting.State.PLANNED, starts_at__gte=start).order_by("starts_at").first()


def meeting_after(day: date) -> Meeting | None:
    """The first meeting after that day, planned or held since; a report of a past period names it as the next."""
    rows = Meeting.objects.exclude(state=Meeting.State.CANCELLED)
    return rows.filter(starts_at__gte=moment(day + timedelta(days=1), time.min)).order_by("starts_at").first()


def _period(start: date, end: date, field: str = "starts_at") -> dict[str, Any]:
    return {f"{field}__gte": moment(start, time.min), f"{field}__lt": moment(end + timedelta(days=1), time.min)}


def meetings_between(start: date, end: date) -> QuerySet[Meeting]:
    """Meetings held in the period, both days included, in the order of time."""
    rows = Meeting.objects.filter(state=Meeting.State.HELD, **_period(start, end))
    return rows.select_related("report__document").order_by("starts_at", "number")


def standing_outcomes() -> QuerySet[Outcome]:
    """Outcomes that were not withdrawn."""
    return Outcome.objects.filter(withdrawn_at__isnull=True).select_related(
        "meeting", "item", "owner_organization", "revision__document"
    )


def outcomes_between(start: date, end: date) -> QuerySet[Outcome]:
    """Outcomes of the meetings held in the period, both days included, meeting by meeting."""
    rows = standing_outcomes().filter(meeting__state=Meeting.State.HELD, **_period(start, end, "meeting__starts_at"))
    return rows.order_by("meeting__starts_at", "meeting__number", "position", "pk")


def decisions_about(reference: str) -> QuerySet[Outcome]:
    """Decisions that name the reference, in any form of a document's number, the latest first."""
    revision = revision_named(reference)
    about = Q(reference__iexact=" ".join(reference.split()))
    if revision:
        about |= Q(revision=revision)
    return standing_outcomes().filter(about, kind=Outcome.Kind.DECISION).order_by("-meeting__starts_at", "-position")


def revision_named(reference: str) -> Revision | None:
    """The revision that an outcome's reference names, whoever may see it; None for “landscape” or “2020-11”."""
    parsed = parse_reference(reference)
    if not parsed:
        return None
    rows = Revision.objects.select_related("document")
    return rows.filter(document__number=parsed[0], position=parsed[1]).first()


def open_actions() -> QuerySet[Outcome]:
    """Actions of all meetings that are not done: the earliest due first, those without a date last."""
    rows = standing_outcomes().filter(kind=Outcome.Kind.ACTION, done_on__isnull=True)
    rows = rows.exclude(meeting__state=Meeting.State.CANCELLED)
    return rows.order_by(F("due_on").asc(nulls_last=True), "meeting__number", "position")


def actions_of(user: Any, state: str = "open") -> QuerySet[Outcome]:
    """The register of actions across meetings: open, done, or all."""
    if not can_see(user):
        return Outcome.objects.none()
    if state == "open":
        return open_actions()
    rows = standing_outcomes().filter(kind=Outcome.Kind.ACTION).exclude(meeting__state=Meeting.State.CANCELLED)
    if state == "done":
        rows = rows.filter(done_on__isnull=False)
    return rows.order_by("-meeting__number", "position")


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
        Prefetch("attendance", queryset=Attendance.objects.select_related("organization")),
        "agenda__presenter",
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


def links_of(outcomes: Iterable[Outcome], revisions: Iterable[Revision], user: Any) -> dict[str, str]:
    """The address of each reference that an outcome names and the reader may open; `revisions` are known to be
    visible, other references are asked once each."""
    links = {revision.reference: revision.get_absolute_url() for revision in revisions}
    others = {one.reference for one in outcomes if one.reference and not one.revision_id}
    found = {reference: registry.first("resolve", reference, user) for reference in others}
    return links | {reference: url for reference, url in found.items() if url}


def neighbours(meeting: Meeting) -> tuple[Meeting | None, Meeting | None]:
    """The meetings with the next lower and the next higher number."""
    rows = Meeting.objects.only("number", "kind", "starts_at", "state")
    before = rows.filter(number__lt=meeting.number).order_by("-number").first()
    return before, rows.filter(number__gt=meeting.number).order_by("number").first()


def recent_entries(user: Any) -> QuerySet[MeetingEntry]:
    """History of all meetings for those who may see them, newest first."""
    rows = MeetingEntry.objects.select_related("subject")
    return rows if can_see(user) else rows.none()


def resolve(reference: str, user: Any) -> str | None:
    """The address of “meeting 8” in a text, if the reader may open it."""
    found = _REFERENCE.match(reference)
    meeting = meetings_visible_to(user).filter(number=int(found[1])).first() if found else None
    return meeting.get_absolute_url() if meeting else None


def uses(revision: Revision) -> list[tuple[str, str]]:
    """Meetings whose agenda, report or outcomes name the revision, each once."""
    naming = (
        Q(report=revision)
        | Q(agenda__documents__revision=revision)
        | Q(outcomes__revision=revision, outcomes__withdrawn_at__isnull=True)
    )
    meetings = Meeting.objects.filter(naming).distinct().order_by("number")
    return [(meeting.title, meeting.get_absolute_url()) for meeting in meetings]


def waiting(user: Any) -> list[Waiting]:
    """For a secretary: due actions of the own organization, and past meetings that are not marked as held."""
    organization = standing_of(user).organization
    if organization is None:
        return []
    rows = open_actions().filter(
        owner_organization=organization, due_on__gte=today() - ASKED_FOR, due_on__lte=today() + SOON
    )
    return [_action_row(row) for row in rows if can_complete(user, row)] + _unmarked_meetings(user)


def _action_row(outcome: Outcome) -> Waiting:
    return Waiting(
        title=outcome.text,
        sentence=_("Action of the %(meeting)s.") % {"meeting": outcome.meeting.title},
        url=outcome.get_absolute_url(),
        action=_("Open the action"),
        due_on=outcome.due_on,
        organization=str(outcome.owner_organization or ""),
        illustrative_mark=outcome.illustrative_mark,
    )


def _unmarked_meetings(user: Any) -> list[Waiting]:
    if not can_hold(user):
        return []
    past = Meeting.objects.filter(
        state=Meeting.State.PLANNED, **_period(today() - ASKED_FOR, today() - timedelta(days=1))
    )
    return [
        Waiting(
            title=_("Mark the %(meeting)s as held") % {"meeting": meeting.title},
            sentence=_("Its date is past. Then the report can be numbered and circulated."),
            url=meeting.get_absolute_url(),
            action=_("Open the meeting"),
            due_on=meeting.held_on,
            illustrative_mark=meeting.illustrative_mark,
        )
        for meeting in past
    ]


def deadlines(user: Any, until: date) -> list[Waiting]:
    """Meetings and due dates of actions from today until that day, the earliest first."""
    if not can_see(user):
        return []
    meetings = upcoming_meetings(user).filter(starts_at__lt=moment(until + timedelta(days=1), time.min))
    rows = [
        Waiting(
            title=meeting.title,
            sentence=meeting.hours,
            url=meeting.get_absolute_url(),
            action=_("Open the meeting"),
            due_on=meeting.held_on,
            illustrative_mark=meeting.illustrative_mark,
        )
        for meeting in meetings
    ]
    rows += [_action_row(row) for row in open_actions().filter(due_on__gte=today(), due_on__lte=until)]
    return sorted(rows, key=lambda row: row.due_on)
