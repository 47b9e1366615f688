"""Pages of the landscape: what they show, to whom, and what comes back after an error."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.dates import today
from core.models import User
from landscape.models import Area, PriorityRound, Score
from landscape.services.areas import close_area, edit_area
from landscape.services.comments import comment_on_area, resolve_comment
from landscape.services.rounds import close_round
from landscape.tests.factories import give_score, make_area, make_full_area, make_round
from organizations.tests.factories import make_committee

HOSTILE = '<script>alert(1)</script> {{ 7*7 }} "><img src=x onerror=alert(1)>'


def text_of(response) -> str:
    return response.content.decode()


def visited(cast, name: str, days: int = 3) -> None:
    User.objects.filter(pk=getattr(cast, name).pk).update(
        previous_visit_at=timezone.now() - timedelta(days=days), seen_at=timezone.now()
    )


def answers(round: PriorityRound, value: str) -> dict[str, str]:
    return {f"criterion_{pk}": value for pk in round.criteria.values_list("pk", flat=True)}


def form_of(area: Area, **overrides) -> dict:
    values = {"name": area.name, "text": area.text, "version": area.version, "reason": "Why", "committees": ""}
    return {**values, **overrides}


def pages_of(area: Area, round: PriorityRound) -> list[str]:
    base = f"/landscape/{area.slug}/"
    return [
        "/landscape/",
        "/landscape/ranking/",
        "/landscape/history/",
        base,
        f"{base}compare/1/1/",
        *(f"/landscape/export/{format}/" for format in ("xlsx", "docx", "pdf")),
    ]


def secretary_pages_of(area: Area, round: PriorityRound) -> list[str]:
    base = f"/landscape/{area.slug}/"
    return [
        "/landscape/new/",
        "/landscape/rounds/new/",
        f"/landscape/rounds/{round.pk}/close/",
        f"{base}edit/",
        f"{base}close/",
        f"{base}restore/1/",
    ]


@pytest.fixture
def area(cast):
    return make_full_area(cast.iso_secretary)


@pytest.fixture
def round(cast, area):
    return make_round(cast.iso_secretary)


def test_everybody_with_an_appointment_reads(client_of, area, round):
    for name in ("iso_secretary", "iec_member", "observer", "administrator"):
        for url in pages_of(area, round):
            assert client_of(name).get(url).status_code == 200, (name, url)


def test_outsiders_get_404_everywhere(client_of, area, round):
    client = client_of("outsider")
    for url in [*pages_of(area, round), *secretary_pages_of(area, round)]:
        assert client.get(url).status_code == 404, url
    for word in ("comment", "score"):
        assert client.get(f"/landscape/{area.slug}/{word}/").status_code == 404
        assert client.post(f"/landscape/{area.slug}/{word}/", {"text": "x"}).status_code == 404


def test_pages_of_secretaries_are_404_for_others(client_of, area, round):
    for name in ("iso_member", "observer", "administrator"):
        for url in secretary_pages_of(area, round):
            assert client_of(name).get(url).status_code == 404, (name, url)
    for url in secretary_pages_of(area, round):
        assert client_of("itu_t_secretary").get(url).status_code == 200, url


def test_signed_out_pages_ask_for_sign_in(area, round):
    for url in [*pages_of(area, round), *secretary_pages_of(area, round)]:
        assert Client().get(url).headers["Location"] == f"/accounts/login/?next={url}"


def test_matrix_shows_committees_by_organization_and_joint_ones_as_a_band(client_of, area):
    page = text_of(client_of("observer").get("/landscape/"))
    joint = next(row.committee.acronym for row in area.committees.all() if "JTC" in row.committee.acronym)
    assert f'class="joint" title="Committee title">{joint}' in page
    assert "Liaison, task force" in page
    assert "1 area." in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=smart", {"Smart cities"}),
        ("q=ISO/TC 77", {"Railways"}),
        ("q=rolling stock", {"Railways"}),
        ("q=smart 77", set()),
        ("organization=ISO", {"Railways"}),
        ("mechanism=liaison", {"Railways"}),
        ("mechanism=none", {"Smart cities"}),
        ("mechanism=nonsense&organization=XX&score=99&page=zz", {"Smart cities", "Railways"}),
        ("score=4", {"Railways"}),
        ("q=%00&changed=on", {"Smart cities"}),
    ],
)
def test_matrix_filters(cast, client_of, query, found):
    smart = make_area(cast.iso_secretary, name="Smart cities")
    committee = make_committee("ISO/TC 77", title="Rolling stock")
    railways = make_area(
        cast.iso_secretary, name="Railways", committees=[committee], mechanisms=[("liaison", ""), ("task_force", "")]
    )
    round = make_round(cast.iso_secretary)
    give_score(round, railways, cast.iec_member, 5)
    give_score(round, smart, cast.iec_member, 1)
    close_round(round, cast.iso_secretary)
    Area.objects.update(added_at=timezone.now() - timedelta(days=9), changed_at=timezone.now() - timedelta(days=9))
    edit_area(smart, cast.iso_secretary, 1, text="Changed.")
    visited(cast, "observer")
    response = client_of("observer").get(f"/landscape/?{query}")
    assert {row.area.name for row in response.context["rows"]} == found


def test_matrix_marks_what_changed_since_the_last_visit(cast, client_of):
    old = make_area(cast.iso_secretary, text="One.\n\nTwo.")
    Area.objects.update(added_at=timezone.now() - timedelta(days=9), changed_at=timezone.now() - timedelta(days=9))
    old.revisions.update(at=timezone.now() - timedelta(days=9))
    make_area(cast.iso_secretary)
    edit_area(old, cast.iso_secretary, 1, text="One changed.\n\nTwo.")
    comment_on_area(old, cast.iec_member, "Said")
    visited(cast, "observer")
    page = text_of(client_of("observer").get("/landscape/"))
    assert "1 paragraph changed" in page
    assert "new area" in page
    assert "2 changed since your last visit" in page
    assert "1 new" in page


def test_matrix_hides_scores_until_the_member_has_scored(cast, client_of, area, round):
    give_score(round, area, cast.iec_member, 5)
    for name in ("iso_member", "iso_secretary", "observer"):
        assert "Median 5.0" not in text_of(client_of(name).get("/landscape/"))
        assert "Median 5.0" not in text_of(client_of(name).get("/landscape/ranking/"))
        assert "Median 5.0" not in text_of(client_of(name).get(area.get_absolute_url()))
    give_score(round, area, cast.iso_member, 5)
    assert "ISO 5.0; IEC 5.0. Median 5.0." in text_of(client_of("iso_member").get("/landscape/"))


def test_empty_pages_say_what_would_be_there(client_of, cast):
    assert "Areas appear here when a secretary adds them." in text_of(client_of("observer").get("/landscape/"))
    assert "Add the first area" in text_of(client_of("iso_secretary").get("/landscape/"))
    assert "No priority round yet." in text_of(client_of("observer").get("/landscape/ranking/"))
    assert "Nothing yet." in text_of(client_of("observer").get("/landscape/history/"))


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


def test_observer_has_no_forms(cast, client_of, area, round):
    remark = comment_on_area(area, cast.iso_member, "Vague")
    client = client_of("observer")
    page = text_of(client.get(area.get_absolute_url()))
    assert 'id="answer"' not in page
    assert "Reply" not in page
    client.post(f"/landscape/{area.slug}/comment/{remark.pk}/resolve/")
    remark.refresh_from_db()
    assert remark.resolved_at is None


def test_adding_an_area_twice_is_one_area(client_of, cast):
    make_committee("ISO/TC 268")
    data = {
        "name": "Smart cities",
        "text": "Cities.",
        "committees": "iso/tc 268: Leads\r\n\r\n",
        "kind_0": "liaison",
        "detail_0": "category A",
        "token": str(uuid.uuid4()),
    }
    client = client_of("itu_t_secretary")
    assert client.post("/landscape/new/", data).headers["Location"] == "/landscape/smart-cities/"
    assert client.post("/landscape/new/", data).headers["Location"] == "/landscape/smart-cities/"
    area = Area.objects.get()
    assert (str(area.committees.get()), str(area.mechanisms.get())) == ("ISO/TC 268: Leads", "Liaison: category A")


def test_wrong_committees_and_mechanisms_are_named_and_typed_text_is_kept(client_of, cast):
    make_committee("ISO/TC 268")
    data = {
        "name": "N",
        "text": "T",
        "committees": "ISO/TC 26\nISO/TC 268: boss",
        "kind_0": "",
        "detail_0": "category A",
        "kind_1": "handshake",
        "token": str(uuid.uuid4()),
    }
    page = text_of(client_of("iso_secretary").post("/landscape/new/", data))
    assert "“ISO/TC 26” is not in the catalogue of committees. Did you mean ISO/TC 268?" in page
    assert "ISO/TC 268: the role is one of these: leads, takes part, in liaison." in page
    assert "Choose the kind of mechanism to which this detail belongs." in page
    assert "ISO/TC 268: boss</textarea>" in page
    assert 'value="category A"' in page
    assert not Area.objects.exists()


@pytest.mark.parametrize("name", ["", "x" * 201, "\x00\x07"])
def test_bad_names_are_refused(client_of, cast, name):
    data = {"name": name, "text": "T", "token": str(uuid.uuid4())}
    response = client_of("iso_secretary").post("/landscape/new/", data)
    assert response.status_code == 200
    assert response.context["form"].errors["name"]


def test_conflict_shows_both_texts_and_saving_again_works(cast, client_of, area):
    client = client_of("iec_secretary")
    edit_area(area, cast.iso_secretary, 1, text="Theirs.")
    data = form_of(area, text="Mine.", version=1)
    page = client.post(f"/landscape/{area.slug}/edit/", data)
    assert "Theirs." in text_of(page)
    assert "Mine.</textarea>" in text_of(page)
    assert page.context["form"]["version"].value() == 2
    again = client.post(f"/landscape/{area.slug}/edit/", {**data, "version": 2})
    assert again.headers["Location"] == f"/landscape/{area.slug}/#changes"
    assert Area.objects.get().text == "Mine."


def test_edit_form_shows_committees_and_mechanisms_and_saves_them_unchanged(client_of, area):
    client = client_of("iso_secretary")
    form = client.get(f"/landscape/{area.slug}/edit/").context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    client.post(f"/landscape/{area.slug}/edit/", {**data, "reason": "None"})
    assert area.revisions.count() == 1
    client.post(f"/landscape/{area.slug}/edit/", {**data, "text": "Other", "reason": "Why"})
    newest = area.revisions.first()
    assert newest.facts == area.revisions.last().facts
    assert (newest.number, newest.text) == (2, "Other")


def test_edit_needs_a_reason(client_of, area):
    page = client_of("iso_secretary").post(f"/landscape/{area.slug}/edit/", form_of(area, text="New", reason=""))
    assert page.context["form"].errors["reason"]
    assert area.revisions.count() == 1


def test_last_changes_compare_and_restore(cast, client_of, area):
    edit_area(area, cast.iso_secretary, 1, text="It meets twice a year.", reason="R2")
    edit_area(area, cast.iso_secretary, 2, text="It meets once a year.", reason="R3")
    client = client_of("iso_secretary")
    page = text_of(client.get(area.get_absolute_url()))
    assert '<del><span class="visually-hidden">[removed:] </span>twice</del>' in page
    assert '<ins><span class="visually-hidden">[added:] </span>once</ins>' in page
    chosen = client.get(f"/landscape/{area.slug}/compare/?first=1&second=zz")
    assert chosen.headers["Location"] == f"/landscape/{area.slug}/compare/1/3/"
    assert client.get(f"/landscape/{area.slug}/compare/1/9/").status_code == 404
    version = client.get(f"/landscape/{area.slug}/restore/2/").context["form"]["version"].value()
    client.post(f"/landscape/{area.slug}/restore/2/", {"version": version, "reason": "Back"})
    assert area.revisions.first().text == "It meets twice a year."


def test_closing_and_opening_again(client_of, area):
    client = client_of("iso_secretary")
    assert client.post(f"/landscape/{area.slug}/close/", {"reason": ""}).context["form"].errors["reason"]
    for _click in range(2):
        client.post(f"/landscape/{area.slug}/close/", {"reason": "Merged"})
    assert area.history.filter(action="close").count() == 1
    assert client.get("/landscape/").context["rows"] == []
    assert "Open the area again" in text_of(client.get(area.get_absolute_url()))
    for _click in range(2):
        client.post(f"/landscape/{area.slug}/open-again/")
    assert area.history.filter(action="open_again").count() == 1


def test_opening_a_round_twice_is_one_round(client_of, cast, area):
    data = {"title": "Priorities", "closes_on": (today() + timedelta(days=9)).isoformat(), "token": str(uuid.uuid4())}
    data |= {f"weight_{n}": "2" for n in range(4)}
    client = client_of("iso_secretary")
    for _click in range(2):
        assert client.post("/landscape/rounds/new/", data).headers["Location"] == "/landscape/ranking/"
    assert PriorityRound.objects.get().criteria.first().weight == 2
    other = client.post("/landscape/rounds/new/", {**data, "token": str(uuid.uuid4())})
    assert "still takes scores" in text_of(other)


@pytest.mark.parametrize(
    "wrong", [{"closes_on": "2020-01-01"}, {"closes_on": "soon"}, {"weight_0": "0"}, {"weight_1": "x"}, {"title": ""}]
)
def test_bad_rounds_are_refused(client_of, area, wrong):
    data = {"title": "T", "closes_on": today().isoformat(), "token": str(uuid.uuid4())}
    data |= {f"weight_{n}": "1" for n in range(4)}
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


def test_hostile_text_stays_text(cast, client_of):
    area = make_area(cast.iso_secretary, name=HOSTILE, text=HOSTILE, source=HOSTILE)
    remark = comment_on_area(area, cast.iec_member, HOSTILE)
    resolve_comment(remark, cast.iec_member, HOSTILE)
    edit_area(area, cast.iso_secretary, 1, text=f"{HOSTILE} again", reason=HOSTILE)
    round = make_round(cast.iso_secretary, title=HOSTILE)
    give_score(round, area, cast.iso_member, 3, reason=HOSTILE)
    client = client_of("iso_member")
    for url in pages_of(area, round)[:5]:
        page = text_of(client.get(url))
        assert "<script>alert" not in page, url
        assert "<img" not in page, url
        assert "{{ 7*7 }}" in page, url


def test_headings_of_a_text_begin_below_the_clauses(cast, client_of):
    area = make_area(cast.iso_secretary, text="## Who\n\nText\n\n### More")
    page = text_of(client_of("observer").get(area.get_absolute_url()))
    assert "<h3>Who</h3>" in page
    assert "<h4>More</h4>" in page


def test_closed_areas_stay_readable(cast, client_of, area):
    close_area(area, cast.iso_secretary, "Merged")
    page = text_of(client_of("iec_member").get(area.get_absolute_url()))
    assert "takes no more comments" in page


def test_illustrative_records_say_so(cast, client_of):
    area = make_area(cast.iso_secretary, illustrative=True)
    for url in ("/landscape/", area.get_absolute_url()):
        assert "illustrative" in text_of(client_of("observer").get(url))
