"""Contacts: who sees them, importing crooked lists, mending and erasing."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from core.moves import AlreadyDone, Conflict, NotAllowed, Refused
from organizations.addresses import decoded, fault_of, read_file, read_text
from organizations.models import Contact, ContactEntry, ContactImport, ContactImportRow
from organizations.services.contact_imports import accept_import, drop_old_imports, read_contacts
from organizations.services.contacts import add_contact, edit_contact, mend_contact
from organizations.services.erasure import erase_contact, erase_old_contacts
from organizations.tests.factories import make_committee, make_contact
from post.models import Address, Delivery, MailboxMessage
from post.services.mailings import BodySpec, RecipientSpec, open_mailing
from post.services.outcomes import note_trouble

pytestmark = pytest.mark.django_db


def pairs(text: str) -> list[tuple[str, str]]:
    return [(row.name, row.email) for row in read_text(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@x.ch; b@x.ch, c@x.ch\nd@x.ch", [("", f"{letter}@x.ch") for letter in "abcd"]),
        (
            '"Officer, First" <a@x.ch>; Officer, Second <B@X.ch>',
            [("Officer, First", "a@x.ch"), ("Officer, Second", "B@x.ch")],
        ),
        ("'a@x.ch' <a@x.ch>", [("", "a@x.ch")]),
        ("Desk <mailto:a@x.ch>; mailto:b@x.ch?subject=Hi", [("Desk", "a@x.ch"), ("", "b@x.ch")]),
        ("Desk (a@x.ch)", [("Desk", "a@x.ch")]),
        ("Desk <a@bücher.example>", [("Desk", "a@xn--bcher-kva.example")]),
        ("a@x.ch b@x.ch", [("", "a@x.ch"), ("", "b@x.ch")]),
        ('"Two\r\nlines" <a@x.ch>;b@x.ch', [("Two lines", "a@x.ch"), ("", "b@x.ch")]),
        ('"never closed a@x.ch; b@x.ch', [("never closed", "a@x.ch"), ("", "b@x.ch")]),
    ],
)
def test_pasted_lists_are_read_as_mail_programs_write_them(text, found):
    assert pairs(text) == found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_list_is_read_in_any_usual_encoding(encoding):
    assert decoded("Zürich <a@x.ch>".encode(encoding)).lstrip("\ufeff") == "Zürich <a@x.ch>"


def test_a_table_with_a_quoted_line_end_two_addresses_and_a_formula():
    text = (
        'Name;E-mail;Capacity\n"Two\nlines";a@x.ch;chair\nDesk;"b@x.ch, c@x.ch";convenor\n'
        "=1+1;d@x.ch;chair\nNobody;;chair\n"
    )
    rows = read_text(text)
    assert [(row.number, row.name, row.email, row.reason) for row in rows] == [
        (2, "Two lines", "a@x.ch", ""),
        (3, "Desk", "b@x.ch", ""),
        (3, "Desk", "c@x.ch", ""),
        (4, "=1+1", "d@x.ch", "holds a formula"),
        (5, "Nobody", "", "has no e-mail address"),
    ]


@pytest.mark.parametrize("address", ["", "x", "a@b", f"{'x' * 300}@x.ch", "ü@x.ch", "a@@x.ch", "a b@x.ch", "a@x.ch\n"])
def test_what_is_no_address_has_a_reason(address):
    assert fault_of(address)


def workbook(*rows: list) -> bytes:
    book, stream = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_is_read_and_a_false_one_refused_with_the_reason():
    rows = read_file("x.xlsx", workbook(["Name", "E-mail"], ["Desk", "a@x.ch"], ["=1+1", "b@x.ch"], [None, None]))
    assert [(row.number, row.email, row.reason) for row in rows] == [
        (2, "a@x.ch", ""),
        (3, "b@x.ch", "holds a formula"),
    ]
    for content in (b"PK\x03\x04nonsense", b"%PDF-1.7", b"\xd0\xcf\x11\xe0old"):
        with pytest.raises(Refused):
            read_file("x.xlsx", content)


def plan(cast, text: str, **values) -> ContactImport:
    return read_contacts(cast.iso_secretary, cast.ISO, read_text(text), **{"capacity": "chair", **values})


def kinds(source: ContactImport) -> list[tuple[int, str]]:
    return list(source.rows.values_list("number", "kind"))


def test_nothing_is_written_before_a_person_accepts_and_the_same_list_twice_adds_nobody(cast):
    text = "Desk <a@x.ch>; Desk again <A@x.ch>; Other <b@x.ch>; broken@; nobody"
    source = plan(cast, text)
    assert kinds(source) == [(1, "add"), (2, "merged"), (3, "add"), (4, "bad"), (5, "bad")]
    assert not Contact.objects.exists()
    assert not Delivery.objects.exists()
    accept_import(source, cast.iso_secretary)
    assert sorted(Contact.objects.values_list("email", flat=True)) == ["a@x.ch", "b@x.ch"]
    assert not ContactImportRow.objects.exists()
    with pytest.raises(AlreadyDone):
        accept_import(source, cast.iso_secretary)
    again = plan(cast, text)
    assert [kind for _n, kind in kinds(again)] == ["same", "merged", "same", "bad", "bad"]
    accept_import(again, cast.iso_secretary)
    assert Contact.objects.count() == 2
    assert (again.added, again.changed) == (0, 0)


def test_a_change_is_shown_and_does_not_overwrite_a_newer_one(cast):
    contact = make_contact(cast.ISO, name="Old name", email="a@x.ch")
    other = make_contact(cast.ISO, name="Kept", email="b@x.ch")
    source = plan(cast, "New name <a@x.ch>; Newer <b@x.ch>")
    assert source.rows.first().reason == "Old name → New name"
    edit_contact(other, cast.iso_secretary, 1, name="Corrected by hand", email="b@x.ch")
    accept_import(source, cast.iso_secretary)
    assert sorted(Contact.objects.values_list("name", flat=True)) == ["Corrected by hand", "New name"]
    assert source.changed == 1
    assert Contact.objects.get(pk=contact.pk).version == 2


def test_committees_and_capacities_by_any_of_their_words(cast):
    committee = make_committee("ISO/TC 268")
    lines = ["A,a@x.ch,Convenors,iso/tc  268", "B,b@x.ch,king,", "C,c@x.ch,,ISO/TC 9999", "D,d@x.ch,,"]
    text = "\n".join(["Name,E-mail,Capacity,Committee", *lines])
    source = plan(cast, text)
    assert [kind for _n, kind in kinds(source)] == ["add", "bad", "bad", "add"]
    first, second, third, last = source.rows.all()
    assert (first.capacity, first.committee) == ("convenor", committee)
    assert last.capacity == "chair"
    assert "king" in second.reason
    assert "ISO/TC 9999" in third.reason


def test_a_long_list_is_read_and_written(cast, django_assert_max_num_queries):
    text = "\n".join(f"Officer, Number {n} <officer{n}@x.example>" for n in range(5000))
    with django_assert_max_num_queries(150):
        source = plan(cast, text)
    with django_assert_max_num_queries(250):
        accept_import(source, cast.iso_secretary)
    assert source.added == 5000


def test_only_the_own_organization_and_the_administrator(cast, client_of):
    mine, theirs = make_contact(cast.ISO), make_contact(cast.IEC)
    for name in ("iec_member", "observer", "outsider"):
        for path in ("", "add/", "import/", "export/csv/", f"{theirs.pk}/", f"{theirs.pk}/erase/"):
            assert client_of(name).get(f"/contacts/{path}").status_code == 404
    client = client_of("iso_secretary")
    page = client.get("/contacts/").content.decode()
    assert mine.email in page
    assert theirs.email not in page
    for path in (f"{theirs.pk}/", f"{theirs.pk}/erase/"):
        assert client.get(f"/contacts/{path}").status_code == 404
    assert client.post(f"/contacts/{theirs.pk}/mend/").status_code == 404
    assert theirs.email not in client.get("/contacts/export/csv/?organization=iec").content.decode()
    page = client_of("administrator").get("/contacts/").content.decode()
    assert mine.email in page
    assert theirs.email in page
    with pytest.raises(NotAllowed):
        add_contact(cast.iso_secretary, cast.IEC, name="A", email="a@x.ch", capacity="chair")
    with pytest.raises(NotAllowed):
        read_contacts(cast.iso_secretary, cast.IEC, read_text("a@x.ch"), capacity="chair")
    foreign = read_contacts(cast.iec_secretary, cast.IEC, read_text("a@x.ch"), capacity="chair")
    assert client.get(foreign.get_absolute_url()).status_code == 404
    with pytest.raises(NotAllowed):
        accept_import(foreign, cast.iso_secretary)


def test_a_list_comes_in_through_the_pages(cast, client_of):
    client = client_of("iso_secretary")
    file = SimpleUploadedFile("list.csv", "Name;E-mail\nZürich;a@x.ch\nBad;b@\n".encode("utf-16"))
    form = {"organization": "iso", "capacity": "chair", "token": "5f0c2f0e-9d6e-4c3c-8f43-6e8f7f9f0b11"}
    answer = client.post("/contacts/import/", {**form, "file": file}, follow=True)
    page = answer.content.decode()
    assert "Is not an e-mail address" in page
    assert "Add 1 and change 0 contacts" in page
    path = answer.redirect_chain[-1][0]
    assert client.post(path, follow=True).status_code == 200
    assert "1 contact is added." in client.post(path, follow=True).content.decode()
    assert Contact.objects.get().name == "Zürich"
    page = client.post("/contacts/import/", {**form, "text": ""}).content.decode()
    assert "nobody stands here" in page
    assert client.get("/contacts/?state=x&capacity=%00&q=%00&page=99999999999999&organization=%00").status_code == 200
    assert client.get("/contacts/export/exe/").status_code == 404


def test_an_export_is_text_and_comes_back_as_nobody_new(cast, client_of):
    make_contact(cast.ISO, name="=HYPERLINK(1)", email="a@x.ch")
    make_contact(cast.ISO, name="Desk", email="b@x.ch")
    client = client_of("iso_secretary")
    content = client.get("/contacts/export/csv/").content
    assert "'=HYPERLINK" in content.decode()
    source = read_contacts(cast.iso_secretary, cast.ISO, read_file("c.csv", content), capacity="convenor")
    assert set(source.rows.values_list("kind", flat=True)) == {"bad", "same"}
    sheet = load_workbook(BytesIO(client.get("/contacts/export/xlsx/").content)).active
    assert sheet["A2"].data_type == "s"
    assert ContactEntry.objects.filter(action="export").count() == 2


def test_the_list_asks_a_constant_number_of_questions(cast, client_of, django_assert_max_num_queries):
    for number in range(30):
        note_trouble(make_contact(cast.ISO, committee=make_committee(f"ISO/TC {900 + number}")).email, "550")
    client = client_of("iso_secretary")
    client.get("/contacts/")
    with django_assert_max_num_queries(16):
        assert client.get("/contacts/?state=trouble").content.decode().count("Letters come back since") == 30


def test_trouble_is_seen_and_mended(cast, client_of):
    contact = make_contact(cast.ISO, email="Mixed@x.ch")
    note_trouble("mixed@x.ch", "550 No such user")
    client = client_of("iso_secretary")
    assert "550 No such user" in client.get(f"/contacts/{contact.pk}/").content.decode()
    client.post(f"/contacts/{contact.pk}/mend/")
    assert not Address.objects.filter(bounced_at__isnull=False).exists()
    mend_contact(contact, cast.iso_secretary)
    assert not ContactEntry.objects.filter(text__contains="x.ch").exists()


def test_an_edit_in_between_shows_both_texts(cast, client_of):
    contact = make_contact(cast.ISO, name="First")
    values = {"name": "Mine", "email": contact.email, "capacity": "chair", "language": "en", "active": "on"}
    edit_contact(contact, cast.iso_secretary, 1, name="Theirs", email=contact.email)
    with pytest.raises(Conflict):
        edit_contact(contact, cast.iso_secretary, 1, name="Mine", email=contact.email)
    answer = client_of("iso_secretary").post(f"/contacts/{contact.pk}/", {**values, "version": 1})
    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode()
    assert 'value="Mine"' in answer.content.decode()
    bad = client_of("iso_secretary").post(f"/contacts/{contact.pk}/", {**values, "email": "x", "version": 2})
    assert "cannot be used" in bad.content.decode()


def make_letter_to(*contacts: Contact, state: str = "sent"):
    group = contacts[0].organization.code
    mailing = open_mailing(
        "letter",
        f"letter-{contacts[0].pk}",
        "Letter",
        bodies=[BodySpec("S", "T", group=group)],
        recipients=[RecipientSpec(c.email, c.name, group=group, values={"committee": c.name}) for c in contacts],
    )
    mailing.deliveries.update(state=state)
    return mailing


def test_erasing_forgets_the_person_everywhere_and_keeps_the_totals(cast, client_of):
    person = make_contact(cast.ISO, name="Somebody", email="Some.Body@x.ch", country="Utopia")
    second = make_contact(cast.ISO, name="Somebody", email="some.body@x.ch", capacity="convenor")
    other = make_contact(cast.ISO, name="Other")
    mailing = make_letter_to(person, other)
    note_trouble(person.email, "550 some.body@x.ch unknown")
    MailboxMessage.objects.create(recipient="some.body@x.ch", raw=b"x")
    plan(cast, "Somebody <some.body@x.ch>")
    client = client_of("iso_secretary")
    assert "Somebody" in client.get(f"/contacts/{person.pk}/erase/").content.decode()
    client.post(f"/contacts/{person.pk}/erase/")
    assert mailing.deliveries.count() == 2
    assert mailing.deliveries.filter(state="sent").count() == 2
    told = [
        *Contact.objects.values_list("name", "email", "country"),
        *Delivery.objects.values_list("name", "address", "values", "detail", "salutation"),
        *Address.objects.values_list("email", "trouble"),
        *ContactImportRow.objects.values_list("name", "email"),
        *MailboxMessage.objects.values_list("recipient", "subject"),
        *ContactEntry.objects.values_list("text", "before", "after"),
    ]
    assert "some" not in str(told).lower()
    assert "utopia" not in str(told).lower()
    assert Delivery.objects.filter(address=other.email, name="Other").exists()
    second.refresh_from_db()
    assert second.erased_at
    assert not second.active
    with pytest.raises(AlreadyDone):
        erase_contact(person, cast.iso_secretary)
    with pytest.raises(NotAllowed):
        erase_contact(other, cast.iec_secretary)


def test_nobody_is_erased_while_a_letter_is_on_its_way(cast):
    person = make_contact(cast.ISO)
    make_letter_to(person, state="waiting")
    with pytest.raises(Refused):
        erase_contact(person, cast.iso_secretary)
    person.refresh_from_db()
    assert person.erased_at is None
    assert person.active


def test_what_another_organization_knows_stays(cast):
    person, elsewhere = make_contact(cast.ISO, email="a@x.ch"), make_contact(cast.IEC, email="a@x.ch")
    make_letter_to(elsewhere)
    note_trouble("a@x.ch", "550")
    erase_contact(person, cast.iso_secretary)
    assert Delivery.objects.get().address == "a@x.ch"
    assert Address.objects.filter(email="a@x.ch").exists()


def test_contacts_that_receive_nothing_for_the_time_of_the_setting_are_erased(cast, settings):
    old = make_contact(cast.ISO, active=False, stopped_at=timezone.now() - timedelta(days=800))
    recent = make_contact(cast.ISO, active=False, stopped_at=timezone.now() - timedelta(days=10))
    unknown = make_contact(cast.ISO, active=False)
    busy = make_contact(cast.ISO, active=False, stopped_at=timezone.now() - timedelta(days=800))
    make_contact(cast.ISO, email=busy.email, capacity="convenor")
    mailing = make_letter_to(make_contact(cast.ISO, name="In the ledger"))
    type(mailing).objects.update(finished_at=timezone.now() - timedelta(days=800))
    settings.CONTACT_RETENTION_DAYS = 0
    assert erase_old_contacts() == 0
    settings.CONTACT_RETENTION_DAYS = 730
    assert erase_old_contacts() == 1
    for contact in (old, recent, unknown, busy):
        contact.refresh_from_db()
    assert old.erased_at
    assert not recent.erased_at
    assert not busy.erased_at
    assert unknown.stopped_at
    assert not unknown.erased_at
    assert mailing.deliveries.get().name == ""
    assert "erased" in mailing.deliveries.get().address


def test_a_list_that_nobody_decides_is_forgotten(cast):
    source = plan(cast, "a@x.ch")
    ContactImport.objects.update(at=timezone.now() - timedelta(days=8))
    assert drop_old_imports() == 1
    assert not ContactImportRow.objects.exists()
    with pytest.raises(AlreadyDone):
        accept_import(source, cast.iso_secretary)
