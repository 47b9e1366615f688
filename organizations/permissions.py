"""Predicates over roles that every room builds on; no writes."""

from __future__ import annotations

from typing import Any

from organizations.models import Organization
from organizations.standing import Role, standing_of


def is_secretary(user: Any, organization: Organization | None = None) -> bool:
    """A secretary, of this organization if one is named; never acts for another."""
    return standing_of(user).holds(Role.SECRETARY, organization)


def can_write(user: Any, obj: Any = None) -> bool:
    """Secretaries with the right to write draft letters, recommendations, agendas and reports."""
    return standing_of(user).holds(Role.SECRETARY, right="may_write")


def can_approve_for(user: Any, organization: Organization) -> bool:
    """A secretary with the right to approve gives the verdict of the own organization only."""
    return standing_of(user).holds(Role.SECRETARY, organization, "may_approve")


def can_send_for(user: Any, organization: Organization) -> bool:
    """A secretary with the right to send releases letters of the own organization only."""
    return standing_of(user).holds(Role.SECRETARY, organization, "may_send")


def can_comment(user: Any, obj: Any = None) -> bool:
    """Secretaries and members comment; observers and the administrator read."""
    standing = standing_of(user)
    return standing.is_secretary or standing.is_member


def can_read(user: Any, obj: Any = None) -> bool:
    """Whoever holds an appointment reads what is shared."""
    return bool(standing_of(user).appointments)


def can_administer(user: Any, obj: Any = None) -> bool:
    """The administrator keeps people, committees, contacts and settings."""
    return standing_of(user).is_administrator


def can_see_contacts(user: Any, organization: Organization) -> bool:
    """Contacts are seen by the secretaries of their own organization and the administrator."""
    return is_secretary(user, organization) or can_administer(user)


def can_keep_contacts(user: Any, obj: Any = None) -> bool:
    """Whoever sees the contacts of an organization adds, mends, imports and erases them; for others there are none."""
    return standing_of(user).is_secretary or can_administer(user)
