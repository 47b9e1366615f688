"""Suggested edits, comments on a passage, mechanisms of a pair, documents: as forms and pages show them."""

from __future__ import annotations

import pytest

from core.moves import Refused
from documents.tests.factories import make_revision
from landscape.models import AreaSuggestion
from landscape.passages import digest_of
from landscape.queries import newest_revision
from landscape.services.areas import close_area, edit_area
from landscape.services.comments import comment_on_area
from landscape.services.suggestions import reject_suggestion, suggest_edit
from landscape.tests.factories import make_area, make_full_area
from landscape.tests.pages import form_of, text_of

TEXT = "Cities use standards.\n\nThe task force meets once a year."


@pytest.fixture
def area(cast):
    return make_area(cast.iso_secretary, text=TEXT, owner=cast.IEC)


TWICE = TEXT.replace("once", "twice")


def suggestion_of(area, cast, text=TWICE):
    return suggest_edit(area, cast.iso_member, newest_revision(area), text, reason="It met twice")


def sent(area, **more):
    number = newest_revision(area).number
    token = "00000000-0000-4000-8000-000000000001"
    return {"text": TEXT.replace("once", "twice"), "version": number, "reason": "It met twice", "token": token, **more}


def test_member_suggests_an_edit_in_the_same_editor_and_everybody_sees_it(cast, client_of, area):
    member, url = client_of("iso_member"), f"{area.get_absolute_url()}suggest/"
    page = text_of(member.get(area.get_absolute_url()))
    assert url in page
    assert f"{area.get_absolute_url()}edit/" not in page
    assert TEXT.split("\n")[0] in text_of(member.get(url))
    response = member.post(url, sent(area))
    suggestion = AreaSuggestion.objects.get()
    assert response.url == f"{area.get_absolute_url()}#suggestion-{suggestion.pk}"
    member.post(url, sent(area))
    assert AreaSuggestion.objects.count() == 1
    page = text_of(client_of("observer").get(area.get_absolute_url()))
    assert '<del><span class="visually-hidden">[removed:] </span>once</del>' in page
    assert '<ins><span class="visually-hidden">[added:] </span>twice</ins>' in page
    assert "/accept/" not in page


@pytest.mark.parametrize(
    "wrong", [{"text": ""}, {"reason": ""}, {"text": TEXT}, {"version": "x"}, {"reason": "x" * 301}]
)
def test_bad_suggestions_are_refused_and_what_was_typed_is_kept(client_of, area, wrong):
    response = client_of("iso_member").post(f"{area.get_absolute_url()}suggest/", sent(area, **wrong))
    assert response.status_code == 200
    assert "errsum" in text_of(response)
    assert AreaSuggestion.objects.count() == 0


def test_suggestion_for_words_that_were_changed_meanwhile_shows_both_texts(cast, client_of, area):
    old = sent(area)
    edit_area(area, cast.iec_secretary, area.version, text=TEXT.replace("once", "monthly"), reason="Fact")
    client, url = client_of("iso_member"), f"{area.get_absolute_url()}suggest/"
    page = text_of(client.post(url, old))
    assert "Somebody changed this while you were writing" in page
    assert "meets monthly a year" in page
    assert "meets twice a year" in page
    assert client.post(url, {**old, "version": 2}).status_code == 302
    assert AreaSuggestion.objects.get().base.number == 2


def test_secretary_of_the_owner_decides_with_a_word(cast, client_of, area):
    suggestion = suggestion_of(area, cast)
    base = f"{area.get_absolute_url()}suggestions/{suggestion.pk}/"
    owner = client_of("iec_secretary")
    assert f"{base}accept/" in text_of(owner.get(area.get_absolute_url()))
    assert "Say in a word" in text_of(owner.post(f"{base}accept/", {"word": " "}, follow=True))
    assert "Your role does not allow" in text_of(
        client_of("iso_secretary").post(f"{base}accept/", {"word": "Yes"}, follow=True)
    )
    page = text_of(owner.post(f"{base}accept/", {"word": "Yes"}, follow=True))
    assert "Accepted on" in page
    assert "meets twice a year" in page
    owner.post(f"{base}accept/", {"word": "Yes"})
    assert newest_revision(area).number == 2


def test_suggestion_whose_words_changed_says_so_and_is_made_again_by_its_author(cast, client_of, area):
    suggestion = suggestion_of(area, cast)
    edit_area(area, cast.iec_secretary, area.version, text=TEXT.replace("once", "monthly"), reason="Fact")
    again = f"{area.get_absolute_url()}suggest/{suggestion.pk}/"
    for name, offered in (("iso_member", True), ("iec_secretary", False)):
        page = text_of(client_of(name).get(area.get_absolute_url()))
        assert "The words have changed since." in page
        assert (again in page, '/accept/"><button' in page) == (offered, False)
    author = client_of("iso_member")
    assert "Your suggestion as it was" in text_of(author.get(again))
    author.post(again, sent(area, text=TEXT.replace("once", "twice")))
    suggestion.refresh_from_db()
    assert suggestion.state == "withdrawn"
    assert client_of("iec_member").get(again).status_code == 404


def test_closed_area_takes_no_suggestion(cast, client_of, area):
    close_area(area, cast.iso_secretary, "Done")
    assert client_of("iso_member").get(f"{area.get_absolute_url()}suggest/").status_code == 404


def test_an_edit_that_is_sent_after_the_area_was_closed_is_kept(cast, client_of, area):
    """Seen red: 404, and the text was gone."""
    close_area(area, cast.iso_secretary, "Done")
    page = text_of(client_of("iso_member").post(f"{area.get_absolute_url()}suggest/", sent(area)))
    assert "This area is closed." in page
    assert "meets twice a year.</textarea>" in page
    assert AreaSuggestion.objects.count() == 0


def test_a_suggestion_is_made_again_once_by_a_double_click_and_after_it_was_decided(cast, client_of, area):
    """Seen red: 404 for the second click, and for words that were sent after the secretary's."""
    old = suggestion_of(area, cast)
    author, again = client_of("iso_member"), f"{area.get_absolute_url()}suggest/{old.pk}/"
    places = {author.post(again, sent(area, text=f"{TEXT} More.")).headers["Location"] for _click in range(2)}
    assert len(places) == 1
    assert sorted(AreaSuggestion.objects.values_list("state", flat=True)) == ["open", "withdrawn"]
    made = AreaSuggestion.objects.get(state="open")
    reject_suggestion(made, cast.iec_secretary, "No")
    assert author.post(f"{area.get_absolute_url()}suggest/{made.pk}/", sent(area)).status_code == 302
    assert AreaSuggestion.objects.get(state="open").text == TWICE
    assert client_of("iso_member2").post(again, sent(area)).status_code == 404


@pytest.mark.parametrize("word", ["accept", "reject"])
def test_a_closed_area_decides_nothing_and_its_author_may_withdraw(cast, client_of, area, word):
    """Seen red: a suggestion of a closed area was rejected."""
    suggestion = suggestion_of(area, cast)
    close_area(area, cast.iso_secretary, "Done")
    base = f"{area.get_absolute_url()}suggestions/{suggestion.pk}/"
    page = text_of(client_of("iec_secretary").post(f"{base}{word}/", {"word": "Yes"}, follow=True))
    assert "This area is closed." in page
    suggestion.refresh_from_db()
    assert (suggestion.state, newest_revision(area).number) == ("open", 1)
    client_of("iso_member").post(f"{base}withdraw/")
    suggestion.refresh_from_db()
    assert suggestion.state == "withdrawn"


def comment(client, area, **more):
    return client.post(f"{area.get_absolute_url()}comment/", {"text": "Is it?", "token": sent(area)["token"], **more})


def test_comment_on_a_paragraph_of_the_list_is_marked_there_and_leads_back(client_of, area):
    client = client_of("iso_member")
    comment(client, area, passage=digest_of("Cities use standards."))
    remark = area.remarks.get()
    assert (remark.quote, remark.words_after, remark.revision.number) == (
        "Cities use standards.",
        " The task force meets once a year.",
        1,
    )
    page = text_of(client.get(area.get_absolute_url()))
    assert (
        f'<mark>Cities use standards.</mark><a class="note" id="passage-{remark.pk}" href="#remark-{remark.pk}"' in page
    )
    assert f'<a href="#passage-{remark.pk}">On passage 1</a>' in page


def test_comment_on_selected_words_survives_edits_or_says_that_the_text_has_changed(cast, client_of, area):
    client = client_of("iso_member")
    comment(client, area, quote="force meets  once", before="standards. The task ", seen="1")
    remark = area.remarks.get()
    assert remark.quote == "force meets once"
    edit_area(area, cast.iec_secretary, 1, text=f"New beginning.\n\n{TEXT}", reason="More")
    assert "<mark>force meets once</mark>" in text_of(client.get(area.get_absolute_url()))
    edit_area(area, cast.iec_secretary, 2, text="All is new.", reason="New")
    page = text_of(client.get(area.get_absolute_url()))
    assert "The text has changed since." in page
    assert "In revision 1 the passage was:" in page
    assert "<q>force meets once</q>" in page
    assert "<mark>" not in page


def test_words_selected_before_an_edit_are_kept_with_the_revision_that_had_them(cast, client_of, area):
    edit_area(area, cast.iec_secretary, 1, text="All is new.", reason="New")
    comment(client_of("iso_member"), area, quote="task force", before="The ", seen="1")
    assert area.remarks.get().revision.number == 1


@pytest.mark.parametrize(
    "wrong", [{"quote": "never written"}, {"passage": "0123456789ab"}, {"quote": "x", "seen": "99"}]
)
def test_words_that_are_in_no_text_are_refused_and_the_comment_is_kept(client_of, area, wrong):
    response = comment(client_of("iso_member"), area, **wrong)
    assert "These words are not in the text." in text_of(response)
    assert ">Is it?</textarea>" in text_of(response).replace("\n", "")
    assert area.remarks.count() == 0


def test_resolved_comments_mark_nothing(cast, client_of, area):
    from landscape.services.comments import resolve_comment

    client = client_of("iso_member")
    comment(client, area, passage=digest_of("Cities use standards."))
    resolve_comment(area.remarks.get(), cast.iso_member, "done")
    assert "<mark>" not in text_of(client.get(area.get_absolute_url()))


def test_mechanism_between_two_committees_of_the_area(cast, client_of):
    area = make_full_area(cast.iso_secretary)
    one, other = [row.committee for row in area.committees.all()][:2]
    client, url = client_of("iec_secretary"), f"{area.get_absolute_url()}edit/"
    rows = {"kind_0": "liaison", "detail_0": "category A", "between_0": f"{other}; {one}"}
    client.post(url, form_of(area, committees=f"{one}\n{other}: leads", **rows))
    pair = sorted([str(one), str(other)])
    words = f"Liaison: category A, between {pair[0]} and {pair[1]}"
    assert [str(item) for item in area.mechanisms.all()] == [words]
    assert newest_revision(area).facts["mechanisms"] == [["liaison", "category A", *pair]]
    page = text_of(client.get(area.get_absolute_url()))
    assert words in page
    assert "role not known" in page
    assert "leads" in page
    assert f'value="{pair[0]}; {pair[1]}"' in text_of(client.get(url))


@pytest.mark.parametrize("between", ["ISO/TC 99999; IEC TC 99999", "{0}", "{0}; {0}", "{0}; {1}; {0}", "{0}; {2}"])
def test_pairs_of_other_committees_are_refused(cast, client_of, between):
    area = make_full_area(cast.iso_secretary)
    names = [str(row.committee) for row in area.committees.all()]
    rows = {"kind_0": "liaison", "between_0": between.format(*names)}
    response = client_of("iec_secretary").post(
        f"{area.get_absolute_url()}edit/", form_of(area, committees=f"{names[0]}\n{names[1]}", **rows)
    )
    assert "Name two committees of this area" in text_of(response)


def test_documents_of_an_area_are_registered_and_shared(cast, client_of):
    area, revision, draft = make_area(cast.iso_secretary), make_revision(), make_revision(state="draft")
    client, url = client_of("iec_secretary"), f"{area.get_absolute_url()}edit/"
    assert "not in the register" in text_of(client.post(url, form_of(area, documents="SPCG-99999")))
    assert f"{draft} is a draft" in text_of(client.post(url, form_of(area, documents=str(draft))))
    with pytest.raises(Refused):
        edit_area(area, cast.iec_secretary, 1, documents=[draft], reason="Why")
    area.refresh_from_db()
    client.post(url, form_of(area, documents=str(revision)))
    assert f'href="{revision.get_absolute_url()}"' in text_of(client_of("iec_member").get(area.get_absolute_url()))
    assert newest_revision(area).facts["documents"] == [str(revision)]


def test_draft_of_a_suggestion_is_kept_by_the_server(client_of, area):
    page = text_of(client_of("iso_member").get(f"{area.get_absolute_url()}suggest/"))
    assert 'name="draft_sheet"' in page


def test_page_takes_the_same_number_of_queries_with_1_and_20_suggestions_and_passages(cast, client_of, area):
    from landscape.passages import Passage
    from landscape.tests.test_query_counts import queries_of

    client = client_of("iec_secretary")
    client.get("/landscape/")
    numbers = []
    for count in (1, 18):
        for number in range(count):
            suggestion_of(area, cast, TEXT.replace("once", f"{count}{number} times"))
            comment_on_area(area, cast.iso_member, "Here", passage=Passage("Cities use standards."))
        numbers.append(queries_of(client, area.get_absolute_url()))
    assert numbers[0] == numbers[1]
