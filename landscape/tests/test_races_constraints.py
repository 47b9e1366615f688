"""The unique rows of a priority round, on PostgreSQL: the database itself keeps one of each where two connections write
it at one instant, even if nobody holds the round."""

import sys

import pytest
from django.db import IntegrityError, connection, models, transaction

from core.tests.at_once import in_the_middle
from landscape.models import AreaResult, Criterion, Score, ScoreReason
from landscape.services.decisions import keep_result
from landscape.tests.factories import make_area, make_round

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"),
]


def written() -> None:
    """The instant between a row's writing and its commit."""


def in_one_instant(monkeypatch, first, second) -> list:
    """Both acts write in transactions of their own; the second begins before the first has committed."""

    def whole(act):
        try:
            with transaction.atomic():
                act()
                written()
        except IntegrityError:
            return IntegrityError

    here = sys.modules[__name__]
    return in_the_middle(monkeypatch, here, "written", lambda: whole(first), lambda: whole(second))


def rows_of(cast) -> dict[type[models.Model], dict]:
    """A row of each kind, as a member's answers write it, with nothing there yet."""
    area, round = make_area(cast.iso_secretary), make_round(cast.iso_secretary)
    criterion, by = round.criteria.first(), cast.iso_member
    mine = {"round": round, "area": area, "user": by, "organization": cast.ISO}
    return {
        Criterion: {"round": round, "name": "Cost", "question": "How much does it cost?"},
        Score: {**mine, "criterion": criterion, "value": 3},
        ScoreReason: {**mine, "user_label": str(by), "text": "Because"},
        AreaResult: {"round": round, "area": area, "value": 3},
    }


@pytest.mark.parametrize("model", [Criterion, Score, ScoreReason, AreaResult], ids=lambda model: model.__name__)
def test_of_two_rows_of_one_key_at_one_instant_the_database_keeps_the_first(cast, monkeypatch, model):
    """Seen red without each of the four constraints: both stood."""
    row = rows_of(cast)[model]
    before = model.objects.count()

    def write():
        model.objects.create(**row)

    assert in_one_instant(monkeypatch, write, write) == [None, IntegrityError]
    assert model.objects.count() == before + 1


def test_an_area_that_is_added_up_twice_at_one_instant_has_one_result(cast, monkeypatch):
    """Seen red without the unique result of round and area: the ranking counted the area twice."""
    score = Score.objects.create(**rows_of(cast)[Score])

    def add_up():
        keep_result(score.round, score.area)

    assert in_one_instant(monkeypatch, add_up, add_up) == [None, None]
    assert AreaResult.objects.get().value == 3
