"""The pages of the register: happy, invalid, outsider, conflict, double submit."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import registry
from core.models import User
from documents.models import Document, Revision
from documents.tests.browsing import page, posted
from documents.tests.factories import make_document, make_file, make_revision, word_bytes

S = Revision.Status
NEW = {"title": "A paper", "kind": "paper", "text": "# Scope", "short_title": "", "note": ""}


def test_register_lists_the_newest_visible_revision(client_of):
    first = make_revision(make_document(number=47, title="Consumer product safety"))
    second = make_revision(first.document, position=1)
    make_revision(first.document, position=2, state=S.DRAFT)
    html = page(client_of("observer"), "/documents/")
    assert "1 document." in html
    assert f'<a class="ref" href="/documents/{second.reference}/">SPCG-47A</a>' in html
    assert "1 earlier revision<" in html
    assert "SPCG-47B" not in html
    assert ">SPCG-47B</a>" in page(client_of("iso_secretary"), "/documents/")


@pytest.mark.parametrize("typed", ["SPCG-47B", "47b", "spcg 47 b", "SPCG 47-B"])
def test_number_typed_in_the_filter_leads_to_it(client_of, typed):
    make_revision(make_document(number=47), position=2)
    response = client_of("observer").get("/documents/", {"q": typed})
    assert (response.status_code, response.headers["Location"]) == (302, "/documents/SPCG-47B/")


def test_unknown_number_in_the_filter_is_searched_as_words(client_of):
    assert "fits this search" in page(client_of("observer"), "/documents/?q=SPCG-999")


@pytest.mark.parametrize(
    "query", ["kind=nonsense", "year=0", "year=99999999999", "state=x", "page=-1", "page=x", "q=%00", "q=" + "x" * 5000]
)
def test_any_filter_is_answered(client_of, query):
    make_revision()
    assert client_of("observer").get(f"/documents/?{query}").status_code == 200


def test_revision_since_the_last_visit_is_new(cast, client_of):
    make_revision()
    client = client_of("observer")
    assert 'class="new"' not in page(client, "/documents/")
    User.objects.filter(email="observer@spcg.example").update(previous_visit_at=timezone.now() - timedelta(days=1))
    assert 'class="new"' in page(client, "/documents/")


def test_register_takes_the_same_number_of_queries_for_any_length(client_of):
    client = client_of("iso_secretary")
    make_file(make_revision())
    client.get("/documents/")
    with CaptureQueriesContext(connection) as one:
        client.get("/documents/")
    for _number in range(29):
        revision = make_revision()
        make_revision(revision.document, position=1)
        make_file(revision)
    with CaptureQueriesContext(connection) as thirty:
        client.get("/documents/")
    assert len(thirty) == len(one)


def test_document_page_takes_the_same_number_of_queries_for_any_length(client_of):
    client = client_of("iso_secretary")
    revision = make_revision()
    client.get(revision.get_absolute_url())
    with CaptureQueriesContext(connection) as one:
        client.get(revision.get_absolute_url())
    for position in range(1, 20):
        make_revision(revision.document, position=position)
        make_file(revision)
    with CaptureQueriesContext(connection) as many:
        client.get(revision.get_absolute_url())
    assert len(many) == len(one)


def test_old_revision_points_to_the_current_one(client_of):
    first = make_revision(make_document(number=47), text="Old words")
    make_revision(first.document, position=2, text="New words")
    html = page(client_of("iso_member"), "/documents/SPCG-47/")
    assert "Old words" in html
    assert 'A newer revision exists: <a class="ref" href="/documents/SPCG-47B/">SPCG-47B</a>' in html
    assert "A newer revision exists" not in page(client_of("iso_member"), "/documents/SPCG-47B/")


@pytest.mark.parametrize("form", ["47b", "spcg-47B", "SPCG%2047%20B", "SPCG47B"])
def test_any_form_of_a_reference_leads_to_the_canonical_one(client_of, form):
    make_revision(make_document(number=47), position=2)
    response = client_of("observer").get(f"/documents/{form}/")
    assert (response.status_code, response.headers["Location"]) == (302, "/documents/SPCG-47B/")


@pytest.mark.parametrize("reference", ["SPCG-999", "nothing", "47\u212a", "%00", "x" * 300])
def test_unknown_reference_is_not_found(client_of, reference):
    assert client_of("iso_secretary").get(f"/documents/{reference}/").status_code == 404


def test_draft_is_not_found_by_members(client_of):
    draft = make_revision(state=S.DRAFT)
    file = make_file(draft)
    addresses = ["", "revise/", "edit/", "attach/", "number/", "withdraw/", f"files/{file.pk}/"]
    for address in addresses:
        assert client_of("iso_member").get(f"{draft.get_absolute_url()}{address}").status_code == 404, address


@pytest.mark.parametrize("address", [f"files/{10**30}/", "compare/?with=%00", "compare/%00/", "export/%00/"])
def test_any_address_below_a_document_is_answered(client_of, address):
    revision = make_revision()
    assert client_of("iso_secretary").get(f"{revision.get_absolute_url()}{address}").status_code == 404


@pytest.mark.parametrize("address", ["", "register/", "SPCG-47/", "SPCG-47/compare/SPCG-47A/", "SPCG-47/edit/"])
def test_outsider_finds_nothing(client_of, address):
    make_revision(make_document(number=47))
    assert client_of("outsider").get(f"/documents/{address}").status_code == 404


def test_text_is_markdown_without_any_html_of_the_writer(client_of):
    revision = make_revision(text="# Scope\n\n<script>alert(1)</script> **bold** SPCG-47")
    html = page(client_of("observer"), revision.get_absolute_url())
    assert "<h3>Scope</h3>" in html
    assert "<strong>bold</strong>" in html
    assert "<script>alert" not in html


def test_secretary_registers_with_a_file(cast, client_of):
    upload = SimpleUploadedFile("Résumé (final) v2.docx", word_bytes())
    response = posted(client_of("iso_secretary"), "/documents/register/", {**NEW, "file": upload}, follow=True)
    revision = Revision.objects.get()
    assert response.redirect_chain == [(revision.get_absolute_url(), 302)]
    assert "SPCG-1 is registered as a draft." in response.content.decode()
    assert [file.name for file in revision.attachments.all()] == ["Résumé (final) v2.docx"]
    assert revision.text == "# Scope"


def test_double_submit_registers_once(cast, client_of):
    client, token, content = client_of("iso_secretary"), str(uuid.uuid4()), word_bytes()
    for _twice in range(2):
        upload = SimpleUploadedFile("a.docx", content)
        response = posted(client, "/documents/register/", {**NEW, "token": token, "file": upload})
        assert response.status_code == 302
    assert Document.objects.count() == 1
    assert Revision.objects.get().attachments.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": ""}, "title", "Enter: Title."),
        ({"title": "\x00\u202e  "}, "title", ""),
        ({"title": "x" * 301}, "title", "at most 300"),
        ({"kind": ""}, "kind", "required"),
        ({"kind": "nonsense"}, "kind", "not one of the available choices"),
        ({"text": "x" * 200_001}, "text", "at most 200000"),
        ({"token": "no uuid"}, "token", "valid UUID"),
    ],
)
def test_bad_registration_says_why_and_keeps_what_was_typed(client_of, changes, field, words):
    response = posted(client_of("iso_secretary"), "/documents/register/", {**NEW, "note": "Kept note", **changes})
    assert response.status_code == 200
    assert words in str(response.context["form"].errors[field])
    html = response.content.decode()
    assert "<title>Error: " in html
    assert 'class="errsum"' in html
    assert "Kept note" in html
    assert Document.objects.count() == 0


def test_secretary_revises_and_the_readers_see_it_when_proposed(client_of):
    first = make_revision(make_document(number=51), text="Old")
    data = {"after": first.pk, "text": "New", "note": "Shorter"}
    client = client_of("iec_secretary")
    response = client.post("/documents/SPCG-51/revise/", data)
    assert response.headers["Location"] == "/documents/SPCG-51A/"
    assert client_of("iso_member").get("/documents/SPCG-51A/").status_code == 404
    client.post("/documents/SPCG-51A/propose/")
    assert "Shorter" in page(client_of("iso_member"), "/documents/SPCG-51A/")


def test_second_revision_from_the_same_page_is_refused_with_the_text_kept(client_of):
    first = make_revision()
    data = {"after": first.pk, "text": "My words", "note": "Mine"}
    address = f"{first.get_absolute_url()}revise/"
    client_of("iec_secretary").post(address, data)
    response = client_of("iso_secretary").post(address, {**data, "text": "Other words"})
    html = response.content.decode()
    assert "There is a newer revision" in html
    assert "Other words" in html
    assert first.document.revisions.count() == 2


def test_conflict_shows_both_texts_and_keeps_the_own(client_of):
    draft = make_revision(state=S.DRAFT, text="Start")
    address, day = f"{draft.get_absolute_url()}edit/", "25 November 2020"
    client_of("iec_secretary").post(address, {"version": 1, "text": "Their words", "note": "", "dated_on": day})
    data = {"version": 1, "text": "My words", "note": "", "dated_on": day}
    response = client_of("iso_secretary").post(address, data)
    html = response.content.decode()
    assert "Somebody changed this while you were writing" in html
    assert "Their words" in html
    assert "My words" in html
    draft.refresh_from_db()
    assert draft.text == "Their words"
    again = {**data, "version": response.context["form"]["version"].value()}
    assert client_of("iso_secretary").post(address, again).status_code == 302
    draft.refresh_from_db()
    assert draft.text == "My words"


@pytest.mark.parametrize("day", ["", "yesterday", "31 November 2020", "2020-13-01"])
def test_bad_date_is_an_error_beside_the_field(client_of, day):
    draft = make_revision(state=S.DRAFT)
    data = {"version": 1, "text": "x", "note": "", "dated_on": day}
    response = client_of("iso_secretary").post(f"{draft.get_absolute_url()}edit/", data)
    assert list(response.context["form"].errors) == ["dated_on"]


def test_double_click_on_a_move_is_one_move(client_of):
    draft = make_revision(state=S.DRAFT)
    client = client_of("iso_secretary")
    for _twice in range(2):
        response = client.post(f"{draft.get_absolute_url()}propose/", follow=True)
        assert "is proposed for approval" in response.content.decode()
    assert draft.document.history.filter(action="propose").count() == 1


@pytest.mark.parametrize("move", ["propose", "approve"])
def test_moves_are_made_by_post_only(client_of, move):
    revision = make_revision()
    assert client_of("iso_secretary").get(f"{revision.get_absolute_url()}{move}/").status_code == 405


def test_move_by_a_member_is_refused_in_words(client_of):
    revision = make_revision(state=S.FOR_APPROVAL)
    response = client_of("iso_member").post(f"{revision.get_absolute_url()}approve/", follow=True)
    assert "Your role does not allow this here" in response.content.decode()
    revision.refresh_from_db()
    assert revision.state == "for_approval"


def test_withdrawal_has_a_check_page_that_changes_nothing(client_of):
    revision = make_revision()
    html = page(client_of("iso_secretary"), f"{revision.get_absolute_url()}withdraw/")
    assert f"Withdraw {revision.reference}?" in html
    revision.refresh_from_db()
    assert revision.state == "approved"
    client_of("iso_secretary").post(f"{revision.get_absolute_url()}withdraw/")
    revision.refresh_from_db()
    assert revision.state == "withdrawn"


def test_number_of_another_organization_is_shown(cast, client_of):
    revision = make_revision()
    data = {"organization": cast.ITU_T.pk, "number": "TSAG-TD1000"}
    client_of("itu_t_secretary").post(f"{revision.get_absolute_url()}number/", data)
    assert "TSAG-TD1000" in page(client_of("observer"), revision.get_absolute_url())


def test_comparison_marks_words_and_orders_the_address(client_of):
    first = make_revision(make_document(number=47), text="The plan is a draft.")
    make_revision(first.document, position=1, text="The plan is approved.")
    client = client_of("observer")
    html = page(client, "/documents/SPCG-47/compare/SPCG-47A/")
    assert "a draft</del>" in html
    assert "approved</ins>" in html
    swapped = client.get("/documents/47a/compare/47/")
    assert swapped.headers["Location"] == "/documents/SPCG-47/compare/SPCG-47A/"
    chosen = client.get("/documents/SPCG-47A/compare/", {"with": "SPCG-47"})
    assert chosen.headers["Location"].startswith("/documents/SPCG-47A/compare/SPCG-47/")


def test_comparison_with_a_revision_that_has_only_files_says_so(client_of):
    first = make_revision(make_document(number=47), text="")
    make_revision(first.document, position=1, text="The plan is approved.")
    last = make_revision(first.document, position=2, text="")
    client = client_of("observer")
    html = page(client, "/documents/SPCG-47/compare/SPCG-47A/")
    assert "SPCG-47 has no text here: all of the text of SPCG-47A is shown as new." in html
    html = page(client, f"/documents/SPCG-47A/compare/{last}/")
    assert "SPCG-47B has no text here: all of the text of SPCG-47A is shown as gone." in html


def test_comparison_of_two_documents_or_with_a_draft_is_not_found(client_of):
    first, other = make_revision(), make_revision()
    draft = make_revision(first.document, position=1, state=S.DRAFT)
    client = client_of("observer")
    assert client.get(f"/documents/{first}/compare/{other}/").status_code == 404
    assert client.get(f"/documents/{first}/compare/{draft}/").status_code == 404
    assert client.get(f"/documents/{first}/compare/").status_code == 404


def test_document_says_where_it_is_used(client_of, monkeypatch):
    revision = make_revision()
    assert "No meeting, proposal or letter refers to" in page(client_of("observer"), revision.get_absolute_url())
    monkeypatch.setitem(registry._offers, "uses", [lambda used: [(f"Letter with {used}", "/letters/1/")]])
    html = page(client_of("observer"), revision.get_absolute_url())
    assert f'<a href="/letters/1/">Letter with {revision}</a>' in html


def test_administration_shows_the_register_and_changes_nothing(client_of):
    revision = make_revision()
    client = client_of("administrator")
    for address in (f"document/{revision.document.pk}", f"revision/{revision.pk}"):
        assert client.get(f"/admin/documents/{address}/change/").status_code == 200
        assert client.post(f"/admin/documents/{address}/change/", {}).status_code == 403
        assert client.post(f"/admin/documents/{address}/delete/", {}).status_code == 403


def test_page_of_a_document_shows_its_moves_to_secretaries_only(client_of):
    revision = make_revision(state=S.FOR_APPROVAL)
    assert "Record the approval" in page(client_of("iso_secretary"), revision.get_absolute_url())
    assert "Record the approval" not in page(client_of("iso_member"), revision.get_absolute_url())


def test_title_conflict_keeps_the_own_title(client_of):
    draft = make_revision(state=S.DRAFT)
    address, data = f"{draft.get_absolute_url()}title/", {"version": 1, "short_title": "", "kind": "plan"}
    assert client_of("iec_secretary").post(address, {**data, "title": "Theirs"}).status_code == 302
    html = client_of("iso_secretary").post(address, {**data, "title": "Mine"}).content.decode()
    assert "Theirs" in html
    assert "Mine" in html
    assert client_of("iso_member").get(address).status_code == 404
    assert client_of("iso_secretary").get(f"{make_revision().get_absolute_url()}title/").status_code == 404


def test_old_revision_offers_no_move_but_the_withdrawal(client_of):
    old = make_revision(state=S.FOR_APPROVAL)
    new = make_revision(old.document, position=1)
    html = page(client_of("iso_secretary"), old.get_absolute_url())
    assert "Record the approval" not in html
    assert f"Replaced by {new}" in html
