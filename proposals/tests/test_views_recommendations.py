"""Pages of the recommendation, from the first draft to the outcome."""

from django.urls import reverse

from core.dates import format_date, today
from documents.models import Revision
from proposals.models import Proposal, RecommendationApproval, Submission
from proposals.services.boards import submit_recommendation
from proposals.services.recommendations import revise_recommendation
from proposals.tests.factories import make_approved, make_circulated, make_recommended, make_under_approval


def url(name, proposal, *args):
    return reverse(f"proposals:{name}", args=[proposal.reference, *args])


def text_of(response):
    return response.content.decode()


def test_the_whole_way_of_a_recommendation(cast, client_of):
    proposal = make_circulated(cast, days=-1)
    iso, iec, itu = (client_of(f"{code}_secretary") for code in ("iso", "iec", "itu_t"))
    assert "Draft a recommendation" in text_of(iec.get(proposal.get_absolute_url()))
    iec.post(url("draft", proposal), {"text": "First text."})
    iso.post(url("edit_draft", proposal), {"text": "Better text.", "version": 1})
    iso.post(url("propose", proposal), {"revision": Revision.objects.get().pk, "due_on": format_date(today())})
    iec.post(url("approve", proposal), {"revision": Revision.objects.get().pk, "verdict": "approved"})
    first = Revision.objects.get()
    iso.post(url("revise", proposal), {"after": first.pk, "text": "Final text.", "note": "Scope."})
    second = Revision.objects.get(position=1)
    iso.post(url("propose", proposal), {"revision": second.pk})
    page = text_of(itu.get(proposal.get_absolute_url()))
    assert "SPCG-1A" in page
    assert "These verdicts no longer count." in page
    assert "Approve for ITU-T" in page
    assert "Approve for ISO" not in page
    stale = iso.post(url("approve", proposal), {"revision": first.pk, "verdict": "approved"})
    assert "There is a newer revision, SPCG-1A." in text_of(stale)
    for client in (iso, iec, itu):
        client.post(url("approve", proposal), {"revision": second.pk, "verdict": "approved"})
    assert Revision.objects.get(position=1).state == "approved"
    assert "Submit to ISO/TMB" in text_of(iso.get(proposal.get_absolute_url()))
    assert "Submit to ISO/TMB" not in text_of(iec.get(proposal.get_absolute_url()))
    for _click in range(2):
        iso.post(url("submit", proposal), {"submitted_on": format_date(today()), "paper_number": "TMB 150/2020"})
    assert Submission.objects.get().revision == second
    iso.post(
        url("record", proposal),
        {
            "result": "approved",
            "result_on": format_date(today()),
            "next_step": "A new committee.",
            "version": Proposal.objects.get().version,
        },
    )
    page = text_of(client_of("iec_member").get(proposal.get_absolute_url()))
    assert "A new committee." in page
    assert "TMB 150/2020" in page
    assert Proposal.objects.get().state == "outcome"


def test_a_hidden_field_does_not_approve_for_another_organization(cast, client_of):
    proposal, revision = make_under_approval(cast)
    data = {"revision": revision.pk, "verdict": "approved", "organization": cast.IEC.pk}
    client_of("iso_secretary").post(url("approve", proposal), data)
    assert [row.organization for row in RecommendationApproval.objects.all()] == [cast.ISO]


def test_a_verdict_with_changes_needs_its_words(cast, client_of):
    proposal, revision = make_under_approval(cast)
    client = client_of("iso_secretary")
    page = text_of(client.post(url("approve", proposal), {"revision": revision.pk, "verdict": "changes"}))
    assert "Write your comments, or the changes that you ask for." in page
    foreign = client.post(url("approve", proposal), {"revision": 999, "verdict": "approved"})
    assert "needs attention" in text_of(foreign)
    assert RecommendationApproval.objects.count() == 0


def test_draft_edit_conflict_shows_both_texts(cast, client_of):
    proposal, _revision = make_recommended(cast)
    client_of("iec_secretary").post(url("edit_draft", proposal), {"text": "IEC's text.", "version": 1})
    page = text_of(client_of("iso_secretary").post(url("edit_draft", proposal), {"text": "ISO text.", "version": 1}))
    assert "IEC&#x27;s text." in page
    assert "ISO text." in page


def test_revise_after_a_colleague_shows_both_texts(cast, client_of):
    proposal, first = make_under_approval(cast)
    revise_recommendation(proposal, cast.iec_secretary, after=first, text="IEC text.", note="IEC.")
    data = {"after": first.pk, "text": "ISO text.", "note": "ISO."}
    page = text_of(client_of("iso_secretary").post(url("revise", proposal), data))
    assert "There is a newer revision." in page
    assert "IEC text." in page
    assert "ISO text." in page


def test_the_register_shows_a_recommendation_and_leaves_its_changes_to_the_proposal(cast, client_of):
    _proposal, revision = make_under_approval(cast)
    client = client_of("iso_secretary")
    page = text_of(client.get(revision.get_absolute_url()))
    assert f"Revise {revision}" not in page
    for verb in ("revise", "edit", "title", "withdraw"):
        assert client.get(f"{revision.get_absolute_url()}{verb}/").status_code == 404
    for verb in ("propose", "approve", "withdraw"):
        assert client.post(f"{revision.get_absolute_url()}{verb}/").status_code == 404


def test_the_second_secretary_who_records_an_outcome_sees_the_first_ones(cast, client_of):
    proposal, _revision = make_approved(cast)
    submit_recommendation(proposal, cast.iso_secretary, submitted_on=today())
    opened_at = Proposal.objects.get(pk=proposal.pk).version
    words = {"result_on": format_date(today()), "next_step": "", "version": opened_at}
    client = client_of("iso_secretary")
    client.post(url("record", proposal), {**words, "result": "approved", "note": "Theirs."})
    page = text_of(client.post(url("record", proposal), {**words, "result": "rejected", "note": "Mine."}))
    assert "Somebody changed this while you were writing" in page
    assert "Theirs." in page
    assert "Mine." in page
    proposal.refresh_from_db()
    assert (proposal.result, proposal.result_note) == ("approved", "Theirs.")
