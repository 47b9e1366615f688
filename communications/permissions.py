"""Who may do what with the work plan and with letters. Writing, approving and sending are separate rights;
no writes."""

from __future__ import annotations

from typing import Any

from communications.models import Cover, Letter, Step
from organizations.models import Organization
from organizations.permissions import can_approve_for, can_read, can_see_contacts, can_write
from organizations.queries import Role, standing_of


def _own(user: Any, right: str) -> set[int]:
    """The organizations in which the person is a secretary with this right."""
    rows = standing_of(user).appointments
    return {row.organization_id for row in rows if row.role == Role.SECRETARY and getattr(row, right)}


def can_edit_plan(user: Any, obj: Any = None) -> bool:
    """Secretaries with the right to write keep the plan and the work plan."""
    return can_write(user)


can_restore_plan = can_open_work_plan = can_edit_work_plan = can_take_baseline = can_withdraw_step = can_edit_plan


def can_complete_step(user: Any, step: Step) -> bool:
    """A step is marked as reached by a secretary with the right to write of an organization that is responsible for it;
    nobody does so for another organization."""
    return bool(_own(user, "may_write") & {owner.pk for owner in step.owners.all()})


def can_reopen_step(user: Any, step: Step) -> bool:
    """A step is reopened by those who may do what is taken back: withdraw it, or mark it as reached."""
    return can_withdraw_step(user) if step.withdrawn_at else can_complete_step(user, step)


def sees_drafts(user: Any) -> bool:
    """Letters that are not approved yet are for the three secretaries and the administrator."""
    return standing_of(user).sees_drafts


def can_read_letters(user: Any) -> bool:
    """Whoever holds an appointment reads the letters that are approved or sent."""
    return can_read(user)


def can_draft(user: Any, letter: Letter | None = None) -> bool:
    """Secretaries with the right to write draft, edit and propose letters."""
    return can_write(user)


can_edit = can_propose = can_withdraw = can_draft


def can_edit_cover(user: Any, cover: Cover) -> bool:
    """A cover is edited only by a secretary with the right to write of its own organization."""
    return cover.organization_id in _own(user, "may_write")


def can_approve(user: Any, letter: Letter | None = None) -> bool:
    """A secretary with the right to approve, for the own organization; the service asks for which."""
    return bool(_own(user, "may_approve"))


def can_approve_letter_for(user: Any, organization: Organization) -> bool:
    """Each organization's secretary approves the letter with its own cover."""
    return can_approve_for(user, organization)


def can_send(user: Any, letter: Letter) -> bool:
    """After three approvals a secretary with the right to send, of an organization in the audience, releases the
    letter; the same right takes it back, pauses, resumes and stops it."""
    return bool(_own(user, "may_send") & {item.pk for item in letter.organizations.all()})


def can_send_outside(user: Any, letter: Letter, organization: Organization) -> bool:
    """A secretary with the right to send decides and records, for the own organization only, that it sends the letter
    by its own mail system."""
    return organization.pk in _own(user, "may_send")


def can_take_pack(user: Any, organization: Organization) -> bool:
    """The pack holds addresses: it is for those who see the contacts of the organization."""
    return can_see_contacts(user, organization)


def can_test(user: Any, letter: Letter | None = None) -> bool:
    """A secretary sends a test to the own address only."""
    return standing_of(user).is_secretary


def is_portal(user: Any, letter: Letter | None = None) -> bool:
    """The portal itself, not a person: a letter is finished when its mailing is."""
    return user is None
