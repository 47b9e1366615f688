"""Whoever has to set up a second factor first loses nothing of what was typed, and is led back to it."""

import pytest
from django.core.cache import cache

from core.models import Draft
from landscape.tests.factories import make_area
from proposals.tests.factories import make_circulated
from spcg_portal.tests.test_second_factor import code_of, confirmed, sign_in, with_password

SET_UP = "/accounts/2fa/"
SAID = "The terms of the two organizations differ."


@pytest.fixture
def client(cast, settings):
    cache.clear()
    settings.REQUIRE_SECOND_FACTOR = False
    made = sign_in(with_password(cast.iso_secretary))
    made.cast = cast
    return made


def set_up(client):
    """The app is set up; returns the page that follows."""
    shown = confirmed(client).get(f"{SET_UP}app/activate/").context["form"].secret
    answer = client.post(f"{SET_UP}app/activate/", {"code": code_of(shown)}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{SET_UP}codes/"
    return answer.content.decode()


def way_back(client) -> str:
    return client.session["before_second_factor"]["path"]


def comment_typed(client, proposal) -> dict[str, str]:
    """The form of a comment as a browser sends it."""
    form = client.get(f"{proposal.get_absolute_url()}comment/").context["form"]
    marks = {"draft_form": form.draft_form, "draft_sheet": str(form.draft_sheet)}
    return {"text": SAID, "stance": "concern", "token": str(form["token"].value()), **marks}


def test_a_comment_on_a_proposal_is_kept_and_sent_after_the_set_up(client, settings):
    """Seen red without the keeping, and where the lead to the set-up counts as a form that was saved."""
    proposal = make_circulated(client.cast)
    url, form = f"{proposal.get_absolute_url()}comment/", comment_typed(client, proposal)
    client.post("/drafts/", form, headers={"X-Draft": "quiet"})
    settings.REQUIRE_SECOND_FACTOR = True
    answer = client.post(url, form, follow=True)
    assert answer.redirect_chain == [(SET_UP, 302)]
    assert "what you typed is kept" in answer.content.decode()
    assert "Continue what I typed" not in answer.content.decode(), "not before the factor is set up"
    assert proposal.remarks.count() == 0
    assert Draft.objects.get().data["text"] == [SAID]
    assert way_back(client) in set_up(client)
    page = client.get(way_back(client))
    assert SAID in page.content.decode()
    assert "before_second_factor" not in client.session
    typed = page.context["form"]
    again = {**form, "token": str(typed["token"].value()), "draft_sheet": str(typed.draft_sheet)}
    assert client.post(url, again).status_code == 302
    assert (proposal.remarks.get().text, Draft.objects.count()) == (SAID, 0)


def test_a_comment_on_an_area_comes_back_in_its_field(client, settings):
    """Its page keeps what was typed as it does for who is signed out. Seen red without the keeping."""
    area = make_area(client.cast.iso_secretary)
    settings.REQUIRE_SECOND_FACTOR = True
    url = f"{area.get_absolute_url()}comment/"
    assert client.post(url, {"text": SAID}).headers["Location"] == SET_UP
    assert area.remarks.count() == 0
    assert client.session["_auth_user_id"] == str(client.cast.iso_secretary.pk)
    assert f'href="{url}"' in set_up(client)
    page = client.get(url, follow=True).content.decode()
    assert f">\n{SAID}</textarea>" in page


def test_a_draft_that_was_there_is_never_replaced_unseen_and_what_was_typed_is_shown(client, settings):
    proposal = make_circulated(client.cast)
    url = f"{proposal.get_absolute_url()}comment/"
    client.post("/drafts/", {**comment_typed(client, proposal), "text": "An earlier draft."})
    form = comment_typed(client, proposal)
    settings.REQUIRE_SECOND_FACTOR = True
    page = client.post(url, form)
    assert page.status_code == 409
    assert SAID in page.content.decode()
    assert Draft.objects.get().data["text"] == ["An earlier draft."]
    assert client.post("/drafts/", {**form, "draft_replace": "1"}).headers["Location"] == SET_UP
    assert Draft.objects.get().data["text"] == [SAID]


def test_a_page_that_was_opened_is_led_back_to_and_takes_no_place_of_what_was_typed(client, settings):
    proposal = make_circulated(client.cast)
    form = comment_typed(client, proposal)
    settings.REQUIRE_SECOND_FACTOR = True
    client.get("/history/?kind=proposals")
    assert way_back(client) == "/history/?kind=proposals"
    client.get("/search/", headers={"HX-Request": "true"})
    assert way_back(client) == "/history/?kind=proposals"
    client.post(f"{proposal.get_absolute_url()}comment/", form)
    client.get("/")
    assert way_back(client).startswith(f"{proposal.get_absolute_url()}comment/?draft=")


@pytest.mark.parametrize("posted", [{}, {"text": SAID}, {"draft_form": "//elsewhere.example/", "draft_sheet": "x"}])
def test_what_has_no_form_of_its_own_is_kept_nowhere_and_the_page_says_so(client, settings, posted):
    settings.REQUIRE_SECOND_FACTOR = True
    page = client.post("/people/appoint/", posted, follow=True)
    assert "do it again" in page.content.decode()
    assert not Draft.objects.exists()
    assert "before_second_factor" not in client.session
