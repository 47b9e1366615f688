"""A step added by mistake is withdrawn: it stays on record, counts nowhere, and can be reopened."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communications.models import Step, StepEntry
from communications.queries import deadlines, state_of, summary, waiting
from communications.queries.duties import duties
from communications.queries.references import resolve
from communications.queries.settled import settled
from communications.queries.work_plan import late_steps, moved_since, movement, steps_of, withdrawn_steps
from communications.services.duties import hand_over
from communications.services.steps import note_progress, remind_of_steps
from communications.services.work_plan import complete_step, edit_step, reopen_step, withdraw_step
from communications.services.work_plans import take_baseline
from communications.step_table import rows_of
from communications.tests.factories import make_step, make_work_plan
from communications.timeline import draw
from core.dates import today
from core.models import SearchText
from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, WrongState
from core.tests.at_once import at_once
from post.models import Notification
from spcg_portal.reindex import rebuild_search

SECRETARIES = {"iso_secretary", "iec_secretary", "itu_t_secretary"}
CAST = [*SECRETARIES, "iso_member", "iec_member", "observer", "administrator", "outsider", "disabled"]
STATES = ("open", "reached", "withdrawn")
# The step is IEC's, with an ITU-T member in charge. move: (from which states, by whom)
EXPECTED = {
    "withdraw": ({"open"}, SECRETARIES),
    "edit": ({"open", "reached"}, SECRETARIES),
    "complete": ({"open"}, {"iec_secretary"}),
    "progress": ({"open"}, {"iec_secretary", "itu_t_member"}),
    "reopen": ({"reached", "withdrawn"}, {}),
}
REOPENED_BY = {"open": {"iec_secretary"}, "reached": {"iec_secretary"}, "withdrawn": SECRETARIES}
ACTS = {
    "withdraw": lambda step, by: withdraw_step(step, by, reason="a mistake"),
    "edit": lambda step, by: edit_step(step, by, step.version, note="Other."),
    "complete": complete_step,
    "progress": lambda step, by: note_progress(step, by, 50),
    "reopen": lambda step, by: reopen_step(step, by, reason="wanted after all"),
}


def url(name, *args):
    return reverse(f"communications:{name}", args=args)


def withdraw(cast, step, reason="added twice"):
    return withdraw_step(step, cast.iso_secretary, reason=reason)


def bring(cast, step, state):
    if state == "reached":
        complete_step(step, cast.iec_secretary)
    if state == "withdrawn":
        withdraw(cast, step)


def outcome(step, verb, person):
    try:
        with transaction.atomic():
            ACTS[verb](Step.objects.get(pk=step.pk), person)
            transaction.set_rollback(True)
    except NotAllowed:
        return "person"
    except WrongState:
        return "state"
    return "yes"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.django_db
def test_moves_of_a_step_are_open_in_these_states_to_these_people_only(cast, state):
    step = make_step(cast, owners=[cast.IEC], person=cast.itu_t_member)
    bring(cast, step, state)
    found, wanted = {}, {}
    for who in [*CAST, "itu_t_member"]:
        for verb, (sources, people) in EXPECTED.items():
            people = people or REOPENED_BY[state]
            found[who, verb] = outcome(step, verb, cast.fresh(who))
            wanted[who, verb] = "person" if who not in people else "yes" if state in sources else "state"
    assert found == wanted


@pytest.mark.django_db
def test_a_secretary_without_the_right_to_write_withdraws_nothing(cast):
    step, person = make_step(cast), cast.fresh("iso_secretary")
    person.appointments.update(may_write=False)
    with pytest.raises(NotAllowed):
        withdraw_step(step, cast.fresh("iso_secretary"), reason="a mistake")


@pytest.mark.django_db
def test_a_reason_is_required_twice_is_once_and_all_of_it_is_on_record(cast):
    step = make_step(cast, title="Print the guide")
    make_step(cast, step.work_plan, title="Post it", depends_on=[step])
    for nothing in ("", "  "):
        with pytest.raises(Refused, match="Say why"):
            withdraw(cast, step, nothing)
    withdraw(cast, step)
    with pytest.raises(AlreadyDone):
        withdraw(cast, step)
    entry = StepEntry.objects.get(action="withdraw")
    assert (entry.text, entry.actor_label) == ("withdrew “Print the guide”: added twice", "ISO secretary")
    assert entry.before == {"state": "on time"}
    assert entry.after == {"state": "withdrawn", "no longer waited for by": "Post it"}
    reopen_step(step, cast.iec_secretary, reason="wanted after all")
    entry = step.history.first()
    assert entry.text == "reopened “Print the guide”: wanted after all"
    assert (entry.before, entry.after) == ({"state": "withdrawn", "reason": "added twice"}, {"state": "on time"})
    assert (step.withdrawn_at, step.withdrawn_reason) == (None, "")
    with pytest.raises(WrongState):
        reopen_step(step, cast.iso_secretary)


@pytest.mark.django_db
def test_a_withdrawn_step_counts_nowhere(cast):
    """Seen red with the withdrawn steps among the standing ones."""
    person = cast.iec_secretary
    step = make_step(cast, owners=[cast.IEC], person=person, due_on=today() - timedelta(days=1))
    soon = make_step(cast, step.work_plan, owners=[cast.IEC], due_on=today() + timedelta(days=3), title="Soon")
    withdraw(cast, step)
    withdraw(cast, soon)
    plan, reader, until = step.work_plan, cast.fresh("iec_secretary"), today() + timedelta(days=30)
    steps = list(steps_of(plan))
    assert steps == []
    assert list(rows_of(steps)) == []
    assert draw(steps) is None
    assert summary(steps).startswith("0 steps")
    assert waiting(reader) == []
    assert deadlines(reader, until) == []
    assert late_steps() == 0
    assert remind_of_steps() == 0
    assert duties(person) == []
    assert hand_over(person, cast.iso_member, cast.administrator) == 0
    assert not SearchText.objects.filter(kind="step").exists()
    with pytest.raises(Refused, match="no steps"):
        take_baseline(plan, cast.iso_secretary, "As approved")
    assert list(withdrawn_steps(plan)) == [soon, step]


@pytest.mark.django_db
def test_an_index_written_anew_and_a_withdrawal_agree(cast):
    step, other = make_step(cast, title="Print the guide"), make_step(cast, title="Stays")
    withdraw(cast, step)
    rebuild_search()
    assert list(SearchText.objects.filter(kind="step").values_list("title", flat=True)) == [other.title]
    reopen_step(step, cast.iso_secretary)
    assert SearchText.objects.filter(kind="step", key=str(step.pk)).exists()


@pytest.mark.django_db
def test_a_withdrawn_step_blocks_nothing_and_is_waited_for_again_when_reopened(cast):
    first = make_step(cast, title="First")
    second = make_step(cast, first.work_plan, title="Second", depends_on=[first])

    def state():
        return state_of(steps_of(first.work_plan).get(pk=second.pk)).words

    assert state() == "blocked by “First”"
    withdraw(cast, first)
    assert state() == "on time"
    assert state_of(Step.objects.get(pk=second.pk)).words == "on time", "also as a page that prefetches nothing has it"
    (row,) = rows_of(steps_of(first.work_plan))
    assert "First" not in row
    second.refresh_from_db()
    edit_step(second, cast.iso_secretary, second.version, depends_on=[], note="Edited meanwhile.")
    reopen_step(first, cast.iso_secretary)
    assert state() == "blocked by “First”"


@pytest.mark.django_db
def test_nothing_comes_to_wait_for_a_withdrawn_step_nor_for_itself_when_one_is_reopened(cast):
    first = make_step(cast, title="First")
    middle = make_step(cast, first.work_plan, title="Middle", depends_on=[first])
    last = make_step(cast, first.work_plan, title="Last", depends_on=[middle])
    withdraw(cast, middle)
    with pytest.raises(Refused, match="“Middle” is withdrawn"):
        edit_step(first, cast.iso_secretary, first.version, depends_on=[middle])
    with pytest.raises(Refused, match="“Middle” is withdrawn"):
        make_step(cast, first.work_plan, depends_on=[middle])
    edit_step(first, cast.iso_secretary, first.version, depends_on=[last])
    with pytest.raises(Refused, match="“Middle” would wait for itself"), transaction.atomic():
        reopen_step(middle, cast.iso_secretary)
    assert Step.objects.get(pk=middle.pk).withdrawn_at


@pytest.mark.django_db
def test_the_database_holds_no_step_that_is_both_reached_and_withdrawn(cast):
    step = complete_step(make_step(cast), cast.iso_secretary)
    with pytest.raises(IntegrityError), transaction.atomic():
        Step.objects.filter(pk=step.pk).update(withdrawn_at=step.history.first().at)


@pytest.mark.django_db
def test_the_baseline_says_what_was_withdrawn_since(cast, client_of):
    plan = make_work_plan(cast)
    moved, first, second = (make_step(cast, plan, title=title) for title in ("Moved", "First", "Second"))
    baseline = take_baseline(plan, cast.iec_secretary, "As approved")
    withdraw(cast, first)
    assert movement(moved_since(baseline)) == "One step was withdrawn."
    withdraw(cast, second)
    withdraw(cast, make_step(cast, plan, title="Added later and withdrawn"))
    edit_step(moved, cast.iso_secretary, moved.version, due_on=moved.due_on + timedelta(days=5))
    assert movement(moved_since(baseline)) == "One milestone moved, by 5 days on average. Two steps were withdrawn."
    assert [(row.step.title, row.kind) for row in moved_since(baseline)] == [
        ("Moved", "moved"),
        ("Second", "withdrawn"),
        ("First", "withdrawn"),
    ]
    page = client_of("observer").get(url("work_plan")).content.decode()
    assert "Two steps were withdrawn." in page
    assert "3 steps were withdrawn" in page


@pytest.mark.django_db
def test_a_notice_about_a_step_that_was_withdrawn_is_settled(cast):
    step = make_step(cast, owners=[cast.IEC], due_on=today() - timedelta(days=1))
    remind_of_steps()
    told = list(Notification.objects.all())
    assert (len(told), settled(told, cast.iec_secretary)) == (1, set())
    withdraw(cast, step)
    assert settled(told, cast.iec_secretary) == {told[0].pk}


@pytest.mark.django_db
def test_what_leaves_the_plan_leaves_files_calendar_and_home(cast, client_of):
    step = make_step(cast, owners=[cast.IEC], title="Print the guide", due_on=today() + timedelta(days=3))
    make_step(cast, step.work_plan, title="Post it")
    client = client_of("iec_secretary")
    paths = (url("work_plan"), url("export_steps", "csv"), "/")

    def shown():
        return ["Print the guide" in client.get(path).content.decode() for path in paths]

    assert shown() == [True, True, True]
    withdraw(cast, step)
    page = client.get(url("work_plan")).content.decode()
    assert "Print the guide" not in page.split("<details")[0]
    assert "1 step was withdrawn" in page
    assert "added twice" in page
    assert shown()[1] is False
    home = client.get("/").context
    assert "Print the guide" not in [row.title for row in home["waiting"]]
    assert resolve(f"milestone {step.pk}", cast.fresh("observer")) == step.get_absolute_url()


@pytest.mark.django_db
def test_a_step_is_withdrawn_in_the_browser_by_a_reason_and_what_follows_is_said(cast, client_of):
    step = make_step(cast, title="Print the guide", owners=[cast.IEC])
    make_step(cast, step.work_plan, title="Post it", depends_on=[step])
    client, page = client_of("iso_secretary"), url("step", step.pk)
    assert url("withdraw_step", step.pk) in client.get(page).content.decode()
    asked = client.get(url("withdraw_step", step.pk)).content.decode()
    assert "“Post it” no longer waits for it." in asked
    assert "Enter: Reason" in client.post(url("withdraw_step", step.pk), {"reason": " "}).content.decode()
    for _click in range(2):
        assert client.post(url("withdraw_step", step.pk), {"reason": "added twice"}).url == page
    assert step.history.filter(action="withdraw").count() == 1
    shown = client.get(page).content.decode()
    assert "Withdrawn on" in shown
    assert "added twice" in shown
    for verb in ("edit_step", "complete_step", "note_progress", "withdraw_step"):
        assert url(verb, step.pk) not in shown
    for verb in ("edit_step", "complete_step"):
        who = client_of("iec_secretary")
        assert who.get(url(verb, step.pk)).url == page
    assert url("reopen_step", step.pk) not in client_of("observer").get(page).content.decode()
    assert "waits again" in client.get(url("reopen_step", step.pk)).content.decode()
    assert client.post(url("reopen_step", step.pk), {"reason": "wanted"}).url == page
    assert Step.objects.get(pk=step.pk).withdrawn_at is None


@pytest.mark.django_db
def test_a_reached_step_is_not_withdrawn_and_the_reason_typed_stays(cast, client_of):
    step = make_step(cast)
    client = client_of("iso_secretary")
    complete_step(step, cast.iso_secretary)
    assert url("withdraw_step", step.pk) not in client.get(url("step", step.pk)).content.decode()
    page = client.post(url("withdraw_step", step.pk), {"reason": "my reason"}).content.decode()
    assert "A step that is reached is not withdrawn" in page
    assert 'value="my reason"' in page


@pytest.mark.django_db
def test_a_form_opened_before_the_withdrawal_overwrites_nothing_and_keeps_what_was_typed(cast, client_of):
    step = make_step(cast)
    client = client_of("iec_secretary")
    other = make_step(cast, step.work_plan, depends_on=[step])
    form = {**client.get(url("edit_step", other.pk)).context["form"].initial, "note": "What I typed."}
    form |= {"owners": [cast.ISO.pk], "depends_on": [step.pk], "person": ""}
    withdraw(cast, step)
    page = client.post(url("edit_step", other.pk), form).content.decode()
    assert "not one of the available choices" in page
    assert "What I typed." in page
    opened = Step.objects.get(pk=other.pk)
    withdraw(cast, Step.objects.get(pk=other.pk))
    with pytest.raises(Conflict):
        edit_step(opened, cast.iec_secretary, opened.version, note="Mine")


@pytest.mark.django_db
def test_the_page_takes_as_many_queries_for_many_withdrawn_steps_as_for_one(cast, client_of, django_assert_num_queries):
    plan, client = make_work_plan(cast), client_of("iso_secretary")
    make_step(cast, plan)
    withdraw(cast, make_step(cast, plan))
    client.get(url("work_plan"))
    with CaptureQueriesContext(connection) as one:
        client.get(url("work_plan"))
    for _number in range(20):
        withdraw(cast, make_step(cast, plan))
    with django_assert_num_queries(len(one)):
        client.get(url("work_plan"))


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="two real connections")
@pytest.mark.django_db(transaction=True)
class TestAtOneInstant:
    """Two connections."""

    @pytest.mark.parametrize("_time", range(5))
    def test_reached_or_withdrawn_and_never_both(self, cast, _time):
        step = make_step(cast)
        acts = [
            lambda: complete_step(Step.objects.get(pk=step.pk), cast.iso_secretary).pk,
            lambda: withdraw_step(Step.objects.get(pk=step.pk), cast.iec_secretary, reason="a mistake").pk,
        ]
        results = at_once(*acts)
        assert sorted(map(str, results)) == sorted([str(step.pk), str(WrongState)])
        step.refresh_from_db()
        assert (step.done_on is None) != (step.withdrawn_at is None)
        assert step.history.filter(action__in=("complete", "withdraw")).count() == 1

    def test_withdrawn_by_two_is_withdrawn_once(self, cast):
        step = make_step(cast)
        people = (cast.iso_secretary, cast.iec_secretary)
        acts = [lambda by=by: withdraw_step(Step.objects.get(pk=step.pk), by, reason="a mistake").pk for by in people]
        assert sorted(map(str, at_once(*acts))) == sorted([str(step.pk), str(AlreadyDone)])
        assert step.history.filter(action="withdraw").count() == 1
