"""The notifications of a person, and the mailbox of the demonstration."""

import pytest
from django.core.mail import get_connection
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from post.models import MailboxMessage, Notification
from post.services.dispatch import send_due
from post.services.mailings import FileSpec, RecipientSpec
from post.services.notices import notify
from post.tests.factories import make_body, make_letter, make_person

pytestmark = pytest.mark.django_db
SMALL = {"kind": "test", "text": "Text", "reason": "you are a member", "url": "/about/"}


@pytest.fixture
def person():
    return make_person()


@pytest.fixture
def browser(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def kept(settings):
    """A letter with an attachment that the mailbox has kept."""
    settings.EMAIL_BACKEND = "post.mailbox.MailboxBackend"
    body = make_body(subject="Économie", files=(FileSpec("Réunion 8.pdf", "application/pdf", b"%PDF"),))
    make_letter([RecipientSpec("chair@iso.example", "Chair", "ISO", "Dear Chair,")], bodies=[body])
    assert send_due() == 1
    return MailboxMessage.objects.get()


def test_notifications_show_reason_and_what_is_new(browser, person):
    notify([person], subject="First", **SMALL)
    notify([make_person()], subject="Of somebody else", **SMALL)
    page = browser.get("/notifications/")
    html = page.content.decode()
    assert page.status_code == 200
    assert "First" in html
    assert "You receive this because you are a member." in html
    assert "Somebody else" not in html
    assert '<span class="new">new</span>' in html
    assert "Of somebody else" not in html


def test_reading_the_page_marks_nothing_and_the_button_marks_all(browser, person):
    notify([person], subject="First", **SMALL)
    browser.get("/notifications/")
    assert Notification.objects.get().read_at is None
    assert browser.get("/notifications/read/").status_code == 405
    response = browser.post("/notifications/read/", follow=True)
    assert response.redirect_chain == [("/notifications/", 302)]
    assert "1 notification marked as read." in response.content.decode()
    assert Notification.objects.get().read_at
    assert "Mark all as read" not in response.content.decode()


def test_empty_notifications_say_what_will_be_there(browser):
    assert "Nobody has told you anything yet." in browser.get("/notifications/").content.decode()


@pytest.mark.parametrize("page", ["2", "0", "-1", "x", "9" * 30, "\x00"])
def test_notifications_answer_any_page(browser, person, page):
    for number in range(51):
        notify([person], subject=f"N{number}", **SMALL)
    assert browser.get("/notifications/", {"page": page}).status_code == 200


def test_lists_take_the_same_queries_for_one_and_for_thirty(browser, person):
    browser.get("/about/")
    for path in ("/notifications/", "/mailbox/"):
        counts = []
        for number in (1, 30):
            for _ in range(number):
                notify([person], subject="N", **SMALL)
                MailboxMessage.objects.create(recipient="a@x.example", subject="S", raw=b"")
            with CaptureQueriesContext(connection) as queries:
                browser.get(path)
            counts.append(len(queries))
        assert counts[0] == counts[1], path


def test_mailbox_lists_and_filters_by_recipient(browser, kept):
    html = browser.get("/mailbox/").content.decode()
    assert "Économie" in html
    assert "One mail, the newest first." in html
    assert "Économie" in browser.get("/mailbox/", {"to": "CHAIR@"}).content.decode()
    assert "No mail went to such an address." in browser.get("/mailbox/", {"to": "nobody"}).content.decode()


@pytest.mark.parametrize("to", ["\x00", "%", "x" * 5000, "<script>alert(1)</script>", "é\u202e"])
def test_mailbox_answers_any_filter(browser, kept, to):
    page = browser.get("/mailbox/", {"to": to, "page": "zzz"})
    assert page.status_code == 200
    assert b"<script>alert" not in page.content


def test_message_page_shows_headers_text_and_files(browser, kept):
    page = browser.get(f"/mailbox/{kept.pk}/")
    html = page.content.decode()
    assert "<h1>Économie</h1>" in html
    assert "Dear Chair,<br>" in html
    assert "&lt;letters.spcg.example&gt;" in html
    assert "Réunion 8.pdf" in html
    assert 'sandbox="allow-top-navigation-by-user-activation"' in html
    assert "style=" not in html


def test_html_of_a_mail_stands_in_a_sandbox_of_its_own(browser, kept):
    page = browser.get(f"/mailbox/{kept.pk}/html/")
    policy = page["Content-Security-Policy"]
    assert policy.split("; ") == [
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox allow-top-navigation-by-user-activation",
    ]
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert '<head><base target="_top">' in page.content.decode()


def test_attachment_is_downloaded_with_its_name(browser, kept):
    page = browser.get(f"/mailbox/{kept.pk}/files/0/")
    assert page.content == b"%PDF"
    assert page["Content-Disposition"] == "attachment; filename*=utf-8''R%C3%A9union%208.pdf"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert browser.get(f"/mailbox/{kept.pk}/files/1/").status_code == 404


def test_message_that_is_no_mail_at_all_is_shown(browser):
    broken = MailboxMessage.objects.create(recipient="a@x.example", subject="", raw=b"\xff\x00\r\n\r\n\xfe")
    assert browser.get(f"/mailbox/{broken.pk}/").status_code == 200
    assert browser.get(f"/mailbox/{broken.pk}/html/").status_code == 404


PATHS = ["/mailbox/", "/mailbox/{pk}/", "/mailbox/{pk}/html/", "/mailbox/{pk}/files/0/"]


@pytest.mark.parametrize("path", PATHS)
def test_mailbox_exists_only_in_the_demonstration(browser, kept, settings, path):
    settings.DEMO = False
    assert browser.get(path.format(pk=kept.pk)).status_code == 404


@pytest.mark.parametrize("path", [*PATHS, "/notifications/"])
def test_pages_ask_strangers_to_sign_in(kept, path):
    path = path.format(pk=kept.pk)
    response = Client().get(path)
    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next={path}"


@pytest.mark.parametrize("pk", ["0", "999999999999", "9" * 40])
def test_mail_that_does_not_exist_is_404(browser, pk):
    assert browser.get(f"/mailbox/{pk}/").status_code == 404


def test_mailbox_keeps_one_row_per_recipient_for_ordinary_django_mail(db):
    from django.core.mail import EmailMessage

    backend = get_connection("post.mailbox.MailboxBackend")
    assert backend.send_messages([EmailMessage("S", "B", "p@x.example", ["a@x.example", "b@x.example"])]) == 1
    assert sorted(MailboxMessage.objects.values_list("recipient", flat=True)) == ["a@x.example", "b@x.example"]


def test_administration_shows_the_ledger_and_changes_nothing():
    admin = Client()
    admin.force_login(make_person("Administrator", is_staff=True, is_superuser=True))
    mailing = make_letter(1)
    row = mailing.deliveries.get()
    for name, pk in (("mailing", mailing.pk), ("delivery", row.pk)):
        assert admin.get(f"/admin/post/{name}/").status_code == 200
        page = admin.get(f"/admin/post/{name}/{pk}/change/")
        assert page.status_code == 200
        assert b'name="_save"' not in page.content
        assert admin.post(f"/admin/post/{name}/{pk}/delete/", {"post": "yes"}).status_code == 403
