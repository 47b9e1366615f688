"""What becomes of a comment: its author edits it within the hour, the receiving organization gives its disposition."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.dates import format_time
from core.history import record_changes
from core.moves import NotAllowed, Refused, WrongState, save_version
from organizations.models import Committee
from post.services.notices import notify
from proposals.models import ProposalRemark
from proposals.permissions import can_edit_comment
from proposals.services.record import check_act, index_comment, moment_of

Disposition = ProposalRemark.Disposition


def check_editing(remark: ProposalRemark, by: Any, at: datetime | None = None) -> None:
    """Raises NotAllowed for anybody but the author, WrongState once the hour is over or a disposition stands."""
    check_act(remark.subject, "comment", by)
    if not can_edit_comment(by, remark):
        raise NotAllowed(_("A comment is edited by its author alone. You can reply to it."))
    if remark.disposition:
        raise WrongState(_("The comment has its disposition already. Add what is new as a reply."))
    if moment_of(at) - remark.at > remark.EDIT_WITHIN:
        raise WrongState(
            _("A comment can be edited within one hour; the hour ended at %(time)s. Add what is new as a reply.")
            % {"time": format_time(remark.at + remark.EDIT_WITHIN)}
        )


@transaction.atomic
def edit_comment(
    remark: ProposalRemark,
    by: Any,
    version: int,
    *,
    text: str,
    stance: str | None = None,
    committee: Committee | None = None,
    at: datetime | None = None,
) -> ProposalRemark:
    """The author's own correction within the hour; the earlier words stay in the history. Raises what
    `check_editing` raises, Refused for a foreign committee, Conflict when the comment was changed in between."""
    check_editing(remark, by, at)
    if committee and remark.organization not in committee.organizations.all():
        raise Refused(_("You comment for your own organization and its committees."))
    changes = {"text": text, "committee": committee}
    if stance is not None and not remark.parent_id:
        changes["stance"] = stance
    changed = save_version(remark, version, **changes)
    if changed:
        ProposalRemark.objects.filter(pk=remark.pk).update(edited_at=moment_of(at))
        remark.refresh_from_db()
        code = remark.organization.code
        index_comment(remark)
        record_changes(remark.subject, "edit", by, _("edited the own comment"), changed, organization=code, at=at)
    return remark


@transaction.atomic
def dispose_comment(
    remark: ProposalRemark, by: Any, version: int, *, disposition: str, reason: str = "", at: datetime | None = None
) -> ProposalRemark:
    """What the receiving organization makes of a comment, with the reason (to note a comment needs none); it can be
    changed, and the history keeps the earlier one. Raises Conflict when a colleague was faster."""
    check_act(remark.subject, "dispose", by)
    if remark.parent_id:
        raise Refused(_("A reply has no disposition; the comment that it answers has."))
    if disposition not in Disposition.values:
        raise Refused(_("Choose the disposition."))
    if not reason and disposition != Disposition.NOTED:
        raise Refused(_("Give the reason: the person who commented reads it, and the board."))
    changed = save_version(remark, version, disposition=disposition, disposition_reason=reason)
    if not changed:
        return remark
    ProposalRemark.objects.filter(pk=remark.pk).update(
        disposed_at=moment_of(at), disposed_by=by, disposed_label=str(by)
    )
    remark.refresh_from_db()
    index_comment(remark)
    _record_disposition(remark, by, changed, at)
    return remark


def _record_disposition(remark: ProposalRemark, by: Any, changed: dict[str, Any], at: datetime | None) -> None:
    proposal = remark.subject
    facts = {"author": remark.author_label, "disposition": str(remark.get_disposition_display()).lower(), "by": by}
    text = _("gave the comment of %(author)s its disposition: %(disposition)s") % facts
    record_changes(proposal, "dispose", by, text, changed, organization=proposal.organization.code, at=at)
    notify(
        [remark.author],
        kind="dispose",
        subject=_("Your comment: %(disposition)s. %(title)s") % {**facts, "title": proposal.title},
        lead=_("%(by)s gave your comment its disposition: %(disposition)s.") % facts,
        text="\n\n".join(part for part in (remark.disposition_reason, Truncator(remark.text).chars(600)) if part),
        url=f"{proposal.get_absolute_url()}#comment-{remark.pk}",
        action=_("Open the comment"),
        reason=_("You receive this because the comment is yours."),
        thread=proposal.reference,
        by=by,
        at=at,
    )
