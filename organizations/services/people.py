"""Accounts and appointments; the role name that others read is kept on the account."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core.dates import format_date
from core.history import record
from core.models import SearchText, User
from core.moves import AlreadyDone, NotAllowed, Refused
from core.search import index
from organizations.models import Appointment, Organization
from organizations.permissions import can_administer
from post.services.notices import notify


def _check(by: Any) -> None:
    if by is not None and not can_administer(by):
        raise NotAllowed(_("The administrator appoints people."))


@transaction.atomic
def open_account(
    by: Any,
    *,
    email: str,
    label: str,
    role: str,
    organization: Organization | None,
    from_on: date | None = None,
    **rights: bool,
) -> Appointment:
    """Opens an account for an address, or takes the one that it has, appoints the person and tells them how to set a
    password. `by` None is the command line. The same appointment twice is one: AlreadyDone.

    The mail carries no secret: the link that sets the password is asked for by its owner and works once."""
    _check(by)
    user = _account(email, label)
    if role in (Appointment.Role.SECRETARY, Appointment.Role.MEMBER) and organization is None:
        raise Refused(_("Choose the organization of a secretary or member."))
    if user.appointments.filter(role=role, organization=organization, to_on__isnull=True).exists():
        raise AlreadyDone(_("This person holds this appointment already."))
    appointment = appoint(user, role, organization, by, from_on=from_on, label=label, **rights)
    notify(
        [user],
        kind="invitation",
        subject=_("You are appointed: %(label)s") % {"label": label},
        text=_("Your account of the SPCG portal is open under this address. Set your password, then sign in."),
        reason=_("You were appointed to SPCG."),
        url="/accounts/password/reset/",
        action=_("Set my password"),
        by=by,
        official=True,
    )
    return appointment


def _account(email: str, label: str) -> User:
    known = User.objects.filter(email__iexact=email).first()
    if known and not known.is_active:
        raise Refused(_("The account of this address is closed."))
    if known:
        return known
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, None, label=label)
    except IntegrityError:
        # Somebody opened it at the same instant.
        return User.objects.get(email__iexact=email)
    return user


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
    """Appoints a person; `by` None is the loader or the command line. The account's label and its right to open the
    administration follow from the role; open sessions end, so that the new rights hold from the next sign-in."""
    _check(by)
    values: dict[str, Any] = {"from_on": from_on} if from_on else {}
    appointment = Appointment.objects.create(user=user, role=role, organization=organization, **values, **rights)
    user.label = label or user.label or _default_label(appointment)
    user.is_staff = user.is_superuser = user.is_staff or role == Appointment.Role.ADMINISTRATOR
    user.save(update_fields=["label", "is_staff", "is_superuser"])
    if by is not None:
        record(user, "appoint", by, _("appointed as %(what)s") % {"what": _default_label(appointment)})
    end_sessions(user)
    index_person(user)
    return appointment


def index_person(user: User) -> None:
    """One search row per account: the role name, the address, the appointments. People are for the administrator."""
    roles = user.appointments.select_related("organization").order_by("pk")
    words = [user.email, *dict.fromkeys(_default_label(appointment) for appointment in roles)]
    address = reverse("organizations:people")
    index("person", user.pk, str(user), "\n".join(words), address, SearchText.Audience.ADMINISTRATOR)


def _default_label(appointment: Appointment) -> str:
    role = str(appointment.get_role_display())
    return f"{appointment.organization} {role.lower()}" if appointment.organization else role


@transaction.atomic
def end_appointment(appointment: Appointment, by: Any, to_on: date) -> None:
    """Ends an appointment; open sessions of the person end at once. Raises AlreadyDone when it has ended, Refused for
    a day before it began, and for the administrator's own last appointment."""
    _check(by)
    if to_on < appointment.from_on:
        raise Refused(_("The appointment began on %(day)s.") % {"day": format_date(appointment.from_on)})
    if appointment.user_id == getattr(by, "pk", None) and appointment.role == Appointment.Role.ADMINISTRATOR:
        raise Refused(_("Another administrator ends your appointment, so that one always remains."))
    if not Appointment.objects.filter(pk=appointment.pk, to_on__isnull=True).update(to_on=to_on):
        raise AlreadyDone(_("This appointment has an end already."))
    appointment.refresh_from_db()
    user = appointment.user
    if appointment.role == Appointment.Role.ADMINISTRATOR:
        user.is_staff = user.is_superuser = False
        user.save(update_fields=["is_staff", "is_superuser"])
    if by is not None:
        words = {"what": _default_label(appointment), "day": format_date(to_on)}
        record(user, "end", by, _("ended the appointment as %(what)s on %(day)s") % words)
    end_sessions(user)


@transaction.atomic
def disable_account(user: User, by: Any) -> None:
    """A closed account can no longer sign in, and its sessions end. Nobody closes the own account."""
    _check(by)
    if user.pk == getattr(by, "pk", None):
        raise Refused(_("Another administrator closes your account."))
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        raise AlreadyDone(_("The account is closed already."))
    user.refresh_from_db()
    if by is not None:
        record(user, "disable", by, _("closed the account"))
    end_sessions(user)


def end_sessions(user: User) -> None:
    """Deletes the person's sessions: rights that changed take effect now."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
