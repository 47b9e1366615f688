"""Home: what waits, what changed, what comes; and the pages around it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.dates import moment, today
from core.models import SearchText, User
from meetings.services.schedule import schedule_meeting
from proposals.services.circulation import circulate_proposal
from proposals.services.proposals import log_proposal
from spcg_portal import queries
from spcg_portal.tests.demonstration import load_demonstration


def circulated(cast, title: str = "New field", days: int = 10):
    by, at = cast.iso_secretary, timezone.now() - timedelta(hours=1)
    reply_by = today() + timedelta(days=days)
    proposal = log_proposal(
        by,
        organization=cast.ISO,
        title=title,
        proposer="SAC",
        scope="Scope",
        received_on=today(),
        reply_by_on=reply_by,
        at=at,
    )
    return circulate_proposal(proposal, by, reply_by_on=reply_by, at=at)


def text(response) -> str:
    return response.content.decode()


def test_home_says_in_a_sentence_what_waits(cast, client_of):
    assert "Nothing waits for you" in text(client_of("iec_member").get("/"))
    circulated(cast)
    assert "One thing waits for you" in text(client_of("iec_member").get("/"))
    circulated(cast, "Second field")
    assert "Two things wait for you" in text(client_of("iec_member").get("/"))


def test_what_waits_is_sorted_by_date(cast):
    circulated(cast, "Later", days=20)
    circulated(cast, "Sooner", days=5)
    rows = queries.waits_on(cast.iec_member)
    assert [row.due_on for row in rows] == [today() + timedelta(days=5), today() + timedelta(days=20)]


def test_changes_are_those_of_others_since_the_previous_visit(cast):
    circulated(cast)
    reader = cast.iec_member
    User.objects.filter(pk=reader.pk).update(previous_visit_at=timezone.now() - timedelta(days=1))
    assert queries.changes(cast.iec_member).total == 2
    User.objects.filter(pk=reader.pk).update(previous_visit_at=timezone.now())
    assert queries.changes(cast.iec_member).total == 0
    User.objects.filter(pk=cast.iso_secretary.pk).update(previous_visit_at=timezone.now() - timedelta(days=1))
    assert queries.changes(cast.iso_secretary).total == 0


def test_a_visit_ends_after_half_an_hour_of_silence(cast, client_of):
    client = client_of("iec_member")
    client.get("/")
    seen = timezone.now() - timedelta(minutes=31)
    User.objects.filter(pk=cast.iec_member.pk).update(seen_at=seen)
    client.get("/")
    assert cast.iec_member.previous_visit_at == seen
    client.get("/")
    assert cast.iec_member.previous_visit_at == seen


def test_home_shows_the_next_meeting_and_the_deadlines(cast, client_of):
    circulated(cast)
    start = moment(today() + timedelta(days=8))
    schedule_meeting(cast.iso_secretary, kind="remote", starts_at=start, ends_at=start + timedelta(hours=2), at=start)
    page = text(client_of("observer").get("/"))
    assert "1st remote meeting" in page
    assert "2 deadlines in the next 30 days" in page


def test_person_without_appointment_is_told_whom_to_ask(cast, client_of):
    page = text(client_of("outsider").get("/"))
    assert "You have no appointment" in page
    assert "Ask the secretary of your organization" in page


def test_home_takes_the_same_number_of_queries_with_many_matters(cast, client_of):
    client = client_of("iec_member")
    circulated(cast)
    client.get("/")
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    for number in range(15):
        circulated(cast, f"Field {number}")
    with CaptureQueriesContext(connection) as many:
        client.get("/")
    assert len(many) == len(few)


def test_search_takes_the_same_number_of_queries_with_many_results(cast, client_of):
    client = client_of("iec_member")
    circulated(cast, "Field 0")
    client.get("/search/?q=field")
    with CaptureQueriesContext(connection) as few:
        client.get("/search/?q=field")
    for number in range(1, 30):
        circulated(cast, f"Field {number}")
    with CaptureQueriesContext(connection) as many:
        page = text(client.get("/search/?q=field"))
    assert len(many) == len(few)
    assert "30 records hold all of these words" in page


def test_search_hides_drafts_from_members(cast, client_of):
    log_proposal(
        cast.iso_secretary,
        organization=cast.ISO,
        title="Hidden draft",
        proposer="SAC",
        scope="Scope",
        received_on=today(),
        token=None,
    )
    assert SearchText.objects.filter(title__contains="Hidden draft").exists()
    assert "Hidden draft" not in text(client_of("iec_member").get("/search/?q=hidden"))
    assert "Hidden draft" in text(client_of("iec_secretary").get("/search/?q=hidden"))


def test_outsider_finds_nothing(cast, client_of):
    circulated(cast, "Shared field")
    assert "Shared field" not in text(client_of("outsider").get("/search/?q=shared"))


def test_appearance_is_kept(cast, client_of):
    client = client_of("iec_member")
    client.post("/settings/", {"theme": "dark"})
    assert cast.iec_member.theme == "dark"
    assert 'data-bs-theme="dark"' in text(client.get("/"))
    assert "Select a valid choice" in text(client.post("/settings/", {"theme": "neon"}))


def test_about_is_public(db):
    assert "Standardization Programme Coordination Group" in text(Client().get("/about/"))


@pytest.fixture
def loaded(db):
    load_demonstration()


def test_loading_the_demonstration_twice_changes_nothing(loaded):
    from django.apps import apps

    def counts():
        return {model._meta.label: model._base_manager.count() for model in apps.get_models()}

    before = counts()
    call_command("loaddemo", verbosity=0)
    assert counts() == before


def test_matters_of_2020_never_wait_today_and_nothing_was_mailed(loaded):
    from post.models import Delivery, Notification

    for user in User.objects.all():
        for row in queries.waits_on(user):
            assert row.due_on is None or abs((row.due_on - today()).days) < 60, (user, row)
            assert "2020" not in row.url
    assert Delivery.objects.count() == 0
    assert Notification.objects.count() == 0


def test_home_of_every_role_is_alive(loaded):
    for name in ("iso.secretary", "iec.secretary", "itu-t.secretary", "iso.member2", "iec.member2"):
        assert queries.waits_on(User.objects.get(email=f"{name}@spcg.example")), name


def test_next_free_number_of_the_register_is_51(loaded):
    from documents.queries import next_number

    assert next_number() == 51


def test_demonstration_is_refused_outside_demo(db, settings):
    from django.core.management import CommandError

    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("loaddemo")


def test_board_report_of_the_demonstration_reads_as_the_record_does(loaded):
    from reports.models import BoardReport
    from reports.queries import newest_revision

    report = BoardReport.objects.get()
    revision = newest_revision(report)
    headings = [section["heading"] for section in revision.sections]
    assert headings == [
        "Background",
        "Current situation",
        "Response to recent proposals for new fields of technical activity",
        "Approval of the communication plan",
        "Approval of the communication work plan",
        "Approval of the effective coordination paper",
        "Review of the landscape of existing areas of coordination",
        "Next steps",
    ]
    attached = [str(item.revision) for item in revision.attachments.select_related("revision__document")]
    assert attached == ["SPCG-32C", "SPCG-43A", "SPCG-45", "SPCG-47B", "SPCG-49A", "SPCG-50"]
    assert "SPCG met twice in the period" in revision.text
    assert "9th remote meeting, on 27 January 2021" in revision.text
    assert revision.text.count("(illustrative") == 3


def test_what_is_made_up_says_so_on_home_and_in_the_search(loaded):
    client = Client()
    client.force_login(User.objects.get(email="itu-t.secretary@spcg.example"))
    home = client.get("/")
    for name in ("waiting", "deadlines"):
        assert {row.illustrative_mark for row in home.context[name]} == {"illustrative"}, name
    expected = len(home.context["waiting"]) + len(home.context["deadlines"]) + 1
    assert home.content.decode().count(">illustrative</span>") >= expected
    page = client.get("/search/?q=community+energy").content.decode()
    assert "Data exchange for" in page
    assert page.count(">illustrative</span>") >= 1
    assert "illustrative" not in client.get("/search/?q=robotics").content.decode()
