"""The pages of the plan and the work plan: what is shown to whom, bad input, one effect per act."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from communications.models import Step
from communications.services.work_plan import complete_step
from communications.tests.factories import make_step, make_work_plan


def url(name, *args):
    return reverse(f"communications:{name}", args=args)


def test_work_plan_shows_timeline_and_table(cast, client_of):
    late = {"start_on": timezone.localdate() - timedelta(days=30), "due_on": timezone.localdate() - timedelta(days=2)}
    make_step(cast, title="Key messages agreed", **late)
    page = client_of("iec_member").get(url("work_plan")).content.decode()
    assert "1 step for one audience. 1 is late." in page
    assert page.count("Key messages agreed") == 2
    assert "2 days late" in page
    assert "style=" not in page
    assert "Add a step" not in page


def test_work_plan_without_steps_says_what_comes(cast, client_of):
    make_work_plan(cast)
    assert b"no steps yet" in client_of("observer").get(url("work_plan")).content


@pytest.mark.parametrize("query", ["?owner=iec", "?owner=nonsense", "?period=x&owner=", "?owner=%00"])
def test_work_plan_answers_any_filter(cast, client_of, query):
    make_step(cast)
    assert client_of("iec_member").get(url("work_plan") + query).status_code == 200


def test_work_plan_takes_the_same_queries_for_1_and_30_steps(cast, client_of):
    plan, client, counts = make_work_plan(cast), client_of("iso_secretary"), []
    client.get(url("work_plan"))  # the first visit of a person writes its moment
    for number in (1, 29):
        for _step in range(number):
            make_step(cast, plan)
        with CaptureQueriesContext(connection) as captured:
            client.get(url("work_plan"))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_step_is_added_edited_reached_and_reopened(cast, client_of):
    make_work_plan(cast)
    client = client_of("iso_secretary")
    form = {
        "title": "Webinar",
        "audience": "Convenors",
        "owners": [cast.ISO.pk],
        "start_on": "1 March 2020",
        "due_on": "2020-05-28",
        "token": "6f45bc96-2b94-47e4-8120-0e7e97adb0df",
    }
    for _click in range(2):
        response = client.post(url("add_step"), form)
    step = Step.objects.get()
    assert response.url == step.get_absolute_url()
    client.post(url("edit_step", step.pk), {**form, "title": "Two webinars", "version": step.version})
    client.post(url("complete_step", step.pk), {"on": "28 May 2020", "evidence": "120 convenors came."})
    step.refresh_from_db()
    assert (step.title, str(step.done_on)) == ("Two webinars", "2020-05-28")
    assert b"120 convenors came." in client.get(step.get_absolute_url()).content
    client.post(url("reopen_step", step.pk), {"reason": "one is missing"})
    step.refresh_from_db()
    assert step.done_on is None


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("title", "", "Enter: Step."),
        ("title", "x" * 201, "at most 200"),
        ("audience", "\x01\x02", "Enter: Audience."),
        ("owners", [], "Choose at least one organization."),
        ("due_on", "soon", "Enter a date, for example 25 November 2020."),
        ("due_on", "1 January 2020", "cannot lie before the start"),
    ],
)
def test_bad_step_is_refused_beside_the_field_and_kept(cast, client_of, field, value, error):
    make_work_plan(cast)
    form = {
        "title": "Webinar",
        "audience": "Convenors",
        "owners": [cast.ISO.pk],
        "start_on": "1 March 2020",
        "due_on": "28 May 2020",
        "note": "Keep <b>this</b>",
        "token": "6f45bc96-2b94-47e4-8120-0e7e97adb0df",
    }
    page = client_of("iso_secretary").post(url("add_step"), {**form, field: value}).content.decode()
    assert page.count(error) >= 2
    assert "errsum" in page
    assert "Keep &lt;b&gt;this&lt;/b&gt;" in page
    assert Step.objects.count() == 0


def test_step_in_conflict_shows_both_texts(cast, client_of):
    step = make_step(cast, title="Hers")
    form = {"title": "Mine", "audience": "A", "owners": [cast.ISO.pk], "start_on": "1 May 2020", "due_on": "2 May 2020"}
    Step.objects.filter(pk=step.pk).update(version=2)
    page = client_of("iso_secretary").post(url("edit_step", step.pk), {**form, "version": 1}).content.decode()
    assert "Somebody changed this" in page
    assert "Hers" in page
    assert 'value="Mine"' in page
    assert 'name="version" value="2"' in page


def test_step_of_another_organization_offers_no_button(cast, client_of):
    step = make_step(cast, owners=[cast.IEC])
    client = client_of("iso_secretary")
    assert b"Mark as reached" not in client.get(step.get_absolute_url()).content
    assert client.get(url("complete_step", step.pk)).status_code == 404
    assert client.post(url("complete_step", step.pk), {"on": "1 May 2020"}).status_code == 404


def test_reached_in_the_future_and_unknown_document_are_errors(cast, client_of):
    step = make_step(cast)
    form = {"on": "1 January 2099", "evidence_revision": "SPCG-999Z", "evidence": "Kept."}
    page = client_of("iso_secretary").post(url("complete_step", step.pk), form).content.decode()
    assert "not in the future" in page
    assert "Not in the register: SPCG-999Z" in page
    assert "Kept." in page


def test_done_step_is_marked_reached_once_by_form(cast, client_of):
    step = complete_step(make_step(cast), cast.iso_secretary)
    response = client_of("iso_secretary").post(url("complete_step", step.pk), {"on": "1 May 2020"})
    assert response.url == step.get_absolute_url()
    assert step.history.filter(action="complete").count() == 1


@pytest.mark.parametrize("value", ["9" * 30, "-1", "x", "0", "1.5"])
def test_impossible_organization_is_said_beside_the_field(cast, client_of, value):
    make_work_plan(cast)
    page = client_of("iso_secretary").post(url("add_step"), {"title": "Kept as typed", "owners": [value]})
    assert page.status_code == 200
    assert page.context["form"].errors["owners"]
    assert "Kept as typed" in page.content.decode()
