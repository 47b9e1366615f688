"""No list grows its number of queries with its rows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import User
from landscape.services.areas import edit_area
from landscape.services.comments import comment_on_area
from landscape.tests.factories import give_score, make_full_area, make_round


def fill(cast, count: int) -> None:
    for _n in range(count):
        area = make_full_area(cast.iso_secretary, owner=cast.ISO)
        edit_area(area, cast.iso_secretary, 1, text="Changed")
        comment_on_area(area, cast.iec_member, "Said")


def queries_of(client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


LISTS = [
    "/landscape/",
    "/landscape/?score=4&q=area&mechanism=liaison&organization=ISO",
    "/landscape/ranking/",
    "/landscape/history/",
    "/landscape/export/xlsx/",
]


@pytest.mark.parametrize("url", LISTS)
def test_lists_take_the_same_number_of_queries_with_1_and_30_areas(cast, client_of, url):
    fill(cast, 1)
    round = make_round(cast.iso_secretary)
    User.objects.update(previous_visit_at=timezone.now() - timedelta(days=2), seen_at=timezone.now())
    client = client_of("iso_member")
    from landscape.models import Area

    give_score(round, Area.objects.get(), cast.iso_member, 4)
    one = queries_of(client, url)
    fill(cast, 29)
    for area in Area.objects.all():
        give_score(round, area, cast.iso_member, 4)
    assert queries_of(client, url) == one


def test_page_of_an_area_takes_the_same_number_of_queries_with_1_and_30_comments(cast, client_of):
    area = make_full_area(cast.iso_secretary)
    first = comment_on_area(area, cast.iec_member, "Said")
    comment_on_area(area, cast.iec_member, "Said", parent=first)
    client = client_of("iso_member")
    client.get("/landscape/")
    one = queries_of(client, area.get_absolute_url())
    for _n in range(29):
        remark = comment_on_area(area, cast.iec_member, "Said")
        comment_on_area(area, cast.iso_member, "Answered", parent=remark)
    assert queries_of(client, area.get_absolute_url()) == one
