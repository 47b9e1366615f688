"""The agenda and outcomes in the browser: happy, invalid, conflict, double submit."""

import uuid
from datetime import date, timedelta

import pytest

from core.dates import format_date, today
from documents.tests.factories import make_document, make_revision
from meetings.models import AgendaItem, Outcome
from meetings.tests.browsing import page, posted
from meetings.tests.factories import make_item, make_meeting, make_outcome, make_planned

OUTCOME = {"kind": "decision", "text": "Approved.", "item": "", "reference": "", "owner_text": "", "due_on": ""}


def test_item_is_added_with_pinned_documents(cast, client_of):
    revision = make_revision(make_document(number=47), position=2)
    make_planned(number=9)
    data = {"title": "Proposals", "minutes": "20", "presenter": cast.ISO.pk, "revisions": "spcg 47b; 47B", "note": ""}
    response = posted(client_of("iso_secretary"), "/meetings/9/agenda/add/", data)
    item = AgendaItem.objects.get()
    assert response.headers["Location"] == "/meetings/9/#agenda"
    assert (item.title, item.minutes, item.presenter) == ("Proposals", 20, cast.ISO)
    assert [one.revision for one in item.documents.all()] == [revision]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": " \x07 "}, "title", "Enter: Subject."),
        ({"title": "x" * 301}, "title", "at most 300"),
        ({"minutes": "-1"}, "minutes", "greater than or equal to 1"),
        ({"minutes": "half"}, "minutes", "whole number"),
        ({"minutes": "9" * 40}, "minutes", "less than or equal to 600"),
        ({"revisions": "SPCG-47B," * 31}, "revisions", "Name at most 30 documents."),
        ({"revisions": "SPCG-47B, SPCG-999"}, "revisions", "Not in the register: SPCG-999."),
        ({"presenter": "99999"}, "presenter", "not one of the available choices"),
    ],
)
def test_bad_item_says_why(client_of, changes, field, words):
    make_revision(make_document(number=47), position=2)
    make_planned(number=9)
    data = {"title": "Proposals", "minutes": "", "revisions": "", "note": "Kept note", **changes}
    response = posted(client_of("iso_secretary"), "/meetings/9/agenda/add/", data)
    assert words in str(response.context["form"].errors[field])
    assert "Kept note" in response.content.decode()
    assert AgendaItem.objects.count() == 0


def test_item_form_shows_its_documents_and_keeps_them(client_of):
    revision = make_revision(make_document(number=47), position=2)
    item = make_item(make_meeting(number=8), revision)
    html = page(client_of("iso_secretary"), f"/meetings/8/agenda/{item.pk}/edit/")
    assert 'value="SPCG-47B"' in html
    data = {"version": 1, "title": "Changed", "minutes": "", "presenter": "", "revisions": "SPCG-47B", "note": ""}
    client_of("iso_secretary").post(f"/meetings/8/agenda/{item.pk}/edit/", data)
    item.refresh_from_db()
    assert (item.title, [one.revision for one in item.documents.all()]) == ("Changed", [revision])


def test_item_conflict_keeps_the_own_text(client_of):
    item = make_item(make_meeting(number=8))
    address = f"/meetings/8/agenda/{item.pk}/edit/"
    data = {"version": 1, "minutes": "", "presenter": "", "revisions": "", "note": ""}
    client_of("iec_secretary").post(address, {**data, "title": "Theirs"})
    html = client_of("iso_secretary").post(address, {**data, "title": "Mine"}).content.decode()
    assert "Theirs" in html
    assert "Mine" in html


def test_items_are_ordered_by_buttons_and_removed(client_of):
    meeting = make_planned(number=9)
    first, second = make_item(meeting, title="A"), make_item(meeting, title="B")
    client = client_of("iso_secretary")
    response = client.post(f"/meetings/9/agenda/{second.pk}/move/", {"direction": "up"})
    assert response.headers["Location"] == f"/meetings/9/#item-{second.pk}"
    assert [item.title for item in meeting.agenda.all()] == ["B", "A"]
    assert client.post(f"/meetings/9/agenda/{second.pk}/move/", {"direction": "sideways"}).status_code == 400
    client.post(f"/meetings/9/agenda/{first.pk}/remove/")
    assert [item.title for item in meeting.agenda.all()] == ["B"]


def test_outcome_is_entered_quickly_one_after_the_other(client_of):
    meeting = make_meeting(number=8)
    item = make_item(meeting)
    client = client_of("iso_secretary")
    response = posted(client, "/meetings/8/outcomes/record/", {**OUTCOME, "item": item.pk}, follow=True)
    assert response.redirect_chain == [(f"/meetings/8/outcomes/record/?item={item.pk}&kind=decision", 302)]
    html = response.content.decode()
    assert "Decision 8/1 is recorded: “Approved.”" in html
    assert "autofocus" in html
    assert f'<option value="{item.pk}" selected>' in html
    assert meeting.outcomes.get().item == item


def test_double_submit_records_one_outcome(client_of):
    meeting, data = make_meeting(number=8), {**OUTCOME, "token": str(uuid.uuid4())}
    for _twice in range(2):
        assert client_of("iso_secretary").post("/meetings/8/outcomes/record/", data).status_code == 302
    assert meeting.outcomes.count() == 1


@pytest.mark.parametrize("query", ["item=x", "item=" + "9" * 30, "item=٣", "kind=<b>", "item=&kind="])
def test_any_remembered_value_is_answered(client_of, query):
    make_meeting(number=8)
    assert client_of("iso_secretary").get(f"/meetings/8/outcomes/record/?{query}").status_code == 200


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"text": ""}, "text", "Enter: What was noted, decided or agreed."),
        ({"text": "x" * 4001}, "text", "at most 4000"),
        ({"kind": "gossip"}, "kind", "not one of the available choices"),
        ({"kind": "action"}, "owner_text", "Enter who does it"),
        ({"kind": "action", "owner_text": "ISO secretary", "due_on": "soon"}, "due_on", "Enter a date"),
        ({"item": "99999"}, "item", "not one of the available choices"),
        ({"reference": "x" * 81}, "reference", "at most 80"),
    ],
)
def test_bad_outcome_says_why(client_of, changes, field, words):
    make_meeting(number=8)
    response = posted(client_of("iso_secretary"), "/meetings/8/outcomes/record/", {**OUTCOME, **changes})
    assert words in str(response.context["form"].errors[field])
    assert Outcome.objects.count() == 0


def test_html_in_an_outcome_stays_text(client_of):
    make_meeting(number=8)
    posted(client_of("iso_secretary"), "/meetings/8/outcomes/record/", {**OUTCOME, "text": "<script>alert(1)</script>"})
    html = page(client_of("observer"), "/meetings/8/")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_outcome_conflict_keeps_the_own_text(client_of):
    outcome = make_outcome(make_meeting(number=8))
    address, data = f"/meetings/8/outcomes/{outcome.pk}/edit/", {**OUTCOME, "version": 1}
    client_of("iec_secretary").post(address, {**data, "text": "Theirs"})
    html = client_of("iso_secretary").post(address, {**data, "text": "Mine"}).content.decode()
    assert "Theirs" in html
    assert "Mine" in html


def test_outcome_is_withdrawn_and_leaves_the_page(client_of):
    outcome = make_outcome(make_meeting(number=8), kind="decision", text="By mistake.")
    for _twice in range(2):
        response = client_of("iso_secretary").post(f"/meetings/8/outcomes/{outcome.pk}/withdraw/", follow=True)
        assert "“By mistake.” is withdrawn." in response.content.decode()
    html = page(client_of("observer"), "/meetings/8/")
    assert "Decision 8/1" not in html
    assert "withdrew “By mistake.”" in html


def test_action_is_marked_as_done_by_the_secretary_in_charge(cast, client_of):
    action = make_outcome(make_meeting(number=8), kind="action", text="Send it.", owner_organization=cast.IEC)
    address = f"/meetings/8/outcomes/{action.pk}/complete/"
    assert client_of("iso_secretary").get(address).status_code == 404
    assert address in page(client_of("iec_secretary"), "/meetings/8/")
    assert address not in page(client_of("iso_secretary"), "/meetings/8/")
    future = format_date(today() + timedelta(days=1))
    refused = client_of("iec_secretary").post(address, {"on": future})
    assert "not in the future" in refused.content.decode()
    client_of("iec_secretary").post(address, {"on": format_date(today())})
    action.refresh_from_db()
    assert action.done_on == today()
    assert f"Done on {format_date(today())}" in page(client_of("observer"), "/meetings/8/")


def test_register_of_actions_by_state(client_of):
    make_outcome(make_meeting(), kind="action", text="Open one.")
    make_outcome(make_meeting(), kind="action", text="Done one.", done_on=date(2026, 1, 1))
    client = client_of("observer")
    assert "Done one." not in page(client, "/meetings/actions/")
    assert "Open one." not in page(client, "/meetings/actions/?state=done")
    assert "1 action." in page(client, "/meetings/actions/?state=%00")


def test_late_action_says_how_late_but_not_for_years(client_of):
    make_outcome(make_meeting(number=8), kind="action", due_on=today() - timedelta(days=2))
    make_outcome(make_meeting(number=7), kind="action", due_on=date(2020, 12, 15))
    assert '<span class="late">2 days late</span>' in page(client_of("observer"), "/meetings/8/")
    old = page(client_of("observer"), "/meetings/7/")
    assert 'class="late"' not in old
    assert "Not marked as done" in old
