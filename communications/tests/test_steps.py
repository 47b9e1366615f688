"""The work plan as it goes on: what blocks a step, progress, baselines, reminders, files."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from communications.models import Step, StepReminder
from communications.queries.work_plan import moved_since, movement, state_of, steps_of
from communications.services.steps import note_progress, remind_of_steps
from communications.services.work_plan import complete_step, edit_step, reopen_step
from communications.services.work_plans import take_baseline
from communications.tests.factories import make_letter, make_step, make_work_plan
from core.dates import today
from core.moves import NotAllowed, Refused, WrongState
from post.models import Delivery, Notification


def days(number):
    return today() + timedelta(days=number)


def fresh(step):
    return steps_of(step.work_plan).get(pk=step.pk)


def test_a_step_is_blocked_by_what_it_waits_for_once_it_should_have_begun(cast):
    plan = make_work_plan(cast)
    first = make_step(cast, plan, title="Write the guide")
    running = make_step(cast, plan, depends_on=[first])
    late = make_step(cast, plan, depends_on=[first], due_on=days(-2))
    ahead = make_step(cast, plan, depends_on=[first], start_on=days(5))
    states = [state_of(fresh(step)) for step in (running, late, ahead)]
    assert [(state.kind, state.words) for state in states] == [
        ("blocked", "blocked by “Write the guide”"),
        ("late", "2 days late, blocked by “Write the guide”"),
        ("ahead", "not started"),
    ]
    complete_step(first, cast.iso_secretary)
    assert state_of(fresh(running)).kind == "running"


def test_no_step_waits_for_itself_over_any_number_of_others(cast):
    plan = make_work_plan(cast)
    first = make_step(cast, plan, title="A")
    second = make_step(cast, plan, title="B", depends_on=[first])
    third = make_step(cast, plan, title="C", depends_on=[second])
    for other in (first, second, third):
        with pytest.raises(Refused, match="“A” would wait for itself"):
            edit_step(first, cast.iso_secretary, first.version, depends_on=[other])
    assert list(first.depends_on.all()) == []
    edit_step(third, cast.iso_secretary, third.version, depends_on=[first, second])
    assert third.history.first().after == {"depends_on": "A, B"}
    foreign = make_step(cast, make_work_plan(cast, period="2030", title="Other"))
    with pytest.raises(Refused, match="same work plan"):
        edit_step(foreign, cast.iso_secretary, foreign.version, depends_on=[first])


def test_progress_is_said_by_those_in_charge_only(cast):
    step = make_step(cast, owners=[cast.IEC], person=cast.itu_t_member)
    note_progress(step, cast.iec_secretary, 40)
    assert note_progress(step, cast.itu_t_member, 60).progress == 60
    note_progress(step, cast.itu_t_member, 60)
    entries = step.history.filter(action="progress")
    assert [entry.text for entry in entries] == [
        f"noted that “{step.title}” is done to 60 per cent",
        f"noted that “{step.title}” is done to 40 per cent",
    ]
    for who in ("iso_secretary", "iec_member", "observer"):
        with pytest.raises(NotAllowed):
            note_progress(step, cast.fresh(who), 10)
    with pytest.raises(Refused, match="0 to 100"):
        note_progress(step, cast.iec_secretary, 101)
    complete_step(step, cast.iec_secretary)
    with pytest.raises(WrongState):
        note_progress(step, cast.iec_secretary, 10)


def test_a_baseline_says_what_moved_and_by_how_much(cast):
    plan = make_work_plan(cast)
    steps = [make_step(cast, plan) for _number in range(4)]
    baseline = take_baseline(plan, cast.iec_secretary, "As approved")
    assert movement(moved_since(baseline)) == "No milestone moved."
    for step, moved in zip(steps, (20, -10, 6), strict=False):
        edit_step(step, cast.iso_secretary, step.version, due_on=step.due_on + timedelta(days=moved))
    new = make_step(cast, plan)
    rows = moved_since(baseline)
    assert [(row.step, row.days) for row in rows] == [(steps[0], 20), (steps[1], -10), (steps[2], 6), (new, 0)]
    assert movement(rows) == "Three milestones moved, by 12 days on average. One step is new."
    with pytest.raises(Refused, match="already"):
        take_baseline(plan, cast.iso_secretary, "As approved")
    with pytest.raises(NotAllowed):
        take_baseline(plan, cast.iec_member, "Another")
    with pytest.raises(Refused, match="no steps"):
        take_baseline(make_work_plan(cast, period="2030", title="Empty"), cast.iso_secretary, "X")


def test_a_missed_milestone_reminds_those_responsible_only_and_once_per_distance(cast, monkeypatch):
    step = make_step(cast, owners=[cast.IEC], due_on=days(-1))
    make_step(cast, step.work_plan, due_on=days(3))
    done = make_step(cast, step.work_plan, due_on=days(-1))
    complete_step(done, cast.iso_secretary)
    assert (remind_of_steps(), remind_of_steps()) == (1, 0)
    assert list(Delivery.objects.values_list("address", flat=True)) == ["iec.secretary@spcg.example"]
    told = Notification.objects.get()
    assert (told.subject, told.url) == (f"“{step.title}” is 1 day late", step.get_absolute_url())
    assert "you are responsible" in told.reason
    monkeypatch.setattr("communications.services.steps.today", lambda: days(9))
    assert (remind_of_steps(), remind_of_steps()) == (2, 0), "the second step is six days late by then"
    assert sorted(StepReminder.objects.values_list("days", flat=True)) == [1, 1, 7]


def test_the_person_in_charge_is_reminded_instead_of_the_secretaries(cast):
    step = make_step(cast, owners=[cast.IEC, cast.ISO], person=cast.itu_t_member, due_on=days(-1))
    assert remind_of_steps() == 1
    assert Delivery.objects.get().address == cast.itu_t_member.email
    assert step.history.filter(action="remind").get().text == "reminded 1 person that it is 1 day late"


def test_a_new_date_begins_anew_and_an_old_plan_reminds_nobody(cast):
    step = make_step(cast, due_on=days(-1))
    remind_of_steps()
    edit_step(step, cast.iso_secretary, step.version, due_on=days(4))
    assert remind_of_steps() == 0
    make_step(cast, make_work_plan(cast, period="2030", title="Newer"))
    edit_step(step, cast.iso_secretary, fresh(step).version, due_on=days(-1))
    assert remind_of_steps() == 0, "only the current plan"
    ancient = make_step(
        cast, step.work_plan.__class__.objects.first(), due_on=date(2020, 12, 1), start_on=date(2020, 1, 1)
    )
    assert remind_of_steps() == 0
    assert ancient.reminders.count() == 0


def test_a_sent_letter_and_a_link_are_evidence(cast, client_of):
    letter = make_letter(cast, state="approved")
    type(letter).objects.filter(pk=letter.pk).update(state="sent")
    step = make_step(cast)
    client = client_of("iso_secretary")
    page = client.get(f"/communications/work-plan/steps/{step.pk}/complete/").content.decode()
    assert letter.subject in page
    data = {"on": "today", "evidence_letter": letter.pk, "evidence_link": "javascript:alert(1)"}
    assert "Enter a valid URL" in client.post(f"{step.get_absolute_url()}complete/", data).content.decode()
    data = {"on": str(today()), "evidence_letter": letter.pk, "evidence_link": "https://www.iec.ch/spcg"}
    client.post(f"{step.get_absolute_url()}complete/", data)
    shown = client.get(step.get_absolute_url()).content.decode()
    assert letter.get_absolute_url() in shown
    assert 'href="https://www.iec.ch/spcg"' in shown
    assert reopen_step(Step.objects.get(pk=step.pk), cast.iso_secretary).evidence_letter is None


def test_a_draft_letter_is_no_evidence(cast, client_of):
    letter = make_letter(cast, state="draft")
    step = make_step(cast)
    data = {"on": str(today()), "evidence_letter": letter.pk}
    page = client_of("iso_secretary").post(f"{step.get_absolute_url()}complete/", data).content.decode()
    assert "not one of the available choices" in page
    assert Step.objects.get(pk=step.pk).done_on is None


def test_the_plan_is_taken_away_as_workbook_and_csv(cast, client_of):
    plan = make_work_plan(cast)
    first = make_step(cast, plan, title="=1+1", channel="Web page", person=cast.iec_member)
    second = make_step(cast, plan, title="Next", depends_on=[first])
    note_progress(second, cast.iso_secretary, 30)
    client = client_of("observer")
    rows = list(csv.reader(StringIO(client.get("/communications/work-plan/export/csv/").content.decode("utf-8-sig"))))
    assert rows[1][:5] == ["'=1+1", "Convenors", "Web page", "ISO", "IEC member"]
    assert rows[2][8:11] == ["30", "", "=1+1"] or rows[2][8:11] == ["30", "", "'=1+1"]
    sheet = load_workbook(BytesIO(client.get("/communications/work-plan/export/xlsx/").content)).active
    assert sheet["A2"].data_type == "s"
    assert sheet["G2"].value.date() == first.due_on
    assert client.get("/communications/work-plan/export/pdf/").status_code == 404


def test_pages_of_progress_and_baseline(cast, client_of):
    step = make_step(cast, owners=[cast.IEC])
    client = client_of("iec_secretary")
    url = f"{step.get_absolute_url()}progress/"
    for bad in ("", "-1", "101", "x", "1e9", "\x00"):
        assert client.post(url, {"percent": bad}).status_code == 200
    assert client.post(url, {"percent": "55"}).status_code == 302
    assert "done to 55 per cent" in client.get("/communications/work-plan/").content.decode()
    assert client_of("iso_secretary").get(url).status_code == 404
    assert "Enter: Name." in client.post("/communications/work-plan/baseline/", {"name": ""}).content.decode()
    client.post("/communications/work-plan/baseline/", {"name": "As approved"})
    edit_step(step, cast.iso_secretary, Step.objects.get(pk=step.pk).version, due_on=step.due_on + timedelta(days=1))
    page = client.get("/communications/work-plan/").content.decode()
    assert "One milestone moved, by 1 day on average." in page
    assert "1 day later" in page


def test_the_number_of_queries_does_not_grow(cast, client_of, django_assert_max_num_queries):
    plan = make_work_plan(cast)
    first = make_step(cast, plan)
    take_baseline(plan, cast.iso_secretary, "B")
    client = client_of("iso_secretary")
    client.get("/communications/work-plan/")
    with django_assert_max_num_queries(100) as few:
        client.get("/communications/work-plan/")
    for _number in range(29):
        make_step(cast, plan, depends_on=[first], person=cast.iec_member)
    with django_assert_max_num_queries(len(few) + 1):
        client.get("/communications/work-plan/")
