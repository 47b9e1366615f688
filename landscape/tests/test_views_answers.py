"""Comments, scores and rounds in the browser: one click, one effect, nothing typed is lost."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from core.dates import today
from core.models import User
from core.moves import Refused
from landscape.models import PriorityRound, Score
from landscape.services.areas import close_area, open_area_again
from landscape.services.comments import comment_on_area
from landscape.services.rounds import DEFAULT_CRITERIA, close_round
from landscape.tests.factories import give_score, make_round
from landscape.tests.pages import answers, text_of


def test_story_of_a_member_comment_and_score_are_one_click_each(cast, client_of, area, round):
    client = client_of("iec_member")
    landing = client.get(f"/landscape/{area.slug}/score/")
    assert landing.headers["Location"] == f"/landscape/{area.slug}/#score"
    page = client.get(f"/landscape/{area.slug}/")
    token = page.context["comment"]["token"].value()
    typed = {"text": "We lead.", "token": token, **answers(round, "4"), "reason": "Overlap"}
    first = client.post(f"/landscape/{area.slug}/comment/", typed)
    assert first.headers["Location"] == f"/landscape/{area.slug}/#remark-{area.remarks.get().pk}"
    kept = client.get(f"/landscape/{area.slug}/")
    assert kept.context["score"].initial["reason"] == "Overlap"
    assert not Score.objects.exists()
    second = client.post(f"/landscape/{area.slug}/score/", {**answers(round, "4"), "reason": "Overlap"})
    assert second.headers["Location"] == f"/landscape/{area.slug}/#score"
    assert set(Score.objects.values_list("value", flat=True)) == {4}
    assert "You scored 4.0 on" in text_of(client.get(f"/landscape/{area.slug}/"))


def test_comment_typed_beside_a_score_is_not_lost(client_of, area, round):
    client = client_of("iec_member")
    client.post(f"/landscape/{area.slug}/score/", {**answers(round, "abstain"), "text": "Half a thought"})
    page = text_of(client.get(f"/landscape/{area.slug}/"))
    assert "Half a thought" in page
    assert "It is not sent yet." in page
    assert area.remarks.count() == 0


def test_typed_text_survives_a_session_that_has_ended(cast, area, round):
    client = Client()
    User.objects.get(email="iec.member@spcg.example").set_password("x")
    sent = client.post(f"/landscape/{area.slug}/comment/", {"text": "Typed before", "token": str(uuid.uuid4())})
    assert sent.headers["Location"] == f"/accounts/login/?next=/landscape/{area.slug}/comment/"
    client.force_login(cast.iec_member)
    back = client.get(f"/landscape/{area.slug}/comment/", follow=True)
    assert back.redirect_chain == [(f"/landscape/{area.slug}/#comment", 302)]
    assert "Typed before" in text_of(back)
    assert area.remarks.count() == 0


def test_double_click_on_comment_is_one_comment(client_of, area):
    client, data = client_of("iec_member"), {"text": "Once", "token": str(uuid.uuid4())}
    places = {client.post(f"/landscape/{area.slug}/comment/", data).headers["Location"] for _n in range(3)}
    assert (len(places), area.remarks.count()) == (1, 1)


def test_empty_comment_is_an_error_beside_the_field_and_on_top(client_of, area):
    client = client_of("iec_member")
    page = text_of(client.post(f"/landscape/{area.slug}/comment/", {"text": " \x07 ", "token": str(uuid.uuid4())}))
    assert page.count("Write what you want to say.") == 2
    assert "<title>Error: " in page
    assert 'href="#comment_text"' in page


def test_unanswered_criteria_are_errors_and_the_answers_are_kept(client_of, area, round):
    first, *_rest = round.criteria.all()
    data = {f"criterion_{first.pk}": "2", "reason": "Kept", "text": "Kept too"}
    page = text_of(client_of("iec_member").post(f"/landscape/{area.slug}/score/", data))
    assert page.count("Choose a number from 1 to 5, or abstain.") == 6
    assert 'value="Kept"' in page
    assert "Kept too" in page
    assert not Score.objects.exists()


def test_secretary_who_posts_a_score_is_told_why_not(client_of, area, round):
    client = client_of("iso_secretary")
    page = client.post(f"/landscape/{area.slug}/score/", answers(round, "4"), follow=True)
    assert "Members score the areas." in text_of(page)
    assert not Score.objects.exists()


def test_reply_resolve_and_reopen(cast, client_of, area):
    remark = comment_on_area(area, cast.iso_member, "Vague")
    client = client_of("iec_member")
    client.post(f"/landscape/{area.slug}/comment/", {"text": "Yes", "parent": remark.pk, "token": str(uuid.uuid4())})
    assert area.remarks.last().parent == remark
    client.post(f"/landscape/{area.slug}/comment/{remark.pk}/resolve/", {"resolution": "changed"})
    page = text_of(client.get(area.get_absolute_url()))
    assert "by IEC member: changed" in page
    assert "Show 1 resolved comment" in page
    client.post(f"/landscape/{area.slug}/comment/{remark.pk}/reopen/")
    remark.refresh_from_db()
    assert remark.resolved_at is None
    assert client.get(f"/landscape/{area.slug}/comment/{remark.pk}/resolve/").status_code == 302
    assert client.post(f"/landscape/{area.slug}/comment/99999/resolve/").status_code == 404


def test_a_comment_that_is_sent_after_the_area_was_closed_is_kept(cast, client_of, area):
    """Seen red: the words were gone."""
    client, url = client_of("iec_member"), area.get_absolute_url()
    remark = comment_on_area(area, cast.iso_member, "Vague")
    close_area(area, cast.iso_secretary, "Done")
    typed = {"text": "A long thought", "token": str(uuid.uuid4())}
    for more in ({}, {"parent": remark.pk}):
        page = text_of(client.post(f"{url}comment/", {**typed, **more}, follow=True))
        assert "This area is closed and takes no more comments." in page
        assert "readonly>A long thought</textarea>" in page
    assert area.remarks.count() == 1
    client.post(f"{url}comment/", typed)
    area.refresh_from_db()
    open_area_again(area, cast.iso_secretary)
    assert "A long thought" in text_of(client.get(url))
    client.post(f"{url}comment/", typed)
    assert "readonly>" not in text_of(client.get(url))


def test_comments_of_a_closed_area_are_neither_resolved_nor_reopened(cast, client_of, area):
    """Seen red: the address did what the page no longer offers."""
    client, remark = client_of("iec_member"), comment_on_area(area, cast.iso_member, "Vague")
    close_area(area, cast.iso_secretary, "Done")
    url = f"{area.get_absolute_url()}comment/{remark.pk}/"
    assert "stay as they are" in text_of(client.post(f"{url}resolve/", {"resolution": "Done"}, follow=True))
    remark.refresh_from_db()
    assert remark.resolved_at is None


def test_observer_has_no_forms(cast, client_of, area, round):
    remark = comment_on_area(area, cast.iso_member, "Vague")
    client = client_of("observer")
    page = text_of(client.get(area.get_absolute_url()))
    assert 'id="answer"' not in page
    assert "Reply" not in page
    client.post(f"/landscape/{area.slug}/comment/{remark.pk}/resolve/")
    remark.refresh_from_db()
    assert remark.resolved_at is None


def questions(weight: str, asked: int = 4) -> dict[str, str]:
    """What the form of a round sends: so many questions, and empty ones."""
    sent = {f"weight_{n}": weight for n in range(1, 7)}
    return sent | {f"{part}_{n}": f"{part} {n}" for n in range(1, asked + 1) for part in ("name", "question")}


def test_a_round_keeps_its_questions_and_the_next_begins_with_them(cast, client_of, area):
    client = client_of("iec_secretary")
    first = client.get("/landscape/rounds/new/").context["form"]
    assert [row[0].value() for row in first.rows()] == [*(str(item[0]) for item in DEFAULT_CRITERIA), "", ""]
    day = (today() + timedelta(days=9)).isoformat()
    sent = {"title": "One", "closes_on": day, "token": str(uuid.uuid4()), **questions("3", 5), "name_2": ""}
    page = client.post("/landscape/rounds/new/", sent)
    assert "both its name and its words" in text_of(page)
    assert page.context["form"]["question_5"].value() == "question 5"
    client.post("/landscape/rounds/new/", {**sent, "question_2": ""})
    one = PriorityRound.objects.get()
    assert list(one.criteria.values_list("name", "question", "weight")) == [
        (f"name {n}", f"question {n}", 3) for n in (1, 3, 4, 5)
    ]
    assert one.history.get().after["questions"][1] == ["name 3", "question 3", 3]
    give_score(one, area, cast.iso_member, 4)
    close_round(one, cast.iso_secretary)
    begun = client.get("/landscape/rounds/new/").context["form"]
    assert [row[0].value() for row in begun.rows()] == ["name 1", "name 3", "name 4", "name 5", "", ""]
    again = {"title": "Two", "closes_on": day, "token": str(uuid.uuid4()), **questions("1", 1)}
    client.post("/landscape/rounds/new/", again)
    two = PriorityRound.objects.get(title="Two")
    assert (one.criteria.count(), two.criteria.count()) == (4, 1)
    assert "name 4" in text_of(client.get(one.get_absolute_url()))
    assert "name 4" not in text_of(client.get(two.get_absolute_url()))
    give_score(two, area, cast.iso_member, 2)
    close_round(two, cast.iso_secretary)
    compared = f"/landscape/rounds/{one.pk}/compare/{two.pk}/"
    assert "did not ask the same" in text_of(client.get(compared))
    assert "did not ask the same" not in text_of(client.get(f"/landscape/rounds/{one.pk}/compare/{one.pk}/"))


@pytest.mark.parametrize(
    "asked",
    [
        *([("A", "", 1)], [("", "How?", 1)], [("A", "How?", 0)], [("A", "How?", 101)]),
        *([("A", "How?", 1), ("a", "Why?", 1)], [(f"{n}", "How?", 1) for n in range(7)]),
    ],
)
def test_the_service_refuses_questions_that_are_none(cast, area, asked):
    """Seen red without the check in the service."""
    with pytest.raises(Refused):
        make_round(cast.iso_secretary, criteria=asked)
    assert not PriorityRound.objects.exists()


def test_opening_a_round_twice_is_one_round(client_of, cast, area):
    data = {"title": "Priorities", "closes_on": (today() + timedelta(days=9)).isoformat(), "token": str(uuid.uuid4())}
    data |= questions("2")
    client = client_of("iso_secretary")
    for _click in range(2):
        assert client.post("/landscape/rounds/new/", data).headers["Location"] == "/landscape/ranking/"
    assert PriorityRound.objects.get().criteria.first().weight == 2
    other = client.post("/landscape/rounds/new/", {**data, "token": str(uuid.uuid4())})
    assert "still takes scores" in text_of(other)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"closes_on": "2020-01-01"}, {"closes_on": "soon"}, {"title": ""}),
        *({"weight_1": "0"}, {"weight_2": "101"}, {"weight_2": "x"}),
        *({"question_2": ""}, {"name_3": ""}, {"name_2": "NAME 1"}, {f"name_{n}": "" for n in range(1, 5)}),
        {f"{part}_{n}": "" for n in range(1, 5) for part in ("name", "question")},
    ],
)
def test_bad_rounds_are_refused(client_of, area, wrong):
    data = {"title": "T", "closes_on": today().isoformat(), "token": str(uuid.uuid4())}
    data |= questions("1")
    page = client_of("iso_secretary").post("/landscape/rounds/new/", {**data, **wrong})
    assert page.context["form"].errors
    assert not PriorityRound.objects.exists()


def test_closing_a_round_says_how_many_have_scored_and_closes_once(cast, client_of, area, round):
    give_score(round, area, cast.iso_member, 3)
    client = client_of("iso_secretary")
    page = text_of(client.get(f"/landscape/rounds/{round.pk}/close/"))
    assert "1 of 6 members have scored." in page
    assert "Close the round with the scores of 1 member</button>" in page
    for _click in range(2):
        response = client.post(f"/landscape/rounds/{round.pk}/close/", follow=True)
    assert response.status_code == 200
    assert round.history.filter(action="close").count() == 1


def test_ranking_of_an_earlier_round_stays(cast, client_of, area, round):
    give_score(round, area, cast.iso_member, 5)
    close_round(round, cast.iso_secretary)
    make_round(cast.iso_secretary, title="Second")
    client = client_of("observer")
    assert "Median 5.0" not in text_of(client.get("/landscape/ranking/"))
    assert "Median 5.0" in text_of(client.get(f"/landscape/ranking/?round={round.pk}"))
    for nonsense in ("0", "x", "9" * 40, "-1", "²"):
        assert client.get(f"/landscape/ranking/?round={nonsense}").status_code == 404


def test_resolution_that_is_too_long_or_odd_is_kept_clean(cast, client_of, area):
    remark = comment_on_area(area, cast.iec_member, "Overlap.")
    typed = {"resolution": "Taken\x00 over\u202e " + "x" * 400}
    client_of("iso_secretary").post(f"/landscape/{area.slug}/comment/{remark.pk}/resolve/", typed)
    remark.refresh_from_db()
    assert remark.resolution == ("Taken over " + "x" * 400)[:300]
