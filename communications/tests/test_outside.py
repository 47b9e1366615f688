"""Organizations that send a letter by their own mail system, together with a schedule, and all three at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from communications.models import Letter, OutsideDispatch, Schedule
from communications.queries import last_refusal, open_schedule
from communications.services.dispatch import finish_letters, send_letter, undo_letter
from communications.services.outside import record_outside, return_inside, take_outside
from communications.services.schedules import schedule_letter, send_due_letters
from communications.tests.factories import make_letter
from core.dates import today
from core.moves import Refused, Stale
from organizations.tests.factories import make_contact
from post.models import MailboxMessage, Mailing
from post.services.dispatch import send_due

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stored_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def plan(cast, letter: Letter, expected: int = 3) -> Schedule:
    due_at = timezone.now() + timedelta(hours=1)
    return schedule_letter(letter, cast.fresh("iso_secretary"), due_at=due_at, expected=expected)


def pass_time() -> None:
    Schedule.objects.update(due_at=timezone.now() - timedelta(minutes=1))


def states_of(letter: Letter) -> dict[str, str]:
    letter.refresh_from_db()
    return dict(letter.mailing.deliveries.values_list("group", "state"))


def take_all(cast, letter: Letter) -> None:
    for place, name in ((cast.ISO, "iso"), (cast.IEC, "iec"), (cast.ITU_T, "itu_t")):
        take_outside(letter, place, cast.fresh(f"{name}_secretary"))


def test_planned_after_the_decision_counts_only_whom_the_portal_mails(cast):
    letter = make_letter(cast, "approved")
    take_outside(letter, cast.IEC, cast.iec_secretary)
    with pytest.raises(Refused, match="2 recipients instead of 3"):
        plan(cast, letter)
    plan(cast, letter, expected=2)
    pass_time()
    assert send_due_letters() == 1
    assert states_of(letter) == {"ISO": "waiting", "IEC": "skipped", "ITU-T": "waiting"}
    assert (letter.mailing.recipients, letter.waiting_outside) == (3, 1)


def test_a_decision_after_planning_is_no_surprise_at_the_time(cast):
    letter = make_letter(cast, "approved")
    plan(cast, letter)
    take_outside(letter, cast.IEC, cast.iec_secretary)
    assert open_schedule(letter).expected == 2
    pass_time()
    assert send_due_letters() == 1
    assert states_of(letter)["IEC"] == "skipped"


def test_a_decision_taken_back_after_planning_is_no_surprise_either(cast):
    letter = make_letter(cast, "approved")
    take_outside(letter, cast.IEC, cast.iec_secretary)
    plan(cast, letter, expected=2)
    return_inside(letter, cast.IEC, cast.fresh("iec_secretary"))
    assert open_schedule(letter).expected == 3
    pass_time()
    assert send_due_letters() == 1
    assert set(states_of(letter).values()) == {"waiting"}


def test_another_tenth_of_those_the_portal_mails_still_stops_it(cast):
    """Twenty recipients of the organization outside do not hide that the others have grown by half."""
    for _number in range(20):
        make_contact(cast.IEC)
    for place in (cast.ISO, cast.ITU_T):
        make_contact(place)
    letter = make_letter(cast, "approved")
    plan(cast, letter, expected=22)
    take_outside(letter, cast.IEC, cast.iec_secretary)
    make_contact(cast.ISO)
    pass_time()
    assert send_due_letters() == 0
    assert "3 recipients instead of 2" in last_refusal(letter).reason


def test_those_outside_may_grow_as_they_like(cast):
    letter = make_letter(cast, "approved")
    plan(cast, letter)
    take_outside(letter, cast.IEC, cast.iec_secretary)
    for _number in range(9):
        make_contact(cast.IEC)
    pass_time()
    assert send_due_letters() == 1
    letter.refresh_from_db()
    assert letter.mailing.deliveries.filter(state="skipped").count() == 10


def test_who_has_read_the_plan_before_the_decision_reads_it_again(cast):
    letter = make_letter(cast, "approved")
    read = plan(cast, letter)
    take_outside(letter, cast.IEC, cast.iec_secretary)
    with pytest.raises(Stale):
        send_letter(Letter.objects.get(pk=letter.pk), cast.iso_secretary, expected=3, leeway=1, schedule=read)
    assert open_schedule(letter)


def test_all_three_outside_release_the_packs_and_mail_nobody(cast, client_of):
    letter = make_letter(cast, "approved")
    take_all(cast, letter)
    client = client_of("iso_secretary")
    page = client.get(reverse("communications:check", args=[letter.pk])).content.decode()
    assert "the portal mails nobody" in page
    assert "Release for sending outside" in page
    client.post(reverse("communications:send", args=[letter.pk]), {"expected": 0})
    assert set(states_of(letter).values()) == {"skipped"}
    Mailing.objects.update(hold_until=timezone.now() - timedelta(seconds=1))
    send_due()
    assert set(MailboxMessage.objects.values_list("subject", flat=True)) >= {f"Copy: {letter.subject}"[:70]}
    assert not MailboxMessage.objects.filter(subject=letter.subject).exists()
    assert finish_letters() == 0
    for dispatch in OutsideDispatch.objects.all():
        name = f"{dispatch.organization.slug.replace('-', '_')}_secretary"
        path = reverse("communications:pack", args=[letter.pk, dispatch.organization.slug])
        assert client_of(name).get(path).status_code == 200
        record_outside(dispatch, cast.fresh(name), sent_on=today(), recipients=1)
    assert finish_letters() == 1
    assert Letter.objects.get(pk=letter.pk).state_words == "Sent"


def test_all_three_outside_are_scheduled_and_taken_back_like_any_letter(cast, client_of):
    letter = make_letter(cast, "approved")
    take_all(cast, letter)
    form = {"day": (today() + timedelta(days=2)).isoformat(), "clock": "09:00", "expected": 0}
    client_of("iec_secretary").post(reverse("communications:schedule", args=[letter.pk]), form)
    pass_time()
    assert send_due_letters() == 1
    letter.refresh_from_db()
    undo_letter(letter, cast.fresh("iso_secretary"))
    assert (letter.state, letter.waiting_outside) == ("approved", 0)


def test_nobody_in_the_audience_is_still_refused(cast):
    letter = make_letter(cast, "approved")
    take_all(cast, letter)
    for place in (cast.ISO, cast.IEC, cast.ITU_T):
        place.contacts.update(active=False)
    with pytest.raises(Refused, match="Nobody receives this letter"):
        send_letter(letter, cast.iso_secretary)
