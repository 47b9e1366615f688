"""The text of a recommendation: previewed while it is typed, compared word by word, exported with its verdicts."""

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.comparison import compare_texts
from documents.models import Revision
from documents.publishing.docx import docx_body_text
from proposals.models import Proposal
from proposals.services.recommendations import approve_recommendation, propose_recommendation, revise_recommendation
from proposals.tests.factories import make_circulated, make_recommended, make_under_approval

PREVIEW = "/proposals/preview/"
EVIL = '<script>alert(1)</script>\n\n**bold** [x](javascript:alert(1)) <img src=x onerror="y">'


def url(name, proposal, *args):
    return reverse(f"proposals:{name}", args=[proposal.reference, *args])


def text_of(response):
    return response.content.decode()


def test_preview_is_a_fragment_of_clean_html_with_links(cast, client_of):
    proposal = make_circulated(cast)
    page = text_of(client_of("iec_secretary").post(PREVIEW, {"text": f"{EVIL}\n\n- {proposal.reference}"}))
    assert "<html" not in page
    assert "<strong>bold</strong>" in page
    assert proposal.get_absolute_url() in page
    for bad in ("<script", 'href="javascript', "<img"):
        assert bad not in page


@pytest.mark.parametrize("person", ["iec_member", "observer", "administrator", "outsider"])
def test_preview_is_for_those_who_write(cast, client_of, person):
    assert client_of(person).post(PREVIEW, {"text": "x"}).status_code == 404


@pytest.mark.parametrize("text", ["", "\x00", "\ud7ff" * 3, "*" * 60_000, "[" * 5_000])
def test_preview_answers_any_text(cast, client_of, text):
    assert client_of("iec_secretary").post(PREVIEW, {"text": text}).status_code == 200
    assert client_of("iec_secretary").get(PREVIEW).status_code == 405


@pytest.mark.parametrize("name", ["draft", "edit_draft", "revise"])
def test_button_preview_keeps_the_text_and_saves_nothing(cast, client_of, name):
    if name == "draft":
        proposal = make_circulated(cast)
    else:
        proposal, _revision = make_recommended(cast) if name == "edit_draft" else make_under_approval(cast)
    before = list(Revision.objects.values_list("text", "version"))
    data = {"text": "My **own** words.", "note": "Why it changed.", "version": 1, "after": "1", "preview": "yes"}
    page = text_of(client_of("iec_secretary").post(url(name, proposal), data))
    assert "<strong>own</strong>" in page
    assert "My **own** words.</textarea>" in page
    assert "needs attention" not in page
    assert list(Revision.objects.values_list("text", "version")) == before
    assert f'hx-post="{PREVIEW}"' in page
    assert "delay:600ms" in page
    if name == "revise":
        assert "Why it changed." in page


def test_preview_of_an_old_page_still_meets_the_newer_version(cast, client_of):
    proposal, _revision = make_recommended(cast)
    client_of("iso_secretary").post(url("edit_draft", proposal), {"text": "Theirs.", "version": 1})
    mine = {"text": "Mine.", "version": 1}
    page = text_of(client_of("iec_secretary").post(url("edit_draft", proposal), {**mine, "preview": "yes"}))
    assert 'name="version" value="1"' in page
    page = text_of(client_of("iec_secretary").post(url("edit_draft", proposal), mine))
    assert "Theirs." in page
    assert "Mine." in page


def test_any_two_revisions_are_compared_word_by_word(cast, client_of):
    proposal, first = make_under_approval(cast)
    client = client_of("iso_secretary")
    second = revise_recommendation(
        proposal, cast.iso_secretary, after=first, text="It recommends late liaisons.", note=""
    )
    third = revise_recommendation(
        proposal, cast.iso_secretary, after=second, text="It recommends early joint work.", note=""
    )
    page = text_of(client.get(proposal.get_absolute_url()))
    assert "Compare any two revisions" in page
    choose = reverse("documents:choose_comparison", args=[third.reference])
    for one, two in ((first, third), (third, first), (first, second), (second, third)):
        page = text_of(client.get(choose, {"from": one.reference, "with": two.reference}, follow=True))
        before, after = sorted((one, two), key=lambda item: item.position)
        assert f"What changed from {before} to {after}" in page
    assert '<del><span class="visually-hidden">[removed:] </span>' in page
    assert '<ins><span class="visually-hidden">[added:] </span>' in page
    same = client.get(choose, {"from": first.reference, "with": first.reference}, follow=True)
    assert "Choose two different revisions." in text_of(same)
    assert client.get(choose, {"from": "SPCG-999", "with": first.reference}).status_code == 404


def test_a_member_compares_only_what_was_shared(cast, client_of):
    proposal, first = make_under_approval(cast)
    second = revise_recommendation(proposal, cast.iso_secretary, after=first, text="Secret draft.", note="")
    choose = reverse("documents:choose_comparison", args=[first.reference])
    answer = client_of("iec_member").get(choose, {"from": first.reference, "with": second.reference})
    assert answer.status_code == 404


WORDS = st.lists(st.sampled_from(["ISO", "IEC", "work", "safety", ",", "\n", "\n\n", "é", "SC 17"]), max_size=25)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WORDS, WORDS)
def test_a_comparison_gives_both_texts_back(before, after):
    old, new = " ".join(before), " ".join(after)

    def kept(text):
        return [line for line in text.split("\n") if line.strip()]

    lines = compare_texts(old, new)
    without = {
        kind: ["".join(change.text for change in line if change.kind != kind) for line in lines]
        for kind in ("added", "removed")
    }
    assert [line for line in without["added"] if line.strip()] == kept(old)
    assert [line for line in without["removed"] if line.strip()] == kept(new)


@pytest.mark.parametrize("format", ["docx", "pdf", "html"])
def test_export_is_there_in_every_format(cast, client_of, format):
    proposal, _revision = make_under_approval(cast)
    answer = client_of("iec_member").get(url("export_recommendation", proposal, format))
    assert answer.status_code == 200
    assert len(answer.content) > 1000
    assert client_of("iec_member").get(url("export_recommendation", proposal, "exe")).status_code == 404


def test_word_export_tells_the_verdicts_and_says_draft_until_all_three_approve(cast, client_of):
    proposal, revision = make_under_approval(cast)
    secretary = cast.iec_secretary
    more = {"verdict": "comments", "note": "=HYPERLINK", "for_absent_colleague": True}
    approve_recommendation(proposal, cast.IEC, secretary, revision=revision, **more)
    address = url("export_recommendation", proposal, "docx")
    data = client_of("iso_member").get(address).content
    text = docx_body_text(data)
    assert "It recommends early liaisons." in text
    assert "Approved with comments (on behalf of an absent colleague)" in text
    assert "Waiting on ISO and ITU-T." in text
    assert "=HYPERLINK" in text
    assert says_draft(data)
    for organization, by in ((cast.ISO, cast.iso_secretary), (cast.ITU_T, cast.itu_t_secretary)):
        approve_recommendation(Proposal.objects.get(pk=proposal.pk), organization, by, revision=revision)
    assert not says_draft(client_of("iso_member").get(address).content)


def says_draft(data):
    """Whether the running head or foot of a Word file says that it is a draft."""
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = [package.read(name) for name in package.namelist() if "header" in name or "footer" in name]
    return any(b"draft" in part.lower() for part in parts)


def test_a_draft_is_not_exported_to_members(cast, client_of):
    proposal, revision = make_recommended(cast)
    address = url("export_recommendation", proposal, "pdf")
    assert client_of("iec_member").get(address).status_code == 404
    assert client_of("iec_secretary").get(address).status_code == 200
    propose_recommendation(proposal, cast.iso_secretary, revision=revision)
    assert client_of("iec_member").get(address).status_code == 200
