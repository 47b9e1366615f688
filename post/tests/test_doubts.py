"""A request for an approval that may have arrived waits for a person; a circular letter goes out again by itself."""

import pytest
from django.urls import reverse

from core.moves import AlreadyDone, NotAllowed
from core.registry import every
from post.journal import Journal
from post.models import Delivery, Mailing
from post.queries import doubtful, progress
from post.services import claims
from post.services.dispatch import send_due
from post.services.doubts import accept_doubtful, resend_doubtful
from post.services.notices import notify
from post.services.recovery import reclaim_expired
from post.tests.factories import come_due, let_leases_expire, make_letter, make_person

pytestmark = pytest.mark.django_db


def ask(by, kind="approval", people=1):
    words = {"subject": "Your approval", "text": "Approve.", "reason": "You approve.", "url": "/"}
    notify([make_person() for _number in range(people)], kind=kind, by=by, **words)
    return Mailing.objects.latest("pk")


def kill_in_hand(mailing):
    """A worker dies while it waits for the answer to its first message."""
    rows = claims.claim_notices() if mailing.kind == "notice" else claims.claim_letter(mailing)
    kept = Journal(rows[0].claimed_by)
    kept.note("?", rows[0].pk)
    kept.close(settled=False)
    reclaim_expired()
    return mailing.deliveries.get(pk=rows[0].pk)


def test_killed_worker_leaves_an_approval_request_to_a_person(mailoutbox):
    by = make_person("IEC secretary")
    mailing = ask(by, people=3)
    row = kill_in_hand(mailing)
    assert (row.state, row.possible_duplicate) == ("doubtful", True)
    assert send_due() == 2
    assert send_due() == 0
    mailing.refresh_from_db()
    assert mailing.state == "sending"  # it is not finished while a row is open
    assert list(doubtful(by)) == [row]
    assert str(row.words) == "Perhaps sent"
    assert progress(mailing)["doubtful"] == 1


def test_other_mails_in_doubt_are_sent_again_by_themselves(mailoutbox):
    for mailing in (ask(make_person(), kind="comment"), make_letter(1)):
        row = kill_in_hand(mailing)
        assert (row.state, row.possible_duplicate) == ("waiting", True)
    assert send_due() == 2


def test_lost_answer_to_an_approval_request_asks_a_person(sink):
    mailing = ask(make_person())
    sink.drop_after_dot = {mailing.deliveries.get().address}
    send_due()
    come_due(mailing)
    assert send_due() == 0
    assert mailing.deliveries.get().state == "doubtful"


def test_lost_host_leaves_all_approval_requests_of_the_batch_to_a_person(settings, tmp_path):
    mailing = ask(make_person(), people=3)
    claims.claim_notices()
    settings.POST_JOURNAL = tmp_path / "another"
    let_leases_expire()
    assert reclaim_expired() == 3
    assert set(mailing.deliveries.values_list("state", flat=True)) == {"doubtful"}


def test_person_sends_it_again_with_the_same_identity(mailoutbox):
    by = make_person("IEC secretary")
    row = kill_in_hand(ask(by))
    resend_doubtful(row, by)
    with pytest.raises(AlreadyDone):
        resend_doubtful(row, by)
    assert send_due() == 1
    after = Delivery.objects.get(pk=row.pk)
    assert (after.state, after.possible_duplicate, after.message_id) == ("sent", True, row.message_id)
    assert Mailing.objects.get().state == "finished"


def test_person_says_that_it_has_arrived(mailoutbox):
    by = make_person("IEC secretary")
    row = kill_in_hand(ask(by))
    accept_doubtful(row, by)
    assert send_due() == 0
    assert Delivery.objects.get(pk=row.pk).state == "sent"
    assert Mailing.objects.get().state == "finished"


def test_only_its_sender_and_the_administrator_decide():
    by = make_person("IEC secretary")
    row = kill_in_hand(ask(by))
    with pytest.raises(NotAllowed):
        resend_doubtful(row, make_person("Another"))
    accept_doubtful(row, make_person("Administrator", is_staff=True))


def test_page_shows_my_doubts_and_takes_my_word(client):
    by = make_person("IEC secretary")
    row = kill_in_hand(ask(by))
    client.force_login(by)
    [waiting] = [item for item in every("waiting", by) if item.url == reverse("post:doubts")]
    page = client.get(waiting.url).content.decode()
    assert row.address in page
    assert "They may have arrived" not in page
    response = client.post(reverse("post:accept", args=[row.pk]), follow=True)
    assert "It counts as sent." in response.content.decode()
    again = client.post(reverse("post:resend", args=[row.pk]), follow=True)
    assert "Somebody has decided already." in again.content.decode()
    assert "No mail is in doubt." in again.content.decode()


def test_page_of_doubts_takes_the_same_queries_for_one_and_for_many(client, django_assert_max_num_queries):
    by = make_person("IEC secretary")
    client.force_login(by)
    kill_in_hand(ask(by))
    client.get(reverse("post:doubts"))
    ask(by, people=30)
    Delivery.objects.update(state="doubtful")
    with django_assert_max_num_queries(12):
        client.get(reverse("post:doubts"))
