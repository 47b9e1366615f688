"""Terms that end by themselves, substitutes, and the hand-over of what a person has in charge."""

from datetime import date, timedelta

import pytest

from communications.models import Step
from communications.services.work_plan import add_step
from communications.services.work_plans import open_work_plan
from core.dates import today
from core.history import record
from core.moves import AlreadyDone, NotAllowed, Refused
from meetings.models import Outcome
from meetings.tests.factories import make_meeting
from organizations.models import Appointment
from organizations.permissions import can_approve_for, can_send_for
from organizations.queries import standing_of
from organizations.services.people import appoint, open_account
from organizations.services.remarks import add_remark
from organizations.services.terms import appoint_substitute, end_appointment, end_terms, hand_over
from organizations.standing import acts_as
from organizations.tests.factories import make_appointment, make_user
from proposals.tests.factories import make_proposal

YESTERDAY, TOMORROW = (today() + timedelta(days=n) for n in (-1, 1))
RIGHTS = {"may_write": True, "may_approve": True, "may_send": True}


def substitute(cast, **more):
    values = {"email": "stand.in@spcg.example", "label": "Stand-in", "from_on": today(), "to_on": TOMORROW, **RIGHTS}
    held = cast.iso_secretary.appointments.get()
    return appoint_substitute(held, cast.administrator, **{**values, **more})


# Terms ---------------------------------------------------------------------------------------


def test_a_term_ends_by_itself_and_what_follows_happens_once(cast, client_of):
    user = make_user("For a time", is_staff=True, is_superuser=True)
    term = make_appointment(user, "administrator", to_on=YESTERDAY)
    make_appointment(user, "member", cast.ISO)
    assert [end_terms(), end_terms()] == [1, 0]
    user.refresh_from_db()
    term.refresh_from_db()
    assert not user.is_staff
    assert term.closed_at
    assert user.history.get().text.startswith("the appointment as Administrator ended on")
    assert user.history.get().actor_label == "SPCG portal"


def test_a_term_that_ends_closes_the_sessions(cast, client_of):
    """Seen red where the end of a term keeps them."""
    client = client_of("iso_member")
    cast.iso_member.appointments.update(to_on=YESTERDAY)
    end_terms()
    assert client.get("/settings/").status_code == 302


def test_a_last_day_holds_until_it_is_over(cast):
    cast.iso_member.appointments.update(to_on=today())
    assert end_terms() == 0
    assert standing_of(cast.iso_member).holds("member", cast.ISO)


def test_rights_of_an_administrator_last_to_the_last_day(cast):
    user = make_user("Second administrator")
    appointment = appoint(user, "administrator", None, cast.administrator)
    end_appointment(appointment, cast.administrator, TOMORROW)
    user.refresh_from_db()
    assert user.is_staff
    end_appointment(appointment, cast.administrator, today())
    with pytest.raises(AlreadyDone):
        end_appointment(appointment, cast.administrator, today())


def test_an_administrator_without_an_end_remains(cast):
    user = make_user("Second administrator")
    other = appoint(user, "administrator", None, cast.administrator, to_on=TOMORROW)
    with pytest.raises(Refused, match="one always remains"):
        end_appointment(cast.administrator.appointments.get(), user, TOMORROW)
    assert other.to_on == TOMORROW


def test_a_term_is_typed_at_the_appointment(cast, client_of):
    typed = {"email": "n@spcg.example", "label": "N", "role": "observer", "from_on": "1 January 2026"}
    client = client_of("administrator")
    wrong = client.post("/people/appoint/", {**typed, "to_on": "31 December 2025"}).content.decode()
    assert "The last day lies before the first." in wrong
    client.post("/people/appoint/", {**typed, "to_on": "31 December 2030"})
    assert Appointment.objects.get(user__email="n@spcg.example").to_on == date(2030, 12, 31)
    with pytest.raises(Refused):
        open_account(
            cast.administrator,
            email="m@spcg.example",
            label="M",
            role="observer",
            organization=None,
            from_on=today(),
            to_on=YESTERDAY,
        )


# Substitutes ---------------------------------------------------------------------------------


def test_a_substitute_acts_for_the_person_and_the_history_says_so(cast):
    made = substitute(cast)
    user = made.user
    assert can_approve_for(user, cast.ISO)
    assert acts_as(user, "ISO") == "Stand-in, substitute for ISO secretary"
    entry = record(cast.observer, "appoint", user, "did something", organization="ISO")
    assert entry.actor_label == "Stand-in, substitute for ISO secretary"
    assert {str(row.user) for row in made.user.notifications.all()} == {"Stand-in"}
    assert cast.iso_secretary.notifications.get().subject == "Substitute for ISO secretary"


def test_a_substitutes_comment_names_both(cast):
    user = substitute(cast).user
    remark, _new = add_remark(make_proposal(cast), user, "As agreed.")
    assert remark.author_label == "Stand-in, substitute for ISO secretary"


def test_somebody_who_holds_the_role_is_no_substitute(cast):
    substitute(cast, email=cast.iec_secretary.email)
    assert acts_as(cast.iec_secretary, "IEC") == "IEC secretary"
    assert acts_as(cast.iec_secretary, "ISO") == "IEC secretary, substitute for ISO secretary"


def test_a_substitute_has_no_right_that_the_person_lacks(cast):
    cast.iso_secretary.appointments.update(may_send=False)
    user = substitute(cast).user
    assert can_approve_for(user, cast.ISO)
    assert not can_send_for(user, cast.ISO)


def test_a_substitute_of_tomorrow_has_no_right_today(cast):
    user = substitute(cast, from_on=TOMORROW).user
    assert standing_of(user).appointments == ()


def test_the_end_of_an_appointment_ends_its_substitutes(cast):
    made = substitute(cast, to_on=today() + timedelta(days=60))
    end_appointment(made.substitute_for, cast.administrator, TOMORROW)
    made.refresh_from_db()
    assert made.to_on == TOMORROW


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "iso.secretary@spcg.example"}, "own substitute"),
        ({"from_on": date(2000, 1, 1)}, "holds on these days"),
        ({"to_on": YESTERDAY}, "before the first"),
    ],
)
def test_a_substitution_that_makes_no_sense_is_refused(cast, wrong, words):
    with pytest.raises(Refused, match=words):
        substitute(cast, **wrong)


def test_the_same_substitution_twice_is_one(cast, client_of):
    held = cast.iso_secretary.appointments.get()
    typed = {"email": "stand.in@spcg.example", "label": "Stand-in", "from_on": "1 January 2026"}
    typed |= {"to_on": "31 December 2030", "may_write": "on"}
    client = client_of("administrator")
    for _n in range(2):
        client.post(f"/people/appointments/{held.pk}/substitute/", typed)
    made = Appointment.objects.get(substitute_for=held)
    assert (made.may_write, made.may_send, made.role) == (True, False, "secretary")
    assert "substitute for ISO secretary" in client.get("/people/").content.decode()


def test_only_the_administrator_appoints_substitutes_and_hands_over(cast):
    held = cast.iso_secretary.appointments.get()
    with pytest.raises(NotAllowed):
        appoint_substitute(held, cast.iso_secretary, email="x@spcg.example", label="X", from_on=today(), to_on=TOMORROW)
    with pytest.raises(NotAllowed):
        hand_over(cast.iso_member, cast.iso_member2, cast.iso_secretary)


# Handing over --------------------------------------------------------------------------------


@pytest.fixture
def charged(cast):
    """The ISO member is in charge of one step and of one action."""
    plan = open_work_plan(cast.iso_secretary, title="Plan", period="2026")
    step = add_step(
        cast.iso_secretary,
        work_plan=plan,
        title="Webinar",
        audience="Chairs",
        owners=[cast.ISO],
        start_on=today(),
        due_on=TOMORROW,
        person=cast.iso_member,
    )
    meeting = make_meeting(number=99)
    action = Outcome.objects.create(
        meeting=meeting, position=1, kind="action", text="Write it down", owner_user=cast.iso_member
    )
    return step, action


def test_open_duties_move_in_one_step_with_history_and_one_notice(cast, client_of, charged):
    step, action = charged
    client = client_of("administrator")
    page = client.get(f"/people/{cast.iso_member.pk}/hand-over/").content.decode()
    assert "Webinar" in page
    assert "Write it down" in page
    assert "Hand over 2 duties" in page
    client.post(f"/people/{cast.iso_member.pk}/hand-over/", {"to": cast.iso_member2.pk})
    for record_of in (step, action):
        record_of.refresh_from_db()
    assert {step.person, action.owner_user} == {cast.iso_member2}
    assert step.history.first().text == "handed it over to Second ISO member"
    assert "Write it down" in action.meeting.history.first().text
    assert cast.iso_member.history.get().text == "handed 2 duties over to Second ISO member"
    notice = cast.iso_member2.notifications.get()
    assert "Webinar" in notice.text
    assert "Write it down" in notice.text


def test_what_is_done_stays_with_who_did_it(cast, charged):
    step, action = charged
    Step.objects.filter(pk=step.pk).update(done_on=today())
    Outcome.objects.filter(pk=action.pk).update(done_on=today())
    with pytest.raises(AlreadyDone):
        hand_over(cast.iso_member, cast.iso_member2, cast.administrator)
    step.refresh_from_db()
    assert step.person == cast.iso_member


def test_a_successor_holds_an_appointment(cast, charged):
    for wrong in (cast.outsider, cast.disabled, cast.iso_member):
        with pytest.raises(Refused):
            hand_over(cast.iso_member, wrong, cast.administrator)


def test_ending_an_appointment_leads_to_what_is_left(cast, client_of, charged):
    held = cast.iso_member.appointments.get()
    answer = client_of("administrator").post(f"/people/appointments/{held.pk}/end/", {"to_on": "1 January 2026"})
    assert answer.headers["Location"] == f"/people/{cast.iso_member.pk}/hand-over/"


def test_a_term_that_ends_with_open_duties_is_told_to_the_administrator(cast, charged):
    cast.iso_member.appointments.update(to_on=YESTERDAY)
    end_terms()
    notice = cast.administrator.notifications.get()
    assert notice.subject == "An appointment ended: ISO member"
    assert notice.url == f"/people/{cast.iso_member.pk}/hand-over/"


def test_page_of_a_person_takes_the_same_number_of_queries(cast, client_of, charged, django_assert_max_num_queries):
    client = client_of("administrator")
    client.get("/people/")
    with django_assert_max_num_queries(30):
        page = client.get(f"/people/{cast.iso_member.pk}/").content.decode()
    assert "Webinar" in page
