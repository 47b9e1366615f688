"""The mail as its recipient gets it."""

import re
from datetime import timedelta
from email import policy
from email.parser import BytesParser

import pytest
from django.utils import timezone

from communications.models import Letter
from communications.paper import on_paper
from communications.queries.letters import covers_of
from communications.services.dispatch import send_letter
from communications.services.letters import edit_cover
from communications.tests.factories import approve, make_letter, make_revision
from documents.publishing.formats import render
from organizations.models import Contact
from organizations.tests.factories import make_committee, make_contact
from post.models import MailboxMessage, Mailing
from post.services.dispatch import send_due


def mails_of(cast, **overrides):
    """Sends a letter and returns what each recipient got, by address."""
    letter = make_letter(cast, "approved", **overrides)
    send_letter(letter, cast.iec_secretary)
    Mailing.objects.update(hold_until=timezone.now() - timedelta(seconds=1))
    send_due()
    rows = MailboxMessage.objects.filter(subject=letter.subject)
    parse = BytesParser(policy=policy.default).parsebytes
    return {row.recipient: parse(bytes(row.raw)) for row in rows}


def part(mail, kind):
    return mail.get_body((kind,)).get_content()


@pytest.fixture
def people(cast):
    committee = make_committee("ISO/TC 176", "ISO")
    return [
        make_contact(cast.ISO, email="ann@iso.example", name="Ann <b>*O'Neil*</b>", committee=committee),
        make_contact(cast.IEC, email="bo@iec.example", name="Bo", capacity="national_body"),
    ]


def test_each_organization_writes_with_its_own_cover(cast, people):
    mails = mails_of(cast)
    iso, iec = mails["ann@iso.example"], mails["bo@iec.example"]
    assert (iso["From"], iec["From"]) == ("ISO office <iso@spcg.example>", "IEC office <iec@spcg.example>")
    assert (iso["Reply-To"], iec["Reply-To"]) == ("iso.secretary@spcg.example", "iec.secretary@spcg.example")
    assert iso["List-Id"] != iec["List-Id"]
    assert (iso["To"], iec["To"]) == ('"Ann <b>*O\'Neil*</b>" <ann@iso.example>', "Bo <bo@iec.example>")
    assert "TMB/…" in part(iso, "plain")
    assert "AC/…" in part(iec, "plain")


def test_headers_are_those_of_a_letter_that_a_person_signs(cast, people):
    mail = mails_of(cast)["ann@iso.example"]
    assert len(mail["Subject"]) <= 70
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Auto-Submitted"] is None
    assert mail["Message-ID"]
    assert mail.get_content_type() in ("multipart/mixed", "multipart/alternative")


def test_placeholders_become_the_recipients_own_words(cast, people):
    body = "Dear {name}, of {committee} in {organization}. {{7*7}} {{name}}"
    mails = mails_of(cast, body=body)
    iso, iec = part(mails["ann@iso.example"], "plain"), part(mails["bo@iec.example"], "plain")
    assert "Dear Ann <b>*O'Neil*</b>, of ISO/TC 176 in ISO. {{7*7}} {{name}}" in iso
    assert "Dear Bo, of your committee in IEC." in iec
    html = part(mails["ann@iso.example"], "html")
    assert "Ann &lt;b&gt;*O&#x27;Neil*&lt;/b&gt;, of ISO/TC 176 in ISO. {{7*7}} {{name}}" in html


def test_salutation_stands_once(cast, people):
    plain = part(mails_of(cast, body="{salutation}\n\nThe text.")["ann@iso.example"], "plain")
    assert plain.count("Dear Sir or Madam,") == 1


def test_salutation_may_name_the_recipient(cast, people):
    letter = make_letter(cast, "for_approval")
    cover = letter.covers.get(organization=cast.ISO)
    edit_cover(cover, cast.iso_secretary, cover.version, salutation="Dear {name},")
    for organization, who in ((cast.ISO, "iso"), (cast.IEC, "iec"), (cast.ITU_T, "itu_t")):
        approve(cast, letter, organization, f"{who}_secretary")
    send_letter(letter, cast.iec_secretary)
    Mailing.objects.update(hold_until=timezone.now() - timedelta(seconds=1))
    send_due()
    raw = MailboxMessage.objects.get(recipient="ann@iso.example").raw
    mail = BytesParser(policy=policy.default).parsebytes(bytes(raw))
    assert "Dear Ann <b>*O'Neil*</b>," in part(mail, "plain")


def test_text_part_is_complete_and_its_first_lines_say_what_and_from_whom(cast, people):
    body = (
        "# Why\n\nA **bold** word and a [link](https://iso.example/x).\n\n"
        "1. one\n2. two\n   - deeper\n\n| a | b |\n|---|---|\n| c | d |"
    )
    revision = make_revision()
    mail = mails_of(cast, body=body, revisions=[revision])["ann@iso.example"]
    plain = part(mail, "plain")
    lines = plain.splitlines()
    assert lines[0] == "Effective coordination among ISO, IEC and ITU-T"
    assert lines[1].startswith("Circular letter from ISO office (ISO), TMB/…, ")
    wanted = (
        "Why",
        "A bold word and a link (https://iso.example/x).",
        "1. one",
        "2. two",
        "  - deeper",
        "a | b",
        "c | d",
    )
    assert [
        text
        for text in (*wanted, "Yours faithfully,", "ISO secretary of the SPCG", revision.reference)
        if text not in plain
    ] == []
    html = part(mail, "html")
    assert [
        text for text in ("<b>bold</b>", 'href="https://iso.example/x"', "Yours faithfully,") if text not in html
    ] == []


def test_html_carries_nothing_remote_and_no_script_and_stays_small(cast, people):
    hostile = '<script>alert(1)</script> ![x](https://evil.example/a.png) [y](javascript:alert(1)) <img src="https://evil.example/b.png">'
    mail = mails_of(cast, body=hostile, revisions=[make_revision()])["ann@iso.example"]
    html = part(mail, "html")
    assert re.findall(r"<(?:script|img|link|iframe|object|style)\b(?!>table)", html) == []
    assert re.findall(r"<[^>]*\b(?:src|background|srcset)=", html) == []
    assert "javascript:" not in re.sub(r">[^<]*<", "><", html)
    assert "url(" not in html
    assert len(html.encode()) + len(part(mail, "plain").encode()) < 100_000


def test_document_is_attached_as_pdf_and_its_link_needs_no_account(cast, people, client):
    revision = make_revision()
    mail = mails_of(cast, revisions=[revision])["ann@iso.example"]
    (file,) = list(mail.iter_attachments())
    assert (file.get_filename(), file.get_content_type()) == (f"{revision.reference}.pdf", "application/pdf")
    assert file.get_payload(decode=True).startswith(b"%PDF")
    url = re.search(r"http\S+/files/\S+", part(mail, "plain"))[0]
    path = "/" + url.split("/", 3)[3]
    assert client.get(path)["Content-Type"] == "application/pdf"
    assert client.get(path[:-3] + "xx/").status_code == 404


def test_illustrative_letter_says_so_everywhere(cast, people):
    mail = mails_of(cast, illustrative=True, revisions=[make_revision(illustrative=True)])["ann@iso.example"]
    assert "This letter is illustrative." in part(mail, "plain")
    assert "This letter is illustrative." in part(mail, "html")
    letter = Letter.objects.get()
    content = on_paper(letter, covers_of(letter)[0], [])
    assert content.footer_note == "Illustrative"
    assert render(content, "pdf").data.startswith(b"%PDF")


def test_large_document_goes_by_link(cast, people, monkeypatch):
    monkeypatch.setattr("communications.enclosures.ATTACH_UP_TO", 1000)
    revision = make_revision()
    mail = mails_of(cast, revisions=[revision])["ann@iso.example"]
    assert list(mail.iter_attachments()) == []
    assert f"To be read at: {revision.reference} (PDF" in part(mail, "plain")


def test_contact_cannot_inject_a_header(cast):
    make_contact(cast.ISO, email="x@iso.example", name="A\r\nBcc: evil@evil.example")
    mail = mails_of(cast)["x@iso.example"]
    assert mail["Bcc"] is None
    assert Contact.objects.count() == 1
