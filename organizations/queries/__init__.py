"""Named reads of the room; no writes."""

from organizations.queries.people import (
    Agreement,
    agreement_of,
    approval_keys,
    approving_for,
    committees_matching,
    everybody,
    find_committee,
    is_approved_by_all,
    organizations,
    people,
    secretaries,
)
from organizations.standing import Role, Standing, appointments_on, standing_of

__all__ = [
    "Agreement",
    "Role",
    "Standing",
    "agreement_of",
    "appointments_on",
    "approval_keys",
    "approving_for",
    "committees_matching",
    "everybody",
    "find_committee",
    "is_approved_by_all",
    "organizations",
    "people",
    "secretaries",
    "standing_of",
]
