"""Who may do what with a publication; no writes."""

from __future__ import annotations

from typing import Any

from organizations.models import Organization
from organizations.permissions import can_approve_for, can_write
from organizations.queries import Role, standing_of


def can_propose(user: Any, obj: Any = None) -> bool:
    """Secretaries with the right to write ask for a publication."""
    return can_write(user)


def can_publish(user: Any, obj: Any = None) -> bool:
    """A secretary with the right to approve, for the own organization; the third approval publishes."""
    return bool(standing_of(user).organizations_as(Role.SECRETARY, "may_approve"))


def can_publish_for(user: Any, organization: Organization) -> bool:
    """Each organization's secretary approves the publication for the own organization only."""
    return can_approve_for(user, organization)


def can_withdraw(user: Any, obj: Any = None) -> bool:
    """Any secretary with the right to write takes a publication back at once: three agree to publish, one doubt is
    enough to stop."""
    return can_write(user)
