"""Pages: happy path, invalid form, conflict, double click, what one may not see or do."""

import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.dates import format_date, today
from organizations.tests.factories import make_committee
from proposals.models import Proposal
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


def as_shown(response):
    """What a browser posts from a page whose form was left as it stands."""
    return {field.name: field.value() or "" for field in response.context["form"]}


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


def test_log_and_circulate_later_leads_to_the_record(cast, client_of):
    response = client_of("iso_secretary").post("/proposals/new/", filled(organization=cast.ISO.pk, later="1"))
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


@pytest.mark.parametrize("name", ["edit", "circulate", "extend", "withdraw", "close", "record", "link", "attach"])
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


# Deadline, forward, close, withdraw -----------------------------------------------------------------


def test_extend_forward_close_and_withdraw_from_their_pages(cast, client_of):
    client = client_of("iso_secretary")
    extended = make_circulated(cast, days=-1)
    day = today() + timedelta(days=7)
    client.post(url("extend", extended), {"version": 1, "reply_by_on": format_date(day), "reason": "Holidays."})
    forwarded = make_circulated(cast, days=-1)
    comment_on_proposal(forwarded, cast.iec_member, "Keep to management.")
    page = client.get(url("forward", forwarded))
    assert "Forward 1 comment to 1 recipient" in text_of(page)
    for _click in range(2):
        assert client.post(url("forward", forwarded), as_shown(page)).status_code == 302
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
