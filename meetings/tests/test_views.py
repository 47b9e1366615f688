"""The pages of meetings: happy, invalid, outsider, conflict, double submit."""

import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.dates import format_date, today
from documents.tests.factories import make_document, make_file, make_revision
from meetings.models import Meeting
from meetings.tests.browsing import page, posted
from meetings.tests.factories import make_attendance, make_item, make_meeting, make_outcome, make_planned
from post.models import Delivery

IN_A_MONTH = format_date(today() + timedelta(days=30))
NEW = {"kind": "remote", "day": IN_A_MONTH, "begins": "13:00", "ends": "15:00", "place": ""}


def queries_of(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_list_shows_upcoming_first_then_earlier(client_of):
    make_meeting(number=7)
    make_planned(number=9)
    html = page(client_of("observer"), "/meetings/")
    assert html.index("9th remote meeting") < html.index("7th remote meeting")
    assert "1 meeting, the latest first." in html


def test_empty_list_says_what_comes(client_of):
    assert "Schedule the next one" in page(client_of("iso_secretary"), "/meetings/")
    assert "you will get a mail" in page(client_of("iso_member"), "/meetings/")


@pytest.mark.parametrize("query", ["page=x", "page=-1", "page=999999999999999999999", "page=%00"])
def test_any_page_number_is_answered(client_of, query):
    make_meeting()
    assert client_of("observer").get(f"/meetings/?{query}").status_code == 200


def test_lists_take_the_same_number_of_queries_for_any_length(cast, client_of):
    client = client_of("iso_secretary")
    make_outcome(make_meeting(report=make_revision()), kind="action", owner_organization=cast.ISO)
    make_planned()
    before = [queries_of(client, url) for url in ("/meetings/", "/meetings/actions/?state=all")]
    for _number in range(24):
        make_outcome(make_meeting(report=make_revision()), kind="action", owner_organization=cast.ISO)
        make_planned()
    assert [queries_of(client, url) for url in ("/meetings/", "/meetings/actions/?state=all")] == before


def test_page_takes_the_same_number_of_queries_for_any_length(cast, client_of):
    client, meeting = client_of("iso_secretary"), make_meeting()

    def add_one():
        revision = make_revision()
        make_file(revision)
        item = make_item(meeting, revision, presenter=cast.ISO)
        make_outcome(meeting, item=item, kind="decision", reference=str(revision), revision=revision)
        make_outcome(meeting, item=item, kind="action", owner_organization=cast.IEC)
        make_attendance(meeting, cast.ISO, f"Member {revision}")

    add_one()
    before = queries_of(client, meeting.get_absolute_url())
    for _number in range(29):
        add_one()
    assert queries_of(client, meeting.get_absolute_url()) == before


def test_page_shows_the_record_to_every_reader(cast, client_of):
    revision = make_revision(make_document(number=32, title="Coordination"), position=3)
    make_meeting(number=7)
    meeting = make_meeting(number=8)
    item = make_item(meeting, revision, title="Coordination paper", minutes=20, presenter=cast.ITU_T)
    make_outcome(meeting, item=item, kind="decision", text="Approved.", reference="SPCG-32C", revision=revision)
    make_outcome(
        meeting, item=item, kind="action", text="Send it.", owner_organization=cast.IEC, due_on=date(2020, 12, 15)
    )
    make_attendance(meeting, cast.ISO, "ISO secretary")
    make_attendance(meeting, cast.IEC, "IEC member", "apologies")
    for name in ("iso_member", "observer", "administrator"):
        html = page(client_of(name), "/meetings/8/")
        for words in ("Wednesday 25 November 2020, 13:00 to 15:00 CET", "Decision 8/1", "Send it.", "15 December 2020"):
            assert words in html
        assert "1 present. Apologies: 1." in html
        assert '<a href="/meetings/7/">7th</a>' in html
        assert '<a class="ref" href="/documents/SPCG-32C/">SPCG-32C</a>' in html
        assert "Keep the record" not in html


def test_pinned_revision_points_to_the_current_one(client_of):
    pinned = make_revision(make_document(number=47))
    make_revision(pinned.document, position=1)
    meeting = make_item(make_meeting(), pinned).meeting
    assert "A newer revision exists" in page(client_of("observer"), meeting.get_absolute_url())


def test_draft_on_the_agenda_is_seen_by_secretaries_only(client_of):
    draft = make_revision(make_document(number=77), state="draft")
    meeting = make_item(make_meeting(report=draft), draft).meeting
    make_outcome(meeting, kind="decision", revision=draft, reference=str(draft))
    assert 'href="/documents/SPCG-77/"' in page(client_of("iso_secretary"), meeting.get_absolute_url())
    assert 'href="/documents/SPCG-77/"' not in page(client_of("iso_member"), meeting.get_absolute_url())


@pytest.mark.parametrize(
    "address",
    [
        "",
        "schedule/",
        "actions/",
        "8/",
        "8/edit/",
        "8/export/docx/",
        "8/calendar/",
        "8/attendance/",
        "8/outcomes/record/",
    ],
)
def test_outsider_finds_nothing(client_of, address):
    make_meeting(number=8)
    assert client_of("outsider").get(f"/meetings/{address}").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["schedule/", "9/edit/", "9/cancel/", "9/agenda/add/", "9/outcomes/record/", "9/attendance/", "8/report/attach/"],
)
def test_forms_are_for_secretaries(client_of, address):
    make_meeting(number=8)
    make_planned(number=9)
    for name in ("iso_member", "observer", "administrator"):
        assert client_of(name).get(f"/meetings/{address}").status_code == 404
    assert client_of("iso_secretary").get(f"/meetings/{address}").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        f"{10**30}/",
        f"8/outcomes/{10**30}/edit/",
        "8/export/%00/",
        "99/",
        "99/export/docx/",
        "8/export/odt/",
        "8/export/DOCX/",
        "8/agenda/1/edit/",
    ],
)
def test_unknown_addresses_are_not_found(client_of, address):
    make_meeting(number=8)
    assert client_of("iso_secretary").get(f"/meetings/{address}").status_code == 404


def test_secretary_schedules_and_everybody_is_invited(client_of):
    response = posted(client_of("iso_secretary"), "/meetings/schedule/", NEW, follow=True)
    meeting = Meeting.objects.get()
    assert response.redirect_chain == [("/meetings/1/", 302)]
    assert "is scheduled. Everybody is invited." in response.content.decode()
    assert meeting.ends_at - meeting.starts_at == timedelta(hours=2)
    assert Delivery.objects.count() == 8


def test_double_submit_schedules_once(client_of):
    client, data = client_of("iso_secretary"), {**NEW, "token": str(uuid.uuid4())}
    for _twice in range(2):
        assert client.post("/meetings/schedule/", data).headers["Location"] == "/meetings/1/"
    assert (Meeting.objects.count(), Delivery.objects.count()) == (1, 8)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"day": ""}, "day", "required"),
        ({"day": "tomorrow"}, "day", "Enter a date, for example"),
        ({"day": "25 November 2020"}, "day", "not in the past"),
        ({"begins": "25:00"}, "begins", "Enter a time, for example 13:00."),
        ({"begins": ""}, "begins", "required"),
        ({"ends": "13:00"}, "ends", "ends after it begins"),
        ({"ends": "12:00"}, "ends", "ends after it begins"),
        ({"kind": "in_person"}, "place", "Enter where the meeting takes place."),
        ({"kind": "telepathy"}, "kind", "not one of the available choices"),
        ({"place": "x" * 301}, "place", "at most 300"),
        ({"token": "x"}, "token", "valid UUID"),
    ],
)
def test_bad_schedule_says_why_and_keeps_what_was_typed(client_of, changes, field, words):
    response = posted(
        client_of("iso_secretary"),
        "/meetings/schedule/",
        {**NEW, "place": "Kept", **changes} | ({"place": ""} if changes.get("kind") == "in_person" else {}),
    )
    assert response.status_code == 200
    assert words in str(response.context["form"].errors[field])
    assert "<title>Error: " in response.content.decode()
    assert Meeting.objects.count() == 0


def test_conflict_on_time_shows_both_and_keeps_the_own(client_of):
    meeting = make_planned(number=9)
    data = {**NEW, "version": meeting.version}
    client_of("iec_secretary").post("/meetings/9/edit/", {**data, "place": "Their room"})
    response = client_of("iso_secretary").post("/meetings/9/edit/", {**data, "place": "My room"})
    html = response.content.decode()
    assert "Somebody changed this while you were writing" in html
    assert "Their room" in html
    assert "My room" in html
    again = {**data, "place": "My room", "version": response.context["form"]["version"].value()}
    assert client_of("iso_secretary").post("/meetings/9/edit/", again).status_code == 302
    meeting.refresh_from_db()
    assert meeting.place == "My room"


def test_double_click_on_held_is_one_move(client_of):
    meeting = make_meeting(state="planned")
    for _twice in range(2):
        response = client_of("iso_secretary").post(f"{meeting.get_absolute_url()}hold/", follow=True)
        assert "is marked as held" in response.content.decode()
    assert meeting.history.filter(action="hold").count() == 1


def test_future_meeting_is_not_marked_as_held(client_of):
    meeting = make_planned()
    response = client_of("iso_secretary").post(f"{meeting.get_absolute_url()}hold/", follow=True)
    assert "Mark it as held after that." in response.content.decode()


def test_cancellation_has_a_check_page_that_changes_nothing(client_of):
    meeting = make_planned(number=9)
    assert "Cancel the 9th remote meeting?" in page(client_of("iso_secretary"), "/meetings/9/cancel/")
    meeting.refresh_from_db()
    assert meeting.state == "planned"
    client_of("iso_secretary").post("/meetings/9/cancel/")
    meeting.refresh_from_db()
    assert (meeting.state, Delivery.objects.count()) == ("cancelled", 8)


@pytest.mark.parametrize("address", ["hold", "report/draft", "agenda/1/move", "agenda/1/remove", "outcomes/1/withdraw"])
def test_acts_are_made_by_post_only(client_of, address):
    make_meeting(number=8)
    assert client_of("iso_secretary").get(f"/meetings/8/{address}/").status_code == 405
