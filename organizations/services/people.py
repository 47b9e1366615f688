"""Accounts and appointments; the role name that others read is kept on the account."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core.dates import format_date, today
from core.history import record
from core.models import SearchText, User
from core.moves import AlreadyDone, NotAllowed, Refused
from core.search import index
from organizations.models import Appointment, Organization
from organizations.permissions import can_administer
from organizations.services.invitations import invite
from organizations.services.sessions import end_sessions
from post.services.notices import notify


def check_administers(by: Any) -> None:
    """Raises NotAllowed for anybody but the administrator; `by` None is the portal or the command line."""
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
    to_on: date | None = None,
    **rights: bool,
) -> Appointment:
    """Opens an account for an address, or takes the one that it has, appoints the person and invites them to set a
    password. `by` None is the command line. The same appointment twice is one: AlreadyDone."""
    check_administers(by)
    user = account_of(email, label)
    if role in (Appointment.Role.SECRETARY, Appointment.Role.MEMBER) and organization is None:
        raise Refused(_("Choose the organization of a secretary or member."))
    if user.appointments.filter(role=role, organization=organization, closed_at__isnull=True).exists():
        raise AlreadyDone(_("This person holds this appointment already."))
    appointment = appoint(user, role, organization, by, from_on=from_on, to_on=to_on, label=label, **rights)
    _tell(appointment, by)
    return appointment


def _tell(appointment: Appointment, by: Any) -> None:
    """A new person gets an invitation; one who has a password is told, without a secret."""
    user = appointment.user
    if not user.has_usable_password():
        invite(user, by)
        return
    notify(
        [user],
        kind="invitation",
        subject=_("You are appointed: %(label)s") % {"label": default_label(appointment)},
        text=_("Your account of the SPCG portal has this appointment from now on. Sign in as before."),
        reason=_("You were appointed to SPCG."),
        url=reverse("home"),
        action=_("Sign in"),
        by=by,
        official=True,
    )


def account_of(email: str, label: str) -> User:
    """The account of an address, opened if there is none. Raises Refused for one that is closed."""
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
    to_on: date | None = None,
    substitute_for: Appointment | None = None,
    label: str = "",
    **rights: bool,
) -> Appointment:
    """Appoints a person; `by` None is the loader or the command line. The account's label and its right to open the
    administration follow from the role; open sessions end, so that the new rights hold from the next sign-in."""
    check_administers(by)
    values: dict[str, Any] = {"from_on": from_on} if from_on else {}
    _check_term(from_on or today(), to_on)
    appointment = Appointment.objects.create(
        user=user,
        role=role,
        organization=organization,
        to_on=to_on,
        substitute_for=substitute_for,
        **values,
        **rights,
    )
    user.label = label or user.label or default_label(appointment)
    user.is_staff = user.is_superuser = user.is_staff or role == Appointment.Role.ADMINISTRATOR
    user.save(update_fields=["label", "is_staff", "is_superuser"])
    if by is not None:
        record(user, "appoint", by, _("appointed as %(what)s") % {"what": _in_words(appointment)})
    end_sessions(user)
    index_person(user)
    return appointment


def index_person(user: User) -> None:
    """One search row per account: the role name, the address, the appointments. People are for the administrator."""
    roles = user.appointments.select_related("organization").order_by("pk")
    words = [user.email, *dict.fromkeys(default_label(appointment) for appointment in roles)]
    address = reverse("organizations:people")
    index("person", user.pk, str(user), "\n".join(words), address, SearchText.Audience.ADMINISTRATOR)


def _check_term(from_on: date, to_on: date | None) -> None:
    if to_on and to_on < from_on:
        raise Refused(_("The last day lies before the first, %(day)s.") % {"day": format_date(from_on)})


def _in_words(appointment: Appointment) -> str:
    words = default_label(appointment)
    if appointment.substitute_for:
        words = _("substitute for %(other)s") % {"other": appointment.substitute_for.user}
    if appointment.to_on:
        words = _("%(what)s until %(day)s") % {"what": words, "day": format_date(appointment.to_on)}
    return words


def default_label(appointment: Appointment) -> str:
    """ISO secretary, Administrator: an appointment as a role name."""
    role = str(appointment.get_role_display())
    return f"{appointment.organization} {role.lower()}" if appointment.organization else role


@transaction.atomic
def disable_account(user: User, by: Any) -> None:
    """A closed account can no longer sign in, and its sessions end. Nobody closes the own account."""
    check_administers(by)
    if user.pk == getattr(by, "pk", None):
        raise Refused(_("Another administrator closes your account."))
    if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
        raise AlreadyDone(_("The account is closed already."))
    user.refresh_from_db()
    if by is not None:
        record(user, "disable", by, _("closed the account"))
    end_sessions(user)
