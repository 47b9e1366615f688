"""A circular letter that went out, on the public page: its words, and nothing of its covers or recipients."""

from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from docx import Document as WordFile
from pypdf import PdfReader

from communications.models import Letter
from communications.tests.factories import make_letter, make_revision
from core.moves import Refused
from meetings.services import cycle, outcomes
from meetings.services.report import draft_report
from meetings.tests.factories import make_meeting, make_planned
from meetings.tests.test_cycle import begun
from organizations.models import Contact
from organizations.tests.factories import make_contact
from post.models import Delivery, Mailing, Notification
from publications.models import Publication
from publications.services import ask_again, withdraw_publication
from publications.tests.factories import (
    PLACES,
    approve,
    make_document,
    make_publication,
    make_sent_letter,
    publish,
)

TOKEN = "11111111-1111-4111-8111-111111111111"
BODY = "Dear {name} of {committee},\n\n{salutation}\n\nuse the checklist of {organization}. Written by 47 hands."


def with_people(cast) -> list[Contact]:
    return [
        make_contact(place, name=f"Zoe Recipient of {place}", email=f"zoe@{place.slug}.members.example")
        for place in (cast.ISO, cast.IEC, cast.ITU_T)
    ]


def public_page() -> str:
    return Client().get("/about/").content.decode()


def texts_of(publication: Publication) -> list[str]:
    """The words of the three files as everybody gets them."""
    html, docx, pdf = (
        Client().get(f"/about/published/{publication.pk}/{name}/").content for name in ("html", "docx", "pdf")
    )
    pages = PdfReader(BytesIO(pdf)).pages
    word = WordFile(BytesIO(docx)).paragraphs
    return [
        strip_tags(html.decode()),
        "\n".join(line.text for line in word),
        "\n".join(page.extract_text() for page in pages),
    ]


def test_a_letter_is_published_by_the_third_approval_and_read_by_everybody(cast):
    letter = make_sent_letter(cast, revisions=[make_revision()])
    publication = make_publication(cast, letter)
    for place, _name in PLACES[:2]:
        approve(cast, publication, place)
    assert letter.subject not in public_page()
    approve(cast, publication, "ITU_T")
    assert letter.subject in public_page()
    attached = letter.attachments.get().revision.reference
    for text in texts_of(publication):
        assert "The three boards have approved the attached paper." in " ".join(text.split())
        assert "Circular letter of ISO, IEC and ITU-T, sent" in " ".join(text.split())
        assert attached in text


def test_what_is_published_names_no_recipient_and_shows_no_cover(cast):
    """Seen red with the ISO cover's words put in for the placeholders."""
    people = with_people(cast)
    letter = make_sent_letter(cast, body=BODY)
    publication = publish(cast, letter)
    texts = [public_page(), *texts_of(publication)]
    covers = [*letter.covers.all()]
    never = [*(p.name for p in people), *(p.email for p in people), "Zoe", "members.example"]
    never += [c.signatory for c in covers] + [c.addressees for c in covers] + [c.reference for c in covers]
    for text in texts:
        assert [word for word in never if word in text] == []
    for text in texts[1:]:
        plain = " ".join(text.split())
        assert "Dear [name of the recipient] of [committee]," in plain
        assert "use the checklist of ISO, IEC or ITU-T. Written by 47 hands." in plain


@pytest.mark.parametrize("state", [*(s for s in Letter.State.values if s != "sent"), "stopped", "sent", "asked"])
def test_nothing_of_an_unpublished_letter_is_read_without_an_account(cast, state):
    """In every state of the letter, be a publication of it asked for or approved by mistake."""
    with_people(cast)
    letter = make_sent_letter(cast, subject="Secret subject", body="Secret words.")
    publication = None
    if state != "sent":
        publication = make_publication(cast, letter) if state == "asked" else publish(cast, letter)
    if state == "stopped":
        Mailing.objects.filter(pk=letter.mailing_id).update(state=Mailing.State.ABORTED)
    elif state not in ("sent", "asked"):
        Letter.objects.filter(pk=letter.pk).update(state=state)
    page = public_page()
    assert "Secret" not in page
    assert "Zoe" not in page
    for format in ("html", "pdf", "docx"):
        pk = publication.pk if publication else letter.pk
        assert Client().get(f"/about/published/{pk}/{format}/").status_code == 404
    assert Client().get(letter.get_absolute_url()).status_code == 302


def test_words_that_are_not_those_approved_are_not_shown(cast):
    """Seen red with `is_whole` always true."""
    letter = make_sent_letter(cast)
    publication = publish(cast, letter)
    Letter.objects.filter(pk=letter.pk).update(body="Changed behind everybody's back.")
    assert letter.subject not in public_page()
    assert Client().get(f"/about/published/{publication.pk}/html/").status_code == 404


def test_sending_to_the_missing_takes_nothing_off_the_page(cast):
    letter = make_sent_letter(cast)
    publish(cast, letter)
    Mailing.objects.filter(pk=letter.mailing_id).update(state=Mailing.State.SENDING)
    assert letter.subject in public_page()


def test_a_letter_is_published_once_and_leaves_the_page_when_withdrawn(cast):
    letter = make_sent_letter(cast)
    publication = publish(cast, letter)
    with pytest.raises(Refused):
        make_publication(cast, letter)
    withdraw_publication(publication, cast.iec_secretary, reason="It named a draft.")
    assert letter.subject not in public_page()
    assert Client().get(f"/about/published/{publication.pk}/html/").status_code == 404
    assert publish(cast, letter).state == "published"


def test_a_letter_does_not_change_once_it_has_gone_out_so_nobody_is_asked_again(cast):
    publication = make_publication(cast, make_sent_letter(cast))
    approve(cast, publication, "ISO")
    assert ask_again(publication) is False
    Letter.objects.filter(pk=publication.letter_id).update(state="withdrawn")
    assert ask_again(publication) is True
    assert publication.state == "withdrawn"


def test_the_database_keeps_a_publication_to_one_thing(cast):
    for values in ({}, {"letter": make_sent_letter(cast), "document": make_document()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Publication.objects.create(**values)


def test_a_secretary_asks_from_the_page_of_the_letter(cast, client_of):
    letter = make_sent_letter(cast)
    client, address = client_of("iso_secretary"), f"/publications/propose/?letter={letter.pk}"
    assert f'href="{address}"' in client.get(letter.get_absolute_url()).content.decode()
    for name in ("iso_member", "observer"):
        assert "/publications/propose/" not in client_of(name).get(letter.get_absolute_url()).content.decode()
    assert client.get(address).context["form"].initial["letter"] == str(letter.pk)
    assert client.post(address, {"letter": letter.pk, "token": TOKEN}).status_code == 302
    assert Publication.objects.get().letter == letter


def test_the_page_of_a_letter_leads_to_its_publication_and_asks_no_second_time(cast, client_of):
    letter = make_sent_letter(cast)
    publication = publish(cast, letter)
    for name in ("iso_secretary", "observer"):
        page = client_of(name).get(letter.get_absolute_url()).content.decode()
        assert f'href="{publication.get_absolute_url()}"' in page
        assert "/publications/propose/" not in page
    withdraw_publication(publication, cast.iso_secretary, reason="A wrong word.")
    assert "/publications/propose/" in client_of("iso_secretary").get(letter.get_absolute_url()).content.decode()


def test_a_letter_that_has_not_gone_out_is_neither_offered_nor_taken(cast, client_of):
    letter = make_letter(cast, "approved")
    client = client_of("iso_secretary")
    assert "/publications/propose/" not in client.get(letter.get_absolute_url()).content.decode()
    form = client.get("/publications/propose/").context["form"]
    assert letter not in form.fields["letter"].queryset
    answer = client.post("/publications/propose/", {"letter": letter.pk})
    assert answer.context["form"].errors["letter"]
    both = {"letter": make_sent_letter(cast).pk, "document": make_document().reference, "token": TOKEN}
    assert client.post("/publications/propose/", both).context["form"].errors["document"]


def test_the_verdict_is_given_on_the_words_that_everybody_would_read(cast, client_of):
    with_people(cast)
    publication = make_publication(cast, make_sent_letter(cast, body=BODY))
    page = client_of("iec_secretary").get(f"{publication.get_absolute_url()}approve/iec/").content.decode()
    assert "Dear [name of the recipient] of [committee]," in page
    assert "Circular letter of ISO, IEC and ITU-T, sent" in page
    assert "Zoe" not in page
    answer = client_of("iec_secretary").post(
        f"{publication.get_absolute_url()}approve/iec/", {"edition": 1, "verdict": "approved"}
    )
    assert answer.status_code == 302


def test_the_mails_about_it_name_the_letter_and_the_day(cast):
    letter = make_sent_letter(cast)
    publish(cast, letter)
    asked = Notification.objects.get(kind="letter_approval", user=cast.iec_secretary, url__contains="/publications/")
    assert letter.subject in asked.subject
    mail = Delivery.objects.get(account=cast.iec_secretary, body__subject__startswith="Approve the publication")
    assert f"sent {letter.sent_on:%-d %B %Y}" in mail.body.text
    told = Notification.objects.filter(kind="approved", user=cast.iso_secretary, subject__startswith="Published")
    assert letter.subject in told.get().subject


def test_pages_take_as_many_queries_for_many_letters_as_for_one(cast, client_of):
    reader, counts = client_of("iec_member"), []
    reader.get("/about/")
    for number in (1, 6):
        for _n in range(number):
            publish(cast, make_sent_letter(cast, revisions=[make_revision()]))
        for path in ("/about/", "/publications/"):
            with CaptureQueriesContext(connection) as found:
                assert reader.get(path).status_code == 200
            counts.append(len(found))
    assert counts[:2] == counts[2:]


def test_the_approved_report_of_a_meeting_is_published_with_the_files_that_were_circulated(cast):
    """A meeting's report is a revision of the register: circulated it cannot be published, approved it can."""
    meeting = make_meeting()
    outcomes.record_outcome(meeting, cast.iso_secretary, kind="decision", text="The paper is approved.")
    draft_report(meeting, cast.iso_secretary)
    following = make_planned()
    meeting.refresh_from_db()
    revision = cycle.circulate_report(meeting, cast.iso_secretary)
    with pytest.raises(Refused):
        make_publication(cast, revision.document)
    cycle.approve_report(begun(following).agenda.get(approves=meeting), cast.iso_secretary)
    publication = publish(cast, revision.document)
    assert revision.reference in public_page()
    assert "The paper is approved." in texts_of(publication)[0]
    for file in revision.attachments.all():
        assert Client().get(f"/about/published/{publication.pk}/files/{file.pk}/").status_code == 200
