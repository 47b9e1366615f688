"""Terms: substitutes for a time, appointments that end, and what is then handed over."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import registry
from core.dates import format_date, today
from core.history import record
from core.models import User
from core.moves import AlreadyDone, NotAllowed, Refused
from organizations.models import Appointment
from organizations.queries import people
from organizations.services.invitations import invite
from organizations.services.people import account_of, appoint, check_administers, default_label
from organizations.services.sessions import end_sessions
from organizations.standing import Role, appointments_on
from post.services.notices import notify


@transaction.atomic
def appoint_substitute(
    appointment: Appointment, by: Any, *, email: str, label: str, from_on: date, to_on: date, **rights: bool
) -> Appointment:
    """Appoints somebody to the same role and organization for a time, as substitute for the person who holds it; each
    right only where that person has it. Raises Refused for days outside the term and for the person itself,
    AlreadyDone when the same is on record."""
    check_administers(by)
    user = account_of(email, label)
    if user.pk == appointment.user_id:
        raise Refused(_("Nobody is the own substitute. Enter another address."))
    if appointment.substitute_for_id or from_on < appointment.from_on:
        raise Refused(_("Choose an appointment that holds on these days."))
    if appointment.to_on and to_on > appointment.to_on:
        raise Refused(_("The appointment ends on %(day)s.") % {"day": format_date(appointment.to_on)})
    if appointment.substitutes.filter(user=user, from_on=from_on, to_on=to_on).exists():
        raise AlreadyDone(_("This person is the substitute already."))
    limited = {name: given and getattr(appointment, name) for name, given in rights.items()}
    made = appoint(
        user,
        appointment.role,
        appointment.organization,
        by,
        from_on=from_on,
        to_on=to_on,
        substitute_for=appointment,
        label=user.label,
        **limited,
    )
    _tell_substitute(made, by)
    return made


def _tell_substitute(appointment: Appointment, by: Any) -> None:
    words = {"other": appointment.substitute_for.user, "role": default_label(appointment)}
    notify(
        [appointment.user, appointment.substitute_for.user],
        kind="invitation",
        subject=_("Substitute for %(other)s") % words,
        lead=_("%(who)s stands in for %(other)s.") % {"who": appointment.user, **words},
        text=_("The history names both."),
        facts=[(_("From"), format_date(appointment.from_on)), (_("Until"), format_date(appointment.to_on))],
        reason=_("it concerns the appointment as %(role)s") % words,
        url=reverse("home"),
        action=_("Open the portal"),
        by=by,
        official=True,
    )
    if not appointment.user.has_usable_password():
        invite(appointment.user, by)


@transaction.atomic
def end_appointment(appointment: Appointment, by: Any, to_on: date) -> None:
    """Sets the last day of an appointment; open sessions of the person end at once. A day ahead may be moved as long
    as it has not come. Raises AlreadyDone when it has ended or ends that day, Refused for a day before it began, for
    the administrator's own appointment and for the last one without an end."""
    check_administers(by)
    if to_on < appointment.from_on:
        raise Refused(_("The appointment began on %(day)s.") % {"day": format_date(appointment.from_on)})
    _keep_an_administrator(appointment, by)
    open_rows = Appointment.objects.filter(pk=appointment.pk, closed_at__isnull=True)
    if not open_rows.exclude(to_on=to_on).exclude(to_on__lt=today()).update(to_on=to_on):
        raise AlreadyDone(_("This appointment has ended, or ends on that day already."))
    appointment.refresh_from_db()
    appointment.substitutes.filter(closed_at__isnull=True, from_on__lte=to_on, to_on__gt=to_on).update(to_on=to_on)
    if by is not None:
        words = {"what": default_label(appointment), "day": format_date(to_on)}
        record(appointment.user, "end", by, _("ended the appointment as %(what)s on %(day)s") % words)
    if to_on < today():
        _close(appointment, timezone.now())
    end_sessions(appointment.user)


def _keep_an_administrator(appointment: Appointment, by: Any) -> None:
    if appointment.role != Role.ADMINISTRATOR:
        return
    others = appointments_on().filter(role=Role.ADMINISTRATOR, to_on__isnull=True).exclude(user=appointment.user)
    if appointment.user_id == getattr(by, "pk", None) or not others.exists():
        raise Refused(_("Another administrator ends your appointment, so that one always remains."))


def _close(appointment: Appointment, at: datetime) -> bool:
    """What follows when the last day is over; once for each appointment."""
    if not Appointment.objects.filter(pk=appointment.pk, closed_at__isnull=True).update(closed_at=at):
        return False
    user = appointment.user
    if appointment.role == Role.ADMINISTRATOR:
        still = user.appointments.filter(Q(to_on__isnull=True) | Q(to_on__gte=today()), role=Role.ADMINISTRATOR)
        User.objects.filter(pk=user.pk).update(is_staff=still.exists(), is_superuser=still.exists())
    return True


def end_terms(at: datetime | None = None) -> int:
    """Closes every appointment whose last day is over: the account's rights follow, its sessions end, and the
    administrators hear what is left to hand over. Returns how many."""
    rows = Appointment.objects.filter(closed_at__isnull=True, to_on__lt=today())
    return sum(_end_term(row, at or timezone.now()) for row in rows.select_related("user", "organization"))


@transaction.atomic
def _end_term(appointment: Appointment, at: datetime) -> bool:
    if not _close(appointment, at):
        return False
    words = {"what": default_label(appointment), "day": format_date(appointment.to_on)}
    record(appointment.user, "end", None, _("the appointment as %(what)s ended on %(day)s") % words)
    end_sessions(appointment.user)
    number = len(registry.every("duties", appointment.user))
    if number and not appointment.substitute_for_id:
        _ask_for_successor(appointment, number)
    return True


def _ask_for_successor(appointment: Appointment, number: int) -> None:
    notify(
        people(Role.ADMINISTRATOR),
        kind="handover",
        subject=_("An appointment ended: %(person)s") % {"person": appointment.user},
        lead=ngettext("%(n)d open duty needs a successor.", "%(n)d open duties need a successor.", number)
        % {"n": number},
        text="",
        reason=_("you are the administrator"),
        url=reverse("organizations:hand_over", args=[appointment.user_id]),
        action=_("Hand over"),
        official=True,
    )


@transaction.atomic
def hand_over(person: User, to: User, by: Any) -> int:
    """Moves every open duty of a person to another in one step, with a line in each record's history and one notice.
    Returns how many. Raises Refused for a successor without an appointment, AlreadyDone when nothing is open."""
    check_administers(by)
    if by is None:
        raise NotAllowed(_("A person hands duties over."))
    if to.pk == person.pk or not appointments_on().filter(user=to).exists():
        raise Refused(_("Choose somebody else who holds an appointment today."))
    duties = registry.every("duties", person)
    number = sum(registry.tell("hand_over", person, to, by))
    if not number:
        raise AlreadyDone(_("Nothing is left to hand over."))
    words = {"n": number, "to": to}
    text = ngettext("handed %(n)d duty over to %(to)s", "handed %(n)d duties over to %(to)s", number) % words
    record(person, "hand_over", by, text, after={"duties": [duty.title for duty in duties]})
    notify(
        [to],
        kind="handover",
        subject=_("You take over from %(person)s") % {"person": person},
        lead=ngettext("%(n)d open duty is yours now.", "%(n)d open duties are yours now.", number) % words,
        text="\n\n".join(f"{duty.kind}: {duty.title}" for duty in duties),
        reason=_("the administrator handed open duties over to you"),
        url=reverse("home"),
        action=_("See what waits for you"),
        by=by,
        official=True,
    )
    return number
