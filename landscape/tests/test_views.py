"""Pages of the whole landscape and of an area: what they show, and to whom."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from landscape.models import Area
from landscape.queries import newest_revision
from landscape.services.areas import close_area, edit_area
from landscape.services.comments import comment_on_area, resolve_comment
from landscape.services.rounds import close_round
from landscape.services.suggestions import suggest_edit
from landscape.tests.factories import give_score, make_area, make_round
from landscape.tests.pages import pages_of, secretary_pages_of, text_of, visited
from organizations.tests.factories import make_committee

HOSTILE = '<script>alert(1)</script> {{ 7*7 }} "><img src=x onerror=alert(1)>'


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


def test_the_history_of_one_area_has_its_events_alone(cast, client_of):
    one, other = make_area(cast.iso_secretary, name="One"), make_area(cast.iso_secretary, name="Other")
    comment_on_area(one, cast.iso_member, "Words")
    client = client_of("observer")
    assert f"/landscape/history/?area={one.slug}" in text_of(client.get(one.get_absolute_url()))
    page = text_of(client.get(f"/landscape/history/?area={one.slug}"))
    assert "2 events" in page
    assert other.name not in page
    assert client.get("/landscape/history/?area=nowhere").status_code == 404


def test_a_closed_area_in_an_open_round_says_what_is_so(cast, client_of, area, round):
    """Seen red: the page said that the round was closed, and that nobody had scored."""
    give_score(round, area, cast.iso_member, 4)
    close_area(area, cast.iso_secretary, "Done")
    page = text_of(client_of("iec_member").get(area.get_absolute_url()))
    assert "a closed area takes no more scores" in page
    assert "The scores are shown when the round closes." in page
    assert "Nobody has scored" not in page
    ranking = text_of(client_of("iso_member").get("/landscape/ranking/"))
    assert ">closed</span>" in ranking
    assert f"{area.slug}/#score" not in ranking


def test_who_may_not_score_reads_who_does(client_of, area, round):
    for name, said in (("iso_secretary", True), ("observer", True), ("iso_member", False)):
        assert ("Members score; you read." in text_of(client_of(name).get(area.get_absolute_url()))) is said


def test_every_suggestion_is_reached_however_many_wait(cast, client_of):
    area = make_area(cast.iso_secretary, text="Words.")
    base = newest_revision(area)
    for number in range(23):
        suggest_edit(area, cast.iso_member, base, f"Words. And {number}.", reason=f"Reason-{number}-")
    client = client_of("iec_secretary")
    first, second = (text_of(client.get(f"{area.get_absolute_url()}{more}")) for more in ("", "?suggestions=2"))
    assert "1 to 20 of 23 suggested edits" in first
    assert "21 to 23 of 23 suggested edits" in second
    assert [n for n in range(23) if f"Reason-{n}-" in first] == list(range(20))
    assert [n for n in range(23) if f"Reason-{n}-" in second] == [20, 21, 22]
