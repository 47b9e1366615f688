"""Publishing by three approvals, bound to one exact edition."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.moves import AlreadyDone, NotAllowed, Refused, Stale
from documents.models import Revision
from post.models import Notification
from publications import queries
from publications.models import Publication
from publications.services import ask_again, ask_again_due, propose_publication, withdraw_publication
from publications.tests.factories import PLACES, add_revision, approve, attach, make_document, make_publication, publish
from reports.tests.factories import approve_by_all, make_report
from spcg_portal import overview


def public_page() -> str:
    return Client().get("/about/").content.decode()


def test_a_third_approval_publishes_and_two_do_not(cast):
    publication = make_publication(cast)
    for place, _name in PLACES[:2]:
        approve(cast, publication, place)
    assert publication.state == "for_approval"
    assert publication.title not in public_page()
    approve(cast, publication, "ITU_T")
    assert publication.state == "published"
    assert publication.title in public_page()
    assert [entry.action for entry in publication.history.all()][:2] == ["publish", "approve"]


def test_nothing_is_published_by_itself(cast):
    document = make_document()
    assert Publication.objects.count() == 0
    assert document.title not in public_page()
    assert "Nothing has been published yet" in public_page()


def test_an_approval_for_another_organization_is_refused(cast):
    publication = make_publication(cast)
    with pytest.raises(NotAllowed):
        approve(cast, publication, "IEC", "iso_secretary")
    with pytest.raises(NotAllowed):
        approve(cast, publication, "ISO", "iso_member")
    assert queries.current_edition(publication).approvals.count() == 0


def test_a_member_does_not_ask_for_a_publication(cast):
    with pytest.raises(NotAllowed):
        propose_publication(cast.iso_member, make_document())


@pytest.mark.parametrize("state", ["draft", "for_approval", "withdrawn"])
def test_only_what_is_approved_can_be_published(cast, state):
    document = make_document(state=state)
    with pytest.raises(Refused):
        make_publication(cast, document)
    assert document.title not in public_page()


def test_a_newer_revision_asks_all_three_again(cast):
    document = make_document()
    publication = make_publication(cast, document)
    for place, _name in PLACES[:2]:
        approve(cast, publication, place)
    newer = add_revision(document, 1, text="Other words.")
    with pytest.raises(Stale):
        approve(cast, publication, "ITU_T")
    assert ask_again(publication) is True
    edition = queries.current_edition(publication)
    assert (edition.number, edition.revision, edition.approvals.count()) == (2, newer, 0)
    assert publication.editions.get(number=1).approvals.count() == 2
    with pytest.raises(Stale):
        approve(cast, publication, "ITU_T", edition=1)
    approve(cast, publication, "ITU_T", edition=2)
    assert publication.state == "for_approval"


def test_a_changed_file_asks_again_too(cast):
    document = make_document()
    publication = make_publication(cast, document)
    attach(document.revisions.get())
    with pytest.raises(Stale):
        approve(cast, publication, "ISO")
    assert ask_again_due() == 1
    assert publication.editions.count() == 2
    assert ask_again_due() == 0


def test_what_is_withdrawn_from_the_register_is_no_longer_asked_for(cast):
    document = make_document()
    publication = make_publication(cast, document)
    document.revisions.update(state=Revision.Status.WITHDRAWN)
    assert ask_again_due() == 1
    publication.refresh_from_db()
    assert (publication.state, publication.history.first().actor) == ("withdrawn", None)


def test_the_same_verdict_twice_is_one(cast):
    publication = make_publication(cast)
    approve(cast, publication, "ISO")
    with pytest.raises(AlreadyDone):
        approve(cast, publication, "ISO")
    assert publication.history.filter(action="approve").count() == 1


def test_changes_asked_for_do_not_publish_and_the_writers_are_told(cast):
    publication = make_publication(cast)
    approve(cast, publication, "ISO", verdict="changes", note="Take out the names.")
    approve(cast, publication, "IEC")
    approve(cast, publication, "ITU_T")
    assert publication.state == "for_approval"
    told = Notification.objects.filter(kind="letter_changes", user=cast.iec_secretary)
    assert "Take out the names." in told.get().text
    approve(cast, publication, "ISO")
    assert publication.state == "published"


def test_asking_twice_is_one_publication(cast):
    document = make_document()
    first, second = (make_publication(cast, document) for _time in range(2))
    assert first == second
    assert Notification.objects.filter(kind="letter_approval", user=cast.iec_secretary).count() == 1


def test_what_is_published_is_not_asked_for_again_but_a_newer_revision_replaces_it(cast):
    document = make_document()
    first = publish(cast, document)
    with pytest.raises(Refused):
        make_publication(cast, document)
    add_revision(document, 1, text="Newer words.")
    assert Client().get(f"/about/published/{first.pk}/html/").status_code == 200
    second = publish(cast, document)
    first.refresh_from_db()
    assert (first.state, second.state) == ("withdrawn", "published")
    page = public_page()
    assert f"/about/published/{second.pk}/pdf/" in page
    assert f"/about/published/{first.pk}/" not in page


def test_a_newer_revision_does_not_reach_the_public_by_itself(cast):
    document = make_document(text="Old words.")
    publication = publish(cast, document)
    newer = add_revision(document, 1, text="New words.")
    page = Client().get(f"/about/published/{publication.pk}/html/").content.decode()
    assert "Old words." in page
    assert "New words." not in page
    assert str(newer) not in public_page()


def test_a_withdrawn_publication_leaves_the_page_with_its_files(cast):
    document = make_document()
    file = attach(document.revisions.get())
    publication = publish(cast, document)
    paths = [f"/about/published/{publication.pk}/{what}/" for what in ("pdf", f"files/{file.pk}")]
    assert [Client().get(path).status_code for path in paths] == [200, 200]
    withdraw_publication(publication, cast.iec_secretary, reason="A wrong number on page 2.")
    assert [Client().get(path).status_code for path in paths] == [404, 404]
    assert publication.title not in public_page()
    assert "A wrong number on page 2." in publication.history.first().text
    with pytest.raises(AlreadyDone):
        withdraw_publication(publication, cast.iec_secretary, reason="Again.")


def test_a_member_does_not_withdraw_a_publication(cast):
    publication = publish(cast)
    with pytest.raises(NotAllowed):
        withdraw_publication(publication, cast.iso_member, reason="No.")


def test_a_revision_withdrawn_from_the_register_is_no_longer_public(cast):
    document = make_document()
    publication = publish(cast, document)
    document.revisions.update(state=Revision.Status.WITHDRAWN)
    assert publication.title not in public_page()
    assert Client().get(f"/about/published/{publication.pk}/html/").status_code == 404


def test_words_or_files_that_are_not_those_approved_are_not_shown(cast):
    document = make_document()
    publication = publish(cast, document)
    document.revisions.update(text="Changed behind everybody's back.")
    assert publication.title not in public_page()
    assert Client().get(f"/about/published/{publication.pk}/html/").status_code == 404


def test_nobody_without_an_account_reads_anything_unpublished(cast):
    """Every approved document, draft and file that is not published, by every public address."""
    published, asked, plain = (make_document(text=f"Secret {n}.") for n in ("one", "two", "three"))
    draft = add_revision(published, 1, state="draft", text="Secret four.")
    files = [attach(document.revisions.first()) for document in (asked, plain)]
    files.append(attach(draft))
    publication, waiting = publish(cast, published), make_publication(cast, asked)
    nobody = Client()
    page = public_page()
    assert published.title in page
    for document in (asked, plain):
        assert document.title not in page
    for pk in (publication.pk, waiting.pk):
        for file in files:
            assert nobody.get(f"/about/published/{pk}/files/{file.pk}/").status_code == 404
    for format in ("pdf", "docx", "html"):
        assert nobody.get(f"/about/published/{waiting.pk}/{format}/").status_code == 404
    assert "Secret four" not in nobody.get(f"/about/published/{publication.pk}/html/").content.decode()
    assert nobody.get(f"/about/published/{publication.pk}/zip/").status_code == 404


def test_a_board_report_is_published_without_any_cover(cast):
    report = make_report(cast)
    with pytest.raises(Refused):
        make_publication(cast, report)
    approve_by_all(cast, report)
    report.refresh_from_db()
    publication = publish(cast, report)
    page = Client().get(f"/about/published/{publication.pk}/html/").content.decode()
    assert report.title in page
    for cover in report.covers.all():
        assert cover.abstract not in page
    for format in ("docx", "pdf"):
        assert Client().get(f"/about/published/{publication.pk}/{format}/").status_code == 200


def test_the_three_are_asked_and_what_waits_stands_on_home(cast, client_of):
    publication = make_publication(cast)
    told = Notification.objects.filter(kind="letter_approval").values_list("user__label", flat=True)
    assert sorted(told) == ["IEC secretary", "ITU-T secretary"]
    row = queries.waiting(cast.iec_secretary)[0]
    assert row.url == f"/publications/{publication.pk}/approve/iec/"
    assert f'href="{row.url}"' in client_of("iec_secretary").get("/").content.decode()
    approve(cast, publication, "IEC")
    assert queries.waiting(cast.iec_secretary) == []
    assert len(queries.waiting(cast.itu_t_secretary)) == 1
    assert queries.waiting(cast.iso_member) == []


def test_what_waits_on_an_organization_stands_on_home_with_its_age(cast, client_of):
    publication = make_publication(cast)
    approve(cast, publication, "IEC")
    address = f"{publication.get_absolute_url()}#approval"
    rows = [row for row in overview.owed(cast.observer) if row.url == address]
    assert [(row.organization, row.days) for row in rows] == [("ISO", 0), ("ITU-T", 0)]
    assert client_of("observer").get("/").content.decode().count(f'href="{address}"') == 2


def test_lists_take_as_many_queries_for_thirty_as_for_one(cast, client_of):
    reader, counts = client_of("iec_member"), []
    reader.get("/about/")
    for number in (1, 15):
        for _n in range(number):
            publish(cast)
            make_publication(cast)
        for path in ("/about/", "/publications/"):
            with CaptureQueriesContext(connection) as found:
                assert reader.get(path).status_code == 200
            counts.append(len(found))
    assert counts[:2] == counts[2:]
