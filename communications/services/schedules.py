"""Releasing a letter at a day and time: planned, moved, cancelled by a person; what is due is sent by the portal."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from communications.models import Letter, Schedule
from communications.permissions import is_portal
from communications.queries import count_mailed, open_schedule, problems, waiting_for
from communications.services.dispatch import send_letter
from communications.services.notices import tell_refused
from communications.workflow import ACTS
from core.dates import format_moment, in_geneva
from core.history import record
from core.models import User
from core.moves import AlreadyDone, NotAllowed, Refused, Stale, WrongState, check, save_version

logger = logging.getLogger(__name__)
S, Outcome = Letter.State, Schedule.Outcome
# A letter whose time passed while the portal stood still goes only as long as its date is still true.
LATEST = timedelta(hours=12)
FARTHEST = timedelta(days=366)
# Contacts come and go between planning and release; a greater difference is for a person to look at.
LEEWAY = 0.1


@transaction.atomic
def schedule_letter(letter: Letter, by: Any, *, due_at: datetime, expected: int) -> Schedule:
    """Plans the release of an approved letter. `expected` is the number of recipients that the person saw. Raises
    AlreadyDone for the second click, Refused for a time that has passed, another number or a fault of the letter."""
    _lock(letter)
    check(letter, ACTS["schedule"], by)
    _refuse_time(due_at)
    _refuse_number(letter, expected)
    if planned := open_schedule(letter):
        if planned.due_at == due_at:
            raise AlreadyDone(_("This has already been done."))
        raise WrongState(_("The letter is scheduled already: %(when)s.") % {"when": format_moment(planned.due_at)})
    made = Schedule.objects.create(letter=letter, due_at=due_at, expected=expected, by=by, by_label=str(by))
    text = _("scheduled the letter for %(when)s") % {"when": format_moment(due_at)}
    record(letter, "schedule", by, text, after={"due_at": due_at, "recipients": expected})
    _plan_day(letter, due_at)
    return made


@transaction.atomic
def reschedule_letter(letter: Letter, by: Any, version: int, *, due_at: datetime, expected: int) -> Schedule:
    """Moves the release to another time. Raises Conflict when somebody moved it in between."""
    _lock(letter)
    check(letter, ACTS["reschedule"], by)
    planned = _planned(letter)
    _refuse_time(due_at)
    _refuse_number(letter, expected)
    before = planned.due_at
    if save_version(planned, version, due_at=due_at, expected=expected, by=by, by_label=str(by)):
        words = {"old": format_moment(before), "new": format_moment(due_at)}
        text = _("moved the letter from %(old)s to %(new)s") % words
        record(letter, "reschedule", by, text, before={"due_at": before}, after={"due_at": due_at})
        _plan_day(letter, due_at)
    return planned


@transaction.atomic
def unschedule_letter(letter: Letter, by: Any) -> Letter:
    """Cancels the planned release; the letter stays approved and is sent by hand or scheduled anew."""
    _lock(letter)
    check(letter, ACTS["unschedule"], by)
    planned = open_schedule(letter)
    if planned is None or not _end(planned, Outcome.CANCELLED):
        raise AlreadyDone(_("This has already been done."))
    text = _("cancelled the schedule for %(when)s") % {"when": format_moment(planned.due_at)}
    record(letter, "unschedule", by, text, before={"due_at": planned.due_at})
    return letter


def send_due_letters(by: None = None) -> int:
    """Releases every letter whose time has come, with everything checked again, and returns how many went. One that
    may not go stays, its schedule ends with the reason, and those who may send are told; none stops the next."""
    if not is_portal(by):
        raise NotAllowed(_("Scheduled letters are sent by the portal."))
    rows = Schedule.objects.filter(outcome=Outcome.OPEN, due_at__lte=timezone.now())
    return sum(_send(row) for row in rows.select_related("letter").order_by("due_at", "pk"))


def _send(planned: Schedule) -> bool:
    letter, person = planned.letter, User.objects.get(pk=planned.by_id)
    try:
        if timezone.now() > planned.due_at + LATEST:
            raise Refused(_("The portal was not at work at the planned time, and the day has passed."))
        send_letter(letter, person, expected=planned.expected, leeway=LEEWAY, schedule=planned)
    except (AlreadyDone, Stale):
        return False  # a colleague was faster by an instant: the next pass finds what stands
    except Refused as error:
        _refuse(planned, _why(planned, error))
        return False
    except Exception:
        logger.exception("letter %s could not be released; it is tried again", letter.pk)
        return False
    return True


def _why(planned: Schedule, error: Refused) -> str:
    letter = Letter.objects.get(pk=planned.letter_id)
    if isinstance(error, NotAllowed):
        return _("%(who)s, who scheduled it, no longer has the right to send.") % {"who": planned.by_label}
    if letter.state == S.FOR_APPROVAL:
        names = ", ".join(str(item) for item in waiting_for(letter))
        return _("It was changed and is not approved as it stands now; missing: %(names)s.") % {"names": names}
    return str(error)


@transaction.atomic
def _refuse(planned: Schedule, reason: str) -> None:
    if not _end(planned, Outcome.REFUSED, reason):
        return
    letter = planned.letter
    words = {"when": format_moment(planned.due_at), "reason": reason}
    record(letter, "refuse", None, _("did not send the letter scheduled for %(when)s: %(reason)s") % words)
    tell_refused(letter, planned, reason)


def _end(planned: Schedule, outcome: str, reason: str = "") -> bool:
    """Compare-and-swap: whoever moved or cancelled it first has won."""
    rows = Schedule.objects.filter(pk=planned.pk, outcome=Outcome.OPEN, version=planned.version)
    return bool(rows.update(outcome=outcome, reason=reason, ended_at=timezone.now()))


def _planned(letter: Letter) -> Schedule:
    planned = open_schedule(letter)
    if planned is None:
        raise WrongState(_("The letter is not scheduled any more."))
    return planned


def _refuse_time(due_at: datetime) -> None:
    if due_at <= timezone.now():
        raise Refused(_("This time has passed. Choose a later one, or send the letter now."))
    if due_at > timezone.now() + FARTHEST:
        raise Refused(_("Choose a time within a year."))


def _refuse_number(letter: Letter, expected: int) -> None:
    faults = problems(letter)
    found = sum(count_mailed(letter).values())
    if not faults and found != expected:
        words = {"found": found, "expected": expected}
        faults = [_("The audience has changed: %(found)d recipients instead of %(expected)d. Check it again.") % words]
    if faults:
        raise Refused(" ".join(faults))


def _lock(letter: Letter) -> None:
    """An update is the lock: two clicks come one after the other, on both databases."""
    Letter.objects.filter(pk=letter.pk).update(edition=F("edition"))
    letter.refresh_from_db()


def _plan_day(letter: Letter, due_at: datetime) -> None:
    """Lists and deadlines say the day on which it goes."""
    day = in_geneva(due_at).date()
    if letter.planned_on != day:
        save_version(letter, letter.version, planned_on=day)
