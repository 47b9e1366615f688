"""What members and committees answer: comments, questions to committees, interests."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.history import record
from core.moves import Conflict, NotAllowed, Refused
from organizations.models import Appointment, Committee
from organizations.queries import people, secretaries, standing_of
from organizations.services import remarks
from post.services.notices import notify
from proposals.models import Interest, Proposal, ProposalRemark
from proposals.services.notices import short
from proposals.services.record import check_act, moment_of

Role = Appointment.Role


@transaction.atomic
def comment_on_proposal(
    proposal: Proposal,
    by: Any,
    text: str,
    *,
    stance: str = ProposalRemark.Stance.NEUTRAL,
    committee: Committee | None = None,
    parent: ProposalRemark | None = None,
    illustrative: bool = False,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> ProposalRemark:
    """Adds a comment for the person's organization, or on behalf of one of its committees; after the deadline it is
    accepted and marked late. The same token again returns the first one."""
    check_act(proposal, "comment", by)
    if parent and parent.subject_id != proposal.pk:
        raise Refused(_("The comment that you answer belongs to another proposal."))
    fields = {"stance": stance, "late": proposal.is_closed(moment_of(at)), "illustrative": illustrative}
    fields["answers"] = parent if parent and parent.parent_id else None
    remark, created = remarks.add_remark(
        proposal, by, text, committee=committee, parent=parent, token=token, at=at, **fields
    )
    if created:
        _record_comment(proposal, by, remark, at)
    return remark


def _record_comment(proposal: Proposal, by: Any, remark: ProposalRemark, at: datetime | None) -> None:
    if remark.parent_id:
        text = _("replied to %(author)s") % {"author": remark.parent.author_label}
    elif remark.committee:
        text = _("commented on behalf of %(committee)s") % {"committee": remark.committee}
    else:
        text = _("commented")
    if remark.late:
        text = _("%(text)s, after the deadline") % {"text": text}
    code = remark.organization.code if remark.organization else ""
    record(proposal, "comment", by, text, organization=code, after={"comment": remark.pk}, at=at)
    readers = secretaries(proposal.organization) + ([remark.parent.author] if remark.parent_id else [])
    notify(
        list(dict.fromkeys(readers)),
        kind="comment",
        subject=short(_("New comment: %(title)s") % {"title": proposal.title}),
        lead=_("%(author)s %(text)s.") % {"author": by, "text": text},
        text=Truncator(remark.text).chars(1200),
        url=f"{proposal.get_absolute_url()}#comment-{remark.pk}",
        action=_("Open the comment"),
        reason=_("You receive this because the proposal is yours or the comment answers yours."),
        thread=proposal.reference,
        by=by,
        at=at,
    )


@transaction.atomic
def resolve_comment(remark: ProposalRemark, by: Any, resolution: str = "", *, at: datetime | None = None) -> None:
    """Marks a comment as resolved and says how; twice changes nothing."""
    check_act(remark.subject, "comment", by)
    if remark.resolved_at:
        return
    remarks.resolve_remark(remark, by, resolution, at=at)
    text = _("resolved a comment of %(author)s") % {"author": remark.author_label}
    record(remark.subject, "resolve", by, f"{text}: {resolution}" if resolution else text, at=at)


@transaction.atomic
def reopen_comment(remark: ProposalRemark, by: Any, *, at: datetime | None = None) -> None:
    """Takes a resolution back; twice changes nothing."""
    check_act(remark.subject, "comment", by)
    if remark.resolved_at:
        remarks.reopen_remark(remark, by)
        text = _("reopened a comment of %(author)s") % {"author": remark.author_label}
        record(remark.subject, "reopen", by, text, at=at)


def _members_of(committee: Committee) -> list[Any]:
    found = [people(Role.SECRETARY, Role.MEMBER, organization=item) for item in committee.organizations.all()]
    return list({user.pk: user for group in found for user in group}.values())


@transaction.atomic
def ask_committee(
    proposal: Proposal, committee: Committee, by: Any, *, illustrative: bool = False, at: datetime | None = None
) -> Interest:
    """Asks a committee's organization whether the committee is interested; asked twice is asked once."""
    check_act(proposal, "ask", by)
    if committee.status == Committee.Status.DISBANDED:
        raise Refused(
            _("%(committee)s is disbanded or merged. Name the committee that works on this now.")
            % {"committee": committee}
        )
    interest, created = Interest.objects.get_or_create(
        proposal=proposal,
        committee=committee,
        defaults={
            "asked_at": moment_of(at),
            "asked_by": by,
            "asked_by_label": str(by),
            "illustrative": illustrative,
        },
    )
    if not created:
        return interest
    record(proposal, "ask", by, _("asked %(committee)s for its interest") % {"committee": committee}, at=at)
    notify(
        _members_of(committee),
        kind="ask",
        subject=short(_("Is %(committee)s interested? %(title)s") % {"committee": committee, "title": proposal.title}),
        lead=_("%(by)s asks whether %(committee)s is interested.") % {"by": by, "committee": committee},
        text=proposal.in_words,
        url=f"{proposal.get_absolute_url()}#interests",
        action=_("Answer for %(committee)s") % {"committee": committee},
        reason=_("You receive this because the committee belongs to your organization."),
        thread=proposal.reference,
        by=by,
        at=at,
    )
    return interest


@transaction.atomic
def declare_interest(
    proposal: Proposal,
    committee: Committee,
    by: Any,
    answer: str,
    note: str = "",
    *,
    replaces: str | None = None,
    illustrative: bool = False,
    at: datetime | None = None,
) -> Interest:
    """Declares what a committee of the person's own organization answers; a joint committee belongs to two. An answer
    replaces the earlier one, which stays in the history; the same answer twice is one. With `replaces`, the stamp of
    the answer that the writer has read, another answer that stands raises Conflict."""
    check_act(proposal, "declare", by)
    if answer not in Interest.Answer.values or answer == Interest.Answer.NO_ANSWER:
        raise Refused(_("Choose what the committee answers."))
    organization = _organization_for(by, committee)
    interest, _created = Interest.objects.get_or_create(
        proposal=proposal, committee=committee, defaults={"illustrative": illustrative}
    )
    before = {"answer": interest.answer, "note": interest.note}
    after = {"answer": answer, "note": note}
    if before == after:
        return interest
    values = {**after, "answered_at": moment_of(at), "answered_by": by, "answered_by_label": str(by)}
    swapped = replaces in (None, interest.stamp) and Interest.objects.filter(
        pk=interest.pk, answered_at=interest.answered_at
    ).update(**values)
    interest.refresh_from_db()
    if not swapped:
        raise Conflict(interest)
    _record_interest(interest, by, organization, before, after, at)
    return interest


def _organization_for(by: Any, committee: Committee) -> Any:
    own = {
        item.organization_id: item.organization
        for item in standing_of(by).appointments
        if item.role in (Role.SECRETARY, Role.MEMBER)
    }
    for organization in committee.organizations.all():
        if organization.pk in own:
            return organization
    raise NotAllowed(
        _("You answer for committees of your own organization. %(committee)s belongs to %(codes)s.")
        % {"committee": committee, "codes": " / ".join(committee.codes)}
    )


def _record_interest(
    interest: Interest, by: Any, organization: Any, before: dict[str, Any], after: dict[str, Any], at: datetime | None
) -> None:
    proposal = interest.proposal
    facts = {"committee": interest.committee, "answer": str(interest.get_answer_display()).lower()}
    text = _("declared for %(committee)s: %(answer)s") % facts
    record(proposal, "declare", by, text, organization=organization.code, before=before, after=after, at=at)
    readers = secretaries(proposal.organization) + ([interest.asked_by] if interest.asked_by else [])
    notify(
        list(dict.fromkeys(readers)),
        kind="interest",
        subject=short(_("%(committee)s: %(answer)s") % facts + f": {proposal.title}"),
        lead=_("%(by)s declared for %(committee)s: %(answer)s.") % {**facts, "by": by},
        text="\n\n".join(part for part in (interest.note, proposal.in_words) if part),
        url=f"{proposal.get_absolute_url()}#interests",
        action=_("Open the interests"),
        reason=_("You receive this because you asked, or because the proposal is yours."),
        thread=proposal.reference,
        by=by,
        at=at,
    )
