"""Drafts the body of a board report from what the portal recorded in the period; no writes.

The order is that of the progress reports to TSAG: background, current situation, next steps, attachments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import format_date
from documents.models import Document, Revision
from documents.publishing.content import Attachment, Attachments, Block, EndRule, Heading, Paragraph
from documents.publishing.markdown import blocks_from_markdown
from documents.publishing.outline import with_contents
from documents.queries import approved_between
from landscape.queries import areas_changed_between
from meetings.models import Meeting, Outcome
from meetings.queries import meeting_after, meetings_between, outcomes_between
from organizations.queries import organizations
from proposals.queries import comments_forwarded_between, recommendations_submitted_between

K = Document.Kind
# The order in which a progress report speaks of what was approved.
APPROVED_KINDS = (K.PLAN, K.WORK_PLAN, K.PAPER, K.SLIDES, K.OTHER)


@dataclass(frozen=True)
class Section:
    """One heading with its text, in Markdown as the secretaries edit it, and the records that it was taken from."""

    key: str
    level: int
    heading: str
    text: str
    sources: tuple[tuple[str, str], ...] = ()


def marked(sentence: str, record: Any) -> str:
    """A sentence about sample data says so wherever it goes, before its full stop."""
    mark = getattr(record, "illustrative_mark", "")
    if not mark:
        return sentence
    return f"{sentence[:-1]} ({mark})." if sentence.endswith(".") else f"{sentence} ({mark})"


def listed(words: Iterable[str]) -> str:
    """ISO, IEC and ITU-T."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return _("%(first)s and %(last)s") % {"first": ", ".join(items[:-1]), "last": items[-1]}


def compose_sections(start: date, end: date) -> list[Section]:
    """The sections of the period, both days included. A section without a record is left out, except the three
    that every progress report has."""
    outcomes = list(outcomes_between(start, end))
    approved = [item for item in approved_between(start, end) if item.document.kind in APPROVED_KINDS]
    approved.sort(key=lambda item: (APPROVED_KINDS.index(item.document.kind), item.document.number or 0))
    current = [
        _proposals(start, end, outcomes),
        *(_approval(item, outcomes) for item in approved),
        _landscape(start, end, outcomes),
        _others(outcomes, approved),
    ]
    return [_background(start, end), _situation(start, end), *filter(None, current), _next_steps(end)]


def _background(start: date, end: date) -> Section:
    meetings = list(meetings_between(start, end))
    lines = [_meetings_line(meetings)]
    lines.append(
        _(
            "This report carries the same information and recommendations to %(boards)s; "
            "the secretaries work together to ensure it."
        )
        % {"boards": listed(item.board for item in organizations())}
    )
    sources = tuple((str(item), item.get_absolute_url()) for item in meetings)
    return Section("background", 1, _("Background"), "\n\n".join(lines), sources)


def _meetings_line(meetings: list[Meeting]) -> str:
    if not meetings:
        return _("SPCG did not meet in the period.")
    times = {1: _("once"), 2: _("twice"), 3: _("three times"), 4: _("four times")}
    return _("SPCG met %(times)s in the period: %(told)s.") % {
        "times": times.get(len(meetings), _("%(n)d times") % {"n": len(meetings)}),
        "told": listed(_meeting(item) for item in meetings),
    }


def _meeting(meeting: Meeting) -> str:
    words = _("the %(meeting)s on %(day)s") % {"meeting": meeting, "day": format_date(meeting.starts_at)}
    report = meeting.report.reference if meeting.report_id else ""
    return f"{words} ({_('report %(reference)s') % {'reference': report}})" if report else words


def _situation(start: date, end: date) -> Section:
    text = _("Recorded from %(start)s to %(end)s:") % {"start": format_date(start), "end": format_date(end)}
    return Section("situation", 1, _("Current situation"), text)


def _about(outcomes: list[Outcome], reference: str) -> list[Outcome]:
    return [item for item in outcomes if item.reference.lower() == reference.lower()]


def _told(outcomes: list[Outcome]) -> list[str]:
    """Information and decisions as recorded; then, in one line each, the actions."""
    lines = [marked(item.text, item) for item in outcomes if item.kind != Outcome.Kind.ACTION]
    return lines + [_action(item) for item in outcomes if item.kind == Outcome.Kind.ACTION]


def _action(outcome: Outcome) -> str:
    text = _("Next step: %(text)s") % {"text": outcome.text}
    return marked(f"{text.rstrip('.')} ({outcome.owner})." if outcome.owner else text, outcome)


def _proposals(start: date, end: date, outcomes: list[Outcome]) -> Section:
    submitted = list(recommendations_submitted_between(start, end))
    forwarded = list(comments_forwarded_between(start, end))
    lines = [_recommendation(items) for items in _together(submitted)]
    if forwarded:
        lines.append(_("In other cases the comments of members were shared with the organization concerned:"))
        lines.append("\n".join(f"- {_forwarded(item)}" for item in forwarded))
    lines += _told(_about(outcomes, "proposals"))
    handled = [*submitted, *forwarded]
    sources = tuple(dict.fromkeys((item.proposal.reference, item.proposal.get_absolute_url()) for item in handled))
    text = "\n\n".join(lines) or _("No proposal for a new field of technical activity was handled in the period.")
    heading = _("Response to recent proposals for new fields of technical activity")
    return Section("proposals", 2, heading, text, sources)


def _named(proposal: Any) -> str:
    return _("“%(title)s” (%(proposer)s proposal to %(board)s)") % {
        "title": proposal.title,
        "proposer": proposal.proposer,
        "board": proposal.organization.board,
    }


def _together(submitted: list[Any]) -> list[list[Any]]:
    """What went to several boards is told in one sentence."""
    found: dict[int, list[Any]] = {}
    for item in submitted:
        found.setdefault(item.recommendation_id, []).append(item)
    return list(found.values())


def _recommendation(submissions: list[Any]) -> str:
    proposal, submission = submissions[0].proposal, submissions[0]
    text = _("%(named)s: SPCG submitted its recommendation %(reference)s to %(board)s.") % {
        "named": _named(proposal),
        "reference": submission.revision.reference,
        "board": listed(item.organization.board for item in submissions),
    }
    interested = listed(_interested(proposal))
    if interested:
        text += " " + _("Committees that declared an interest: %(committees)s.") % {"committees": interested}
    return marked(text, proposal)


def _interested(proposal: Any) -> list[str]:
    names = [str(item.committee) for item in proposal.interests.all() if item.is_positive]
    return sorted(names, key=lambda name: [part.zfill(6) for part in re.split(r"(\d+)", name)])


def _forwarded(forwarding: Any) -> str:
    text = _("%(named)s: comments shared with %(organization)s on %(day)s.") % {
        "named": _named(forwarding.proposal),
        "organization": forwarding.proposal.organization,
        "day": format_date(forwarding.at),
    }
    return marked(text, forwarding.proposal)


def _approval(revision: Revision, outcomes: list[Outcome]) -> Section:
    document = revision.document
    about = [item for item in outcomes if item.revision_id == revision.pk] or _about(outcomes, revision.reference)
    lines = [
        _("SPCG approved “%(title)s”, %(reference)s.") % {"title": document.title, "reference": revision.reference}
    ]
    lines += [marked(item.text, item) for item in about if item.kind == Outcome.Kind.INFORMATION]
    lines += [_action(item) for item in about if item.kind == Outcome.Kind.ACTION]
    lines[0] = marked(lines[0], document) if document.illustrative else lines[0]
    heading = _("Approval of the %(document)s") % {"document": document.short_title or f"“{document.title}”"}
    sources = (
        (revision.reference, revision.get_absolute_url()),
        *_labelled(about),
    )
    return Section(f"approval-{revision.reference}", 2, heading, "\n\n".join(lines), sources)


def _labelled(outcomes: list[Outcome]) -> tuple[tuple[str, str], ...]:
    """The numbered decisions among the outcomes, each with its address."""
    return tuple((item.label, item.get_absolute_url()) for item in outcomes if item.label)


def _landscape(start: date, end: date, outcomes: list[Outcome]) -> Section | None:
    about = _about(outcomes, "landscape")
    counts = areas_changed_between(start, end)
    lines = _told(about) + _counted(counts)
    if not lines:
        return None
    sources = _labelled(about)
    heading = _("Review of the landscape of existing areas of coordination")
    return Section("landscape", 2, heading, "\n\n".join(lines), sources)


def _counted(counts: dict[str, int]) -> list[str]:
    words = [
        ngettext("%(n)d area was added", "%(n)d areas were added", counts["added"]) % {"n": counts["added"]},
        ngettext("%(n)d was changed", "%(n)d were changed", counts["changed"]) % {"n": counts["changed"]},
        ngettext("%(n)d comment was made", "%(n)d comments were made", counts["comments"]) % {"n": counts["comments"]},
    ]
    told = [word for word, key in zip(words, ("added", "changed", "comments"), strict=True) if counts[key]]
    return [_("In the period %(told)s.") % {"told": listed(told)}] if told else []


def _others(outcomes: list[Outcome], approved: list[Revision]) -> Section | None:
    """Decisions of the period that no other section tells."""
    known = {"proposals", "landscape"} | {item.reference.lower() for item in approved}
    pinned = {item.pk for item in approved}
    rest = [
        item
        for item in outcomes
        if item.kind == Outcome.Kind.DECISION and item.reference.lower() not in known and item.revision_id not in pinned
    ]
    if not rest:
        return None
    text = "\n".join(f"- {marked(item.text, item)}" for item in rest)
    sources = _labelled(rest)
    return Section("decisions", 2, _("Other decisions"), text, sources)


def _next_steps(end: date) -> Section:
    following = meeting_after(end)
    text = _("The date of the next meeting is not set.")
    sources: tuple[tuple[str, str], ...] = ()
    if following:
        text = _("The next meeting is the %(meeting)s, on %(day)s.") % {
            "meeting": following,
            "day": format_date(following.starts_at),
        }
        sources = ((str(following), following.get_absolute_url()),)
    return Section("next", 1, _("Next steps"), text, sources)


def attached_revisions(start: date, end: date) -> list[Revision]:
    """What the report attaches, by number: documents approved, recommendations submitted, reports of meetings held."""
    found = {item.pk: item for item in approved_between(start, end)}
    found |= {item.revision_id: item.revision for item in recommendations_submitted_between(start, end)}
    found |= {item.report_id: item.report for item in meetings_between(start, end) if item.report_id}
    return sorted(found.values(), key=lambda item: (item.document.number or 10**6, item.position))


def body_of(sections: list[dict[str, Any]], attachments: list[Revision]) -> tuple[Block, ...]:
    """The structured body: numbered headings, the secretaries' text, the attachments with their references; a long one
    begins with a list of contents."""
    blocks: list[Block] = []
    for section in sections:
        blocks.append(Heading(section["level"], section["heading"]))
        blocks += [block for block in blocks_from_markdown(section["text"]) if not isinstance(block, Heading)]
    blocks.append(Heading(1, _("Attachments"), numbered=False))
    if attachments:
        blocks.append(Attachments([Attachment(item.reference, _entitled(item), _note(item)) for item in attachments]))
    else:
        blocks.append(Paragraph(_("None.")))
    return with_contents((*blocks, EndRule()))


def _note(revision: Revision) -> str:
    draft = revision.get_state_display().lower() if revision.state != Revision.Status.APPROVED else ""
    sample = _("illustrative") if revision.illustrative else ""
    return "; ".join(filter(None, [draft, sample]))


def _entitled(revision: Revision) -> str:
    """A meeting's report is known by its day as well."""
    if revision.document.kind != K.MEETING_REPORT or not revision.dated_on:
        return revision.title
    return f"{revision.title}, {format_date(revision.dated_on)}"


def as_json(sections: list[Section]) -> list[dict[str, Any]]:
    """Sections as they are kept in a revision."""
    return [{**asdict(section), "sources": [list(source) for source in section.sources]} for section in sections]
