"""Two people in one area, each in a browser: a passage is selected, a notice comes, nothing that is typed is lost."""

from __future__ import annotations

import pytest

from core.models import User

pytestmark = pytest.mark.browser
AREA = "/landscape/smart-cities-and-communities/"
SELECT = """() => {
  const text = document.querySelector('#text .record p').firstChild, range = document.createRange();
  range.setStart(text, 0); range.setEnd(text, 21);
  getSelection().removeAllRanges(); getSelection().addRange(range);
  document.dispatchEvent(new MouseEvent('mouseup', {bubbles: true}));
}"""


def test_words_that_are_selected_become_the_passage_of_the_comment(demo, reader):
    member = reader()
    member.sign_in("iec.member")
    member.open(AREA)
    member.page.evaluate(SELECT)
    member.page.fill("#comment_text", "Is this so?")
    member.click("button", "Add comment")
    member.page.wait_for_selector("#text mark")
    assert member.page.inner_text("#text mark") == "City-level frameworks"
    assert member.page.get_by_role("link", name="On passage 1").count() == 1
    assert member.complaints + member.axe() == []


def test_reader_is_told_within_15_seconds_and_loses_nothing_typed(demo, reader):
    from landscape.models import Area
    from landscape.services.areas import edit_area

    member = reader()
    member.sign_in("iec.member")
    member.open(AREA)
    member.page.fill("#comment_text", "I am still writing")
    area = Area.objects.get(slug="smart-cities-and-communities")
    secretary = User.objects.get(email="iso.secretary@spcg.example")
    edit_area(area, secretary, area.version, text=f"{area.text}\n\nAnother paragraph.", reason="More")
    member.page.wait_for_selector("#live .notice", timeout=15_000)
    assert "ISO secretary changed the text" in member.page.inner_text("#live")
    assert member.page.evaluate("document.activeElement.id") == "comment_text"
    member.click("link", "Show", exact=True)
    member.page.wait_for_selector("#text p:has-text('Another paragraph.')")
    assert member.page.input_value("#comment_text") == "I am still writing"
    assert member.page.inner_text("#live") == ""
    assert member.complaints + member.axe() == []


def test_a_comment_of_another_is_told_while_a_suggestion_and_a_score_are_typed(demo, reader):
    from landscape.models import Area
    from landscape.services.comments import comment_on_area

    area = Area.objects.get(slug="smart-cities-and-communities")
    other = User.objects.get(email="itu-t.member@spcg.example")
    member = reader()
    member.sign_in("iec.member", f"{AREA}suggest/")
    member.page.fill("[name=reason]", "I am still writing")
    comment_on_area(area, other, "Who leads this?")
    member.page.wait_for_selector("#live .notice", timeout=15_000)
    assert "ITU-T member commented" in member.page.inner_text("#live")
    assert member.page.input_value("[name=reason]") == "I am still writing"
    assert member.page.evaluate("document.activeElement.name") == "reason"
    member.open(AREA)
    member.page.locator("#score [value='2']").first.check()
    member.page.fill("#score [name=reason]", "Half a reason")
    comment_on_area(area, other, "And who follows?")
    member.page.wait_for_selector("#live .notice", timeout=15_000)
    member.click("link", "Show", exact=True)
    member.page.wait_for_selector("#threads :text('And who follows?')")
    assert member.page.locator("#score [value='2']").first.is_checked()
    assert member.page.input_value("#score [name=reason]") == "Half a reason"
    assert member.complaints == []


WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_no_word_however_long_makes_a_page_wider_than_the_screen(demo, reader):
    """Seen red: names in tables, and tables and code in a text."""
    from landscape.models import Baseline, PriorityRound
    from landscape.services.baselines import take_baseline

    secretary = User.objects.get(email="iec.secretary@spcg.example")
    first, round = Baseline.objects.get(), PriorityRound.objects.get(state="closed")
    area = long_area(secretary)
    second = take_baseline(secretary, name="N" * 120).get_absolute_url()
    base, compared = area.get_absolute_url(), f"/landscape/rounds/{round.pk}/compare/{round.pk}/"
    pages = [
        *("/", "/landscape/", "/landscape/map/", f"/landscape/map/?area={area.slug}", "/landscape/history/"),
        *("/landscape/ranking/", round.get_absolute_url(), compared, "/landscape/confirm/", "/landscape/baselines/"),
        *(second, f"{second}compare/today/", f"{second}compare/{first.pk}/"),
        *(base, f"{base}edit/", f"{base}suggest/", f"{base}restore/1/", f"{base}compare/1/1/", f"{base}close/"),
    ]
    for width in (375, 1280):
        person = reader(width=width)
        person.sign_in("iec.secretary")
        for page in pages:
            person.open(page)
            assert person.page.evaluate(WIDER) <= 0, (width, page)


def long_area(secretary):
    """An area in which no word ends."""
    from landscape.queries import newest_revision
    from landscape.services.areas import add_area
    from landscape.services.comments import comment_on_area
    from landscape.services.suggestions import suggest_edit

    member, word = User.objects.get(email="iec.member@spcg.example"), "x" * 300
    text = f"# {word}\n\n{word}\n\n| a | b |\n|---|---|\n| {word} | c |\n\n`{word}`\n\n    {word}\n\n<https://e.org/{word}>"
    area = add_area(secretary, name="W" * 200, text=text, source=word, mechanisms=[("other", "m" * 200)])
    comment_on_area(area, member, word)
    suggest_edit(area, member, newest_revision(area), text.replace("x", "n"), reason=word)
    return area


@pytest.mark.parametrize("script", [True, False])
def test_edit_is_suggested_and_accepted_with_and_without_script(demo, reader, script):
    from landscape.models import Area, AreaSuggestion

    AreaSuggestion.objects.update(state="withdrawn")
    area = Area.objects.get(slug="smart-cities-and-communities")
    member = reader(java_script_enabled=script)
    member.sign_in("iec.member", "/")
    member.open(AREA)
    member.click("link", "Suggest an edit", exact=True)
    member.page.fill("[name=text]", area.text.replace("City-level", "Urban"))
    member.page.fill("[name=reason]", "Not every place is a city.")
    member.page.locator("main form[method=post] button.btn-primary").click()
    member.page.wait_for_selector("#suggestions ins")
    secretary = reader(java_script_enabled=script)
    secretary.sign_in("iec.secretary", "/")
    secretary.open(AREA)
    secretary.page.locator("#suggestions [name=word]").fill("Agreed")
    secretary.page.locator("#suggestions form button").first.click()
    secretary.page.wait_for_selector("#text .record p:has-text('Urban frameworks')")
    assert Area.objects.get(pk=area.pk).revisions.order_by("number").last().author.email == "iec.member@spcg.example"
    assert member.complaints + secretary.complaints == []


@pytest.mark.parametrize("script", [True, False])
def test_signed_out_the_way_to_a_suggestion_leads_back_to_its_form(demo, reader, script):
    member = reader(java_script_enabled=script)
    member.open(f"{AREA}suggest/")
    member.page.fill("[name=login]", "iec.member@spcg.example")
    member.page.fill("[name=password]", "spcg-demo")
    member.page.get_by_role("button", name="Sign in").click()
    member.page.wait_for_url("**/suggest/")
    assert member.page.locator("[name=text]").count() == 1
