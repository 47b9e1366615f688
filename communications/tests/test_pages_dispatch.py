"""The pages of a letter while it is sent: progress that tells the truth, ledger, buttons."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from communications.enclosures import file_link
from communications.services.dispatch import send_letter
from communications.tests.factories import make_audience, make_letter, make_revision
from post.models import Delivery, Mailing
from post.services.dispatch import send_due


def url(name, *args):
    return reverse(f"communications:{name}", args=args)


def make_sending(cast, each=1):
    make_audience(cast, each)
    letter = send_letter(make_letter(cast, "approved"), cast.iec_secretary)
    Mailing.objects.filter(pk=letter.mailing_id).update(state="sending", started_at=timezone.now())
    return letter


def test_progress_tells_the_truth_after_a_part_is_sent(cast, client_of):
    letter = make_sending(cast, 2)
    Delivery.objects.filter(mailing=letter.mailing, group="IEC").update(
        next_attempt_at=timezone.now() + timedelta(hours=1), reason="later"
    )
    Delivery.objects.filter(pk=letter.mailing.deliveries.filter(group="ISO").first().pk).update(
        state="failed", reason="no_address"
    )
    send_due()
    page = client_of("iec_member").get(url("dispatch", letter.pk)).content.decode()
    assert "<b>3</b> of 6 sent" in page
    assert 'aria-label="3 of 6 sent, 2 waiting, 1 failed, 0 came back"' in page
    assert 'aria-label="0 of 2 sent, 2 waiting, 0 failed, 0 came back"' in page


def test_trouble_and_ledger_are_for_the_own_organization(cast, client_of):
    letter = make_sending(cast)
    letter.mailing.deliveries.filter(group="ISO").update(state="failed", reason="no_address", name="Lost one")
    page = client_of("iso_secretary").get(url("dispatch", letter.pk)).content.decode()
    assert "1 letter did not arrive" in page
    assert "Lost one" in page
    assert "Lost one" not in client_of("iec_secretary").get(url("dispatch", letter.pk)).content.decode()
    assert client_of("iso_member").get(url("ledger", letter.pk)).status_code == 404
    assert client_of("iso_member").get(url("ledger_xlsx", letter.pk)).status_code == 404
    assert b"1 line," in client_of("iec_secretary").get(url("ledger", letter.pk)).content
    assert b"3 lines," in client_of("administrator").get(url("ledger", letter.pk)).content


@pytest.mark.parametrize("query", ["?state=trouble", "?group=IEC&q=chair", "?q=%00", "?page=x&state=nonsense"])
def test_ledger_answers_any_filter(cast, client_of, query):
    letter = make_sending(cast)
    assert client_of("administrator").get(url("ledger", letter.pk) + query).status_code == 200


def test_ledger_as_a_workbook_is_text(cast, client_of):
    letter = make_sending(cast)
    letter.mailing.deliveries.filter(group="ISO").update(name="=HYPERLINK(1)\x01")
    response = client_of("administrator").get(url("ledger_xlsx", letter.pk))
    rows = list(load_workbook(BytesIO(response.content)).active.iter_rows())
    assert [cell.value for cell in rows[0]] == [
        *("Recipient", "Address", "From", "State", "Reason", "In the server's words"),
        *("What to do", "Attempts", "Sent"),
    ]
    assert (rows[1][0].value, rows[1][0].data_type) == ("=HYPERLINK(1)", "s")
    assert len(rows) == 4


def test_fragment_is_for_the_page_that_polls(cast, client_of):
    letter = make_sending(cast)
    client = client_of("iec_member")
    assert client.get(url("progress", letter.pk)).url == url("dispatch", letter.pk)
    fragment = client.get(url("progress", letter.pk), headers={"hx-request": "true"}).content.decode()
    assert "of 3 sent" in fragment
    assert "<html" not in fragment
    assert "hx-get" not in client.get(url("dispatch", letter.pk) + "?updates=off").content.decode()


@pytest.mark.parametrize(("name", "state"), [("pause", "paused"), ("abort", "aborted")])
def test_sending_is_interrupted_by_buttons(cast, client_of, name, state):
    letter = make_sending(cast)
    client = client_of("iso_secretary")
    for _click in range(2):
        assert client.post(url(name, letter.pk)).url == url("dispatch", letter.pk)
    letter.mailing.refresh_from_db()
    assert letter.mailing.state == state
    assert letter.history.filter(action=name).count() == 1


def test_letter_without_a_sending_has_no_dispatch(cast, client_of):
    letter = make_letter(cast, "approved")
    for name in ("dispatch", "progress", "ledger", "ledger_xlsx"):
        assert client_of("iec_secretary").get(url(name, letter.pk)).status_code == 404


def test_files_of_a_letter_that_is_not_released_are_not_served(cast, client):
    revision = make_revision()
    letter = make_letter(cast, revisions=[revision])
    path = "/" + file_link(letter, revision).split("/", 3)[3]
    assert client.get(path).status_code == 404


def test_workbook_says_what_to_do_about_each_trouble(cast, client_of):
    letter = make_sending(cast)
    trouble = {"state": "failed", "reason": "full", "detail": "552 over quota", "attempts": 3}
    letter.mailing.deliveries.filter(group="ISO").update(**trouble)
    response = client_of("iso_secretary").get(url("ledger_xlsx", letter.pk) + "?state=trouble")
    rows = list(load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))
    assert len(rows) == 2
    assert rows[1][3:8] == (
        "Inbox not accepting",
        "Mailbox is full",
        "552 over quota",
        "Ask the recipient to free the inbox or to let us through, then send to the missing.",
        3,
    )


def test_progress_counts_who_was_left_out_and_stopped_only_where_there_are_any(cast, client_of):
    letter = make_sending(cast)
    page = client_of("iec_member").get(url("dispatch", letter.pk)).content.decode()
    assert "Left out" not in page
    assert 'data-th="Stopped"' not in page
    letter.mailing.deliveries.filter(group="ISO").update(state="skipped")
    letter.mailing.deliveries.filter(group="IEC").update(state="aborted")
    page = client_of("iec_member").get(url("dispatch", letter.pk)).content.decode()
    assert page.count('data-th="Left out">1<') == 2  # ISO and all
    assert page.count('data-th="Stopped">1<') == 2


@pytest.mark.parametrize("name", ["dispatch", "ledger"])
def test_pages_of_the_sending_take_the_same_queries_for_few_and_many(cast, client_of, name):
    counts = []
    client = client_of("administrator")
    client.get(url("letters"))  # the first visit of a person writes its moment
    for each in (1, 20):
        letter = make_sending(cast, each)
        letter.mailing.deliveries.update(state="failed", reason="full")
        with CaptureQueriesContext(connection) as captured:
            client.get(url(name, letter.pk))
        counts.append(len(captured))
    assert counts[0] == counts[1]
