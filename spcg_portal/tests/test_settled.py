"""The mail of the morning leaves out what was settled over night, room by room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from communications.models import Letter, Step
from communications.services.letters import edit_letter, withdraw_letter
from communications.services.work_plan import complete_step
from communications.tests.factories import make_letter, make_step
from core.dates import today
from landscape.queries import newest_revision
from landscape.queries.confirmations import confirm_url
from landscape.queries.rounds import score_url
from landscape.services.confirmations import confirm_areas
from landscape.services.rounds import close_round
from landscape.services.suggestions import reject_suggestion, suggest_edit
from landscape.tests.factories import give_score, make_area, make_round
from meetings.models import Outcome
from meetings.tests.factories import make_outcome
from organizations.tests.factories import make_committee
from post.models import Mailing, Notification
from post.services.digests import send_due_digests
from post.services.notices import notify
from proposals.services.replies import ask_committee, declare_interest
from proposals.tests.factories import make_circulated
from publications.services import withdraw_publication
from publications.tests.factories import approve as give_verdict
from publications.tests.factories import make_publication

MORNING = datetime(2030, 11, 25, 6, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def all_mail_at_once(monkeypatch):
    """Here everything waits for the morning."""
    monkeypatch.setattr("post.services.preferences.default_of", lambda stream: "daily")


def told(person, url: str, kind: str) -> Notification:
    words = {"subject": "Something", "text": "Words.", "reason": "you are asked"}
    return notify([person], kind=kind, url=url, **words)[0]


def mailed(person) -> list[str]:
    """The links of this morning's mail to the person."""
    Notification.objects.filter(user=person).update(at=timezone.now())
    send_due_digests(MORNING)
    found = Mailing.objects.filter(key__startswith=f"digest-{person.pk}-")
    return [mailing.bodies.get().text for mailing in found]


def check(person, url: str, kind: str, settle) -> None:
    """Told as long as it is open; not any more once it is settled, and then without a mail about nothing."""
    row = told(person, url, kind)
    Notification.objects.exclude(pk=row.pk).delete()
    [text] = mailed(person)
    assert url.partition("#")[0] in text
    Mailing.objects.filter(key__startswith="digest-").update(key="earlier")
    person.digests.update(day=today() - timedelta(days=30))
    Notification.objects.filter(pk=row.pk).update(digest=None)
    settle()
    Notification.objects.exclude(pk=row.pk).delete()
    assert mailed(person) == []
    row.refresh_from_db()
    assert row.digest_id


def test_a_letter_that_was_withdrawn_is_not_ready_to_send(cast):
    letter = make_letter(cast, "approved")
    check(
        cast.iec_secretary,
        letter.get_absolute_url(),
        "letter_approved",
        lambda: withdraw_letter(Letter.objects.get(), cast.iso_secretary),
    )


def test_changes_that_were_made_are_not_asked_for(cast):
    letter = make_letter(cast, "for_approval")
    row = told(cast.iso_secretary, f"{letter.get_absolute_url()}#approval", "letter_changes")
    Notification.objects.exclude(pk=row.pk).delete()
    edit_letter(letter, cast.iec_secretary, letter.version, body="As you wished.")
    Notification.objects.exclude(pk=row.pk).delete()
    send_due_digests(MORNING)
    assert not Mailing.objects.filter(key__startswith="digest-").exists()


def test_a_milestone_that_was_reached_is_not_overdue(cast):
    step = make_step(cast, due_on=today() - timedelta(days=3))
    check(
        cast.iso_secretary,
        step.get_absolute_url(),
        "work plan",
        lambda: complete_step(Step.objects.get(pk=step.pk), cast.iso_secretary),
    )


def test_an_action_that_is_done_is_not_due(cast):
    action = make_outcome(kind="action", text="Write.", owner_organization=cast.IEC, due_on=today())
    url = f"/meetings/{action.meeting.number}/outcomes/{action.pk}/complete/"
    check(cast.iec_secretary, url, "action", lambda: Outcome.objects.filter(pk=action.pk).update(done_on=today()))


def test_a_question_that_has_its_answer_is_not_asked(cast):
    proposal, committee = make_circulated(cast), make_committee("IEC TC 999", "IEC")
    ask_committee(proposal, committee, cast.iso_secretary)
    url = f"{proposal.get_absolute_url()}#interests"
    check(cast.iec_member, url, "ask", lambda: declare_interest(proposal, committee, cast.iec_secretary, "none"))


def test_changes_before_a_publication_are_not_asked_for_once_it_is_withdrawn(cast):
    publication = make_publication(cast)
    give_verdict(cast, publication, "ISO", verdict="changes", note="Names.")
    check(
        cast.iec_secretary,
        publication.get_absolute_url(),
        "letter_changes",
        lambda: withdraw_publication(publication, cast.iso_secretary, reason="Later."),
    )


def test_what_is_news_and_asks_for_nothing_is_told_in_any_case(cast):
    proposal = make_circulated(cast)
    told(cast.iec_member, f"{proposal.get_absolute_url()}#comments", "comment")
    assert len(mailed(cast.iec_member)) == 1


# The landscape -------------------------------------------------------------------------------


def test_areas_that_were_confirmed_are_not_asked_for(cast):
    """Seen red before the room answered: a secretary who confirmed at night was asked in the morning."""
    area = make_area(cast.iso_secretary, at=timezone.now() - timedelta(days=400))
    check(
        cast.iec_secretary,
        confirm_url(cast.IEC),
        "landscape",
        lambda: confirm_areas(cast.iec_secretary, cast.IEC, [(area.pk, newest_revision(area).pk)]),
    )


def test_confirming_for_one_organization_settles_nothing_for_another(cast):
    area = make_area(cast.iso_secretary, at=timezone.now() - timedelta(days=400))
    told(cast.iec_secretary, confirm_url(cast.IEC), "landscape")
    confirm_areas(cast.iso_secretary, cast.ISO, [(area.pk, newest_revision(area).pk)])
    assert len(mailed(cast.iec_secretary)) == 1


def test_a_round_in_which_the_member_has_scored_all_is_not_opened_again(cast):
    areas = [make_area(cast.iso_secretary) for _n in range(2)]
    round = make_round(cast.iso_secretary)
    give_score(round, areas[0], cast.iec_member, 3)
    check(cast.iec_member, score_url(areas[0]), "landscape", lambda: give_score(round, areas[1], cast.iec_member, 3))


def test_a_round_that_was_closed_asks_nobody(cast):
    area, round = make_area(cast.iso_secretary), make_round(cast.iso_secretary)
    check(cast.iec_member, score_url(area), "landscape", lambda: close_round(round, cast.iso_secretary))


def test_a_suggested_edit_that_was_decided_waits_for_nobody_and_its_author_is_told(cast):
    area = make_area(cast.iso_secretary, owner=cast.ISO)
    words = {"text": f"{area.text} More.", "reason": "It is so."}
    suggestion = suggest_edit(area, cast.iec_member, newest_revision(area), **words)
    address = suggestion.get_absolute_url()
    check(cast.iso_secretary, address, "landscape", lambda: reject_suggestion(suggestion, cast.iso_secretary, "No."))
    told(cast.iec_member, address, "landscape")
    assert len(mailed(cast.iec_member)) == 1
    assert Notification.objects.filter(user=cast.iec_member, url=address).exists()
