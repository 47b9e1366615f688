"""Who holds which role today: read once per request, asked by every permission."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.dates import today
from organizations.models import Appointment, Organization

Role = Appointment.Role


@dataclass(frozen=True)
class Standing:
    """A person's appointments of today, asked often and read once per request."""

    appointments: tuple[Appointment, ...] = field(default=())

    def holds(self, role: str, organization: Organization | None = None, right: str = "") -> bool:
        """Whether the person has this role, in this organization if one is named, with this right if one is named."""
        return any(
            item.role == role
            and (organization is None or item.organization_id == organization.pk)
            and (not right or getattr(item, right))
            for item in self.appointments
        )

    def organizations_as(self, role: str, right: str = "") -> list[Organization]:
        """Every organization in which the person has this role, with this right if one is named."""
        rows = [item for item in self.appointments if item.role == role and (not right or getattr(item, right))]
        return list(dict.fromkeys(item.organization for item in rows if item.organization_id))

    @property
    def organization(self) -> Organization | None:
        """The organization for which the person speaks, if any."""
        return next((item.organization for item in self.appointments if item.organization_id), None)

    @property
    def is_secretary(self) -> bool:
        return self.holds(Role.SECRETARY)

    @property
    def is_member(self) -> bool:
        return self.holds(Role.MEMBER)

    @property
    def is_administrator(self) -> bool:
        return self.holds(Role.ADMINISTRATOR)

    @property
    def sees_drafts(self) -> bool:
        """Drafts are visible to all three secretaries and the administrator."""
        return self.is_secretary or self.is_administrator


def appointments_on(day: date | None = None) -> QuerySet[Appointment]:
    """Appointments of active accounts that hold on that day, today by default."""
    day = day or today()
    return Appointment.objects.filter(
        Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day, user__is_active=True
    ).select_related("organization", "user", "substitute_for__user")


def standing_of(user: Any) -> Standing:
    """The roles of a person today; nobody signed in, or a disabled account, has none."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Standing()
    if not hasattr(user, "_standing"):
        # Who is a substitute is rarely asked, and every page asks for the rest.
        rows = appointments_on().filter(user=user).select_related(None).select_related("organization")
        user._standing = Standing(tuple(_with_person(rows, user)))
    return user._standing


def _with_person(rows: QuerySet[Appointment], user: Any) -> Iterator[Appointment]:
    for row in rows:
        row.user = user
        yield row


def acts_as(user: Any, organization: str = "") -> str:
    """The name under which a person acts today, for the organization of this code if one is named: the role name, and
    for whom where every appointment that counts is a substitute's."""
    rows = standing_of(user).appointments
    rows = [row for row in rows if row.organization and row.organization.code == organization] or rows
    if rows and all(row.substitute_for_id for row in rows):
        return _("%(name)s, substitute for %(other)s") % {"name": user, "other": rows[0].substitute_for.user}
    return str(user)
