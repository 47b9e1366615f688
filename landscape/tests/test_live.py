"""What is new: told on the open page, marked since the last visit, offered to the mail that sums up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from landscape.queries import changes_since, newest_entry
from landscape.services.areas import edit_area
from landscape.services.comments import comment_on_area
from landscape.tests.factories import give_score, make_area, make_full_area, make_round
from landscape.tests.pages import text_of, visited


@pytest.fixture
def area(cast):
    return make_area(cast.iso_secretary, text="One.\n\nTwo.")


def live(area, since: int, told: int | None = None) -> str:
    return f"/landscape/{area.slug}/live/{since}/{since if told is None else told}/"


def test_reader_is_told_once_what_another_did(cast, client_of, area):
    known, client = newest_entry(area), client_of("iec_member")
    assert client.get(live(area, known)).status_code == 204
    edit_area(area, cast.iso_secretary, 1, text="One.\n\nThree.", reason="Better")
    page = text_of(client.get(live(area, known)))
    assert "ISO secretary changed the text (revision 2): Better, at" in page
    assert f'hx-get="{live(area, known, newest_entry(area))}"' in page
    assert client.get(live(area, known, newest_entry(area))).status_code == 204
    comment_on_area(area, cast.itu_t_member, "Why?")
    page = text_of(client.get(live(area, known, newest_entry(area) - 1)))
    assert "ITU-T member commented" in page
    assert "ISO secretary changed" in page


def test_own_acts_and_scores_are_not_told(cast, client_of):
    area = make_full_area(cast.iso_secretary)
    round, known = make_round(cast.iso_secretary), newest_entry(area)
    comment_on_area(area, cast.iec_member, "Mine")
    give_score(round, area, cast.iso_member, 4)
    assert client_of("iec_member").get(live(area, known)).status_code == 204


def test_notice_asks_one_question_of_its_own_and_is_no_visit(cast, client_of, area):
    client, known = client_of("iec_member"), newest_entry(area)
    client.get(live(area, known))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(live(area, known), headers={"HX-Trigger": "live-poll"})
    assert len([row for row in queries if "landscape_areaentry" in row["sql"]]) == 1
    assert [row for row in queries if row["sql"].startswith("UPDATE")] == []
    assert len(queries) <= 4  # the session, the account, the appointments, the notice


def test_page_and_forms_carry_the_notice_politely(client_of, area):
    for url in (area.get_absolute_url(), f"{area.get_absolute_url()}edit/", f"{area.get_absolute_url()}suggest/"):
        page = text_of(client_of("iec_secretary").get(url))
        assert '<div id="live" role="status" aria-live="polite"></div>' in page
        assert 'hx-trigger="every 10s"' in page


def test_area_shows_what_changed_since_the_last_visit_not_only_the_last_revision(cast, client_of, area):
    type(area.revisions.get()).objects.update(at=timezone.now() - timedelta(days=9))
    edit_area(area, cast.iso_secretary, 1, text="First.\n\nTwo.", reason="A")
    edit_area(area, cast.iso_secretary, 2, text="First.\n\nSecond.", reason="B")
    visited(cast, "iec_member")
    page = text_of(client_of("iec_member").get(area.get_absolute_url()))
    assert "since your last visit, when revision 1 stood" in page
    assert "One</del>" in page
    assert "Two</del>" in page
    page = text_of(client_of("itu_t_member").get(area.get_absolute_url()))
    assert "compared with revision 2" in page
    assert "One</del>" not in page


def test_changes_since_names_areas_changes_and_comments_of_others(cast, area):
    quiet = make_area(cast.iso_secretary)
    type(area).objects.update(
        added_at=timezone.now() - timedelta(days=9), changed_at=timezone.now() - timedelta(days=9)
    )
    type(area.revisions.get()).objects.update(at=timezone.now() - timedelta(days=9))
    when = timezone.now() - timedelta(days=1)
    assert changes_since(cast.iec_member, when) == []
    edit_area(area, cast.iso_secretary, 1, text="One.\n\nThree.", reason="Better")
    comment_on_area(quiet, cast.itu_t_member, "Said")
    comment_on_area(quiet, cast.iec_member, "Own")
    found = [(item.area, item.change, item.comments) for item in changes_since(cast.iec_member, when)]
    assert found == [(area, "1 paragraph changed", 0), (quiet, "", 1)]
    assert changes_since(cast.outsider, when) == changes_since(cast.iec_member, None) == []
