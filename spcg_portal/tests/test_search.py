"""The search of the whole house: fifty queries with the answers written down, and nothing of what one may not see."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command

from communications.tests.factories import make_letter
from core.dates import today
from core.models import SearchText, User
from core.search import index
from documents.services.register import propose_revision, register_document, revise_document
from landscape.services.comments import comment_on_area
from landscape.tests.factories import make_area
from meetings.services.outcomes import record_outcome, withdraw_outcome
from meetings.tests.factories import make_meeting
from organizations.models import CommitteeAlias
from organizations.services.committees import index_committees
from organizations.services.people import appoint
from organizations.tests.factories import make_committee, make_contact, make_user
from proposals.services.comments import edit_comment
from proposals.services.proposals import log_proposal
from proposals.services.replies import comment_on_proposal
from proposals.tests.factories import make_circulated
from reports.tests.factories import make_report
from spcg_portal.found import found_by
from spcg_portal.tests.demonstration import load_demonstration

ANSWERS = Path(__file__).with_name("search_queries.txt")


def written_answers() -> dict[str, list[str]]:
    """The first ten of every query, the first one first; `YEAR` is that of the demonstration's open matters."""
    answers: dict[str, list[str]] = {}
    for line in ANSWERS.read_text().replace("YEAR", str(today().year)).splitlines():
        if line.startswith("? "):
            answers[line[2:]] = found = []
        elif line and not line.startswith("#"):
            found.append(line)
    return answers


def first_ten(user: User, query: str) -> list[str]:
    rows = found_by(user, query).rows[:10]
    titles = SearchText.objects.in_bulk([key for key, _kind in rows])
    return [f"{kind}: {titles[key].title}" for key, kind in rows]


@pytest.fixture
def loaded(db):
    load_demonstration()


def test_fifty_queries_find_what_is_written_down(loaded):
    """The same first hit and the same set of ten on SQLite and on PostgreSQL: both are held to the one file."""
    answers = written_answers()
    reader = User.objects.get(email="iso.secretary@spcg.example")
    found = {query: first_ten(reader, query) for query in answers}
    assert len(answers) >= 50
    assert {query: rows[:1] for query, rows in found.items()} == {query: rows[:1] for query, rows in answers.items()}
    assert {query: sorted(rows) for query, rows in found.items()} == {q: sorted(rows) for q, rows in answers.items()}


# What one may not see ------------------------------------------------------------------------------

DRAFTS = {
    "proposal": lambda cast: log_proposal(
        cast.iso_secretary,
        organization=cast.ISO,
        title="Zirconia",
        proposer="Zirconia works",
        scope="All about zirconia.",
        received_on=today(),
        token=None,
    ),
    "document": lambda cast: register_document(cast.iso_secretary, title="Zirconia", kind="paper", text="Zirconia."),
    "recommendation": lambda cast: register_document(
        cast.iso_secretary, title="Zirconia", kind="recommendation", text="Zirconia."
    ),
    "letter": lambda cast: make_letter(cast, subject="Zirconia", body="All about zirconia."),
    "board report": lambda cast: make_report(cast, title="Zirconia"),
}


@pytest.mark.parametrize("kind", DRAFTS)
def test_draft_is_found_by_secretaries_alone(cast, client_of, kind):
    """Neither its words nor its number, no count, no heading, and no word of it where a slip is mended."""
    DRAFTS[kind](cast)
    for query in ("zirconia", "zirconea", "zirconia works", "zircon"):
        for name in ("iso_secretary", "iec_secretary", "administrator"):
            assert [hit[1] for hit in found_by(cast.fresh(name), query).rows] == [kind], (name, query)
        for name in ("iso_member", "iec_member", "observer", "outsider"):
            assert found_by(cast.fresh(name), query).rows == [], (name, query)
            page = client_of(name).get("/search/", {"q": query}).content.decode().replace(query, "").lower()
            assert "zirconia" not in page
            assert "<h2>" not in page
            assert "0 records hold all of these words." in page


def test_words_of_a_newer_draft_of_a_shared_document_are_not_found(cast):
    first = register_document(cast.iso_secretary, title="Shared paper", kind="paper", text="Alumina.")
    propose_revision(first, cast.iso_secretary)
    revise_document(first.document, cast.iso_secretary, after=first, text="Zirconia.")
    assert found_by(cast.iso_member, "zirconia").rows == []
    assert found_by(cast.iso_member, f"{first.document.number}B").rows == []
    assert len(found_by(cast.iso_member, "alumina").rows) == 1


def test_people_are_found_by_the_administrator_alone(cast):
    person = make_user("Keeper of zirconia", email="zirconia@spcg.example")
    appoint(person, "member", cast.IEC, None, label="Keeper of zirconia")
    for query in ("keeper", "zirconia@spcg.example", "zirconea", "IEC member keeper"):
        assert [kind for _key, kind in found_by(cast.administrator, query).rows] == ["person"], query
        for name in ("iso_secretary", "iec_member", "observer", "outsider"):
            assert found_by(cast.fresh(name), query).rows == [], (name, query)


def test_contacts_are_never_in_the_index_and_their_keepers_are_led_to_them(cast, client_of):
    make_contact(cast.ISO, name="Zirconia", email="zirconia@iso.example")
    call_command("rebuild_search", verbosity=0)
    link = "/contacts/?q=zirconia"
    pages = {
        name: client_of(name).get("/search/", {"q": "zirconia"}).content.decode()
        for name in ("iso_secretary", "administrator", "iso_member", "observer")
    }
    assert {name: link in page for name, page in pages.items()} == {
        "iso_secretary": True,
        "administrator": True,
        "iso_member": False,
        "observer": False,
    }
    assert not SearchText.objects.filter(words__contains="zirconia").exists()


def test_comments_and_outcomes_are_found_by_every_reader(cast, client_of):
    proposal = make_circulated(cast, title="Heat pumps")
    comment_on_proposal(proposal, cast.iec_member, "Zirconia is missing.")
    comment_on_area(make_area(cast.iso_secretary, name="Ceramics"), cast.iec_member, "Zirconia too.")
    record_outcome(make_meeting(), cast.iso_secretary, kind="decision", text="Zirconia is approved.")
    kinds = {kind for _key, kind in found_by(cast.observer, "zirconia").rows}
    assert kinds == {"comment", "remark", "outcome", "meeting"}
    page = client_of("observer").get("/search/", {"q": "zirconia", "kind": "comment"}).content.decode()
    assert page.count("<h2>") == 1
    assert "<mark>Zirconia</mark> is missing." in page
    assert f"/proposals/{proposal.reference}/#comment-" in page
    assert found_by(cast.outsider, "zirconia").rows == []


def test_withdrawn_outcome_is_found_no_more(cast):
    outcome = record_outcome(make_meeting(), cast.iso_secretary, kind="decision", text="Zirconia is approved.")
    withdraw_outcome(outcome, cast.iso_secretary)
    assert found_by(cast.iso_member, "zirconia").rows == []


def test_edited_comment_is_found_by_its_new_words(cast):
    remark = comment_on_proposal(make_circulated(cast), cast.iec_member, "Zirconia is missing.")
    edit_comment(remark, cast.iec_member, remark.version, text="Alumina is missing.")
    assert found_by(cast.iso_member, "zirconia").rows == []
    assert [kind for _key, kind in found_by(cast.iso_member, "alumina").rows] == ["comment"]


def test_page_says_plainly_what_was_looked_for(cast, client_of):
    make_area(cast.iso_secretary, name="Photocatalysis")
    get = lambda query: client_of("iec_member").get("/search/", {"q": query}).content.decode()  # noqa: E731
    page = get("photocatalisis")
    assert "Shown: results for “photocatalysis”." in page
    assert "Photocatalysis" in page
    assert "Shown: records that hold some of them" in get("photocatalysis unicorns")
    assert "1 record holds all of these words." in get("photocatalysis")


def test_committee_is_found_by_another_spelling_of_its_acronym(cast):
    committee = make_committee("ISO/IEC JTC 3", "ISO", "IEC", title="Quantum technologies")
    CommitteeAlias.objects.create(alias="QJTC-7", committee=committee)
    index_committees([committee])
    assert [kind for _key, kind in found_by(cast.observer, "qjtc7").rows] == ["committee"]


def test_whole_index_is_written_anew_as_it_was(loaded):
    fields = ("kind", "key", "title", "text", "words", "tokens", "url", "audience")
    before = list(SearchText.objects.order_by("pk").values_list("pk", *fields))
    index("area", 999_999, "A record that is gone", "", "/a/")
    SearchText.objects.filter(kind="comment").update(tokens="", words="")
    SearchText.objects.filter(kind="outcome").delete()
    call_command("rebuild_search", verbosity=0)
    after = list(SearchText.objects.order_by("pk").values_list("pk", *fields))
    assert sorted(row[1:] for row in after) == sorted(row[1:] for row in before)
    reader = User.objects.get(email="iso.member@spcg.example")
    assert found_by(reader, "artifical inteligence").mended == "artificial intelligence"
