"""A proposal as one document: what was proposed, what was said about it, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from core.dates import format_date, today
from documents.models import Revision
from documents.paper import GROUP
from documents.publishing.content import (
    DEEPEST_HEADING,
    Block,
    Content,
    Cover,
    Heading,
    ListBlock,
    ListItem,
    Note,
    Run,
    Table,
    para,
)
from documents.publishing.covers import meeting_cover
from documents.publishing.markdown import blocks_from_markdown
from proposals.models import Interest, Proposal, Sequel, Submission
from proposals.papers.checklist import checklist_blocks
from proposals.papers.recommendation import verdict_blocks
from proposals.queries.boards import sequels_of, submissions_of
from proposals.queries.checklist import sheet_of
from proposals.queries.comments import comment_blocks, comment_lines
from proposals.queries.proposals import current_revision, interests_of, verdicts_on


def compose_proposal(proposal: Proposal, reader: Any) -> Content:
    """The whole proposal as this reader may see it: facts, scope, files, checklist, interests, comments, and the
    recommendation with its verdicts, boards and outcome. A number of queries that does not grow with any of them."""
    revision = current_revision(proposal, reader)
    lines = comment_lines(proposal)
    interests = list(interests_of(proposal))
    body = (
        *_marks(proposal, [*(line.remark for line in lines), *interests]),
        *_proposed(proposal),
        *_files(proposal),
        Heading(1, _("Checklist of considerations")),
        *checklist_blocks(sheet_of(proposal, reader)),
        *_interests(interests),
        *comment_blocks(lines),
        *_recommended(revision),
        *_boards(submissions_of(proposal)),
        *_outcome(proposal, sequels_of(proposal, reader)[0]),
    )
    return Content(proposal.title, cover=_cover(proposal), body=body, reference=proposal.reference)


def _cover(proposal: Proposal) -> Cover:
    rows = [
        (_("Title:"), proposal.title),
        (_("Proposal:"), proposal.sentence),
        (_("State:"), proposal.state_in_words),
        (_("Received:"), format_date(proposal.received_on)),
        (_("Comments close:"), format_date(proposal.closes_at or proposal.reply_by_on)),
        (_("The board decides:"), format_date(proposal.board_decision_on)),
    ]
    return meeting_cover(group=GROUP, number=proposal.reference, date=format_date(today()), rows=rows)


def _marks(proposal: Proposal, parts: Iterable[Any]) -> list[Block]:
    if proposal.illustrative_mark:
        return [Note(_("This record is marked: %(mark)s.") % {"mark": proposal.illustrative_mark})]
    marked = any(part.illustrative_mark for part in parts)
    return [Note(_("Parts of this record are illustrative; they are marked."))] if marked else []


def _proposed(proposal: Proposal) -> list[Block]:
    parts = [(_("Scope"), proposal.scope), (_("Justification"), proposal.justification)]
    return [block for heading, text in parts if text.strip() for block in _said(heading, text)]


def _said(heading: str, text: str) -> list[Block]:
    return [Heading(1, heading), *(para(part.strip()) for part in text.split("\n\n") if part.strip())]


def _files(proposal: Proposal) -> list[Block]:
    rows = [
        ListItem(Run(file.name, link=reverse("proposals:file", args=[proposal.reference, file.pk])))
        for file in proposal.attachments.all()
    ]
    return [Heading(1, _("Documents")), ListBlock(rows)] if rows else []


def _interests(interests: list[Interest]) -> list[Block]:
    heading = Heading(1, _("Interest of committees"))
    if not interests:
        return [heading, para(_("No committee was asked or has declared an interest."))]
    header = (_("Committee"), _("Interest"), _("Statement"), _("Date"))
    rows = [_interest(item) for item in interests]
    return [heading, Table(_("Interest of committees"), header, rows, widths=(30, 18, 36, 16))]


def _interest(item: Interest) -> list[str]:
    committee = "\n".join(
        part for part in (f"{item.committee}, {item.committee.title}", str(item.illustrative_mark)) if part
    )
    if item.is_open:
        return [committee, _("No answer yet"), "–", _("asked %(day)s") % {"day": format_date(item.asked_at)}]
    return [committee, str(item.get_answer_display()), item.note or "–", format_date(item.answered_at)]


def _recommended(revision: Revision | None) -> list[Block]:
    if revision is None:
        return []
    state = [str(revision.get_state_display()), format_date(revision.dated_on)]
    heading = Heading(1, _("Recommendation %(reference)s") % {"reference": revision.reference})
    return [
        heading,
        para(f"{', '.join(state)}."),
        *map(_below, [*blocks_from_markdown(revision.text), *verdict_blocks(revision, verdicts_on(revision))]),
    ]


def _below(block: Block) -> Block:
    """A heading of the recommendation's text or of its verdicts stands below the one that names it."""
    return Heading(min(block.level + 1, DEEPEST_HEADING), block.text, False) if isinstance(block, Heading) else block


def _boards(submissions: list[Submission]) -> list[Block]:
    if not submissions:
        return []
    header = (_("Board"), _("Submitted on"), _("Paper"), _("Board meeting"), _("Result"), _("Next step"))
    rows = [
        (
            row.organization.board,
            format_date(row.submitted_on),
            row.paper_number or "–",
            format_date(row.meets_on) or "–",
            _result(row),
            row.next_step or "–",
        )
        for row in submissions
    ]
    return [Heading(1, _("Before the boards")), Table(_("The recommendation before each board"), header, rows)]


def _result(row: Submission) -> str:
    if row.is_open:
        return _("No result yet")
    return "\n".join(
        part for part in (f"{row.get_result_display()}, {format_date(row.result_on)}", row.result_note) if part
    )


def _outcome(proposal: Proposal, sequels: list[Sequel]) -> list[Block]:
    words = []
    if proposal.closing_reason:
        words.append(f"{proposal.get_state_display()}: {proposal.closing_reason}")
    if proposal.result_on:
        words.append(f"{proposal.get_result_display()}, {format_date(proposal.result_on)}.")
        words += [proposal.result_note, proposal.next_step and _("Next step: %(step)s") % {"step": proposal.next_step}]
    words += [sequel.in_words for sequel in sequels]
    said = [para(text) for text in words if text]
    return [Heading(1, _("Outcome")), *said] if said else []
