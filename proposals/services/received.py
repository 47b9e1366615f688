"""Replies that came by e-mail, written down by a secretary for the own organization and never for another."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.dates import format_date, in_geneva
from core.moves import NotAllowed, Refused
from organizations.models import Appointment, Committee, Organization
from organizations.queries import people, standing_of
from proposals.models import Interest, Proposal, ProposalRemark
from proposals.services.record import check_act, day_of
from proposals.services.replies import ByMail, comment_on_proposal, declare_interest

Role = Appointment.Role


@transaction.atomic
def receive_comment(
    proposal: Proposal,
    by: Any,
    text: str,
    *,
    received_on: date,
    said_by: str = "",
    sender: Any = None,
    stance: str = ProposalRemark.Stance.NEUTRAL,
    committee: Committee | None = None,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> ProposalRemark:
    """Records what somebody of the secretary's own organization wrote by e-mail. Whether it is late is judged by the
    day it was received; the sender with an account is told and counts as having answered."""
    mail = _by_mail(proposal, by, received_on, said_by, sender, committee, at)
    return comment_on_proposal(proposal, by, text, stance=stance, committee=committee, token=token, mail=mail, at=at)


@transaction.atomic
def receive_answer(
    proposal: Proposal,
    committee: Committee,
    by: Any,
    answer: str,
    note: str = "",
    *,
    received_on: date,
    said_by: str = "",
    sender: Any = None,
    replaces: str | None = None,
    at: datetime | None = None,
) -> Interest:
    """Records what a committee of the secretary's own organization answered by e-mail; an earlier answer stays
    readable. Raises Conflict like an answer given here."""
    mail = _by_mail(proposal, by, received_on, said_by, sender, committee, at)
    return declare_interest(proposal, committee, by, answer, note, replaces=replaces, mail=mail, at=at)


def _by_mail(
    proposal: Proposal,
    by: Any,
    received_on: date,
    said_by: str,
    sender: Any,
    committee: Committee | None,
    at: datetime | None,
) -> ByMail:
    check_act(proposal, "receive", by)
    organization = standing_of(by).organization
    _check_own(organization, by, sender, committee)
    first = in_geneva(proposal.circulated_at).date()
    if not first <= received_on <= day_of(at):
        raise Refused(_("Enter a day from %(day)s, when it was circulated, to today.") % {"day": format_date(first)})
    label = said_by.strip() or str(sender or "")
    if not label:
        raise Refused(_("Say who wrote it: a person, or a role or committee in words."))
    return ByMail(label, received_on, sender)


def senders_of(organization: Organization | None) -> list[Any]:
    """Whose e-mail a secretary of this organization can record: its secretaries and members."""
    return people(Role.SECRETARY, Role.MEMBER, organization=organization) if organization else []


def _check_own(organization: Any, by: Any, sender: Any, committee: Committee | None) -> None:
    own = standing_of(by).holds(Role.SECRETARY, organization, "may_write")
    own = own and (sender is None or sender in senders_of(organization))
    if not own or (committee and organization not in committee.organizations.all()):
        raise NotAllowed(_("You record replies for your own organization and its committees only."))
