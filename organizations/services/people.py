"""Accounts and appointments; the role name that others read is kept on the account."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from core.models import User
from core.moves import NotAllowed
from organizations.models import Appointment, Organization
from organizations.permissions import can_administer


def _check(by: Any) -> None:
    if by is not None and not can_administer(by):
        raise NotAllowed(_("The administrator appoints people."))


@transaction.atomic
def appoint(
    user: User,
    role: str,
    organization: Organization | None,
    by: Any,
    *,
    from_on: date | None = None,
    label: str = "",
    **rights: bool,
) -> Appointment:
    """Appoints a person; `by` None is the loader. The account's label and its right to open the administration
    follow from the role."""
    _check(by)
    values: dict[str, Any] = {"from_on": from_on} if from_on else {}
    appointment = Appointment.objects.create(user=user, role=role, organization=organization, **values, **rights)
    user.label = label or user.label or _default_label(appointment)
    user.is_staff = user.is_superuser = user.is_staff or role == Appointment.Role.ADMINISTRATOR
    user.save(update_fields=["label", "is_staff", "is_superuser"])
    end_sessions(user)
    return appointment


def _default_label(appointment: Appointment) -> str:
    role = str(appointment.get_role_display())
    return f"{appointment.organization} {role.lower()}" if appointment.organization else role


@transaction.atomic
def end_appointment(appointment: Appointment, by: Any, to_on: date) -> None:
    """Ends an appointment; open sessions of the person end at once."""
    _check(by)
    appointment.to_on = to_on
    appointment.save(update_fields=["to_on"])
    user = appointment.user
    if appointment.role == Appointment.Role.ADMINISTRATOR:
        user.is_staff = user.is_superuser = False
        user.save(update_fields=["is_staff", "is_superuser"])
    end_sessions(user)


@transaction.atomic
def disable_account(user: User, by: Any) -> None:
    """A disabled account can no longer sign in, and its sessions end."""
    _check(by)
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)


def end_sessions(user: User) -> None:
    """Deletes the person's sessions: rights that changed take effect now."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
