"""The ranking: organizations weigh the same; hidden until scored; the drawing says what its label says."""

import itertools

import pytest

from landscape.ranking import Mark, Result, Vote, figure, result_of
from landscape.strip import strip_of

WEIGHTS = {1: 1, 2: 1}


def votes(*rows):
    return [Vote(user, code, criterion, value) for user, code, criterion, value in rows]


def test_organizations_weigh_the_same_whatever_their_number():
    one = votes((1, "ISO", 1, 5), (2, "IEC", 1, 1))
    many = votes(*[(n, "ISO", 1, 5) for n in range(10, 40)], (2, "IEC", 1, 1))
    assert result_of(one, WEIGHTS).value == result_of(many, WEIGHTS).value == 3


def test_criteria_weigh_as_the_round_says():
    rows = votes((1, "ISO", 1, 5), (1, "ISO", 2, 1))
    assert result_of(rows, {1: 3, 2: 1}).value == 4


def test_abstentions_do_not_count():
    rows = votes((1, "ISO", 1, 4), (1, "ISO", 2, None), (2, "IEC", 1, None), (2, "IEC", 2, None))
    result = result_of(rows, WEIGHTS)
    assert (result.value, result.by_organization, len(result.marks)) == (4, {"ISO": 4}, 1)


def test_all_abstain_is_no_result():
    result = result_of(votes((1, "ISO", 1, None)), WEIGHTS)
    assert (result.value, result.median, result.agreement, strip_of(result)) == (None, None, "", None)


def test_order_of_votes_does_not_matter():
    rows = votes((1, "ISO", 1, 5), (2, "IEC", 1, 2), (3, "ITU-T", 1, 3), (4, "ISO", 1, 1))
    results = [result_of(order, WEIGHTS) for order in itertools.permutations(rows)]
    assert {round(item.value, 9) for item in results} == {round(results[0].value, 9)}


@pytest.mark.parametrize(("values", "words"), [((4, 5), "Close"), ((3, 5), "Some spread"), ((1, 5), "Members differ")])
def test_agreement_in_words(values, words):
    rows = [(n, "ISO", 1, value) for n, value in enumerate(values)]
    assert result_of(votes(*rows), {1: 1}).agreement == words


def test_divergence_is_between_organizations_not_members():
    rows = votes((1, "ISO", 1, 1), (2, "ISO", 1, 5), (3, "IEC", 1, 4), (4, "ITU-T", 1, 2))
    assert result_of(rows, {1: 1}).divergence == 2
    assert result_of(rows[:2], {1: 1}).divergence is None


def test_strip_covers_no_mark_and_says_all_values():
    marks = tuple(Mark(4.0, code, user) for user, code in enumerate(["ISO"] * 4 + ["IEC"] * 3 + ["ITU-T"] * 3))
    strip = strip_of(Result(marks=marks, by_organization={}, value=4.0))
    places = {(shape.x, shape.y) for shape in strip.shapes}
    assert len(places) == len(strip.shapes) == 10
    assert all(float(shape.y) > 0 for shape in strip.shapes)
    assert strip.label == (
        "Scores from 1 to 5. ISO 4.0, 4.0, 4.0, 4.0; IEC 4.0, 4.0, 4.0; ITU-T 4.0, 4.0, 4.0. Median 4.0."
    )


@pytest.mark.parametrize(("value", "words"), [(4.25, "4.3"), (4.75, "4.8"), (4, "4.0"), (2.9999999, "3.0"), (None, "")])
def test_figures_round_halves_up(value, words):
    assert figure(value) == words
