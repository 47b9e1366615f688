"""Who holds which role today, and who is who."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from core.models import User
from core.reading import read_once
from organizations.models import Committee, Organization
from organizations.standing import Role, appointments_on, standing_of


@read_once
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
    verdicts: list[Any],
    user: Any,
    url: str | Callable[[Organization], str] = "",
    due_on: date | None = None,
    open_now: bool = True,
) -> list[dict[str, Any]]:
    """The three keys that `_approvals.html` draws: each with its verdict and who may give one. `url` is the page of
    the verdict, or gives each organization's own, for a person who is secretary in two."""
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
            "url": url(organization) if callable(url) else url,
            "due_on": due_on,
        }
        for organization in organizations()
    ]


def is_approved_by_all(verdicts: list[Any]) -> bool:
    """Three approvals are three organizations on one revision."""
    return {v.organization_id for v in verdicts if v.approves} >= {o.pk for o in organizations()}


def approving_for(user: Any, slug: str = "", verdicts: list[Any] | None = None) -> Organization | None:
    """The organization for which this person gives a verdict: the one named by its slug, or else the first of the
    own ones that has not approved yet. None when the person does not represent it."""
    own = standing_of(user).organizations_as(Role.SECRETARY, "may_approve")
    if slug:
        return next((item for item in own if item.slug == slug), None)
    given = {verdict.organization_id for verdict in verdicts or [] if verdict.approves}
    return next((item for item in own if item.pk not in given), own[0] if own else None)


@dataclass(frozen=True)
class Agreement:
    """What the verdicts on one revision come to: waiting, agree, mixed, conflicting or changes, and in words."""

    kind: str
    words: str


def agreement_of(verdicts: list[Any], places: list[Organization] | None = None) -> Agreement:
    """Computed from the verdicts alone. Conflicting: one organization approves and another asks for changes. Mixed:
    all approve, some with comments. `places` spares the question who the three are, for lists."""
    given = {verdict.organization_id for verdict in verdicts}
    missing = [str(place) for place in places or organizations() if place.pk not in given]
    approving = [verdict for verdict in verdicts if verdict.approves]
    told = ", ".join(verdict.sentence for verdict in verdicts)
    waiting = _("waiting on %(names)s") % {"names": get_text_list(missing, _("and"))} if missing else ""
    if len(approving) < len(verdicts):
        kind, words = ("conflicting", _("Conflicting")) if approving else ("changes", _("Changes asked for"))
        return Agreement(kind, "; ".join(part for part in (f"{words}: {told}", waiting) if part))
    if missing:
        return Agreement("waiting", waiting[:1].upper() + waiting[1:])
    if len({verdict.verdict for verdict in verdicts}) > 1:
        return Agreement("mixed", _("Mixed: %(told)s") % {"told": told})
    return Agreement("agree", _("All agree"))
