"""The pages of publications: the way from the document to the public page, and what is refused."""

from django.test import Client

from publications.models import Publication
from publications.tests.factories import PLACES, add_revision, approve, make_document, make_publication, publish


def test_a_secretary_asks_from_the_page_of_the_document(cast, client_of):
    document = make_document()
    client = client_of("iso_secretary")
    address = f"/publications/propose/?document={document.reference}"
    assert address in client.get(f"/documents/{document.reference}/").content.decode()
    page = client.get(address)
    assert f'value="{document.reference}"' in page.content.decode()
    sent = {"document": document.reference, "report": "", "token": page.context["form"].initial.get("token") or TOKEN}
    found = client.post(address, sent)
    assert found.status_code == 302
    assert Publication.objects.get().document == document


TOKEN = "11111111-1111-4111-8111-111111111111"


def test_a_member_sees_what_is_asked_for_and_no_button(cast, client_of):
    publication = make_publication(cast)
    page = client_of("iso_member").get(publication.get_absolute_url()).content.decode()
    assert "Not public yet" in page
    assert "/withdraw/" not in page
    assert "/approve/" not in page
    assert client_of("iso_member").get(f"{publication.get_absolute_url()}approve/iso/").status_code == 404
    assert client_of("iso_member").get("/publications/propose/").status_code == 404
    assert client_of("outsider").get(publication.get_absolute_url()).status_code == 404


def test_nonsense_is_answered_in_words_and_keeps_what_was_typed(cast, client_of):
    client = client_of("iso_secretary")
    for typed in ("SPCG-99999", "x" * 200, "\x00", ""):
        answer = client.post("/publications/propose/", {"document": typed, "token": TOKEN})
        assert answer.status_code == 200
        assert answer.context["form"].errors
    page = client.post("/publications/propose/", {"document": "SPCG-99999", "token": TOKEN}).content.decode()
    assert 'value="SPCG-99999"' in page
    assert client.post("/publications/propose/", {"report": "9" * 40, "token": TOKEN}).status_code == 200


def test_the_verdict_is_given_on_what_is_shown(cast, client_of):
    publication = make_publication(cast)
    client = client_of("iec_secretary")
    address = f"{publication.get_absolute_url()}approve/iec/"
    assert "Words to be read." in client.get(address).content.decode()
    assert client.post(address, {"edition": 1, "verdict": "approved"}).status_code == 302
    assert client_of("iec_secretary").get(f"{publication.get_absolute_url()}approve/iso/").status_code == 404


def test_an_approval_of_an_old_revision_is_refused_and_the_new_one_shown(cast, client_of):
    document = make_document()
    publication = make_publication(cast, document)
    for place, _name in PLACES[:2]:
        approve(cast, publication, place)
    newer = add_revision(document, 1, text="Quite other words.")
    address = f"{publication.get_absolute_url()}approve/itu-t/"
    answer = client_of("itu_t_secretary").post(
        address, {"edition": 1, "verdict": "comments", "note": "My long comment."}
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "has changed since" in page
    assert "Quite other words." in page
    assert str(newer) in page
    assert "My long comment." in page
    assert 'name="edition" value="2"' in page
    publication.refresh_from_db()
    assert publication.state == "for_approval"


def test_a_verdict_for_changes_needs_words(cast, client_of):
    publication = make_publication(cast)
    answer = client_of("iso_secretary").post(
        f"{publication.get_absolute_url()}approve/iso/", {"edition": 1, "verdict": "changes"}
    )
    assert "note" in answer.context["form"].errors


def test_withdrawing_needs_a_reason_and_shows_it(cast, client_of):
    publication = publish(cast)
    client, address = client_of("iso_secretary"), f"{publication.get_absolute_url()}withdraw/"
    assert client.post(address, {"reason": ""}).context["form"].errors
    assert client.post(address, {"reason": "Superseded by a joint text."}).status_code == 302
    assert "Superseded by a joint text." in client_of("observer").get(publication.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 302


def test_the_public_page_leads_to_the_files_without_an_account(cast):
    publication = publish(cast)
    nobody = Client()
    page = nobody.get("/about/").content.decode()
    for format, kind in (("docx", "wordprocessingml"), ("pdf", "pdf"), ("html", "text/html")):
        address = f"/about/published/{publication.pk}/{format}/"
        assert f'href="{address}"' in page
        answer = nobody.get(address)
        assert kind in answer.headers["Content-Type"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
