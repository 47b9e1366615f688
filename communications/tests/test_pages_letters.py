"""The pages of letters until they are sent: what is shown to whom, bad input, nothing by GET."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from communications.models import Letter, Step
from communications.services.letters import edit_cover, edit_letter
from communications.tests.factories import approve, make_audience, make_letter, make_revision, make_step
from organizations.tests.factories import make_contact
from post.models import Delivery, Mailing


def url(name, *args):
    return reverse(f"communications:{name}", args=args)


LETTER = {
    "subject": "Subject",
    "body": "Text.",
    "organizations": ["1"],
    "capacities": ["chair"],
    "revisions": "",
    "planned_on": "",
}


def letter_form(cast, **overrides):
    return {**LETTER, "organizations": [cast.ISO.pk, cast.IEC.pk], **overrides}


def test_letter_is_drafted_once_and_opens(cast, client_of):
    make_audience(cast)
    revision = make_revision()
    client = client_of("iso_secretary")
    form = letter_form(cast, revisions=revision.reference, token="6f45bc96-2b94-47e4-8120-0e7e97adb0df")
    for _click in range(2):
        response = client.post(url("draft_letter"), form)
    letter = Letter.objects.get()
    page = client.get(response.url).content.decode()
    assert revision.reference in page
    assert "Selected: 2 recipients" in page
    assert "Ask for three approvals" in page
    assert letter.subject == "Subject"


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("subject", "", "Enter: Subject."),
        ("subject", "x" * 71, "at most 70"),
        ("body", " \r\n ", "Enter: Letter."),
        ("revisions", "SPCG-9999, nonsense", "Not in the register: SPCG-9999, nonsense."),
        ("capacities", [], "Choose at least one group."),
        ("capacities", ["kings"], "kings is not one"),
        ("organizations", ["99"], "99 is not one"),
        ("planned_on", "yesterday", "Enter a date"),
    ],
)
def test_bad_letter_is_refused_and_kept(cast, client_of, field, value, error):
    form = letter_form(cast, country="Kenya", token="6f45bc96-2b94-47e4-8120-0e7e97adb0df")
    page = client_of("iso_secretary").post(url("draft_letter"), {**form, field: value}).content.decode()
    assert error in page
    assert "errsum" in page
    assert "Kenya" in page
    assert Letter.objects.count() == 0


def test_line_ends_and_control_characters_leave_the_subject(cast, client_of):
    form = letter_form(cast, subject="A\r\nBcc: x\x01", token="6f45bc96-2b94-47e4-8120-0e7e97adb0df")
    client_of("iso_secretary").post(url("draft_letter"), form)
    assert Letter.objects.get().subject == "A Bcc: x"


def test_letter_in_conflict_keeps_the_own_text(cast, client_of):
    letter = make_letter(cast, body="Theirs")
    Letter.objects.filter(pk=letter.pk).update(version=5)
    form = letter_form(cast, body="My own", version=1)
    page = client_of("iso_secretary").post(url("edit_letter", letter.pk), form).content.decode()
    assert "Theirs" in page
    assert "My own" in page
    assert 'name="version" value="5"' in page


PAGES = ("letter", "covers", "check", "recipients", "edit_letter", "withdraw_letter")


@pytest.mark.parametrize("name", PAGES)
def test_drafts_do_not_exist_for_members(cast, client_of, name):
    letter = make_letter(cast)
    for who in ("iso_member", "observer", "outsider"):
        assert client_of(who).get(url(name, letter.pk)).status_code == 404
    assert client_of("iso_secretary").get(url(name, letter.pk)).status_code == 200


@pytest.mark.parametrize("pk", [0, 999, 99999999999999999999])
def test_letter_that_is_not_there_is_404(cast, client_of, pk):
    assert client_of("iso_secretary").get(f"/communications/letters/{pk}/").status_code == 404


def test_outsider_sees_nothing(cast, client_of):
    make_step(cast)
    client = client_of("outsider")
    assert [client.get(url(name)).status_code for name in ("letters", "work_plan", "plan")] == [404, 404, 404]
    assert client.get(url("step", Step.objects.get().pk)).status_code == 404


def test_members_read_an_approved_letter_without_names_or_buttons(cast, client_of):
    letter = make_letter(cast, "approved")
    page = client_of("iso_member").get(letter.get_absolute_url()).content.decode()
    assert "Selected: 3 recipients" in page
    assert "@spcg.example" not in page
    for word in ("Edit", "Withdraw", "Check and send", "Send me a test", "See the recipients"):
        assert word not in page
    assert client_of("iso_member").get(url("check", letter.pk)).status_code == 404
    assert client_of("iso_member").get(url("recipients", letter.pk)).status_code == 404


def test_approval_page_shows_what_has_changed(cast, client_of):
    letter = make_letter(cast, "for_approval", body="The old words stand.")
    approve(cast, letter, cast.IEC, "iec_secretary")
    edit_letter(letter, cast.iso_secretary, letter.version, body="The new words stand.")
    page = client_of("iec_secretary").get(url("approve_letter", letter.pk, "iec")).content.decode()
    assert "<del>old</del><ins>new</ins>" in page


def test_approval_by_form_and_its_bad_input(cast, client_of):
    letter = make_letter(cast, "for_approval")
    client, address = client_of("iec_secretary"), url("approve_letter", letter.pk, "iec")
    assert b"Say what should change." in client.post(address, {"verdict": "changes", "edition": 1}).content
    assert b"is not one" in client.post(address, {"verdict": "maybe", "edition": 1}).content
    for _click in range(2):
        assert client.post(address, {"verdict": "approved", "edition": 1}).status_code == 302
    assert letter.history.filter(action="approve").count() == 1
    assert client.get(url("approve_letter", letter.pk, "iso")).status_code == 404
    assert client.get(url("approve_letter", letter.pk, "nowhere")).status_code == 404


def test_approval_of_an_old_edition_is_refused_and_the_new_one_offered(cast, client_of):
    letter = make_letter(cast, "for_approval")
    cover = letter.covers.get(organization=cast.IEC)
    edit_cover(cover, cast.iec_secretary, cover.version, reference="AC/1/2020")
    address = url("approve_letter", letter.pk, "iec")
    page = (
        client_of("iec_secretary").post(address, {"verdict": "approved", "edition": 1, "note": "Kept"}).content.decode()
    )
    assert "has been changed since" in page
    assert 'name="edition" value="2"' in page
    assert "Kept" in page


def test_cover_is_edited_by_its_own_secretary(cast, client_of):
    letter = make_letter(cast)
    cover = letter.covers.get(organization=cast.IEC)
    form = {
        "reference": "AC/34/2020",
        "addressees": "National Committees",
        "salutation": "Dear colleagues,",
        "closing": "Regards,",
        "signatory": "Secretary",
        "version": cover.version,
    }
    assert client_of("iso_secretary").get(url("edit_cover", letter.pk, "iec")).status_code == 404
    assert client_of("iso_secretary").post(url("edit_cover", letter.pk, "iec"), form).status_code == 404
    client = client_of("iec_secretary")
    assert client.post(url("edit_cover", letter.pk, "iec"), form).status_code == 302
    page = client.post(url("edit_cover", letter.pk, "iec"), form | {"reference": "AC/35/2020"}).content.decode()
    assert "Somebody changed this" in page
    assert "AC/35/2020" in page


def test_mail_is_shown_in_a_frame_with_a_policy_of_its_own(cast, client_of):
    letter = make_letter(cast, body="Of {committee}.")
    client = client_of("iec_secretary")
    assert b"<iframe" in client.get(url("mail", letter.pk, "iec")).content
    raw = client.get(url("mail_html", letter.pk, "iec"))
    assert "sandbox" in raw["Content-Security-Policy"]
    assert "default-src 'none'" in raw["Content-Security-Policy"]
    assert "Of [committee]." in raw.content.decode()


@pytest.mark.parametrize(("format", "start"), [("pdf", b"%PDF"), ("docx", b"PK"), ("html", b"<!doctype html>")])
def test_letter_on_paper(cast, client_of, format, start):
    letter = make_letter(cast)
    response = client_of("iec_secretary").get(url("paper", letter.pk, "iec", format))
    assert response.content.startswith(start)
    assert client_of("iec_secretary").get(url("paper", letter.pk, "iec", "exe")).status_code == 404


def test_check_page_names_counts_and_reasons_and_changes_nothing(cast, client_of):
    make_contact(cast.IEC, name="Gone", active=False)
    make_contact(cast.IEC, name="Ann")
    make_contact(cast.ISO, name="Bo")
    letter = make_letter(cast, "approved")
    page = client_of("iec_secretary").get(url("check", letter.pk)).content.decode()
    assert "Send to 2 recipients" in page
    assert "No longer receives letters" in page
    assert "Ann" in page
    assert ">Bo<" not in page
    assert Letter.objects.get().state == "approved"
    assert Delivery.objects.filter(mailing__kind="letter").count() == 0


@pytest.mark.parametrize("name", ["send", "propose_letter", "test", "undo", "pause", "resume", "abort", "missing"])
def test_nothing_happens_by_get(cast, client_of, name):
    letter = make_letter(cast, "approved")
    assert client_of("iec_secretary").get(url(name, letter.pk)).status_code == 405


def test_double_click_on_send_is_one_sending_and_the_same_page(cast, client_of):
    letter = make_letter(cast, "approved")
    client = client_of("iec_secretary")
    for _click in range(2):
        assert client.post(url("send", letter.pk), {"expected": 3}).url == url("dispatch", letter.pk)
    assert Mailing.objects.filter(key=f"letter-{letter.pk}").count() == 1


@pytest.mark.parametrize("expected", ["", "x", "-1", "2", "99999999999999999999"])
def test_send_with_another_number_leads_back_to_the_check(cast, client_of, expected):
    letter = make_letter(cast, "approved")
    response = client_of("iec_secretary").post(url("send", letter.pk), {"expected": expected})
    assert response.url == url("check", letter.pk)
    assert Mailing.objects.filter(kind="letter").count() == 0


def test_send_by_somebody_without_the_right_is_said(cast, client_of):
    letter = make_letter(cast, "approved")
    cast.iec_secretary.appointments.update(may_send=False)
    client = client_of("iec_secretary")
    client.post(url("send", letter.pk), {"expected": 3})
    assert b"with the right to send" in client.get(url("check", letter.pk)).content
    assert Mailing.objects.filter(kind="letter").count() == 0


def test_letters_take_the_same_queries_for_1_and_20(cast, client_of):
    client, counts = client_of("iso_secretary"), []
    client.get(url("letters"))  # the first visit of a person writes its moment
    for number in (1, 19):
        for _letter in range(number):
            make_letter(cast, revisions=[make_revision()])
        with CaptureQueriesContext(connection) as captured:
            client.get(url("letters"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
