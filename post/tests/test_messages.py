"""The bytes of a message, read back as a mail program reads them."""

from email import message_from_bytes, policy

import pytest
from django.utils import timezone

from post.services.claims import claim_letter, claim_notices
from post.services.mailings import FileSpec, RecipientSpec, slot
from post.services.messages import compose, wrap
from post.tests.factories import make_body, make_letter, make_notice

pytestmark = pytest.mark.django_db


def raw_of(row):
    return compose(row, wrap(row.body)).as_bytes()


def mail_of(recipient=None, **body):
    mailing = make_letter([recipient or RecipientSpec("a@x.example", "A. Chair", "ISO")], bodies=[make_body(**body)])
    row = claim_letter(mailing)[0]
    return message_from_bytes(raw_of(row), policy=policy.default), row


def text_of(mail, kind="plain"):
    return mail.get_body((kind,)).get_content().replace("\r\n", "\n")


def test_letter_carries_its_headers():
    mail, row = mail_of(in_reply_to="<root@spcg.example>")
    assert mail["From"] == "ISO Central Secretariat <iso@spcg.example>"
    assert mail["To"] == '"A. Chair" <a@x.example>'
    assert mail["Reply-To"] == "ISO secretary <iso.secretary@spcg.example>"
    assert (mail["In-Reply-To"], mail["References"]) == ("<root@spcg.example>", "<root@spcg.example>")
    assert mail["List-Id"] == "<letters.spcg.example>"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Auto-Submitted"] is None
    assert mail["Message-ID"] == row.message_id
    assert row.message_id.startswith(f"<{row.pk}.")
    assert row.message_id.endswith("@127.0.0.1>")
    assert abs(mail["Date"].datetime - timezone.now()).total_seconds() < 5
    assert mail.get_content_type() == "multipart/alternative"


def test_notice_says_that_it_was_generated():
    make_notice()
    mail = message_from_bytes(raw_of(claim_notices()[0]), policy=policy.default)
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-generated", "All")


def test_each_recipient_reads_the_own_salutation_and_values():
    recipient = RecipientSpec("a@x.example", "A", "ISO", "Dear <A> & B,", values={"committee": "ISO/TC 1"})
    words = f"{slot('salutation')} of {slot('committee')}, {slot('unknown')}. {{{{7*7}}}} {{salutation}}"
    mail, _row = mail_of(recipient, text=words, html=f"<p>{words}</p>")
    assert text_of(mail) == "Dear <A> & B, of ISO/TC 1, . {{7*7}} {salutation}"
    assert "Dear &lt;A&gt; &amp; B, of ISO/TC 1, ." in text_of(mail, "html")


def test_words_that_look_like_a_slot_stay_words():
    recipient = RecipientSpec("a@x.example", "N", "ISO", f"Dear {slot('name')},")
    mail, _row = mail_of(recipient, text=slot("salutation"))
    assert text_of(mail) != "Dear N,"


@pytest.mark.parametrize(
    "text",
    [
        "Line\r\nBcc: all@x.example",
        "Word\nX: y",
        "=?utf-8?q?a=0D=0ABcc=3A_all=40x.example?=",
        "=?utf-8?b?DQpCY2M6IGFAeC5leGFtcGxl?=",
        "é\u2028Bcc: a@x.example",
        "a\x00b\x0bc",
        "é" * 200,
    ],
)
def test_no_text_begins_a_header_of_its_own(text):
    recipient = RecipientSpec("a@x.example", text, "ISO")
    mail, _row = mail_of(recipient, subject=text, reply_to=f"{text} <b@x.example>", from_header=f"{text} <c@x.example>")
    assert mail["Bcc"] is None
    assert mail["X"] is None
    expected = {"From", "To", "Subject", "Date", "Message-ID", "List-Id", "X-Auto-Response-Suppress", "MIME-Version"}
    assert set(mail.keys()) - {"Reply-To", "Content-Type"} == expected
    assert [address.addr_spec for address in mail["To"].addresses] == ["a@x.example"]


def test_subject_and_names_of_any_language_arrive():
    recipient = RecipientSpec("a@münchen.example", "Müller, Jörg", "ISO")
    mail, row = mail_of(recipient, subject="Économie circulaire – 标准")
    assert mail["Subject"] == "Économie circulaire – 标准"
    assert mail["To"].addresses[0].display_name == "Müller, Jörg"
    assert mail["To"].addresses[0].addr_spec == "a@xn--mnchen-3ya.example"


def test_encoded_word_typed_by_a_person_arrives_as_typed():
    mail, _row = mail_of(subject="=?utf-8?q?hello?=")
    assert mail["Subject"] == "=?utf-8?q?hello?="


def test_attachments_arrive_byte_for_byte_with_their_names():
    content = bytes(range(256)) * 50
    small = FileSpec("b.txt", "text/plain", b"--x\r\n.\r\n")
    files = (FileSpec('Réunion "8"; a.pdf', "application/pdf", content), small)
    mail, _row = mail_of(files=files)
    assert mail.get_content_type() == "multipart/mixed"
    parts = list(mail.iter_attachments())
    assert [part.get_filename() for part in parts] == ['Réunion "8"; a.pdf', "b.txt"]
    assert [part.get_payload(decode=True) for part in parts] == [content, b"--x\r\n.\r\n"]
    assert "The paper is attached." in text_of(mail)


def test_long_lines_and_dots_survive():
    text = "x" * 3000 + "\n.\nFrom here\n=_a--\n\ttrailing \nend"
    mail, row = mail_of(text=text)
    assert text_of(mail) == text
    assert max(len(line) for line in raw_of(row).split(b"\r\n")) <= 998
    assert raw_of(row).replace(b"\r\n", b"").count(b"\n") == 0
