"""The pages of a letter while it is sent: progress that tells the truth, ledger, buttons."""

from datetime import timedelta
from io import BytesIO

import pytest
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
    assert [cell.value for cell in rows[0]][:3] == ["Recipient", "Address", "From"]
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
