"""The whole proposal on paper: with its checklist, interests, comments and recommendation, as one may see them."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document as Word

from core.dates import today
from documents.publishing.docx import docx_body_text
from documents.services.register import register_document
from organizations.tests.factories import make_committee
from proposals.models import Proposal, Submission
from proposals.papers.forwarded import compose_forwarded
from proposals.papers.proposal import compose_proposal
from proposals.services.comments import dispose_comment
from proposals.services.forwarding import forward_comments, package_for
from proposals.services.proposals import attach_proposal_file
from proposals.services.replies import ask_committee, comment_on_proposal, declare_interest
from proposals.services.sequels import link_sequel
from proposals.tests.factories import make_approved, make_circulated, make_proposal, make_recommended
from proposals.tests.test_checklist import answer
from proposals.tests.test_considerations import ship
from proposals.tests.test_forwarding import make_commented
from proposals.tests.test_services import PDF, upload


def url(name, proposal, *args):
    return reverse(f"proposals:{name}", args=[proposal.reference, *args])


def headings(data: bytes) -> list[str]:
    return [line.text for line in Word(io.BytesIO(data)).paragraphs if line.style.name == "Heading 1"]


def make_full(cast) -> Proposal:
    """Approved and before its board, with all that a proposal can hold."""
    ship()
    proposal, revision = make_approved(cast, justification="Accidents have been reported.")
    asked, told = make_committee("IEC TC 111", "IEC"), make_committee("ISO/TC 20")
    Proposal.objects.filter(pk=proposal.pk).update(state="circulated")
    proposal.refresh_from_db()
    attach_proposal_file(proposal, cast.iso_secretary, *upload())
    ask_committee(proposal, asked, cast.iso_secretary)
    declare_interest(proposal, told, cast.iso_member, "overlap", "One expert.")
    remark = comment_on_proposal(proposal, cast.iec_member, "Keep to management.", stance="concern")
    dispose_comment(remark, cast.iso_secretary, 1, disposition="partly", reason="Scope reworded.")
    answer(proposal, cast.iso_secretary, text="Searched in May.")
    Proposal.objects.filter(pk=proposal.pk).update(state="recommendation")
    proposal.refresh_from_db()
    Submission.objects.create(
        recommendation=proposal.recommendation,
        organization=cast.ISO,
        revision=revision,
        submitted_on=today(),
        paper_number="TMB 12/2020",
        submitted_by=cast.iso_secretary,
        submitted_by_label="ISO secretary",
    )
    link_sequel(proposal, cast.iso_secretary, kind="new_committee", committee=told, note="Secretariat SAC.")
    return Proposal.objects.get(pk=proposal.pk)


@pytest.mark.parametrize("format", ["docx", "pdf", "html"])
def test_the_whole_proposal_leaves_the_portal_in_every_format(cast, client_of, format):
    response = client_of("observer").get(url("export_proposal", make_full(cast), format))
    assert response.status_code == 200
    assert len(response.content) > 2000


def test_the_paper_holds_every_part_with_the_checklist_and_its_label(cast, client_of):
    proposal = make_full(cast)
    data = client_of("iec_member").get(url("export_proposal", proposal, "docx")).content
    assert headings(data) == [
        *("Scope", "Justification", "Documents", "Checklist of considerations", "Interest of committees"),
        *("Comments and dispositions", f"Recommendation {proposal.recommendation.document.reference}"),
        *("Before the boards", "Outcome"),
    ]
    text = docx_body_text(data)
    for words in (
        *("Accidents have been reported.", "A reconstruction from public sources", "Searched in May.", "Not answered"),
        *("No answer yet", "Sees overlap", "One expert.", "Keep to management.", "Partly accepted", "Scope reworded."),
        *("It recommends early liaisons.", "TMB 12/2020", "No result yet", "New committee ISO/TC 20: Secretariat SAC."),
    ):
        assert words in text


def test_a_draft_of_the_recommendation_is_not_in_the_paper_of_a_member(cast, client_of):
    proposal, _revision = make_recommended(cast)
    texts = [
        docx_body_text(client_of(name).get(url("export_proposal", proposal, "docx")).content)
        for name in ("iec_member", "iec_secretary")
    ]
    assert ["It recommends early liaisons." in text for text in texts] == [False, True]


def test_the_paper_of_a_draft_is_not_there_for_members_and_other_formats_are_not_there(cast, client_of):
    draft = make_proposal(cast)
    assert client_of("iec_member").get(url("export_proposal", draft, "docx")).status_code == 404
    assert client_of("iso_secretary").get(url("export_proposal", draft, "docx")).status_code == 200
    assert client_of("iso_secretary").get(url("export_proposal", draft, "exe")).status_code == 404


def test_a_document_as_evidence_is_linked_for_those_who_may_open_it(cast):
    ship()
    proposal = make_circulated(cast)
    revision = register_document(cast.iso_secretary, title="Search", kind="paper", text="Found.")
    answer(proposal, cast.iso_secretary, revision=revision)
    linked = [
        revision.get_absolute_url() in repr(compose_proposal(proposal, cast.fresh(name)).body)
        for name in ("iec_secretary", "iec_member")
    ]
    assert linked == [True, False]


def test_words_that_look_like_code_stay_words(cast):
    proposal = make_circulated(cast, title="<b>=1+1</b>", scope="{{7*7}}\n\n# Not a heading")
    body = compose_proposal(proposal, cast.observer).body
    assert "{{7*7}}" in repr(body)
    assert [block.text for block in body if type(block).__name__ == "Heading"][0] == "Scope"
    assert "Not a heading" not in [getattr(block, "text", "") for block in body]


def test_the_papers_take_as_many_queries_for_thirty_as_for_one(cast, client_of):
    """The whole proposal, its comments as Word and as a workbook, and the package."""
    ship()
    proposal = make_circulated(cast)
    client = client_of("iso_secretary")
    client.get("/settings/")
    addresses = [
        url("export_proposal", proposal, "html"),
        url("comments", proposal, "docx"),
        url("comments", proposal, "xlsx"),
        url("package", proposal),
    ]

    def queries() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as found:
                assert client.get(address).status_code == 200
            counts.append(len(found))
        return counts

    def fill(numbers):
        for number in numbers:
            remark = comment_on_proposal(proposal, cast.iec_member, f"Comment {number}.")
            comment_on_proposal(proposal, cast.iso_member, "Why?", parent=remark)
            declare_interest(proposal, make_committee(f"ISO/TC {number}"), cast.iso_member, "interested")
            attach_proposal_file(proposal, cast.iso_secretary, *upload(PDF + b"%%%d" % number, f"{number}.pdf"))

    answer(proposal, cast.iso_secretary)
    fill([1])
    one = queries()
    fill(range(2, 31))
    assert queries() == one


# The package ------------------------------------------------------------------------------------


def test_the_package_carries_the_checklist_once_it_is_begun(cast):
    ship()
    proposal = make_commented(cast)
    assert "Checklist of considerations" not in repr(compose_forwarded(proposal).body)
    before = package_for(proposal).stamp
    answer(proposal, cast.iso_secretary, text="Searched in May.")
    assert package_for(proposal).stamp != before
    forwarded = forward_comments(proposal, cast.iec_secretary, address="office@iso.example")
    text = docx_body_text(forwarded.attachments.get().file.read())
    assert "A reconstruction from public sources" in text
    assert "Searched in May." in text
    assert "=Keep to management." in text


def test_the_package_names_internal_evidence_and_links_none(cast):
    ship()
    proposal = make_commented(cast)
    revision = register_document(cast.iso_secretary, title="Search", kind="paper", text="Found.")
    answer(proposal, cast.iso_secretary, revision=revision)
    said = repr(compose_forwarded(proposal).body)
    assert revision.reference in said
    assert revision.get_absolute_url() not in said


def test_the_check_page_leads_to_the_very_package_and_shows_the_subject_as_sent(cast, client_of):
    ship()
    proposal = make_commented(cast, title="Management of the safety of consumer products over their whole life")
    answer(proposal, cast.iso_secretary, text="Searched in May.")
    client = client_of("iec_secretary")
    page = client.get(url("forward", proposal)).content.decode()
    assert url("package", proposal) in page
    assert "Searched in May." in page
    package = docx_body_text(client.get(url("package", proposal)).content)
    forwarded = forward_comments(proposal, cast.iec_secretary)
    assert docx_body_text(forwarded.attachments.get().file.read()) == package
    subject = package_for(proposal).subject
    assert len(subject) <= 70
    assert f"<b>{subject}</b>" in page
