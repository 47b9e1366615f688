"""The table of comments and dispositions: on paper, as a workbook, and as the package that is forwarded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.dates import format_date, in_geneva
from core.tables import Column
from documents.publishing.content import Block, Content, Heading, Note, Table, para
from proposals.models import ForwardedComments, Interest, Proposal, ProposalRemark
from proposals.queries.proposals import interests_of, threads_of

COLUMNS = (
    Column(gettext_lazy("No."), 7),
    Column(gettext_lazy("Organization and capacity"), 28),
    Column(gettext_lazy("Stance"), 14),
    Column(gettext_lazy("Comment"), 70),
    Column(gettext_lazy("Disposition"), 18),
    Column(gettext_lazy("Reason"), 40),
    Column(gettext_lazy("Date of the disposition"), 14),
    Column(gettext_lazy("Date of the comment"), 14),
    Column(gettext_lazy("Remark"), 16),
)
_WIDTHS = (5, 15, 11, 26, 14, 17, 12)


@dataclass(frozen=True)
class Line:
    """One row of the table: comments are 1, 2, 3 as they came, replies 1.1, 1.2."""

    number: str
    remark: ProposalRemark

    @property
    def who(self) -> str:
        return _("%(author)s %(capacity)s") % {"author": self.remark.author_label, "capacity": self.remark.capacity}

    @property
    def stance(self) -> str:
        return "" if self.remark.parent_id else str(self.remark.get_stance_display())

    @property
    def disposition(self) -> str:
        return str(self.remark.get_disposition_display())

    @property
    def said_on(self) -> date:
        return in_geneva(self.remark.at).date()

    @property
    def disposed_on(self) -> date | None:
        return in_geneva(self.remark.disposed_at).date() if self.remark.disposed_at else None

    @property
    def marks(self) -> list[str]:
        """What a reader has to know of it: late, illustrative."""
        late = [str(_("late"))] if self.remark.late else []
        return late + ([str(self.remark.illustrative_mark)] if self.remark.illustrative_mark else [])


def comment_lines(proposal: Proposal) -> list[Line]:
    """All comments in the order in which they came, each with its replies below it."""
    return [line for number, thread in enumerate(threads_of(proposal), start=1) for line in _thread(number, thread)]


def _thread(number: int, thread: ProposalRemark) -> Iterator[Line]:
    yield Line(str(number), thread)
    yield from (Line(f"{number}.{place}", reply) for place, reply in enumerate(thread.below, start=1))


def comment_rows(proposal: Proposal) -> list[tuple[Any, ...]]:
    """The rows of the workbook, by COLUMNS."""
    return [
        (
            line.number,
            line.who,
            line.stance,
            line.remark.text,
            line.disposition,
            line.remark.disposition_reason,
            line.disposed_on,
            line.said_on,
            ", ".join(line.marks),
        )
        for line in comment_lines(proposal)
    ]


def disposed_in_words(remarks: list[ProposalRemark]) -> str:
    """2 accepted, 1 noted, 3 without disposition; empty where there is no comment."""
    counts = Counter(remark.disposition for remark in remarks if not remark.parent_id)
    parts = [f"{counts[value]} {str(label).lower()}" for value, label in ProposalRemark.Disposition.choices]
    parts = [part for part in parts if not part.startswith("0 ")]
    open_ones = counts[""]
    if open_ones:
        parts.append(ngettext("%(n)d without disposition", "%(n)d without disposition", open_ones) % {"n": open_ones})
    return ", ".join(parts)


def comments_content(proposal: Proposal) -> Content:
    """The table on paper, with the declared interests after it; the same comments give the same fingerprint."""
    lines = comment_lines(proposal)
    declared = [item for item in interests_of(proposal) if not item.is_open]
    body: list[Block] = [para(_("Proposal %(reference)s: ") % {"reference": proposal.reference}, proposal.in_words)]
    if proposal.reply_by_on:
        body.append(para(_("Comments close on %(day)s.") % {"day": format_date(proposal.reply_by_on)}))
    marks = {mark for line in lines for mark in line.marks if mark != _("late")}
    body += [Note(_("Parts of this record are illustrative; they are marked."))] if marks else []
    body += comment_blocks(lines) + (_interests(declared) if declared else [])
    title = _("Comments on %(reference)s, “%(title)s”") % {"reference": proposal.reference, "title": proposal.title}
    return Content(title, body=body, reference=proposal.reference)


def comment_blocks(lines: list[Line]) -> list[Block]:
    """The table with its counts, as a part of a paper about the proposal."""
    heading = Heading(1, _("Comments and dispositions"))
    if not lines:
        return [heading, para(_("No comment was made."))]
    remarks = [line.remark for line in lines]
    count = sum(not remark.parent_id for remark in remarks)
    words = ngettext("%(n)d comment", "%(n)d comments", count) % {"n": count}
    said = [line_on_paper(line) for line in lines]
    header = [*(str(column.heading) for column in COLUMNS[:6]), _("Date")]
    table = Table(_("Comments and dispositions"), header, said, _WIDTHS)
    return [heading, para(f"{words}: {disposed_in_words(remarks)}."), table]


def line_on_paper(line: Line) -> list[str]:
    """Number, capacity with the day of the comment, stance, comment, disposition, reason, day of the disposition."""
    who = "\n".join([line.who, format_date(line.said_on), *line.marks])
    remark = line.remark
    return [
        line.number,
        who,
        line.stance,
        remark.text,
        line.disposition,
        remark.disposition_reason,
        format_date(line.disposed_on),
    ]


def _interests(declared: list[Interest]) -> list[Block]:
    rows = [
        [
            "\n".join(part for part in (str(item.committee), str(item.illustrative_mark)) if part),
            str(item.get_answer_display()),
            item.note,
            format_date(item.answered_at),
        ]
        for item in declared
    ]
    header = [_("Committee"), _("Interest"), _("Note"), _("Declared")]
    return [Heading(1, _("Declared interests")), Table(_("Declared interests by committee"), header, rows)]


def forwardings_of(proposal: Proposal) -> QuerySet[ForwardedComments]:
    """What was forwarded, with the very files, the oldest first."""
    return proposal.forwarded.prefetch_related("attachments")


def comments_since(proposal: Proposal, forwarded: ForwardedComments | None) -> int:
    """How many comments and replies came after that moment."""
    return proposal.remarks.filter(at__gt=forwarded.at).count() if forwarded else 0
