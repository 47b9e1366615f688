"""Home's view of others: whom something waits on and since when, the administrator's house, the observer's page."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import Backup, User
from organizations.tests.factories import make_committee, make_user
from post.models import Address
from proposals.models import Proposal
from proposals.services.replies import ask_committee, comment_on_proposal
from proposals.tests.factories import make_circulated, make_under_approval
from spcg_portal import overview, queries


def text(response) -> str:
    return response.content.decode()


def _age(days: int) -> None:
    for proposal in Proposal.objects.filter(recommendation__isnull=False):
        recommendation = proposal.recommendation
        type(recommendation).objects.filter(pk=recommendation.pk).update(
            proposed_at=timezone.now() - timedelta(days=days)
        )


def test_each_missing_approval_waits_on_its_organization_with_its_age(cast, client_of):
    make_under_approval(cast)
    _age(9)
    rows = overview.owed(cast.observer)
    given = set(
        Proposal.objects.get().recommendation.document.revisions.last().approvals.values_list("organization__code")
    )
    assert {row.organization for row in rows} == {"ISO", "IEC", "ITU-T"} - {code for (code,) in given}
    assert {row.days for row in rows} == {9}
    page = text(client_of("observer").get("/"))
    assert "Waits on an organization" in page
    assert "9 days" in page


def test_outsider_is_owed_nothing(cast):
    make_under_approval(cast)
    assert overview.owed(cast.outsider) == []


def test_observer_has_a_page_that_asks_nothing(cast, client_of):
    page = text(client_of("observer").get("/"))
    assert "What the group has in hand" in page
    assert "You read along" in page
    assert "You read along" not in text(client_of("iec_member").get("/"))


def test_administrator_sees_the_house_and_nobody_else_does(cast, client_of):
    make_user("Without", email="without@spcg.example")
    Address.objects.create(email="gone@spcg.example", bounced_at=timezone.now())
    page = text(client_of("administrator").get("/"))
    assert "2 people without an appointment" in page
    assert "1 address from which mail came back" in page
    assert "No backup has been made" in page
    assert "without an appointment" not in text(client_of("iso_secretary").get("/"))


def test_an_old_backup_needs_the_administrator_and_a_new_one_does_not(cast):
    made = Backup.objects.create(name="a", rows=1, files=1, size=1, made_at=timezone.now() - timedelta(days=9))
    assert ("The newest backup is 9 days old", True) in [(row.words, row.needs) for row in overview.cares()]
    Backup.objects.filter(pk=made.pk).update(made_at=timezone.now())
    assert ("The newest backup is 0 days old", False) in [(row.words, row.needs) for row in overview.cares()]


def test_the_same_deed_within_a_minute_is_one_line(cast, client_of):
    make_under_approval(cast)
    proposal = Proposal.objects.get()
    entry = proposal.history.first()
    for seconds in (10, 20, 30, 200):
        entry.pk, entry.at, entry.action, entry._state.adding = (
            None,
            timezone.now() + timedelta(seconds=seconds),
            "x",
            True,
        )
        entry.save()
    newest = list(proposal.history.order_by("-at", "-pk")[:4])
    assert [deed.more for deed in queries.deeds(newest)] == [0, 2]
    User.objects.filter(pk=cast.iec_member.pk).update(previous_visit_at=timezone.now() - timedelta(days=1))
    page = text(client_of("iec_member").get("/"))
    assert "and 2 times more within a minute" in page
    assert "/history/?start=" in page
    assert "/settings/feeds/" in page


def test_a_line_of_changes_bears_the_name_that_its_record_has_now_and_leads_to_it(cast, client_of):
    """The line is kept once it is drawn: seen red with the record's name left out of its key."""
    make_under_approval(cast)
    document = Proposal.objects.get().recommendation.document
    reader = client_of("iec_member")
    for title in ("Toys", "Safety of toys"):
        Proposal.objects.update(title=title)
        page = reader.get("/").content.decode()
        assert f">{document}</span></a>" in page or f">{document}</a>" in page
        assert f'href="/documents/{document}/"' in page
        assert f"{title}</a>" in page
    assert reader.get(f"/documents/{document}/").status_code == 200


def test_who_has_no_appointment_is_offered_no_section_that_would_not_open(cast, client_of):
    """Seen red with the sections shown to everybody who has signed in."""
    page = text(client_of("outsider").get("/"))
    assert "You have no appointment" in page
    for path in ("/proposals/", "/landscape/", "/meetings/", "/documents/", "/search/"):
        assert f'href="{path}"' not in page
        assert f'href="{path}"' in text(client_of("observer").get("/"))


def test_several_questions_to_committees_are_one_line_that_names_them(cast, client_of):
    """The minute, the person and the record bind them; nothing is asked of the database for it."""
    proposal = make_circulated(cast)
    committees = [make_committee(f"IEC TC {number}", "IEC") for number in (61, 62, 63, 64)]
    for committee in committees[:3]:
        ask_committee(proposal, committee, cast.iso_secretary)
    line = "asked IEC TC 61, IEC TC 62 and 1 more for their interest"
    assert line in text(client_of("iec_member").get("/"))
    later = timezone.now() + timedelta(minutes=3)
    ask_committee(proposal, committees[3], cast.iso_secretary, at=later)
    page = text(client_of("iec_member").get("/"))
    assert line in page
    assert "asked IEC TC 64 for its interest" in page
    assert "within a minute" not in page


def test_queries_do_not_grow_with_what_is_owed(cast):
    make_under_approval(cast)
    overview.owed(cast.observer)
    with CaptureQueriesContext(connection) as few:
        overview.owed(cast.observer)
    for _number in range(4):
        make_under_approval(cast)
    with CaptureQueriesContext(connection) as many:
        overview.owed(cast.observer)
    assert len(many) == len(few)


def test_home_shows_what_was_done_a_moment_ago(cast, client_of):
    """Rows are drawn once in a process and read once in a request, and never older than the record."""
    proposal = make_circulated(cast)
    client = client_of("iec_member")
    assert "Quite another title" not in text(client.get("/"))
    Proposal.objects.filter(pk=proposal.pk).update(title="Quite another title")
    assert "Quite another title" in text(client.get("/"))
    comment_on_proposal(Proposal.objects.get(pk=proposal.pk), cast.iec_member, text="Seen.", stance="neutral")
    assert f"Comment on proposal {proposal.reference}" not in [row.title for row in client.get("/").context["waiting"]]
