"""The work plan: states by date, who marks a step, what Home and the reports ask."""

import uuid
from datetime import date, timedelta

import pytest

from communications.models import Step
from communications.queries import deadlines, state_of, summary, uses, waiting
from communications.queries.work_plan import recent_step_entries
from communications.services.plan import set_plan
from communications.services.work_plan import add_step, complete_step, edit_step, reopen_step
from communications.services.work_plans import edit_work_plan, open_work_plan, take_baseline
from communications.tests.factories import make_revision, make_step, make_work_plan
from communications.timeline import draw
from core.dates import moment, today
from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, WrongState

DAY = date(2020, 12, 2)


@pytest.mark.parametrize(
    ("start", "due", "done", "kind", "words"),
    [
        (date(2020, 10, 1), date(2020, 11, 30), None, "late", "2 days late"),
        (date(2020, 10, 1), date(2020, 12, 1), None, "late", "1 day late"),
        (date(2020, 10, 1), date(2020, 12, 2), None, "soon", "due today"),
        (date(2020, 10, 1), date(2020, 12, 16), None, "soon", "due in 14 days"),
        (date(2020, 10, 1), date(2020, 12, 17), None, "running", "on time"),
        (date(2020, 12, 2), date(2020, 12, 17), None, "running", "on time"),
        (date(2020, 12, 3), date(2020, 12, 17), None, "ahead", "not started"),
        (date(2020, 10, 1), date(2020, 11, 30), date(2020, 11, 30), "done", "reached"),
        (date(2020, 10, 1), date(2020, 11, 30), date(2020, 12, 2), "done", "reached, 2 days late"),
    ],
)
def test_state_of_a_step_follows_from_its_dates(start, due, done, kind, words):
    state = state_of(Step(start_on=start, due_on=due, done_on=done), DAY)
    assert (state.kind, state.words) == (kind, words)


def test_summary_counts_in_a_sentence(cast):
    plan = make_work_plan(cast)
    late = {"start_on": today() - timedelta(days=9), "due_on": today() - timedelta(days=1)}
    steps = [
        make_step(cast, plan),
        make_step(cast, plan, audience="Technical boards", **late),
        complete_step(make_step(cast, plan), cast.iso_secretary),
    ]
    assert summary(steps) == "3 steps for two audiences. 1 is reached, 1 is late."
    assert summary(steps[:1]) == "1 step for one audience."


def test_add_step_needs_dates_in_order_and_somebody_responsible(cast):
    with pytest.raises(Refused, match="cannot lie before the start"):
        make_step(cast, start_on=DAY, due_on=DAY - timedelta(days=1))
    with pytest.raises(Refused, match="at least one organization"):
        make_step(cast, owners=[])
    assert Step.objects.count() == 0


def test_add_step_twice_with_one_token_is_one_step(cast):
    token = uuid.uuid4()
    plan = make_work_plan(cast)
    assert make_step(cast, plan, token=token).pk == make_step(cast, plan, token=token).pk


def test_steps_keep_the_order_in_which_they_were_added(cast):
    plan = make_work_plan(cast)
    steps = [make_step(cast, plan) for _number in range(3)]
    assert list(plan.steps.all()) == steps


@pytest.mark.parametrize("who", ["iso_member", "observer", "administrator", "outsider"])
def test_plans_are_kept_by_writing_secretaries(cast, who):
    plan = make_work_plan(cast)
    step = make_step(cast, plan)
    person = cast.fresh(who)
    values = {"title": "T", "audience": "A", "owners": [cast.ISO], "start_on": DAY, "due_on": DAY}
    for act in (
        lambda: set_plan(person, title="T", purpose="P", key_messages=""),
        lambda: open_work_plan(person, title="T", period="2030"),
        lambda: edit_work_plan(plan, person, plan.version, title="T", revision=None),
        lambda: take_baseline(plan, person, "B"),
        lambda: add_step(person, work_plan=plan, **values),
        lambda: edit_step(step, person, step.version, title="X"),
        lambda: complete_step(step, person),
        lambda: reopen_step(step, person),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_step_is_marked_by_a_secretary_responsible_only(cast):
    step = make_step(cast, owners=[cast.IEC, cast.ITU_T])
    with pytest.raises(NotAllowed, match="Only a secretary of IEC, ITU-T"):
        complete_step(step, cast.iso_secretary)
    complete_step(step, cast.itu_t_secretary, evidence="Sent.")
    assert (step.done_on, step.evidence) == (today(), "Sent.")
    assert step.history.first().actor_label == "ITU-T secretary"


def test_complete_twice_is_one_effect(cast):
    step = make_step(cast)
    complete_step(step, cast.iso_secretary)
    with pytest.raises(AlreadyDone):
        complete_step(step, cast.iso_secretary)
    assert step.history.filter(action="complete").count() == 1


def test_milestone_is_not_reached_in_the_future(cast):
    with pytest.raises(Refused, match="in the future"):
        complete_step(make_step(cast), cast.iso_secretary, on=today() + timedelta(days=1))


def test_reopen_keeps_day_and_evidence_in_the_history(cast):
    step = complete_step(make_step(cast), cast.iso_secretary, on=DAY, evidence="Sent.")
    reopen_step(step, cast.iso_secretary, reason="wrong step")
    assert (step.done_on, step.evidence) == (None, "")
    entry = step.history.first()
    assert entry.before == {"reached on": "2020-12-02", "evidence": "Sent."}
    assert entry.text.endswith(": wrong step")
    with pytest.raises(WrongState):
        reopen_step(step, cast.iso_secretary)


def test_edit_step_by_two_people_is_a_conflict(cast):
    step = make_step(cast)
    opened_at = step.version
    edit_step(step, cast.iec_secretary, opened_at, owners=[cast.IEC])
    with pytest.raises(Conflict):
        edit_step(step, cast.iso_secretary, opened_at, owners=[cast.ISO])
    with pytest.raises(Conflict):
        edit_step(step, cast.iso_secretary, opened_at, title="Mine")
    entry = step.history.first()
    assert (entry.before, entry.after) == ({"owners": "ISO"}, {"owners": "IEC"})


def test_edit_without_a_change_writes_nothing(cast):
    step = make_step(cast)
    edit_step(step, cast.iso_secretary, step.version, title=step.title, owners=[cast.ISO])
    assert (step.version, step.history.count()) == (1, 1)


def test_loading_the_past_keeps_its_moment(cast):
    at = moment(DAY)
    step = make_step(cast, start_on=DAY, due_on=DAY, at=at)
    complete_step(step, cast.iec_secretary, at=at)
    assert step.done_on == DAY
    assert set(step.history.values_list("at", flat=True)) == {at}


def step_due(cast, days, **overrides):
    due = today() + timedelta(days=days)
    return make_step(cast, start_on=today() - timedelta(days=400), due_on=due, title=f"{days}", **overrides)


def test_waiting_holds_what_is_due_within_30_days_or_late_by_fewer_than_60(cast):
    for days in (-100, -60, -59, -1, 0, 30, 31):
        step_due(cast, days)
    complete_step(step_due(cast, 5), cast.iso_secretary)
    step_due(cast, 6, owners=[cast.IEC])
    assert [row.title for row in waiting(cast.fresh("iso_secretary"))] == ["-59", "-1", "0", "30"]
    assert [row.title for row in waiting(cast.fresh("iec_secretary"))] == ["6"]
    assert waiting(cast.fresh("iso_member")) == []


def test_step_of_two_organizations_waits_once(cast):
    step_due(cast, 3, owners=[cast.ISO, cast.IEC])
    assert [row.organization for row in waiting(cast.fresh("iso_secretary"))] == ["ISO, IEC"]


def test_deadlines_are_the_open_milestones_of_everybody(cast):
    for days in (-1, 0, 9, 31):
        step_due(cast, days)
    until = today() + timedelta(days=30)
    assert [row.title for row in deadlines(cast.fresh("observer"), until)] == ["0", "9"]
    assert deadlines(cast.fresh("outsider"), until) == []


def test_documents_know_the_plans_and_steps_that_use_them(cast):
    revision = make_revision()
    set_plan(cast.iso_secretary, title="Plan", purpose="", key_messages="", revision=revision)
    plan = make_work_plan(cast, revision=revision)
    step = complete_step(make_step(cast, plan), cast.iso_secretary, evidence_revision=revision)
    assert [label for label, _url in uses(revision)] == ["Plan", str(plan), str(step)]


def test_history_of_steps_is_for_appointed_readers(cast):
    make_step(cast)
    assert recent_step_entries(cast.observer).count() == 1
    assert recent_step_entries(cast.outsider).count() == 0


def test_timeline_places_days_on_whole_months():
    step = Step(audience="A", start_on=date(2020, 10, 1), due_on=date(2020, 11, 30))
    timeline = draw([step], date(2020, 10, 31))
    ((_audience, (bar,)),) = timeline.groups
    assert (bar.x, bar.width) == ("0.00%", "100.00%")
    assert timeline.today == f"{100 * 30 / 61:.2f}%"
    assert timeline.months == [("0.00%", "Oct"), (f"{100 * 31 / 61:.2f}%", "Nov")]
    assert draw([step], date(2021, 3, 1)).today == ""
    assert draw([]) is None


def test_timeline_of_many_years_stays_readable():
    steps = [Step(audience="A", start_on=date(2020, 1, 1), due_on=date(2029, 12, 31))]
    timeline = draw(steps, DAY)
    assert timeline.months == []
    assert [year for _x, year in timeline.years] == [str(year) for year in range(2020, 2030)]
