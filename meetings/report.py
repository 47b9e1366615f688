"""The report of a meeting, composed from its records; no sentence here is about one meeting."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import format_date, format_moment
from documents.models import Revision
from documents.publishing.content import (
    Block,
    Content,
    Heading,
    ListBlock,
    ListItem,
    Note,
    Paragraph,
    Run,
    Table,
    para,
)
from documents.publishing.covers import meeting_cover
from documents.publishing.outline import with_contents
from meetings.models import AgendaItem, Attendance, Meeting, Outcome
from meetings.queries import neighbours, with_everything

K = Outcome.Kind
GROUP = "IEC SMB / ISO TMB / ITU-T TSAG", "Standardization Programme Coordination Group (SPCG)"


def compose_meeting_report(meeting: Meeting) -> Content:
    """The report as structured content, from agenda, outcomes, attendance and documents as they are recorded.

    It is a draft until the revision that carries it is approved. Drafts among the pinned documents are left out:
    the report goes to all members."""
    meeting = with_everything(Meeting.objects.select_related("report__document")).get(pk=meeting.pk)
    outcomes = list(meeting.outcomes.all())
    body = [
        *_opening(meeting),
        *_agenda(meeting, outcomes),
        *_decisions(outcomes),
        *_actions(outcomes),
        *_attendance(meeting),
        *_documents(meeting, outcomes),
        *_next_meeting(meeting),
    ]
    return Content(
        title=_("Report from the %(meeting)s") % {"meeting": meeting.title},
        cover=_cover(meeting),
        body=with_contents(body),
        reference=meeting.report.reference if meeting.report_id else "",
        draft=not meeting.is_frozen,
    )


def _cover(meeting: Meeting):
    return meeting_cover(
        group=GROUP,
        number=meeting.report.reference if meeting.report_id else "",
        date=format_date(meeting.starts_at),
        rows=[
            (_("Title:"), _("Report from the %(meeting)s") % {"meeting": meeting.title}),
            (_("Held:"), f"{format_date(meeting.starts_at, weekday=True)}, {meeting.hours}"),
            (_("Place:"), meeting.where),
            (_("Source:"), _("Secretaries of SPCG (ISO, IEC, ITU-T)")),
            (_("Purpose:"), _("Record of the agenda, the outcomes and the attendance")),
        ],
    )


def _mark(item: object, text: str) -> list[str | Run]:
    """A text, followed by the mark of sample data where the record bears it."""
    mark = getattr(item, "illustrative_mark", "")
    return [text, Run(f" ({mark})", italic=True)] if mark else [text]


def _opening(meeting: Meeting) -> Iterator[Block]:
    yield Heading(1, _("Opening and agenda"))
    words = {"meeting": meeting.title, "start": format_moment(meeting.starts_at), "place": meeting.where}
    if meeting.state == Meeting.State.HELD:
        yield para(_("The %(meeting)s was opened on %(start)s. Place: %(place)s.") % words)
    else:
        yield para(_("The %(meeting)s begins on %(start)s. Place: %(place)s.") % words)
    if meeting.illustrative_mark:
        yield Note(_("This record is marked: %(mark)s.") % {"mark": meeting.illustrative_mark})
    items = list(meeting.agenda.all())
    if items:
        yield para(_("The agenda had these items:"))
        yield ListBlock([ListItem(_item_line(item)) for item in items], ordered=True)
    else:
        yield para(_("No agenda was recorded."))


def _item_line(item: AgendaItem) -> list[str | Run]:
    facts = [
        ngettext("%(n)d minute", "%(n)d minutes", item.minutes) % {"n": item.minutes} if item.minutes else "",
        _("presented by %(organization)s") % {"organization": item.presenter} if item.presenter else "",
    ]
    facts = [fact for fact in facts if fact]
    return _mark(item, f"{item.title} ({', '.join(facts)})" if facts else item.title)


def _agenda(meeting: Meeting, outcomes: list[Outcome]) -> Iterator[Block]:
    yield Heading(1, _("Agenda and outcomes"))
    items = list(meeting.agenda.all())
    for item in items:
        yield Heading(2, item.title)
        if item.note:
            yield Paragraph(item.note)
        references = [pinned.revision.reference for pinned in item.documents.all() if pinned.revision.shared_at]
        if references:
            yield para(_("Documents: %(references)s.") % {"references": ", ".join(references)})
        yield from _outcome_list([one for one in outcomes if one.item_id == item.pk])
    loose = [one for one in outcomes if one.item_id is None]
    if loose:
        yield Heading(2, _("Other outcomes"))
        yield from _outcome_list(loose)
    if not items and not loose:
        yield para(_("No outcome was recorded."))


def _outcome_list(outcomes: list[Outcome]) -> Iterator[Block]:
    if outcomes:
        yield ListBlock([ListItem(_outcome_line(outcome)) for outcome in outcomes])
    else:
        yield para(_("No outcome was recorded for this item."))


def _outcome_line(outcome: Outcome) -> list[str | Run]:
    """Every outcome is marked in words: Information, Decision 8/2, Action."""
    name = f"{outcome.get_kind_display()} {outcome.label}".strip()
    return [Run(f"{name}: ", bold=True), *_mark(outcome, _with_reference(outcome))]


def _with_reference(outcome: Outcome) -> str:
    """The text, with its reference where the text does not name it already."""
    named = re.search(rf"(?<!\w){re.escape(outcome.reference)}(?!\w)", outcome.text, re.IGNORECASE)
    if not outcome.reference or named:
        return outcome.text
    return f"{outcome.text} ({outcome.reference})"


def _decisions(outcomes: list[Outcome]) -> Iterator[Block]:
    yield Heading(1, _("Decisions"))
    decisions = [one for one in outcomes if one.kind == K.DECISION]
    if not decisions:
        yield para(_("No decision was taken."))
        return
    rows = [[one.label, _mark(one, one.text), one.reference] for one in decisions]
    header = [_("Decision"), _("Text"), _("About")]
    yield Table(_("Decisions and what they are about"), header, rows, widths=(2, 9, 3))


def _actions(outcomes: list[Outcome]) -> Iterator[Block]:
    yield Heading(1, _("Actions"))
    actions = [one for one in outcomes if one.kind == K.ACTION]
    if not actions:
        yield para(_("No action was agreed."))
        return
    rows = [[_mark(one, _with_reference(one)), one.owner or "–", _due(one)] for one in actions]
    yield Table(_("Actions, who does them and by when"), [_("Action"), _("Who"), _("Due")], rows, widths=(8, 3, 3))


def _due(action: Outcome) -> str:
    due = format_date(action.due_on) or "–"
    return _("%(due)s; done on %(done)s") % {"due": due, "done": format_date(action.done_on)} if action.done_on else due


def _attendance(meeting: Meeting) -> Iterator[Block]:
    yield Heading(1, _("Attendance"))
    rows = list(meeting.attendance.all())
    if not rows:
        yield para(_("The attendance was not recorded."))
        return
    organizations = list(dict.fromkeys(row.organization for row in rows))
    lines = [_attendance_row(organization, rows) for organization in organizations]
    yield Table(_("Attendance by organization"), [_("Organization"), _("Present"), _("Apologies")], lines, (2, 6, 4))


def _attendance_row(organization: object, rows: Iterable[Attendance]) -> list[str]:
    own = [row for row in rows if row.organization == organization]
    P = Attendance.Presence
    present = [
        f"{row.label}, {row.in_words}" if row.in_words else row.label for row in own if row.presence != P.APOLOGIES
    ]
    apologies = [row.label for row in own if row.presence == P.APOLOGIES]
    return [str(organization), "\n".join(present) or "–", "\n".join(apologies) or "–"]


def documents_of(meeting: Meeting, outcomes: Iterable[Outcome]) -> list[Revision]:
    """The report, the pinned documents and those that outcomes name, each once, by number."""
    pinned = [one.revision for item in meeting.agenda.all() for one in item.documents.all()]
    named = [outcome.revision for outcome in outcomes if outcome.revision]
    revisions = {one.pk: one for one in (*pinned, *named, *([meeting.report] if meeting.report_id else []))}
    return sorted(revisions.values(), key=lambda one: (-(one.document.number or 0), -one.position))


def _documents(meeting: Meeting, outcomes: list[Outcome]) -> Iterator[Block]:
    yield Heading(1, _("Documents"))
    shown = [one for one in documents_of(meeting, outcomes) if one.shared_at or one.pk == meeting.report_id]
    if not shown:
        yield para(_("No document was on the table."))
        return
    rows = [[Run(one.reference, link=one.get_absolute_url()), _mark(one.document, one.title)] for one in shown]
    yield Table(_("Documents on the table and the report"), [_("Reference"), _("Title")], rows, widths=(2, 9))


def _next_meeting(meeting: Meeting) -> Iterator[Block]:
    following = neighbours(meeting)[1]
    if following is None or following.state == Meeting.State.CANCELLED:
        return
    yield Heading(1, _("Next meeting"))
    words = {"meeting": following.title, "day": format_date(following.starts_at, weekday=True)}
    yield Paragraph(_mark(following, _("The %(meeting)s: %(day)s.") % words))
