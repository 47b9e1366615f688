"""Sharing: circulate a proposal, give more time, forward the comments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import format_date, format_moment
from core.history import record
from core.moves import Refused, Stale, check, save_version
from organizations.queries import everybody, secretaries
from proposals.models import ForwardedComments, Interest, Proposal
from proposals.queries import interests_of, threads_of
from proposals.services.notices import Notice, circulation_notice, send_notice, short, tell_everybody
from proposals.services.proposals import check_comments_closed
from proposals.services.record import day_of, index_proposal, moment_of, move_proposal
from proposals.workflow import MOVES


@transaction.atomic
def circulate_proposal(
    proposal: Proposal, by: Any, *, reply_by_on: date, version: int | None = None, at: datetime | None = None
) -> Proposal:
    """Shares a draft with every secretary and member of the three organizations: one mail and one ledger row each,
    the sender's own included. Raises AlreadyDone the second time, Refused for a deadline in the past, and Stale when
    the draft is no longer the `version` that the sender has checked."""
    check(proposal, MOVES["circulate"], by)
    if version and version != proposal.version:
        raise Stale(_("Somebody changed the proposal after you opened this page. Look at it again before it goes out."))
    if reply_by_on < day_of(at):
        raise Refused(_("Enter a reply-by date that is not in the past."))
    text = _("circulated the proposal for comment until %(day)s") % {"day": format_date(reply_by_on)}
    changes = {"reply_by_on": reply_by_on, "circulated_at": moment_of(at), "circulated_by": by}
    move_proposal(proposal, "circulate", by, text, at=at, **changes)
    send_notice(everybody(), circulation_notice(proposal, reply_by_on), proposal, by, at)
    return proposal


@transaction.atomic
def extend_deadline(
    proposal: Proposal, by: Any, version: int, *, reply_by_on: date, reason: str, at: datetime | None = None
) -> Proposal:
    """Gives more time, with the reason; comments that had closed are open again, and everybody is told.
    Raises Conflict when somebody changed the proposal in between."""
    check(proposal, MOVES["extend"], by)
    before = proposal.reply_by_on
    if reply_by_on == before and reason == proposal.extension_reason:
        return proposal
    if reply_by_on <= before or reply_by_on < day_of(at):
        raise Refused(_("Enter a date after %(day)s and not in the past.") % {"day": format_date(before)})
    save_version(proposal, version, reply_by_on=reply_by_on, extension_reason=reason)
    facts = {"day": format_date(reply_by_on), "reason": reason}
    text = _("extended the time for comments to %(day)s: %(reason)s") % facts
    record(proposal, "extend", by, text, before={"reply_by_on": before}, after={"reply_by_on": reply_by_on}, at=at)
    tell_everybody(
        proposal,
        by,
        subject=_("More time, until %(day)s: %(title)s") % {**facts, "title": proposal.title},
        lead=_("You can comment until %(day)s.") % facts,
        text=reason,
        at=at,
        fragment="#comments",
    )
    return proposal


@transaction.atomic
def forward_comments(proposal: Proposal, by: Any, *, at: datetime | None = None) -> ForwardedComments:
    """Shares the comments, as they stand, with the organization concerned, after comments closed; its secretary gets
    them by mail and the sender a copy. Raises Refused when nobody has answered."""
    check(proposal, MOVES["forward"], by)
    check_comments_closed(proposal, at)
    count = proposal.remarks.count()
    if not count and not proposal.interests.exclude(answer=Interest.Answer.NO_ANSWER).exists():
        raise Refused(_("Nobody has commented or declared an interest. Close it without action instead."))
    words = ngettext("%(n)d comment", "%(n)d comments", count) % {"n": count}
    facts = {"count": words, "organization": proposal.organization}
    move_proposal(proposal, "forward", by, _("forwarded %(count)s to %(organization)s") % facts, at=at)
    forwarded = ForwardedComments.objects.create(
        proposal=proposal, at=moment_of(at), by=by, by_label=str(by), count=count, text=comments_in_words(proposal)
    )
    _send(forwarded, words, at)
    index_proposal(proposal)
    return forwarded


def _send(forwarded: ForwardedComments, words: str, at: datetime | None) -> None:
    proposal = forwarded.proposal
    notice = Notice(
        kind="forward",
        subject=short(_("Comments of SPCG on %(title)s") % {"title": proposal.title}),
        lead=_("%(count)s on %(reference)s, for %(board)s.")
        % {"count": words, "reference": proposal.reference, "board": proposal.organization.board},
        text=forwarded.text,
        url=f"{proposal.get_absolute_url()}#comments",
        action=_("Open the comments"),
        reason=_("You receive this because you are the secretary for %(organization)s.")
        % {"organization": proposal.organization},
    )
    readers = secretaries(proposal.organization)
    send_notice(readers if forwarded.by in readers else [*readers, forwarded.by], notice, proposal, forwarded.by, at)


def comments_in_words(proposal: Proposal) -> str:
    """All comments, replies and declared interests as one text; what is forwarded is kept in exactly these words."""
    lines = []
    for remark in threads_of(proposal):
        lines += [_said(remark), *(_said(reply) for reply in remark.replies.all())]
    declared = [item for item in interests_of(proposal) if not item.is_open]
    if declared:
        lines.append(_("Declared interests"))
    lines += [f"{item}. {item.note}".strip() for item in declared]
    return "\n\n".join(lines)


def _said(remark: Any) -> str:
    capacity = remark.committee or remark.organization
    who = _("%(author)s for %(capacity)s") % {"author": remark.author_label, "capacity": capacity}
    marks = [who, format_moment(remark.at), str(remark.get_stance_display()).lower() if not remark.parent_id else ""]
    marks += [str(_("late"))] if remark.late else []
    return f"{', '.join(mark for mark in marks if mark)}:\n{remark.text}"
