"""Who holds which role today, and who is who."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from core.models import User
from organizations.models import Committee, Organization
from organizations.standing import Role, Standing, appointments_on, standing_of

__all__ = ["Role", "Standing", "appointments_on", "standing_of"]


def organizations() -> list[Organization]:
    """ISO, IEC, ITU-T, in this order."""
    return list(Organization.objects.all())


def people(*roles: str, organization: Organization | None = None, right: str = "") -> list[User]:
    """The active accounts that hold one of the roles today, each once, by organization and role."""
    rows = appointments_on().filter(role__in=roles)
    if organization is not None:
        rows = rows.filter(organization=organization)
    if right:
        rows = rows.filter(**{right: True})
    return list({row.user_id: row.user for row in rows}.values())


def secretaries(organization: Organization | None = None, right: str = "") -> list[User]:
    """The secretaries, of one organization if named."""
    return people(Role.SECRETARY, organization=organization, right=right)


def everybody() -> list[User]:
    """Secretaries and members of the three organizations: those to whom things are circulated."""
    return people(Role.SECRETARY, Role.MEMBER)


def find_committee(text: str) -> Committee | None:
    """A committee by its acronym or one of its other spellings, without regard to case and spaces."""
    wanted = " ".join(text.split())
    return Committee.objects.filter(Q(acronym__iexact=wanted) | Q(aliases__alias__iexact=wanted)).first()


def committees_matching(text: str, organization: Organization | None = None) -> QuerySet[Committee]:
    """Active committees whose acronym or title holds the words, of one organization if named."""
    rows = Committee.objects.exclude(status=Committee.Status.DISBANDED).prefetch_related("organizations")
    if organization is not None:
        rows = rows.filter(organizations=organization)
    for word in text.split():
        rows = rows.filter(Q(acronym__icontains=word) | Q(title__icontains=word))
    return rows


def approval_keys(
    verdicts: list[Any], user: Any, url: str = "", due_on: date | None = None, open_now: bool = True
) -> list[dict[str, Any]]:
    """The three keys that `_approvals.html` draws: each with its verdict and who may give one."""
    given = {verdict.organization_id: verdict for verdict in verdicts}
    standing = standing_of(user)
    return [
        {
            "organization": organization,
            "verdict": given.get(organization.pk),
            "approved": organization.pk in given and given[organization.pk].approves,
            "can_approve": open_now
            and not (organization.pk in given and given[organization.pk].approves)
            and standing.holds(Role.SECRETARY, organization, "may_approve"),
            "url": url,
            "due_on": due_on,
        }
        for organization in organizations()
    ]


def is_approved_by_all(verdicts: list[Any]) -> bool:
    """Three approvals are three organizations on one revision."""
    return {v.organization_id for v in verdicts if v.approves} >= {o.pk for o in organizations()}
