"""Releasing a letter, and what a person does with it while it is being sent. The ledger is the post office's."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communications.acknowledging import links_for, others_words
from communications.enclosures import Enclosure, enclosures
from communications.mail import body_of, recipient_of
from communications.models import Letter, Schedule
from communications.permissions import is_portal
from communications.queries import count_recipients, current_approvals, problems, recipients
from communications.queries.letters import covers_of
from communications.services.acknowledgements import ask_acknowledgements, drop_acknowledgements
from communications.services.letters import index_letter
from communications.services.outside import leave_outside
from communications.services.records import Page, drop_pages, keep_pages, print_pages
from communications.workflow import ACTS, MOVES
from core.history import record
from core.moves import NotAllowed, Refused, Stale, WrongState, check, make
from organizations.queries import is_approved_by_all, standing_of
from post.models import Mailing
from post.services import mailings
from post.services.mailings import BodySpec, RecipientSpec, open_mailing
from post.services.notices import short_subject

ENDED = (Mailing.State.FINISHED, Mailing.State.ABORTED)


def send_letter(
    letter: Letter, by: Any, *, expected: int | None = None, leeway: float = 0, schedule: Schedule | None = None
) -> Letter:
    """Releases an approved letter: in one transaction the recipients, the covers as they are approved and one ledger
    row per organization and address are frozen; sending begins after the hold. `expected` is the number that stood
    on the button, `leeway` the part of it by which contacts may have changed since; `schedule` the plan that is
    carried out, any other ends. Raises AlreadyDone for the second click, NotAllowed without the right to send,
    Refused while something is wrong or the number has changed."""
    check(letter, MOVES["send"], by)
    _refuse_faulty(letter)
    # Rendering takes seconds: before the transaction.
    edition, files, pages = letter.edition, enclosures(letter), print_pages(letter)
    return _release(letter, by, files, pages, edition, expected=expected, leeway=leeway, schedule=schedule)


@transaction.atomic
def _release(
    letter: Letter,
    by: Any,
    files: list[Enclosure],
    pages: list[Page],
    edition: int,
    *,
    expected: int | None,
    leeway: float,
    schedule: Schedule | None,
) -> Letter:
    _claim(letter, by)
    _end_schedule(letter, schedule)
    if letter.edition != edition:
        raise Stale(_("The letter has been changed since. Look at it again before you send it."))
    if not is_approved_by_all(current_approvals(letter)):
        raise WrongState(_("The letter is not approved by all three organizations as it stands now."))
    counts = {code: number for code, number in count_recipients(letter).items() if number}
    bodies = {cover.organization.code: body_of(letter, cover, files) for cover in covers_of(letter)}
    with_link = links_for(letter)
    mailing = open_mailing(
        Mailing.Kind.LETTER,
        f"letter-{letter.pk}",
        letter.subject,
        bodies=[body for group, body in bodies.items() if group in counts],
        recipients=(with_link(recipient_of(contact), contact) for contact in recipients(letter).iterator()),
    )
    # Counted after they were frozen: a number that was not on the button undoes all of it.
    Letter.objects.filter(pk=letter.pk).update(mailing=mailing)
    letter.refresh_from_db()
    frozen = leave_outside(letter)
    _refuse_surprise(letter, frozen, expected, leeway)
    keep_pages(letter, pages)
    ask_acknowledgements(letter)
    _copy_to(by, letter, bodies)
    text = ngettext("sent the letter to %(n)s recipient", "sent the letter to %(n)s recipients", frozen)
    record(letter, "send", by, text % {"n": f"{frozen:,}"}, after={"recipients": frozen, "edition": letter.edition})
    index_letter(letter)
    return letter


def _claim(letter: Letter, by: Any) -> None:
    """The second of two clicks at one instant finds the letter released: that is AlreadyDone, not an error."""
    try:
        make(letter, MOVES["send"], by, sent_at=timezone.now(), sent_label=str(by))
    except Stale:
        letter.refresh_from_db()
        check(letter, MOVES["send"], by)
        raise


def _end_schedule(letter: Letter, schedule: Schedule | None) -> None:
    """A plan is carried out only as it was read; one that somebody forestalls ends as well."""
    planned = Schedule.objects.filter(letter=letter, outcome=Schedule.Outcome.OPEN)
    if schedule is None:
        planned.update(outcome=Schedule.Outcome.OVERTAKEN, ended_at=timezone.now())
    elif not planned.filter(pk=schedule.pk, version=schedule.version).update(
        outcome=Schedule.Outcome.SENT, ended_at=timezone.now()
    ):
        raise Stale(_("Somebody moved or cancelled the schedule."))


def _refuse_faulty(letter: Letter) -> None:
    faults = problems(letter)
    if faults:
        raise Refused(" ".join(faults))


def _refuse_surprise(letter: Letter, found: int, expected: int | None, leeway: float) -> None:
    # Where every organization sends it itself the portal mails nobody, and keeps the record.
    if not letter.mailing.recipients:
        raise Refused(_("Nobody receives this letter. Change its audience."))
    if expected is not None and abs(found - expected) > leeway * expected:
        raise Refused(
            _("The audience has changed: %(found)d recipients instead of %(expected)d. Check it again.")
            % {"found": found, "expected": expected}
        )


def _copy_key(letter: Letter) -> str:
    return f"letter-copy-{letter.pk}"


def _copy_to(by: Any, letter: Letter, bodies: dict[str, BodySpec]) -> None:
    """The sender always gets a copy, with the cover of the own organization; it waits for the undo like the letter."""
    organization = standing_of(by).organization
    body = bodies.get(getattr(organization, "code", "")) or next(iter(bodies.values()))
    subject = short_subject(_("Copy: %(subject)s") % {"subject": letter.subject})
    open_mailing(
        Mailing.Kind.LETTER,
        _copy_key(letter),
        subject,
        bodies=[replace(body, subject=subject)],
        recipients=[_sample_recipient(by, body.group)],
    )


def _sample_recipient(user: Any, group: str) -> RecipientSpec:
    values = {"committee": _("your committee"), **others_words()}
    return RecipientSpec(user.email, str(user), group=group, account=user, values=values)


@transaction.atomic
def undo_letter(letter: Letter, by: Any) -> Letter:
    """Takes a letter back while it is held: nothing was sent, and it is approved as before. Raises WrongState once
    the hold is over, be it only for the sender's copy: a copy of a letter that did not go would be a lie."""
    check(letter, MOVES["undo"], by)
    mailings.undo_mailing(letter.mailing, by)
    for copy in Mailing.objects.filter(key=_copy_key(letter), undone_at=None):
        mailings.undo_mailing(copy, by)
    drop_acknowledgements(letter)
    drop_pages(letter)
    make(letter, MOVES["undo"], by, mailing=None, sent_at=None, sent_label="", waiting_outside=0)
    record(letter, "undo", by, _("took the letter back before anything was sent"))
    index_letter(letter)
    return letter


@transaction.atomic
def pause_letter(letter: Letter, by: Any) -> Letter:
    """Stops sending after the message that is on its way; every recipient keeps the place."""
    return _act(letter, by, "pause", mailings.pause_mailing, _("paused the sending"))


@transaction.atomic
def resume_letter(letter: Letter, by: Any) -> Letter:
    """Goes on sending where the pause began."""
    return _act(letter, by, "resume", mailings.resume_mailing, _("resumed the sending"))


@transaction.atomic
def abort_letter(letter: Letter, by: Any) -> Letter:
    """Ends the sending for good; whoever has not got the letter yet does not get it, and the ledger says who."""
    return _act(letter, by, "abort", mailings.abort_mailing, _("stopped the sending for good"))


@transaction.atomic
def send_missing(letter: Letter, by: Any) -> int:
    """Tries those again to whom the letter could not be sent, and only those; returns how many."""
    check(letter, ACTS["missing"], by)
    count = mailings.send_missing(letter.mailing, by)
    if count:
        text = ngettext("sent it again to %(n)d recipient", "sent it again to %(n)d recipients", count)
        record(letter, "missing", by, text % {"n": count})
    letter.refresh_from_db()
    return count


def _act(letter: Letter, by: Any, name: str, act: Callable[[Mailing, Any], None], text: str) -> Letter:
    check(letter, ACTS[name], by)
    act(letter.mailing, by)
    record(letter, name, by, text)
    letter.refresh_from_db()
    return letter


def finish_letters(by: None = None) -> int:
    """Marks the letters whose mailing has ended as sent, and returns how many; only the portal itself does so."""
    if not is_portal(by):
        raise NotAllowed(_("A letter is finished when its mailing is."))
    rows = Letter.objects.filter(state=Letter.State.SENDING, mailing__state__in=ENDED, waiting_outside=0)
    return sum(_finish(letter) for letter in rows.select_related("mailing"))


@transaction.atomic
def _finish(letter: Letter) -> bool:
    try:
        make(letter, MOVES["finish"], None)
    except Stale:
        return False
    record(letter, "finish", None, _("finished sending the letter"))
    return True


@transaction.atomic
def send_test(letter: Letter, by: Any, *, token: uuid.UUID | None = None) -> int:
    """Sends one real mail per cover to the person's own address, and returns how many; the same token again sends
    nothing."""
    check(letter, ACTS["test"], by)
    files = enclosures(letter)
    bodies = [body_of(letter, cover, files) for cover in covers_of(letter)]
    tests = [
        replace(body, subject=short_subject(_("Test: %(subject)s") % {"subject": letter.subject})) for body in bodies
    ]
    key = f"letter-test-{letter.pk}-{token or uuid.uuid4()}"
    if Mailing.objects.filter(kind=Mailing.Kind.NOTICE, key=key).exists():
        return len(tests)
    rows = [_sample_recipient(by, body.group) for body in tests]
    open_mailing(Mailing.Kind.NOTICE, key, letter.subject, bodies=tests, recipients=rows)
    record(letter, "test", by, _("sent a test to the own address"))
    return len(tests)
