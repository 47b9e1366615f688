"""A letter that goes at a day and time: planned, moved, cancelled, and checked again when its time has come."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from communications.models import Letter, Schedule
from communications.queries import last_refusal, open_schedule, waiting
from communications.services import schedules
from communications.services.dispatch import send_letter, undo_letter
from communications.services.letters import edit_cover, edit_letter, withdraw_letter
from communications.services.schedules import (
    reschedule_letter,
    schedule_letter,
    send_due_letters,
    unschedule_letter,
)
from communications.tests.factories import approve, make_letter
from core.dates import in_geneva
from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, WrongState
from organizations.models import Contact
from organizations.tests.factories import make_contact
from post.models import Mailing, Notification


def soon(**more):
    return timezone.now() + timedelta(**more or {"hours": 2})


def plan(cast, letter=None, **overrides):
    letter = letter or make_letter(cast, "approved")
    schedule_letter(letter, cast.fresh("iec_secretary"), **{"due_at": soon(), "expected": 3, **overrides})
    return letter


def pass_time(minutes=1):
    """The planned time was so many minutes ago."""
    Schedule.objects.update(due_at=timezone.now() - timedelta(minutes=minutes))


def state_of(letter):
    return Letter.objects.get(pk=letter.pk).state


def test_scheduled_letter_goes_at_its_time_and_not_before(cast):
    letter = plan(cast)
    assert (send_due_letters(), state_of(letter)) == (0, "approved")
    pass_time()
    assert (send_due_letters(), send_due_letters(), state_of(letter)) == (1, 0, "sending")
    letter.refresh_from_db()
    assert (letter.mailing.state, letter.mailing.recipients) == (Mailing.State.HELD, 3)
    assert letter.sent_label == "IEC secretary"
    assert Schedule.objects.get().outcome == "sent"
    assert list(letter.history.values_list("action", flat=True)[:2]) == ["send", "schedule"]


def test_what_went_as_scheduled_is_taken_back_and_scheduled_anew(cast):
    letter = plan(cast)
    pass_time()
    send_due_letters()
    letter.refresh_from_db()
    undo_letter(letter, cast.fresh("iec_secretary"))
    assert (state_of(letter), open_schedule(letter), last_refusal(letter)) == ("approved", None, None)
    plan(cast, letter)
    assert open_schedule(letter)


def test_scheduling_needs_the_right_to_send(cast):
    letter = make_letter(cast, "approved")
    cast.iec_secretary.appointments.update(may_send=False)
    for who in ("iec_secretary", "iec_member", "administrator", "observer"):
        with pytest.raises(NotAllowed):
            schedule_letter(letter, cast.fresh(who), due_at=soon(), expected=3)
    with pytest.raises(NotAllowed):
        send_due_letters(cast.fresh("iso_secretary"))
    assert Schedule.objects.count() == 0


def test_only_an_approved_letter_is_scheduled(cast):
    with pytest.raises(WrongState):
        plan(cast, make_letter(cast, "for_approval"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"due_at": timezone.now() - timedelta(seconds=1)}, "This time has passed"),
        ({"due_at": timezone.now() + timedelta(days=800)}, "within a year"),
        ({"expected": 2}, "3 recipients instead of 2"),
    ],
)
def test_schedule_refuses_a_wrong_time_and_a_wrong_number(cast, change, words):
    with pytest.raises(Refused, match=words):
        plan(cast, **change)
    assert Schedule.objects.count() == 0


def test_second_click_is_one_schedule_and_another_time_is_refused(cast):
    due_at = soon()
    letter = plan(cast, due_at=due_at)
    with pytest.raises(AlreadyDone):
        plan(cast, letter, due_at=due_at)
    with pytest.raises(WrongState, match="is scheduled already"):
        plan(cast, letter, due_at=due_at + timedelta(hours=1))
    assert Schedule.objects.count() == letter.history.filter(action="schedule").count() == 1


def test_moved_letter_goes_at_the_new_time(cast):
    letter = plan(cast)
    planned, later = open_schedule(letter), soon(days=3)
    reschedule_letter(letter, cast.fresh("iso_secretary"), planned.version, due_at=later, expected=3)
    with pytest.raises(Conflict):
        reschedule_letter(letter, cast.fresh("iec_secretary"), planned.version, due_at=soon(days=4), expected=3)
    assert (open_schedule(letter).due_at, open_schedule(letter).by) == (later, cast.iso_secretary)
    letter.refresh_from_db()
    assert letter.planned_on == in_geneva(later).date()
    assert letter.history.first().action == "reschedule"


def test_cancelled_letter_does_not_go(cast):
    letter = plan(cast)
    unschedule_letter(letter, cast.fresh("iso_secretary"))
    with pytest.raises(AlreadyDone):
        unschedule_letter(letter, cast.fresh("iso_secretary"))
    pass_time()
    assert (send_due_letters(), state_of(letter)) == (0, "approved")


def test_plan_that_was_moved_while_it_was_carried_out_does_not_go(cast, monkeypatch):
    """The worker has read the plan; before it sends, a person moves it."""
    letter = plan(cast)
    pass_time()

    def moved_first(*args, **kwargs):
        planned = open_schedule(letter)
        reschedule_letter(letter, cast.fresh("iso_secretary"), planned.version, due_at=soon(), expected=3)
        return send_letter(*args, **kwargs)

    monkeypatch.setattr(schedules, "send_letter", moved_first)
    assert (send_due_letters(), state_of(letter)) == (0, "approved")
    assert Mailing.objects.filter(kind="letter").count() == 0
    assert open_schedule(letter).due_at > timezone.now()


def refused(letter):
    pass_time()
    assert send_due_letters() == 0
    assert Mailing.objects.filter(kind="letter").count() == 0
    assert letter.history.first().action == "refuse"
    letter.refresh_from_db()
    return last_refusal(letter).reason


def test_letter_changed_since_does_not_go_and_those_who_may_send_are_told(cast):
    letter = plan(cast)
    letter.refresh_from_db()
    edit_letter(letter, cast.iso_secretary, letter.version, body="Changed.")
    assert refused(letter) == "It was changed and is not approved as it stands now; missing: ISO, IEC, ITU-T."
    told = Notification.objects.filter(kind="letter_refused")
    assert sorted(str(row.user) for row in told) == ["IEC secretary", "ISO secretary", "ITU-T secretary"]
    assert "missing: ISO, IEC, ITU-T" in told[0].text


def test_change_of_one_cover_holds_the_letter_until_that_organization_approves_again(cast):
    letter = plan(cast)
    cover = letter.covers.get(organization=cast.ISO)
    edit_cover(cover, cast.iso_secretary, cover.version, reference="TMB/12")
    letter.refresh_from_db()
    approve(cast, letter, cast.ISO, "iso_secretary")
    pass_time()
    assert (send_due_letters(), state_of(letter)) == (1, "sending")


def test_letter_of_somebody_who_lost_the_right_does_not_go(cast):
    letter = plan(cast)
    cast.iec_secretary.appointments.update(may_send=False)
    assert refused(letter) == "IEC secretary, who scheduled it, no longer has the right to send."


def test_audience_that_has_changed_much_does_not_get_the_letter(cast):
    letter = plan(cast)
    make_contact(cast.ISO)
    assert "4 recipients instead of 3" in refused(letter)


def test_one_contact_more_among_many_does_not_stop_it(cast):
    for _number in range(20):
        make_contact(cast.ISO)
    plan(cast, expected=20)
    make_contact(cast.IEC)
    pass_time()
    assert send_due_letters() == 1
    assert Letter.objects.get().mailing.recipients == 21


def test_nobody_left_to_write_to(cast):
    letter = plan(cast)
    Contact.objects.update(active=False)
    assert "Nobody receives this letter" in refused(letter)


def test_time_long_past_is_no_reason_to_send_today(cast):
    letter = plan(cast)
    pass_time(minutes=13 * 60)
    assert send_due_letters() == 0
    assert "was not at work at the planned time" in last_refusal(letter).reason


def test_letter_in_trouble_does_not_stop_the_next(cast, monkeypatch):
    first, second = plan(cast), plan(cast)
    pass_time()

    def breaks(letter, *args, **kwargs):
        if letter == first:
            raise OSError("disk full")
        return send_letter(letter, *args, **kwargs)

    monkeypatch.setattr(schedules, "send_letter", breaks)
    assert send_due_letters() == 1
    assert (state_of(first), state_of(second)) == ("approved", "sending")
    monkeypatch.undo()
    assert (send_due_letters(), state_of(first)) == (1, "sending")


def test_sent_by_hand_or_withdrawn_ends_the_schedule(cast):
    by_hand, withdrawn = plan(cast), plan(cast)
    send_letter(by_hand, cast.fresh("iec_secretary"), expected=3)
    withdraw_letter(withdrawn, cast.fresh("iso_secretary"), reason="Not needed")
    assert set(Schedule.objects.values_list("outcome", flat=True)) == {"overtaken"}
    pass_time()
    assert send_due_letters() == 0


def test_scheduled_letter_waits_for_nobody(cast):
    letter = plan(cast)
    assert waiting(cast.fresh("iec_secretary")) == []
    unschedule_letter(letter, cast.fresh("iec_secretary"))
    assert [row.action for row in waiting(cast.fresh("iec_secretary"))] == ["Check and send"]


# Pages ----------------------------------------------------------------------------------------


def url(name, letter):
    return reverse(f"communications:{name}", args=[letter.pk])


def test_scheduling_by_form(cast, client_of):
    letter = make_letter(cast, "approved")
    client = client_of("iec_secretary")
    assert url("schedule", letter) in client.get(url("check", letter)).content.decode()
    day = in_geneva(soon(days=2)).date()
    form = {"day": day.isoformat(), "clock": "9.30", "expected": 3}
    for _click in range(2):
        assert client.post(url("schedule", letter), form).url == letter.get_absolute_url()
    planned = Schedule.objects.get()
    assert in_geneva(planned.due_at).strftime("%Y-%m-%d %H:%M") == f"{day} 09:30"
    page = client.get(letter.get_absolute_url()).content.decode()
    assert "Scheduled for" in page
    assert "Cancel the schedule" in page
    assert client.get(url("schedule", letter)).url == url("reschedule", letter)
    assert 'value="09:30"' in client.get(url("reschedule", letter)).content.decode()
    assert "Cancel the schedule" not in client_of("iso_member").get(letter.get_absolute_url()).content.decode()
    client.post(url("unschedule", letter))
    assert open_schedule(letter) is None
    assert client.get(url("reschedule", letter)).url == letter.get_absolute_url()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"day": ""}, "This field is required."),
        ({"day": "soon"}, "Enter a date"),
        ({"day": "2020-11-25"}, "not in the past"),
        ({"clock": "25:00"}, "Enter a time"),
        ({"clock": ""}, "This field is required."),
        ({"day": "2099-01-01"}, "within a year"),
        ({"expected": "2"}, "3 recipients instead of 2"),
        ({"day": "2027-03-28", "clock": "02:30"}, "does not exist on that day"),
    ],
)
def test_bad_schedule_is_refused_and_kept(cast, client_of, change, error):
    letter = make_letter(cast, "approved")
    form = {"day": in_geneva(soon(days=2)).date().isoformat(), "clock": "09:00", "expected": 3, **change}
    page = client_of("iec_secretary").post(url("schedule", letter), form).content.decode()
    assert error in page
    assert form["clock"] in page
    assert 'name="expected" value="3"' in page
    assert Schedule.objects.count() == 0


def test_moving_in_conflict_shows_what_the_colleague_chose(cast, client_of):
    letter = plan(cast)
    client = client_of("iec_secretary")
    planned = open_schedule(letter)
    reschedule_letter(letter, cast.fresh("iso_secretary"), planned.version, due_at=soon(days=5), expected=3)
    form = {"day": in_geneva(soon(days=2)).date().isoformat(), "clock": "09:00", "expected": 3, "version": 1}
    page = client.post(url("reschedule", letter), form).content.decode()
    assert "Somebody changed this" in page
    assert 'name="version" value="2"' in page
    assert client.post(url("reschedule", letter), {**form, "version": 2}).status_code == 302
    assert in_geneva(open_schedule(letter).due_at).hour == 9


def test_page_says_why_the_letter_did_not_go(cast, client_of):
    letter = plan(cast)
    letter.refresh_from_db()
    edit_letter(letter, cast.iso_secretary, letter.version, body="Changed.")
    page = client_of("iec_secretary").get(letter.get_absolute_url()).content.decode()
    assert "It does not go unless all three" in page
    refused(letter)
    page = client_of("iec_secretary").get(letter.get_absolute_url()).content.decode()
    assert "It did not go on" in page
    assert "missing: ISO, IEC, ITU-T" in page


@pytest.mark.parametrize("who", ["iso_member", "observer", "administrator", "outsider"])
def test_schedule_does_not_exist_for_those_who_may_not_send(cast, client_of, who):
    letter = make_letter(cast, "approved")
    for name in ("schedule", "reschedule"):
        assert client_of(who).get(url(name, letter)).status_code == 404
