"""Pages: happy path, invalid form, conflict, double click, what one may not see or do."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.dates import format_date, today
from documents.models import Revision
from organizations.tests.factories import make_committee
from proposals.models import Interest, Proposal, ProposalRemark, RecommendationApproval, Submission
from proposals.services.recommendations import revise_recommendation
from proposals.services.replies import comment_on_proposal, declare_interest
from proposals.tests.factories import (
    addresses,
    make_approved,
    make_circulated,
    make_proposal,
    make_recommended,
    make_under_approval,
)
from proposals.tests.test_services import EVERYBODY, PDF


def url(name, proposal, *args):
    return reverse(f"proposals:{name}", args=[proposal.reference, *args])


def filled(**overrides):
    return {
        "token": uuid.uuid4(),
        "title": "Consumer product safety management",
        "kind": "new_field",
        "scope": "Safety of consumer products.",
        "proposer": "SAC (China)",
        "organization": 1,
        "received_on": format_date(today()),
        "reply_by_on": format_date(today() + timedelta(days=28)),
        **overrides,
    }


def text_of(response):
    return response.content.decode()


# The line of story (a) --------------------------------------------------------------------


def test_log_then_circulate_in_four_screens(cast, client_of):
    client = client_of("iso_secretary")
    assert "Log a proposal" in text_of(client.get("/proposals/"))
    page = text_of(client.get("/proposals/new/"))
    assert format_date(today()) in page
    data = filled(organization=cast.ISO.pk, files=SimpleUploadedFile("Form.pdf", PDF))
    check = client.post("/proposals/new/", data, follow=True)
    proposal = Proposal.objects.get()
    assert check.redirect_chain[-1][0] == url("circulate", proposal)
    assert "Circulate to 9 people" in text_of(check)
    assert "Nobody has been told yet" in text_of(check)
    record = client.post(
        url("circulate", proposal), {"version": proposal.version, "reply_by_on": data["reply_by_on"]}, follow=True
    )
    assert "Circulated to 9 people, you among them." in text_of(record)
    assert addresses() == EVERYBODY
    assert proposal.attachments.get().name == "Form.pdf"


def test_save_as_draft_leads_to_the_record(cast, client_of):
    response = client_of("iso_secretary").post("/proposals/new/", filled(organization=cast.ISO.pk, draft="1"))
    assert response.headers["Location"] == Proposal.objects.get().get_absolute_url()


def test_log_with_a_double_click_is_one_proposal(cast, client_of):
    client, data = client_of("iso_secretary"), filled(organization=cast.ISO.pk)
    first, second = client.post("/proposals/new/", data), client.post("/proposals/new/", data)
    assert first.headers["Location"] == second.headers["Location"]
    assert Proposal.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "Enter: Title."),
        ("title", "\x07\u202e ", "Enter: Title."),
        ("title", "x" * 301, "at most 300 characters"),
        ("scope", "", "Enter: Scope."),
        ("scope", "x" * 50_001, "at most 50000 characters"),
        ("proposer", "", "Enter: Proposed by."),
        ("kind", "else", "not one of the available choices"),
        ("received_on", "31/11", "Enter a date, for example 25 November 2020."),
        ("received_on", "1 January 2090", "Enter a date that is not in the future."),
        ("reply_by_on", "1 January 2020", "Enter a date that is not in the past."),
        ("board_decision_on", "1 January 2020", "Enter a date after the day of receipt."),
        ("organization", "999", "not one of the available choices"),
        ("organization", "", "This field is required."),
        ("token", "x", "Enter a valid UUID."),
        ("files", SimpleUploadedFile("form.docx", b"MZ" + b"\0" * 2000), "is a program, not a document"),
        ("files", SimpleUploadedFile("form.pdf", b""), "is empty"),
    ],
)
def test_log_keeps_what_was_typed_and_says_what_is_wrong(cast, client_of, field, value, words):
    data = filled(**{"organization": cast.ISO.pk, "justification": "Kept <b>words</b>.", field: value})
    response = client_of("iso_secretary").post("/proposals/new/", data)
    page = text_of(response)
    assert response.status_code == 200
    assert words in page
    assert "needs attention" in page
    assert "<title>Error: Log a proposal" in page
    assert "Kept &lt;b&gt;words&lt;/b&gt;." in page
    assert Proposal.objects.count() == 0


def test_log_for_another_organization_is_refused_by_any_field(cast, client_of):
    response = client_of("iso_secretary").post("/proposals/new/", filled(organization=cast.IEC.pk))
    assert "not one of the available choices" in text_of(response)
    assert Proposal.objects.count() == 0


def test_members_are_told_who_logs(cast, client_of):
    response = client_of("iec_member").get("/proposals/new/", follow=True)
    assert "Ask the secretary of your organization." in text_of(response)


# What one may see and do -----------------------------------------------------------------


def test_drafts_are_404_for_members_on_every_page(cast, client_of):
    proposal = make_proposal(cast)
    client = client_of("iec_member")
    for name in ("detail", "history", "edit", "circulate", "circulation_mail", "comment", "withdraw", "interest"):
        if name != "interest":
            assert client.get(url(name, proposal)).status_code == 404
    assert client.get(url("file", proposal, 1)).status_code == 404


def test_outsiders_get_404(cast, client_of):
    proposal = make_circulated(cast)
    client = client_of("outsider")
    for path in ("/proposals/", "/proposals/new/", "/proposals/committees/", proposal.get_absolute_url()):
        assert client.get(path).status_code == 404


def test_a_deep_link_survives_sign_in(cast, client):
    proposal = make_circulated(cast)
    response = client.get(proposal.get_absolute_url())
    assert response.headers["Location"] == f"/accounts/login/?next={proposal.get_absolute_url()}"


@pytest.mark.parametrize("name", ["edit", "circulate", "extend", "withdraw", "close", "record", "submit", "attach"])
def test_another_organizations_secretary_is_refused_with_words(cast, client_of, name):
    proposal, _revision = make_approved(cast)
    client = client_of("iec_secretary")
    for response in (client.get(url(name, proposal), follow=True), client.post(url(name, proposal), follow=True)):
        assert response.redirect_chain[-1][0].startswith(proposal.get_absolute_url())
        assert "Ask the secretary of" in text_of(response)
    assert Proposal.objects.get().state == "recommendation"


@pytest.mark.parametrize("reference", ["2020-99", "2020", "x", "2020-x", "9" * 300, "2020-99999999999999999999"])
def test_an_unknown_reference_is_404(cast, client_of, reference):
    assert client_of("observer").get(f"/proposals/{reference}/").status_code == 404


def test_a_short_reference_leads_to_the_record(cast, client_of):
    proposal = make_circulated(cast)
    short = f"/proposals/{proposal.year}-{proposal.number}/"
    assert client_of("observer").get(short).headers["Location"] == proposal.get_absolute_url()


def test_every_state_has_a_page_for_every_reader(cast, client_of):
    make_circulated(cast)
    make_circulated(cast, days=-1)
    make_recommended(cast)
    make_under_approval(cast)
    make_approved(cast)
    for state in ("forwarded", "no_action", "outcome", "withdrawn"):
        make_circulated(cast, state=state, closed_at=None, result="approved", result_on=today())
    for person in ("iso_secretary", "iec_member", "observer", "administrator"):
        client = client_of(person)
        for proposal in Proposal.objects.all():
            assert client.get(proposal.get_absolute_url()).status_code == 200


# The list ---------------------------------------------------------------------------------


def test_the_list_counts_filters_and_says_why_it_is_empty(cast, client_of):
    client = client_of("observer")
    assert "There is no proposal yet." in text_of(client.get("/proposals/"))
    make_circulated(cast, title="Energy storage")
    assert "1 proposal, 1 open." in text_of(client.get("/proposals/"))
    assert "No proposal answers to this filter." in text_of(client.get("/proposals/?q=nothing"))


@pytest.mark.parametrize("query", ["q=%00", "state=else", "organization=%27", "page=x", "page=-1", "q=" + "x" * 900])
def test_the_list_answers_any_address(cast, client_of, query):
    make_circulated(cast)
    assert client_of("observer").get(f"/proposals/?{query}").status_code == 200


def count_queries(client, path):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_the_list_takes_as_many_queries_for_thirty_as_for_one(cast, client_of):
    client = client_of("iso_secretary")
    make_circulated(cast)
    client.get("/proposals/")
    one = count_queries(client, "/proposals/")
    for _n in range(29):
        make_circulated(cast)
    assert count_queries(client, "/proposals/") == one


def test_the_record_takes_as_many_queries_for_thirty_as_for_one(cast, client_of):
    proposal, revision = make_under_approval(cast)
    client = client_of("iso_secretary")

    def add(n):
        committee = make_committee(f"IEC TC {n}", "IEC")
        remark = comment_on_proposal(proposal, cast.iec_member, "Comment.", committee=committee)
        comment_on_proposal(proposal, cast.iso_member, "Reply.", parent=remark)
        declare_interest(proposal, committee, cast.iec_member, "interested")

    add(1)
    client.get(proposal.get_absolute_url())
    one = count_queries(client, proposal.get_absolute_url())
    for n in range(2, 31):
        add(n)
    assert count_queries(client, proposal.get_absolute_url()) == one


# Edit and circulate -------------------------------------------------------------------------


def edit_data(proposal, **overrides):
    return {
        "version": proposal.version,
        "title": proposal.title,
        "kind": proposal.kind,
        "scope": proposal.scope,
        "proposer": proposal.proposer,
        "received_on": format_date(proposal.received_on),
        **overrides,
    }


def test_edit_conflict_shows_both_texts_and_keeps_the_own(cast, client_of):
    proposal, client = make_proposal(cast), client_of("iso_secretary")
    theirs, mine = edit_data(proposal, scope="Their scope."), edit_data(proposal, scope="My scope.")
    client.post(url("edit", proposal), theirs)
    page = text_of(client.post(url("edit", proposal), mine))
    assert "Somebody changed this while you were writing" in page
    assert "Their scope." in page
    assert "My scope." in page
    assert 'name="version" value="2"' in page
    client.post(url("edit", proposal), {**mine, "version": 2})
    assert Proposal.objects.get().scope == "My scope."


def test_circulate_twice_shows_the_same_page_and_mails_once(cast, client_of):
    proposal, client = make_proposal(cast), client_of("iso_secretary")
    data = {"version": 1, "reply_by_on": format_date(today())}
    first, second = client.post(url("circulate", proposal), data), client.post(url("circulate", proposal), data)
    assert first.headers["Location"] == second.headers["Location"] == proposal.get_absolute_url()
    assert len(addresses()) == 9
    assert client.get(url("circulate", proposal)).headers["Location"] == proposal.get_absolute_url()


@pytest.mark.parametrize("day", ["", "soon", "1 January 2020"])
def test_circulate_with_a_wrong_date_says_so_and_mails_nobody(cast, client_of, day):
    proposal = make_proposal(cast)
    response = client_of("iso_secretary").post(url("circulate", proposal), {"version": 1, "reply_by_on": day})
    assert "needs attention" in text_of(response)
    assert addresses() == []


def test_circulate_shows_the_changed_draft_again(cast, client_of):
    proposal, client = make_proposal(cast), client_of("iso_secretary")
    client.post(url("edit", proposal), edit_data(proposal, title="New title"))
    data = {"version": 1, "reply_by_on": format_date(today())}
    page = text_of(client.post(url("circulate", proposal), data))
    assert "Look at it again before it goes out." in page
    assert "New title" in page
    assert addresses() == []
    client.post(url("circulate", proposal), {**data, "version": 2})
    assert len(addresses()) == 9


def test_the_mail_in_the_frame_is_the_mail_received(cast, client_of):
    proposal = make_proposal(cast, title="Safety <of> products")
    response = client_of("iso_secretary").get(url("circulation_mail", proposal) + "?day=2090-03-03")
    assert "Friday 3 March 2090, 23:59 CET" in text_of(response)
    assert "Safety &lt;of&gt; products" in text_of(response)
    assert "Dear ISO secretary," in text_of(response)
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert client_of("iec_secretary").get(url("circulation_mail", proposal)).status_code == 404
    assert client_of("iso_secretary").get(url("circulation_mail", proposal) + "?day=%00").status_code == 200


def test_files_come_as_downloads_under_their_own_name(cast, client_of):
    proposal = make_proposal(cast)
    client = client_of("iso_secretary")
    name = "Formulaire é; “1”.pdf"
    client.post(url("attach", proposal), {"files": SimpleUploadedFile(name, PDF)})
    response = client.get(url("file", proposal, proposal.attachments.get().pk))
    assert response.headers["Content-Disposition"].startswith("attachment; filename")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content) == PDF


def test_attach_without_or_with_a_bad_file_says_so(cast, client_of):
    proposal, client = make_proposal(cast), client_of("iso_secretary")
    assert "Choose a file." in text_of(client.post(url("attach", proposal)))
    bad = [SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.exe", b"MZ" + b"\0" * 2000)]
    assert "is a program" in text_of(client.post(url("attach", proposal), {"files": bad}))
    assert proposal.attachments.count() == 0


# Replies --------------------------------------------------------------------------------------


def test_comment_from_the_record_in_a_capacity(cast, client_of):
    proposal, client = make_circulated(cast), client_of("iec_member")
    make_committee("IEC TC 61", "IEC")
    page = text_of(client.get(proposal.get_absolute_url()))
    assert "Add a comment for IEC" in page
    data = {"token": uuid.uuid4(), "text": "We see\n\n<script>", "stance": "concern", "committee": "iec  tc 61"}
    for _click in range(2):
        response = client.post(url("comment", proposal), data, follow=True)
        assert response.redirect_chain[-1][0] == f"{proposal.get_absolute_url()}#comments"
    page = text_of(response)
    assert "on behalf of IEC TC 61" in page
    assert "&lt;script&gt;" in page
    assert ProposalRemark.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": ""}, "Enter: Comment."),
        ({"stance": "angry"}, "not one of the available choices"),
        ({"committee": "IEC TC 999"}, "No committee is called “IEC TC 999”."),
        ({"committee": "ISO/TC 1"}, "You comment for your own organization and its committees."),
        ({"text": "x" * 50_001}, "at most 50000 characters"),
    ],
)
def test_a_wrong_comment_keeps_the_text(cast, client_of, wrong, words):
    make_committee("ISO/TC 1", "ISO")
    data = {"token": uuid.uuid4(), "text": "My long text.", "stance": "neutral", **wrong}
    page = text_of(client_of("iec_member").post(url("comment", make_circulated(cast)), data))
    assert words in page
    assert data["text"][:20] in page
    assert ProposalRemark.objects.count() == 0


def test_a_comment_on_what_was_withdrawn_meanwhile_keeps_the_text(cast, client_of):
    proposal = make_circulated(cast, state="withdrawn")
    data = {"token": uuid.uuid4(), "text": "My long text.", "stance": "neutral"}
    page = text_of(client_of("iec_member").post(url("comment", proposal), data))
    assert "This is not possible in the state" in page
    assert "My long text." in page


def test_reply_resolve_and_reopen(cast, client_of):
    proposal, client = make_circulated(cast), client_of("iso_secretary")
    remark = comment_on_proposal(proposal, cast.iec_member, "Which committees?")
    client.post(url("reply", proposal, remark.pk), {"token": uuid.uuid4(), "text": "TC 61."})
    client.post(url("resolve", proposal, remark.pk), {"resolution": "Named in the scope."})
    page = text_of(client.get(proposal.get_absolute_url()))
    assert "1 comment, 1 reply" in page
    assert "by ISO secretary: Named in the scope." in page
    assert client.get(url("reopen", proposal, remark.pk)).status_code == 405
    client.post(url("reopen", proposal, remark.pk))
    remark.refresh_from_db()
    assert remark.resolved_at is None
    assert client.get(url("reply", make_circulated(cast), remark.pk)).status_code == 404


def test_ask_and_declare_from_the_record(cast, client_of):
    proposal = make_circulated(cast)
    make_committee("IEC TC 61", "IEC")
    client_of("iso_secretary").post(url("ask", proposal), {"committee": "IEC TC 61"})
    client = client_of("iec_member")
    assert "Answer for IEC TC 61" in text_of(client.get(proposal.get_absolute_url()))
    assert 'value="IEC TC 61"' in text_of(client.get(url("declare", proposal) + "?committee=IEC TC 61"))
    client.post(url("declare", proposal), {"committee": "IEC TC 61", "answer": "lead", "note": "One expert."})
    assert (Interest.objects.get().answer, Interest.objects.get().note) == ("lead", "One expert.")


def test_declare_for_a_foreign_or_unknown_committee_says_so(cast, client_of):
    proposal, client = make_circulated(cast), client_of("iec_member")
    make_committee("ISO/TC 176", "ISO")
    unknown = client.post(url("declare", proposal), {"committee": "TC ???", "answer": "lead"})
    assert "No committee is called" in text_of(unknown)
    foreign = client.post(url("declare", proposal), {"committee": "ISO/TC 176", "answer": "lead"}, follow=True)
    assert "ISO/TC 176 belongs to ISO." in text_of(foreign)
    assert Interest.objects.count() == 0


def test_committees_are_offered_while_typing(cast, client_of):
    make_committee("IEC TC 61", "IEC", title="Safety of household appliances")
    make_committee("ISO/TC 61", "ISO", title="Plastics")
    client = client_of("iec_member")
    assert text_of(client.get("/proposals/committees/?committee=tc 61")).count("<option") == 2
    assert text_of(client.get("/proposals/committees/?committee=household&own=1")).count("<option") == 1
    assert text_of(client.get("/proposals/committees/?committee=%00")).count("<option") == 0


# Recommendation ----------------------------------------------------------------------------------


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
        {"result": "approved", "result_on": format_date(today()), "next_step": "A new committee."},
    )
    page = text_of(client_of("iec_member").get(proposal.get_absolute_url()))
    assert "A new committee." in page
    assert "Paper TMB 150/2020." in page
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


# Deadline, forward, close, withdraw -----------------------------------------------------------------


def test_extend_forward_close_and_withdraw_from_their_pages(cast, client_of):
    client = client_of("iso_secretary")
    extended = make_circulated(cast, days=-1)
    day = today() + timedelta(days=7)
    client.post(url("extend", extended), {"version": 1, "reply_by_on": format_date(day), "reason": "Holidays."})
    forwarded = make_circulated(cast, days=-1)
    comment_on_proposal(forwarded, cast.iec_member, "Keep to management.")
    assert "Forward 1 comment to ISO" in text_of(client.get(url("forward", forwarded)))
    for _click in range(2):
        assert client.post(url("forward", forwarded)).status_code == 302
    closed, withdrawn = make_circulated(cast, days=-1), make_circulated(cast)
    client.post(url("close", closed), {"reason": "No overlap."})
    client.post(url("withdraw", withdrawn), {"reason": "The proposer withdrew it."})
    states = [Proposal.objects.get(pk=item.pk).state for item in (extended, forwarded, closed, withdrawn)]
    assert states == ["circulated", "forwarded", "no_action", "withdrawn"]
    assert forwarded.forwarded.count() == 1


def test_extend_conflict_and_wrong_date(cast, client_of):
    proposal, client = make_circulated(cast), client_of("iso_secretary")
    day = format_date(today() + timedelta(days=40))
    Proposal.objects.update(version=2)
    data = {"version": 1, "reply_by_on": day, "reason": "Holidays."}
    assert "Somebody changed this" in text_of(client.post(url("extend", proposal), data))
    early = client.post(url("extend", proposal), {**data, "version": 2, "reply_by_on": format_date(today())})
    assert "Enter a date after" in text_of(early)


def test_what_is_too_early_is_refused_with_words(cast, client_of):
    proposal, client = make_circulated(cast), client_of("iso_secretary")
    for name in ("forward", "close"):
        response = client.get(url(name, proposal), follow=True)
        assert "Comments are open until" in text_of(response)
    page = text_of(client.get(proposal.get_absolute_url()))
    assert "Forward the comments" not in page


def test_the_history_page_tells_everything(cast, client_of):
    proposal = make_circulated(cast)
    for n in range(20):
        comment_on_proposal(proposal, cast.iec_member, f"Comment {n}.")
    client = client_of("observer")
    assert "Full history" in text_of(client.get(proposal.get_absolute_url()))
    assert "20 entries" in text_of(client.get(url("history", proposal)))
