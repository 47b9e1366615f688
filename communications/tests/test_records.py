"""What stays of a letter: its frozen pages, who acknowledged, and what an organization sends itself."""

from __future__ import annotations

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone

from communications.acknowledging import acknowledgement_link
from communications.models import Acknowledgement, Letter, LetterRecord, OutsideDispatch
from communications.services.dispatch import finish_letters, send_letter, undo_letter
from communications.services.outside import record_outside, return_inside, take_outside
from communications.tests.factories import make_letter, make_revision
from core.dates import today
from core.moves import AlreadyDone, NotAllowed, Refused, WrongState
from organizations.tests.factories import make_contact
from post.models import Mailing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stored_here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def bodies(cast) -> dict[str, object]:
    """A national body and a chair of each organization."""
    found = {}
    for place in (cast.ISO, cast.IEC, cast.ITU_T):
        make_contact(place)
        found[place.code] = make_contact(place, capacity="national_body", name=f"Body of {place}", country="Utopia")
    return found


def sent(cast, **values) -> Letter:
    return send_letter(make_letter(cast, "approved", **values), cast.iso_secretary)


def path_of(letter: Letter, contact) -> str:
    return "/" + acknowledgement_link(letter.pk, contact.pk).split("/", 3)[3]


def test_each_page_is_frozen_at_the_release_with_its_digest_and_who_approved(cast, client_of):
    bodies(cast)
    letter = sent(cast, revisions=[make_revision()])
    records = list(letter.records.all())
    assert [record.organization.code for record in records] == ["ISO", "IEC", "ITU-T"]
    assert "IEC secretary: Approved" in records[1].approved_label
    client = client_of("observer")
    answer = client.get(f"/communications/letters/{letter.pk}/record/iec/")
    assert answer.content.startswith(b"%PDF")
    letter.covers.update(signatory="Somebody else")
    assert client.get(f"/communications/letters/{letter.pk}/record/iec/").content == answer.content
    page = client.get(f"/communications/letters/{letter.pk}/record/").content.decode()
    assert records[0].sha256 in page
    with open(records[1].pdf.path, "ab") as stored:
        stored.write(b"more")
    assert client.get(f"/communications/letters/{letter.pk}/record/iec/").status_code == 404
    assert (
        "not the one that was released" in client.get(f"/communications/letters/{letter.pk}/record/").content.decode()
    )


def test_a_letter_taken_back_leaves_nothing_in_the_archive(cast):
    bodies(cast)
    letter = sent(cast)
    undo_letter(letter, cast.iso_secretary)
    assert not LetterRecord.objects.exists()
    assert not Acknowledgement.objects.exists()
    send_letter(letter, cast.iso_secretary)
    assert LetterRecord.objects.count() == 3


def test_the_archive_is_filtered_and_shown_to_everybody_with_an_appointment(cast, client_of):
    bodies(cast)
    letter = sent(cast, subject="First subject")
    make_letter(cast, "approved", subject="Second subject")
    client = client_of("observer")
    page = client.get("/communications/archive/").content.decode()
    assert "First subject" in page
    assert "Second subject" not in page
    for query in (f"year={today().year}", "organization=iec", "q=first", "q=%00&year=%00", "page=9&year=²²²²"):
        assert "First subject" in client.get(f"/communications/archive/?{query}").content.decode()
    for query in ("year=1999", "q=nothing", "organization=none"):
        assert "No letter matches" in client.get(f"/communications/archive/?{query}").content.decode()
    assert client_of("outsider").get("/communications/archive/").status_code == 404
    assert client_of("outsider").get(f"/communications/letters/{letter.pk}/record/").status_code == 404


def test_opening_the_link_never_acts_and_pressing_the_button_acts_once(cast):
    body = bodies(cast)["IEC"]
    letter = sent(cast)
    path, reader = path_of(letter, body), Client(enforce_csrf_checks=False)
    for _time in range(3):
        page = reader.get(path)
        assert page.status_code == 200
        assert reader.head(path).status_code == 200
    assert body.name not in page.content.decode()
    assert body.email not in page.content.decode()
    assert not Acknowledgement.objects.filter(at__isnull=False).exists()
    assert "Receipt is acknowledged" in reader.post(path, follow=True).content.decode()
    first = Acknowledgement.objects.get(contact=body).at
    reader.post(path)
    assert Acknowledgement.objects.get(contact=body).at == first
    assert Acknowledgement.objects.filter(at__isnull=False).count() == 1


def test_a_forged_link_or_one_of_a_letter_taken_back_is_unknown(cast):
    found = bodies(cast)
    letter = sent(cast)
    good, other = path_of(letter, found["IEC"]), path_of(letter, found["ISO"])
    forged = good.rsplit("/", 2)[0] + "/" + other.rsplit("/", 2)[1] + "/"
    reader = Client()
    assert reader.post(forged).status_code == 404
    assert reader.post(good[:-2] + "x/").status_code == 404
    chair = letter.organizations.first().contacts.filter(capacity="chair").first()
    assert reader.get(path_of(letter, chair)).status_code == 404
    undo_letter(letter, cast.iso_secretary)
    assert reader.post(good).status_code == 404


def test_only_national_bodies_get_the_link_in_their_mail(cast):
    found = bodies(cast)
    letter = sent(cast)
    rows = {row.address: row.values for row in letter.mailing.deliveries.all()}
    assert rows[found["IEC"].email]["acknowledge"] == acknowledgement_link(letter.pk, found["IEC"].pk)
    asked = [values for values in rows.values() if values["acknowledge_words"] == "Acknowledge receipt"]
    assert len(asked) == 3
    assert all(values["acknowledge"].startswith("http") for values in rows.values())
    body = letter.mailing.bodies.get(group="IEC")
    assert "\ue000acknowledge\ue001" in body.html
    assert "\ue000acknowledge_text\ue001" in body.text


def test_a_chair_who_is_a_national_body_as_well_is_asked_once_and_can_acknowledge(cast):
    """Written to as a chair, with the committee's name; asked as the national body, by the same one mail."""
    bodies(cast)
    email = "Both@iec.example"
    make_contact(cast.IEC, email=email, name="Chair and body")
    make_contact(cast.IEC, email=email.lower(), capacity="national_body", name="Body as well")
    make_contact(cast.IEC, email=email, capacity="member_state", name="State as well")
    letter = sent(cast, capacities=["chair", "national_body", "member_state"])
    row = letter.mailing.deliveries.get(address__iexact=email)
    assert row.name == "Chair and body"
    line = Acknowledgement.objects.get(contact__email__iexact=email)
    assert row.values["acknowledge"] == acknowledgement_link(letter.pk, line.contact_id)
    assert row.values["acknowledge_words"] == "Acknowledge receipt"
    assert Acknowledgement.objects.filter(organization=cast.IEC).count() == 2
    Client().post(path_of(letter, line.contact))
    line.refresh_from_db()
    assert line.at is not None


def test_who_has_acknowledged_is_counted_for_all_and_named_for_the_own_organization(cast, client_of):
    found = bodies(cast)
    letter = sent(cast)
    Client().post(path_of(letter, found["IEC"]))
    path = f"/communications/letters/{letter.pk}/acknowledgements/"
    page = client_of("iec_secretary").get(path).content.decode()
    assert "Body of IEC" in page
    assert "Body of ISO" not in page
    assert "1 of 1 have acknowledged" in page
    assert "Body of IEC" not in client_of("iec_secretary").get(f"{path}?state=left").content.decode()
    page = client_of("iec_member").get(path).content.decode()
    assert "Body of" not in page
    assert client_of("iec_member").get(f"{path}csv/").status_code == 404
    content = client_of("iso_secretary").get(f"{path}csv/?state=left").content.decode()
    assert found["ISO"].email in content
    assert found["IEC"].email not in content


def outside(cast) -> Letter:
    letter = make_letter(cast, "approved")
    take_outside(letter, cast.IEC, cast.iec_secretary)
    return letter


def test_an_organization_that_sends_itself_is_not_mailed_and_counts_all_the_same(cast, client_of):
    found = bodies(cast)
    letter = outside(cast)
    page = client_of("iso_secretary").get(f"/communications/letters/{letter.pk}/check/").content.decode()
    assert "Send to 4 recipients" in page
    with pytest.raises(Refused):
        send_letter(letter, cast.iso_secretary, expected=6)
    letter.refresh_from_db()
    assert letter.state == "approved"
    letter = send_letter(letter, cast.iso_secretary, expected=4)
    states = dict(letter.mailing.deliveries.values_list("address", "state"))
    assert states[found["IEC"].email] == "skipped"
    assert sorted(states.values()) == ["skipped"] * 2 + ["waiting"] * 4
    assert letter.mailing.recipients == 6
    assert not Acknowledgement.objects.filter(organization=cast.IEC).exists()
    with pytest.raises(WrongState):
        take_outside(letter, cast.ISO, cast.iso_secretary)
    with pytest.raises(WrongState):
        return_inside(letter, cast.IEC, cast.iec_secretary)
    Mailing.objects.filter(pk=letter.mailing_id).update(state="finished")
    assert finish_letters() == 0
    letter = Letter.objects.get(pk=letter.pk)
    assert "sends it itself" in letter.state_words
    dispatch = OutsideDispatch.objects.get()
    with pytest.raises(NotAllowed):
        record_outside(dispatch, cast.iso_secretary, sent_on=today(), recipients=2)
    for day in (today() - timedelta(days=3), today() + timedelta(days=1)):
        with pytest.raises(Refused):
            record_outside(dispatch, cast.iec_secretary, sent_on=day, recipients=2)
    record_outside(dispatch, cast.iec_secretary, sent_on=today(), recipients=2)
    with pytest.raises(AlreadyDone):
        record_outside(dispatch, cast.iec_secretary, sent_on=today(), recipients=3)
    assert finish_letters() == 1
    assert Letter.objects.get(pk=letter.pk).state_words == "Sent"


def test_the_pack_holds_letter_mail_attachments_and_addresses(cast, client_of):
    found = bodies(cast)
    letter = make_letter(cast, "approved", revisions=[make_revision()])
    take_outside(letter, cast.IEC, cast.iec_secretary)
    path = f"/communications/letters/{letter.pk}/outside/iec/"
    assert client_of("iec_secretary").get(f"{path}pack/").status_code == 404
    letter = send_letter(letter, cast.iso_secretary)
    for name in ("iso_secretary", "iec_member", "observer"):
        assert client_of(name).get(f"{path}pack/").status_code == 404
        assert client_of(name).get(path).status_code == 404
    archive = zipfile.ZipFile(BytesIO(client_of("iec_secretary").get(f"{path}pack/").content))
    names = archive.namelist()
    assert {"letter.pdf", "letter.docx", "mail.html", "mail.txt", "addresses.csv", "addresses.xlsx"} <= set(names)
    assert any(name.startswith("attachments/") for name in names)
    assert archive.read("letter.pdf") == letter.records.get(organization=cast.IEC).pdf.read()
    assert found["IEC"].email in archive.read("addresses.csv").decode()
    assert found["ISO"].email not in archive.read("addresses.csv").decode()
    assert "\ue000" not in archive.read("mail.html").decode() + archive.read("mail.txt").decode()


def test_it_is_decided_and_recorded_through_the_page(cast, client_of):
    bodies(cast)
    letter = make_letter(cast, "approved")
    path = f"/communications/letters/{letter.pk}/outside/iec/"
    client = client_of("iec_secretary")
    assert "IEC sends it itself" in client.get(path).content.decode()
    client.post(f"{path}take/")
    client.post(f"{path}take/")
    assert OutsideDispatch.objects.count() == 1
    client.post(f"{path}return/")
    assert not OutsideDispatch.objects.exists()
    client.post(f"{path}take/")
    send_letter(letter, cast.iso_secretary)
    assert "Enter a date" in client.post(path, {"sent_on": "never", "recipients": "-1"}).content.decode()
    day = f"{timezone.localdate():%d %B %Y}"
    assert (
        "recorded by IEC secretary"
        in client.post(path, {"sent_on": day, "recipients": "2"}, follow=True).content.decode()
    )
    with pytest.raises(NotAllowed):
        take_outside(make_letter(cast, "approved"), cast.IEC, cast.iso_secretary)
