"""Mails of sign-in: through the post office, links from SITE_URL, forgotten once sent."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from post.models import Body, Delivery, MailboxMessage, Notification
from post.services.dispatch import send_due
from post.tests.factories import make_person

pytestmark = pytest.mark.django_db


def ask(client, email, **extra):
    return client.post(reverse("account_reset_password"), {"email": email}, **extra)


def test_password_reset_goes_through_the_ledger_and_is_forgotten(sink, settings):
    settings.SITE_URL = "https://spcg.example"
    settings.ALLOWED_HOSTS = ["*"]
    person = make_person("ISO member")
    response = ask(Client(), person.email.upper(), headers={"host": "evil.example"})
    assert response.status_code == 302
    row = Delivery.objects.get()
    assert (row.address.lower(), row.account, row.body.secret) == (person.email, person, True)
    assert Notification.objects.count() == 0
    assert send_due() == 1
    mail = sink.messages[0]["mail"]
    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"] == "Choose a new password for the SPCG portal"
    assert "Dear ISO member," in text
    assert "If it was not you, ignore this message" in text
    assert "evil.example" not in sink.messages[0]["raw"].decode()
    [link] = re.findall(r"https://spcg\.example/accounts/password/reset/key/\S+", text)
    assert link in mail.get_body(("html",)).get_content()
    body = Body.objects.get()
    assert (body.text, body.html) == ("", "")
    token = link.rstrip("/").rsplit("/", 1)[1]
    assert not Body.objects.filter(text__contains=token).exists()

    page = Client().get(link.removeprefix("https://spcg.example"), follow=True)
    assert page.status_code == 200
    assert page.context["form"].fields.keys() == {"password1", "password2"}


def test_strangers_address_gets_no_mail_and_the_same_answer():
    known, unknown = make_person(), "nobody@elsewhere.example"
    first, second = ask(Client(), known.email), ask(Client(), unknown)
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert [row.address for row in Delivery.objects.all()] == [known.email]


def test_disabled_account_gets_no_mail():
    ask(Client(), make_person(is_active=False).email)
    assert Delivery.objects.count() == 0
    assert MailboxMessage.objects.count() == 0
