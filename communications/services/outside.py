"""An organization that sends a letter by its own mail system: decided before the release, recorded after it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from communications.models import Letter, OutsideDispatch, Schedule
from communications.permissions import can_send_outside
from communications.queries import count_recipients
from core.dates import format_date, in_geneva
from core.history import record
from core.moves import AlreadyDone, NotAllowed, Refused, Stale, WrongState
from organizations.models import Organization
from post.services.left_out import leave_out

S = Letter.State


def _check(letter: Letter, organization: Organization, by: Any) -> None:
    if not can_send_outside(by, letter, organization):
        raise NotAllowed(
            _("Only a secretary of %(o)s with the right to send decides how %(o)s sends.") % {"o": organization}
        )


def _lock(letter: Letter) -> None:
    """An update is the lock: the decision and the release come one after the other, on both databases."""
    Letter.objects.filter(pk=letter.pk).update(edition=F("edition"))
    letter.refresh_from_db()


@transaction.atomic
def take_outside(letter: Letter, organization: Organization, by: Any) -> OutsideDispatch:
    """The organization will send the letter itself: the portal will not mail its recipients. Raises WrongState once
    the letter is released, AlreadyDone the second time, NotAllowed for another organization's secretary."""
    _check(letter, organization, by)
    _lock(letter)
    if letter.is_released or letter.state == S.WITHDRAWN:
        raise WrongState(_("This is decided before the letter is sent."))
    found, created = OutsideDispatch.objects.get_or_create(
        letter=letter, organization=organization, defaults={"decided_label": str(by)}
    )
    if not created:
        raise AlreadyDone(_("This has already been done."))
    text = _("decided that %(o)s sends the letter by its own mail system") % {"o": organization}
    record(letter, "outside", by, text, organization=organization.code)
    _tell_schedule(letter, -_count(letter, organization))
    return found


@transaction.atomic
def return_inside(letter: Letter, organization: Organization, by: Any) -> None:
    """The portal mails this organization's recipients after all. Raises WrongState once the letter is released."""
    _check(letter, organization, by)
    _lock(letter)
    if letter.is_released:
        raise WrongState(_("This is decided before the letter is sent."))
    deleted, _rows = letter.outside.filter(organization=organization).delete()
    if not deleted:
        raise AlreadyDone(_("This has already been done."))
    text = _("decided that the portal sends the letter of %(o)s") % {"o": organization}
    record(letter, "outside", by, text, organization=organization.code)
    _tell_schedule(letter, _count(letter, organization))


def _count(letter: Letter, organization: Organization) -> int:
    return count_recipients(letter).get(organization.code, 0)


def _tell_schedule(letter: Letter, more: int) -> None:
    """A planned release expects so many more or fewer: a decision on record is no surprise when its time comes. A new
    version, so that whoever has read the plan reads it again."""
    planned = Schedule.objects.filter(letter=letter, outcome=Schedule.Outcome.OPEN)
    planned.update(expected=Greatest(F("expected") + more, 0), version=F("version") + 1)


def leave_outside(letter: Letter) -> int:
    """At the release: the recipients of organizations that send it themselves stand in the ledger as left out. Returns
    how many the portal mails."""
    places = [item.organization.code for item in letter.outside.select_related("organization")]
    if places:
        leave_out(letter.mailing, places)
        Letter.objects.filter(pk=letter.pk).update(waiting_outside=len(places))
        letter.refresh_from_db()
    return letter.mailing.deliveries.exclude(group__in=places).count()


@transaction.atomic
def record_outside(dispatch: OutsideDispatch, by: Any, *, sent_on: date, recipients: int, note: str = "") -> None:
    """When, and to how many, the organization has sent the letter itself; said once. Raises Refused for a day before
    the release or in the future, AlreadyDone for the second time."""
    letter = dispatch.letter
    _check(letter, dispatch.organization, by)
    if not letter.is_released:
        raise WrongState(_("The letter is not released yet."))
    released = in_geneva(letter.sent_at).date()
    if not released <= sent_on <= in_geneva(timezone.now()).date():
        words = {"day": format_date(released)}
        raise Refused(_("The letter was released on %(day)s; enter a day from then until today.") % words)
    values = {"sent_on": sent_on, "recipients": recipients, "note": note}
    told = {"recorded_label": str(by), "recorded_at": timezone.now()}
    if not OutsideDispatch.objects.filter(pk=dispatch.pk, sent_on=None).update(**values, **told):
        raise AlreadyDone(_("This is on record already."))
    if not Letter.objects.filter(pk=letter.pk, waiting_outside__gt=0).update(waiting_outside=F("waiting_outside") - 1):
        raise Stale(_("Somebody else changed this at the same moment. Look at the page again."))
    words = {"o": dispatch.organization, "n": f"{recipients:,}", "day": format_date(sent_on)}
    text = _("recorded that %(o)s sent the letter itself on %(day)s to %(n)s recipients") % words
    record(letter, "outside", by, text, organization=dispatch.organization.code, after=values)
