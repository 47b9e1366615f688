"""Kept results are the added-up ones; two rounds compared; how firm the top is."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.dates import moment
from landscape.models import Area, AreaResult, Criterion, Score
from landscape.queries import compare_rounds, place_of, ranking, results, sensitivity
from landscape.ranking import Vote, result_of
from landscape.sensitivity import SEED, draws_of, sensitivity_of
from landscape.services.rounds import close_round
from landscape.tests.factories import give_score, make_area, make_round
from landscape.tests.pages import text_of

CODES = ("ISO", "IEC", "ITU-T")
KEPT = ("round", "area", "value", "median", "by_criterion", "by_organization", "marks")


def past_round(cast, scores, day=date(2020, 10, 1), **more):
    """A round of the past with a member's score for each area; None for no score."""
    round = make_round(None, at=moment(day), closes_on=day, **more)
    for area, value in scores.items():
        if value:
            give_score(round, area, cast.iso_member, value, at=moment(day))
    return round


def test_a_kept_result_is_what_the_scores_add_up_to(cast):
    area = make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    Criterion.objects.filter(round=round, position=0).update(weight=3)
    for name, values in (("iso_member", (5, 4, None, 1)), ("iec_member", (2, 2, 2, 3)), ("iso_member2", (1, 1, 1, 1))):
        give_score(round, area, getattr(cast, name), *values)
        added_up, kept = add_up(round, area), results(round, cast.iso_member)[area.pk]
        assert kept == replace(added_up, value=round_(added_up.value))
        assert (kept.marks, kept.means) == (added_up.marks, added_up.means)
        assert [(mark.user, mark.organization) for mark in kept.marks] == [
            (mark.user, mark.organization) for mark in added_up.marks
        ]
        assert AreaResult.objects.get().median == added_up.median
    give_score(round, area, cast.iec_member, None)
    assert results(round, cast.iso_member)[area.pk].value == round_(add_up(round, area).value)


def add_up(round, area):
    """What the scores say, added up anew."""
    rows = Score.objects.filter(round=round, area=area)
    votes = [Vote(*row) for row in rows.values_list("user", "organization__code", "criterion", "value")]
    return result_of(votes, dict(round.criteria.values_list("pk", "weight")))


def round_(value):
    return round(value, 6)


def test_the_page_of_an_area_gives_the_rank_of_the_ranking(cast):
    areas = [make_area(cast.iso_secretary) for _n in range(4)]
    current = make_round(cast.iso_secretary)
    for area, value in zip(areas, (3, 5, 3, None), strict=True):
        give_score(current, area, cast.iso_member, value)
    hidden = make_area(cast.iso_secretary)
    give_score(current, hidden, cast.iec_member, 5)
    for _closed in range(2):
        rows = {row.area.pk: row for row in ranking(current, cast.iso_member)}
        for area in [*areas, hidden]:
            place = place_of(current, area, cast.iso_member)
            assert (place.rank, place.own) == (rows[area.pk].rank, rows[area.pk].own)
        assert rows[hidden.pk].rank == (None, 1)[_closed]
        if not _closed:
            close_round(current, cast.iso_secretary)


def test_two_rounds_compared_say_who_moved(cast, client_of):
    one, two, three, four = (make_area(cast.iso_secretary) for _n in range(4))
    first = past_round(cast, {one: 5, two: 4, three: 3}, title="Autumn")
    second = past_round(cast, {one: 2, two: 4, four: 3}, date(2020, 11, 1), title="Winter")
    areas = Area.objects.in_bulk()
    rows = {areas[row.area]: row for row in compare_rounds(first, second)}
    assert [(row.before, row.after) for row in rows.values()] == [(2, 1), (None, 2), (1, 3), (3, None)]
    words = {area: row.in_words for area, row in rows.items()}
    assert words == {two: "up 1", four: "new", one: "down 2", three: "no longer ranked"}
    backward = {areas[row.area]: row for row in compare_rounds(second, first)}
    assert {area: (row.after, row.before) for area, row in backward.items()} == {
        area: (row.before, row.after) for area, row in rows.items()
    }
    page = text_of(client_of("observer").get(f"/landscape/rounds/{first.pk}/compare/{second.pk}/"))
    assert "From “Autumn” to “Winter”" in page
    assert "down 2" in page
    assert f"/landscape/rounds/{first.pk}/compare/{second.pk}/" in text_of(
        client_of("observer").get("/landscape/ranking/")
    )


def test_a_round_that_takes_scores_is_not_compared(cast, client_of):
    first = past_round(cast, {make_area(cast.iso_secretary): 5})
    current = make_round(cast.iso_secretary)
    client = client_of("iso_secretary")
    assert client.get(f"/landscape/rounds/{first.pk}/compare/{current.pk}/").status_code == 404
    assert client.get(f"/landscape/rounds/{first.pk}/compare/{first.pk}/").status_code == 200
    assert sensitivity(current) is None


def test_draws_are_the_same_every_time_and_every_mix_is_as_likely():
    draws = draws_of([1, 2, 3, 4], 4000)
    assert np.array_equal(draws[:100], draws_of([1, 2, 3, 4]))
    assert np.allclose(draws.sum(axis=1), 1)
    assert np.allclose(draws.mean(axis=0), 0.25, atol=0.01)
    assert np.allclose((draws < 0.1).mean(axis=0), 1 - 0.9**3, atol=0.025)
    assert SEED == 2020


def test_top_that_no_weight_changes_is_firm_and_one_that_hangs_on_a_question_is_not():
    firm = [{1: 5 - n / 10, 2: 5 - n / 10} for n in range(8)]
    assert (sensitivity_of(firm, {1: 1, 2: 1}).size, sensitivity_of(firm, {1: 1, 2: 1}).held) == (5, 100)
    torn = [{1: 5, 2: 1.2}] * 5 + [{1: 1, 2: 5}] * 3
    found = sensitivity_of(torn, {1: 1, 2: 1})
    assert found.size == 5
    assert 30 < found.held < 70


def test_those_who_share_the_fifth_place_belong_to_the_top_and_a_short_list_says_nothing():
    shared = [{1: 5}] * 4 + [{1: 4}] * 3 + [{1: 1}]
    assert sensitivity_of(shared, {1: 1}).size == 7
    assert sensitivity_of(shared[:7], {1: 1}) is None
    assert sensitivity_of([{}, {}], {1: 1}) is None
    assert sensitivity_of([], {1: 1}) is None


def test_a_criterion_on_which_all_abstained_does_not_count():
    rows = [{1: 5 - n / 10} if n % 2 else {1: 5 - n / 10, 2: 5 - n / 10} for n in range(8)]
    assert sensitivity_of(rows, {1: 1, 2: 9}).held == 100


def test_the_ranking_says_how_firm_the_top_is(cast, client_of):
    scores = {make_area(cast.iso_secretary): value for value in (5, 5, 4, 4, 3, 2, 1)}
    past_round(cast, scores)
    page = text_of(client_of("observer").get("/landscape/ranking/"))
    assert "The top five stays the top five in <b>100</b> of 100 draws" in page


answers = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=4)


@given(
    st.lists(st.fixed_dictionaries(dict.fromkeys(CODES, answers)), min_size=2, max_size=6),
    st.sampled_from(CODES),
    st.integers(2, 7),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
)
def test_ranking_is_independent_of_the_number_of_members_of_an_organization(areas, grown, times, weights):
    """An organization that sends each of its members several times over changes no result and no order. Seen red with
    the mean of all members instead of the mean of the organizations."""
    by_key = dict(enumerate(weights))

    def result(area, more):
        votes = []
        for code, members in area.items():
            for user, pair in enumerate(members * (more if code == grown else 1)):
                votes += [Vote(user * 3 + CODES.index(code), code, key, value) for key, value in enumerate(pair)]
        return result_of(votes, by_key)

    one, many = ([result(area, more) for area in areas] for more in (1, times))
    assert [item.value for item in one] == pytest.approx([item.value for item in many])
    assert [item.by_organization for item in one] == [pytest.approx(item.by_organization) for item in many]
    order = [sorted(range(len(areas)), key=lambda n: round(-found[n].value, 6)) for found in (one, many)]
    assert order[0] == order[1]


def test_migration_adds_up_what_was_scored_before(cast):
    from importlib import import_module

    from django.apps import apps

    area = make_area(cast.iso_secretary)
    current = make_round(cast.iso_secretary)
    give_score(current, area, cast.iso_member, 5, 4, None, 1)
    before = AreaResult.objects.values(*KEPT).get()
    AreaResult.objects.all().delete()
    import_module("landscape.migrations.0005_results").add_up(apps, None)
    import_module("landscape.migrations.0007_marks").add_up(apps, None)
    assert AreaResult.objects.values(*KEPT).get() == before
    assert Score.objects.count() == 4
