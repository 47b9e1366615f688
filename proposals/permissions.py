"""Who may do what with a proposal; no writes. The state is the workflow's business, not asked here."""

from __future__ import annotations

from typing import Any

from organizations.models import Appointment
from organizations.permissions import can_administer, can_send_for, can_write
from organizations.permissions import can_comment as may_comment
from organizations.queries import standing_of

Role = Appointment.Role


def _writes_for(user: Any, proposal: Any) -> bool:
    return standing_of(user).holds(Role.SECRETARY, proposal.organization, "may_write")


def can_log(user: Any, organization: Any = None) -> bool:
    """A secretary with the right to write logs proposals, for the own organization only."""
    return standing_of(user).holds(Role.SECRETARY, organization, "may_write")


def can_edit(user: Any, proposal: Any) -> bool:
    """The secretary of the organization that received the proposal edits it."""
    return _writes_for(user, proposal)


can_attach = can_consider = can_adopt = can_edit


def can_prepare(user: Any, considerations: Any = None) -> bool:
    """The administrator keeps the list of considerations."""
    return can_administer(user)


def can_circulate(user: Any, proposal: Any) -> bool:
    """The secretary of the receiving organization with the right to send circulates it."""
    return can_send_for(user, proposal.organization)


def can_extend(user: Any, proposal: Any) -> bool:
    """The secretary of the receiving organization gives more time."""
    return can_send_for(user, proposal.organization)


can_close_comments = can_extend


def can_receive(user: Any, proposal: Any = None) -> bool:
    """A secretary with the right to write records what came by e-mail, for the own organization only."""
    return can_write(user)


def can_comment(user: Any, proposal: Any = None) -> bool:
    """Secretaries and members comment for their own organization; observers and the administrator read."""
    return may_comment(user)


can_ask = can_declare = can_comment


def can_edit_comment(user: Any, remark: Any) -> bool:
    """The author alone edits a comment; the hour is the service's business."""
    return remark.author_id == user.pk and may_comment(user)


def can_dispose(user: Any, proposal: Any) -> bool:
    """The secretary of the receiving organization gives comments their disposition."""
    return _writes_for(user, proposal)


def can_draft(user: Any, proposal: Any = None) -> bool:
    """The recommendation is the group's: any of the three secretaries with the right to write drafts it."""
    return can_write(user)


can_revise = can_propose = can_draft


def can_approve(user: Any, proposal: Any = None) -> bool:
    """A secretary with the right to approve gives the verdict of the own organization."""
    return standing_of(user).holds(Role.SECRETARY, right="may_approve")


def can_submit(user: Any, proposal: Any = None) -> bool:
    """A secretary with the right to send takes the approved text to the board of the own organization."""
    return standing_of(user).holds(Role.SECRETARY, right="may_send")


def can_note(user: Any, proposal: Any = None) -> bool:
    """A secretary with the right to write keeps the track before the board of the own organization."""
    return can_write(user)


can_correct = can_note


def can_forward(user: Any, proposal: Any = None) -> bool:
    """Any of the three secretaries with the right to send shares the comments with the organization concerned."""
    return standing_of(user).holds(Role.SECRETARY, right="may_send")


def can_close(user: Any, proposal: Any) -> bool:
    """The secretary of the receiving organization closes it without action."""
    return _writes_for(user, proposal)


can_record = can_withdraw = can_reopen = can_link = can_unlink = can_close


def sees_drafts(user: Any) -> bool:
    """Drafts are for the three secretaries and the administrator."""
    return standing_of(user).sees_drafts
