"""Verdicts: who gives one for whom, what they come to, and where it is shown."""

import itertools

import pytest
from django.urls import reverse

from core.moves import NotAllowed
from organizations.models import Approval
from organizations.queries import agreement_of, approving_for, organizations
from organizations.tests.factories import make_appointment
from post.models import Delivery
from proposals.models import Proposal, RecommendationApproval
from proposals.queries import waiting
from proposals.services.recommendations import approve_recommendation, revise_recommendation
from proposals.tests.factories import make_recommended, make_under_approval

CODES = ("ISO", "IEC", "ITU-T")


def url(proposal, slug=""):
    return reverse(
        "proposals:approve_for" if slug else "proposals:approve", args=[proposal.reference, *filter(None, [slug])]
    )


def text_of(response):
    return response.content.decode()


def verdicts(*given):
    """Unsaved verdicts of ISO, IEC and ITU-T, in this order; None for none."""
    pairs = zip(organizations(), given, strict=True)
    return [Approval.__subclasses__()[0](organization=place, verdict=word) for place, word in pairs if word]


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        ((None, None, None), "waiting", "Waiting on ISO, IEC and ITU-T"),
        (("approved", None, None), "waiting", "Waiting on IEC and ITU-T"),
        (("approved", None, "comments"), "waiting", "Waiting on IEC"),
        (("approved", "approved", "approved"), "agree", "All agree"),
        (("comments", "comments", "comments"), "agree", "All agree"),
        (
            ("approved", "comments", "approved"),
            "mixed",
            "Mixed: ISO approves, IEC approves with comments, ITU-T approves",
        ),
        (
            ("approved", "changes", None),
            "conflicting",
            "Conflicting: ISO approves, IEC asks for changes; waiting on ITU-T",
        ),
        (
            ("approved", "approved", "changes"),
            "conflicting",
            "Conflicting: ISO approves, IEC approves, ITU-T asks for changes",
        ),
        ((None, "changes", None), "changes", "Changes asked for: IEC asks for changes; waiting on ISO and ITU-T"),
    ],
)
def test_what_verdicts_come_to_in_words(cast, given, kind, words):
    found = agreement_of(verdicts(*given))
    assert (found.kind, found.words) == (kind, words)


def test_every_combination_of_verdicts_has_one_kind_that_follows_from_it(cast):
    for given in itertools.product((None, "approved", "comments", "changes"), repeat=3):
        kind = agreement_of(verdicts(*given)).kind
        approving, asking = {"approved", "comments"} & set(given), "changes" in given
        wanted = "conflicting" if approving and asking else "changes" if asking else ""
        wanted = wanted or ("waiting" if None in given else "mixed" if len(set(given)) > 1 else "agree")
        assert kind == wanted, given


def test_secretary_of_two_organizations_approves_for_each_of_them(cast, client_of):
    make_appointment(cast.iso_secretary, "secretary", cast.IEC)
    proposal, revision = make_under_approval(cast)
    client = client_of("iso_secretary")
    page = text_of(client.get(proposal.get_absolute_url()))
    assert url(proposal, "iso") in page
    assert url(proposal, "iec") in page
    assert url(proposal, "itu-t") not in page
    client.post(url(proposal, "iec"), {"revision": revision.pk, "verdict": "approved"})
    assert [row.organization for row in RecommendationApproval.objects.all()] == [cast.IEC]
    assert approving_for(cast.iso_secretary, verdicts=list(revision.approvals.all())) == cast.ISO
    client.post(url(proposal), {"revision": revision.pk, "verdict": "approved"})
    assert {row.organization for row in RecommendationApproval.objects.all()} == {cast.ISO, cast.IEC}


@pytest.mark.parametrize("person", ["iso_secretary", "iso_member", "observer", "administrator"])
def test_nobody_gives_a_verdict_for_an_organization_that_is_not_the_own(cast, client_of, person):
    proposal, revision = make_under_approval(cast)
    data = {"revision": revision.pk, "verdict": "approved", "organization": cast.IEC.pk, "slug": "iec"}
    client = client_of(person)
    for method in (client.get, client.post):
        answer = method(url(proposal, "iec"), data, follow=True)
        assert "Only the secretary of IEC" in text_of(answer) or "Your role does not allow this" in text_of(answer)
    assert RecommendationApproval.objects.count() == 0
    with pytest.raises(NotAllowed):
        approve_recommendation(proposal, cast.IEC, cast.fresh(person), revision=revision)


def test_unknown_organization_in_the_address_is_not_found(cast, client_of):
    proposal, _revision = make_under_approval(cast)
    assert client_of("iso_secretary").get(url(proposal, "nobody")).status_code == 404


def test_stale_verdict_is_refused_with_the_new_text_and_what_changed(cast, client_of):
    proposal, first = make_under_approval(cast)
    second = revise_recommendation(proposal, cast.iec_secretary, after=first, text="It recommends liaisons.", note="N")
    page = text_of(client_of("iso_secretary").post(url(proposal), {"revision": first.pk, "verdict": "approved"}))
    assert f"There is a newer revision, {second.reference}." in page
    assert "What changed from SPCG-1 to SPCG-1A" in page
    assert "<del>" in page
    assert f'name="revision" value="{second.pk}"' in page
    assert RecommendationApproval.objects.count() == 0


def test_on_behalf_of_is_said_on_the_page_in_history_mail_and_later(cast, client_of):
    proposal, revision = make_under_approval(cast)
    data = {"revision": revision.pk, "verdict": "changes", "note": "Add SC 17.", "for_absent_colleague": "on"}
    client_of("iec_secretary").post(url(proposal), data)
    words = "on behalf of an absent colleague"
    assert words in text_of(client_of("iso_member").get(proposal.get_absolute_url()))
    entry = proposal.history.first()
    assert entry.text == f"asked for changes to SPCG-1 for IEC: Add SC 17. ({words})"
    assert (entry.before, entry.after["for_absent_colleague"], entry.organization) == (None, True, "IEC")
    assert words in Delivery.objects.filter(mailing__kind="notice").last().body.text
    revise_recommendation(proposal, cast.iso_secretary, after=revision, text="New.", note="N.")
    page = text_of(client_of("iso_secretary").get(proposal.get_absolute_url()))
    assert "These verdicts no longer count." in page
    assert words in page


def test_a_second_verdict_of_one_organization_replaces_the_first_and_history_keeps_both(cast):
    proposal, revision = make_under_approval(cast)
    secretary = cast.iec_secretary
    approve_recommendation(proposal, cast.IEC, secretary, revision=revision, verdict="changes", note="Add SC 17.")
    approve_recommendation(proposal, cast.IEC, secretary, revision=revision)
    assert [row.verdict for row in revision.approvals.all()] == ["approved"]
    entry = proposal.history.first()
    assert (entry.before["verdict"], entry.before["note"], entry.after["verdict"]) == (
        "changes",
        "Add SC 17.",
        "approved",
    )


def test_computed_state_stands_on_page_list_and_home(cast, client_of):
    proposal, revision = make_under_approval(cast)
    approve_recommendation(proposal, cast.ISO, cast.iso_secretary, revision=revision)
    words = "Waiting on IEC and "
    for page in (proposal.get_absolute_url(), "/proposals/", "/"):
        assert words in text_of(client_of("iec_secretary").get(page)), page
    assert words in waiting(cast.iec_secretary)[0].sentence


def test_list_does_not_tell_a_member_of_a_draft(cast, client_of):
    make_recommended(cast)
    assert "Draft SPCG-1" in text_of(client_of("iec_secretary").get("/proposals/"))
    assert "Draft SPCG-1" not in text_of(client_of("iec_member").get("/proposals/"))


def test_list_takes_as_many_queries_for_one_recommendation_as_for_many(cast, client_of):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of("iec_secretary")
    counts = []
    for rows in (1, 6):
        while Proposal.objects.count() < rows:
            make_under_approval(cast)
        client.get("/proposals/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/proposals/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
