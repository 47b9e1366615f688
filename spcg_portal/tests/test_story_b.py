"""Story (b): a member comments on an area and scores it from a mail, signed in and out, and by keyboard alone."""

from __future__ import annotations

import re

import pytest

from core.models import User
from landscape.models import Area, Score
from landscape.services.comments import comment_on_area
from spcg_portal.tests.test_stories import link_in_mail

pytestmark = pytest.mark.browser


SMART = "Smart cities and communities"
SAID = "The terms of the two organizations differ."


def choose_scores(member, place: int = 3) -> None:
    """One answer in each group of the score."""
    for group in member.page.locator("#score fieldset").all():
        group.locator("input[type=radio]").nth(place).check()


def comment_and_score(member) -> None:
    """Story (b) on the page of the area: what is typed, chosen, and the two clicks."""
    member.clicks = 0
    member.type("Add a comment", SAID)
    choose_scores(member)
    member.go("button", "Add comment")
    member.go("button", re.compile("Save .*score"))


def assert_said_and_scored(area: Area) -> None:
    assert area.remarks.filter(text=SAID, author__email="iec.member@spcg.example").count() == 1
    values = Score.objects.filter(area=area, user__email="iec.member@spcg.example").values_list("value", flat=True)
    assert list(values) == [4, 4, 4, 4]


def mail_about(area: Area) -> str:
    """The link in the mail that tells a member of another one's comment."""
    people = {name: User.objects.get(email=f"{name}@spcg.example") for name in ("iec.member", "iso.secretary")}
    comment_on_area(area, people["iec.member"], "Which terms?")
    comment_on_area(area, people["iso.secretary"], "Those of IEC 60050.")
    return link_in_mail("iec.member@spcg.example", SMART)


@pytest.mark.parametrize("script", [True, False])
def test_story_b_from_the_mail_is_two_clicks_signed_in_with_and_without_script(demo, reader, script):
    area = Area.objects.get(name=SMART)
    Score.objects.filter(area=area).delete()
    link = mail_about(area)
    member = reader(java_script_enabled=script)
    member.sign_in("iec.member", "/")
    member.open(link)
    comment_and_score(member)
    assert member.clicks == 2
    assert_said_and_scored(area)
    assert member.complaints == []


@pytest.mark.parametrize("script", [True, False])
def test_story_b_signed_out_sign_in_keeps_the_target_and_what_was_typed(demo, reader, script):
    area = Area.objects.get(name=SMART)
    Score.objects.filter(area=area).delete()
    link = mail_about(area)
    member = reader(java_script_enabled=script)
    member.open(link)
    _sign_in_here(member)
    assert member.page.url.split("#")[0].endswith(area.get_absolute_url())
    member.type("Add a comment", SAID)
    choose_scores(member)
    member.page.context.clear_cookies(name="sessionid")
    member.go("button", "Add comment")
    _sign_in_here(member)
    assert member.page.locator("#comment_text").input_value() == SAID
    assert member.page.locator("#score input[type=radio]:checked").count() == 4
    member.go("button", "Add comment")
    member.go("button", re.compile("Save .*score"))
    assert_said_and_scored(area)
    assert member.complaints == []


def _sign_in_here(member) -> None:
    """Signs in on the page to which one was led, and waits for the one that one wanted."""
    member.page.locator("[name=login]").fill("iec.member@spcg.example")
    member.page.locator("[name=password]").fill("spcg-demo")
    member.page.get_by_role("button", name="Sign in", exact=True).click()
    member.page.wait_for_url("**/landscape/**")


def test_story_b_scores_by_keyboard_alone(demo, reader):
    area = Area.objects.get(name=SMART)
    Score.objects.filter(area=area).delete()
    member = reader()
    member.sign_in("iec.member", area.get_absolute_url())
    keys = member.page.keyboard
    member.page.locator("#score fieldset input[type=radio]").first.focus()
    for _group in range(4):
        keys.press("Space")
        for _step in range(3):
            keys.press("ArrowRight")
        keys.press("Tab")
    keys.type("Because.")
    keys.press("Tab")
    with member.page.expect_navigation():
        keys.press("Enter")
    values = Score.objects.filter(area=area, user__email="iec.member@spcg.example").values_list("value", flat=True)
    assert list(values) == [4, 4, 4, 4]
    assert member.clicks == 0
    assert member.complaints == []
