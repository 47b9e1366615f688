"""Who may do what with a board report; no writes."""

from __future__ import annotations

from typing import Any

from organizations.models import Organization
from organizations.permissions import can_read, can_write, is_secretary
from organizations.queries import standing_of


def can_draft(user: Any, report: Any = None) -> bool:
    """Secretaries with the right to write draft board reports."""
    return can_write(user)


can_edit = can_draft
can_propose = can_draft


def can_edit_cover(user: Any, organization: Organization) -> bool:
    """Each organization's secretary keeps the cover of its own board."""
    return can_write(user) and is_secretary(user, organization)


def can_approve(user: Any, report: Any = None) -> bool:
    """A secretary with the right to approve, for the own organization."""
    return any(item.role == "secretary" and item.may_approve for item in standing_of(user).appointments)


def can_export(user: Any, report: Any = None) -> bool:
    """Whoever may see the report may take it away; the administrator does it for the meetings."""
    return can_read(user)
