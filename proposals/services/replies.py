"""What members and committees answer: comments, questions to committees, interests."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from core.dates import format_date
from core.history import record
from core.moves import Conflict, NotAllowed, Refused
from organizations.models import Appointment, Committee
from organizations.queries import people, secretaries, standing_of
from organizations.services import remarks
from post.services.notices import notify
from proposals.models import Interest, InterestAnswer, Proposal, ProposalRemark
from proposals.queries.asked import ASKED
from proposals.services.record import check_act, index_comment, moment_of

Role = Appointment.Role


@dataclass(frozen=True)
class ByMail:
    """Who said something by e-mail, and on which day it was received; the account that writes it down is another."""

    label: str
    received_on: date
    sender: Any = None


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
    mail: ByMail | None = None,
    at: datetime | None = None,
) -> ProposalRemark:
    """Adds a comment for the person's organization, or on behalf of one of its committees; after the deadline it is
    accepted and marked late. The same token again returns the first one. With `mail` it is what somebody else said."""
    check_act(proposal, "comment", by)
    if parent and parent.subject_id != proposal.pk:
        raise Refused(_("The comment that you answer belongs to another proposal."))
    fields = {"stance": stance, "late": _is_late(proposal, mail, at), "illustrative": illustrative}
    if mail:
        fields |= {"author_label": mail.label, "sender": mail.sender, "received_on": mail.received_on}
        fields["recorded_label"] = str(by)
    fields["answers"] = parent if parent and parent.parent_id else None
    remark, created = remarks.add_remark(
        proposal, by, text, committee=committee, parent=parent, token=token, at=at, **fields
    )
    if created:
        index_comment(remark)
        _record_comment(proposal, by, remark, at)
    return remark


def _is_late(proposal: Proposal, mail: ByMail | None, at: datetime | None) -> bool:
    return proposal.is_late(moment_of(at), mail.received_on if mail else None)


def _record_comment(proposal: Proposal, by: Any, remark: ProposalRemark, at: datetime | None) -> None:
    if remark.parent_id:
        text = _("replied to %(author)s") % {"author": remark.parent.author_label}
    elif remark.committee:
        text = _("commented on behalf of %(committee)s") % {"committee": remark.committee}
    else:
        text = _("commented")
    if remark.received_on:
        facts = {"who": remark.author_label, "day": format_date(remark.received_on)}
        text = _("recorded what %(who)s wrote by e-mail on %(day)s") % facts
    if remark.late:
        text = _("%(text)s, after the deadline") % {"text": text}
    code = remark.organization.code if remark.organization else ""
    action = "receive" if remark.received_on else "comment"
    record(proposal, action, by, text, organization=code, after={"comment": remark.pk}, at=at)
    readers = secretaries(proposal.organization) + ([remark.parent.author] if remark.parent_id else [])
    readers += [remark.sender] if remark.sender else []
    notify(
        list(dict.fromkeys(readers)),
        kind="comment",
        subject=_("New comment: %(title)s") % {"title": proposal.title},
        lead=_("%(author)s %(text)s.") % {"author": by, "text": text},
        text=Truncator(remark.text).chars(1200),
        url=f"{proposal.get_absolute_url()}#comment-{remark.pk}",
        action=_("Open the comment"),
        reason=_("You receive this because the proposal or the comment is yours, or it answers yours."),
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
    record(proposal, "ask", by, ASKED % {"committee": committee}, at=at)
    notify(
        _members_of(committee),
        kind="ask",
        subject=_("Is %(committee)s interested? %(title)s") % {"committee": committee, "title": proposal.title},
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
    mail: ByMail | None = None,
    at: datetime | None = None,
) -> Interest:
    """Declares what a committee of the person's own organization answers; a joint committee belongs to two. An answer
    replaces the earlier one, which stays readable; the same answer twice is one. With `replaces`, the stamp of
    the answer that the writer has read, another answer that stands raises Conflict. With `mail` somebody else said
    it."""
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
    label = mail.label if mail else str(by)
    values = {**after, "answered_at": moment_of(at), "answered_by": by, "answered_by_label": label}
    swapped = replaces in (None, interest.stamp) and Interest.objects.filter(
        pk=interest.pk, answered_at=interest.answered_at
    ).update(**values)
    interest.refresh_from_db()
    if not swapped:
        raise Conflict(interest)
    kept = _keep_answer(interest, by, organization, mail, at)
    _record_interest(interest, by, kept, before, after, at)
    return interest


def _keep_answer(
    interest: Interest, by: Any, organization: Any, mail: ByMail | None, at: datetime | None
) -> InterestAnswer:
    return InterestAnswer.objects.create(
        interest=interest,
        answer=interest.answer,
        note=interest.note,
        organization=organization,
        by=by,
        by_label=interest.answered_by_label,
        at=interest.answered_at,
        received_on=mail.received_on if mail else None,
        recorded_label=str(by) if mail else "",
        sender=mail.sender if mail else None,
        late=_is_late(interest.proposal, mail, at),
    )


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
    interest: Interest,
    by: Any,
    kept: InterestAnswer,
    before: dict[str, Any],
    after: dict[str, Any],
    at: datetime | None,
) -> None:
    proposal = interest.proposal
    facts = {"committee": interest.committee, "answer": str(interest.get_answer_display()).lower()}
    text = _("declared for %(committee)s: %(answer)s") % facts
    if kept.received_on:
        text = _("%(text)s, as %(who)s wrote by e-mail on %(day)s") % {
            "text": text,
            "who": kept.by_label,
            "day": format_date(kept.received_on),
        }
    action = "receive" if kept.received_on else "declare"
    record(proposal, action, by, text, organization=kept.organization.code, before=before, after=after, at=at)
    readers = secretaries(proposal.organization) + ([interest.asked_by] if interest.asked_by else [])
    readers += [kept.sender] if kept.sender else []
    notify(
        list(dict.fromkeys(readers)),
        kind="interest",
        subject=_("%(committee)s: %(answer)s") % facts + f": {proposal.title}",
        lead=_("%(by)s declared for %(committee)s: %(answer)s.") % {**facts, "by": by},
        text="\n\n".join(part for part in (interest.note, proposal.in_words) if part),
        url=f"{proposal.get_absolute_url()}#interests",
        action=_("Open the interests"),
        reason=_("You receive this because you asked, or because the proposal is yours."),
        thread=proposal.reference,
        by=by,
        at=at,
    )
