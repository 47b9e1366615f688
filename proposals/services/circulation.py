"""Sharing: circulate a proposal, give more time, close the comments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core.dates import format_date, format_moment
from core.history import record
from core.moves import AlreadyDone, Conflict, Refused, Stale, check, save_version
from organizations.queries import everybody
from proposals.models import Proposal
from proposals.services.notices import circulation_notice, send_notice, send_test, tell_everybody
from proposals.services.record import check_act, day_of, moment_of, move_proposal
from proposals.workflow import MOVES


def lock_proposal(proposal: Proposal) -> None:
    """Reads the proposal anew and keeps others from writing it until the end of the transaction: what is checked is
    what goes out."""
    proposal.refresh_from_db(from_queryset=Proposal.objects.select_for_update().select_related(None))


@transaction.atomic
def circulate_proposal(
    proposal: Proposal, by: Any, *, reply_by_on: date, version: int | None = None, at: datetime | None = None
) -> Proposal:
    """Shares a draft with every secretary and member of the three organizations: one mail and one ledger row each,
    the sender's own included. Raises AlreadyDone the second time, Refused for a deadline in the past, and Stale when
    the draft is no longer the `version` that the sender has checked."""
    lock_proposal(proposal)
    check(proposal, MOVES["circulate"], by)
    if version and version != proposal.version:
        raise Stale(_("Somebody changed the proposal after you opened this page. Look at it again before it goes out."))
    _check_not_past(reply_by_on, at)
    text = _("circulated the proposal for comment until %(day)s") % {"day": format_date(reply_by_on)}
    now = moment_of(at)
    changes = {"reply_by_on": reply_by_on, "circulated_at": now, "told_at": now, "circulated_by": by}
    move_proposal(proposal, "circulate", by, text, at=at, **changes)
    send_notice(everybody(), circulation_notice(proposal, reply_by_on), proposal, by, at)
    return proposal


def _check_not_past(reply_by_on: date, at: datetime | None) -> None:
    if reply_by_on < day_of(at):
        raise Refused(_("Enter a reply-by date that is not in the past."))


def send_circulation_test(proposal: Proposal, by: Any, *, reply_by_on: date) -> None:
    """Sends the mail as everybody would get it to the sender alone; nothing is recorded, nobody else is told."""
    check(proposal, MOVES["circulate"], by)
    _check_not_past(reply_by_on, None)
    send_test(circulation_notice(proposal, reply_by_on), proposal, by)


@transaction.atomic
def extend_deadline(
    proposal: Proposal, by: Any, version: int, *, reply_by_on: date, reason: str, at: datetime | None = None
) -> Proposal:
    """Gives more time, with the reason; comments that had closed, be it by hand, are open again, everybody is told,
    and the reminders follow the new day. Raises Conflict when somebody changed the proposal in between."""
    check(proposal, MOVES["extend"], by)
    before, by_hand = proposal.reply_by_on, proposal.comments_closed_at
    if reply_by_on == before and reason == proposal.extension_reason and not by_hand:
        return proposal
    first = day_of(at) if by_hand else max(before, day_of(at))
    if reply_by_on < first or (reply_by_on == before and not by_hand):
        raise Refused(_("Enter a date after %(day)s and not in the past.") % {"day": format_date(before)})
    values = {"reply_by_on": reply_by_on, "extension_reason": reason, "told_at": moment_of(at)}
    save_version(proposal, version, **values, comments_closed_at=None, comments_closed_reason="")
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
def close_comments(proposal: Proposal, by: Any, *, reason: str, at: datetime | None = None) -> Proposal:
    """Closes the comments before the deadline, with the reason, at this instant for everybody; what comes after it is
    late. Everybody is told and nobody is reminded any more. Raises AlreadyDone when they are closed, and Conflict when
    somebody changed the proposal at the same instant."""
    check_act(proposal, "close_comments", by)
    now = moment_of(at)
    if proposal.is_closed(now):
        raise AlreadyDone(_("Comments are closed already."))
    values = {"comments_closed_at": now, "comments_closed_reason": reason}
    rows = Proposal.objects.filter(pk=proposal.pk, version=proposal.version, comments_closed_at__isnull=True)
    if not rows.update(version=F("version") + 1, **values):
        raise Conflict(Proposal.objects.get(pk=proposal.pk))
    proposal.refresh_from_db()
    text = _("closed the comments before the deadline: %(reason)s") % {"reason": reason}
    record(proposal, "close_comments", by, text, before={"reply_by_on": proposal.reply_by_on}, after=values, at=at)
    tell_everybody(
        proposal,
        by,
        subject=_("Comments closed: %(title)s") % {"title": proposal.title},
        lead=_("Comments on %(reference)s closed on %(moment)s, before the deadline.")
        % {"reference": proposal.reference, "moment": format_moment(now)},
        text=reason,
        at=at,
        fragment="#comments",
    )
    return proposal
