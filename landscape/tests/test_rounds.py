"""Priority rounds: who scores, when, what is hidden, who is invited."""

import uuid
from datetime import date, timedelta

import pytest

from core.dates import deadline_at, moment, today
from core.moves import NotAllowed, Refused, WrongState
from core.registry import every
from landscape.models import PriorityRound, Score, ScoreReason
from landscape.queries import deadlines, progress, ranking, reasons, results
from landscape.services.areas import close_area
from landscape.services.rounds import close_round, open_round, score_area
from landscape.tests.factories import give_score, make_area, make_round
from post.models import Notification

MEMBERS = ("iso_member", "iso_member2", "iec_member", "iec_member2", "itu_t_member", "itu_t_member2")


def test_opening_invites_every_member_to_the_first_area(cast):
    first = make_area(cast.iso_secretary)
    make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    assert {item.user for item in Notification.objects.all()} == {getattr(cast, name) for name in MEMBERS}
    assert {item.url for item in Notification.objects.all()} == {f"/landscape/{first.slug}/score/"}
    assert [criterion.weight for criterion in round.criteria.all()] == [1, 1, 1, 1]


def test_same_token_is_one_round_and_one_invitation(cast):
    make_area(cast.iso_secretary)
    token = uuid.uuid4()
    assert make_round(cast.iso_secretary, token=token) == make_round(cast.iso_secretary, token=token)
    assert Notification.objects.count() == len(MEMBERS)


def test_one_round_is_open_at_a_time(cast):
    make_area(cast.iso_secretary)
    make_round(cast.iso_secretary)
    with pytest.raises(Refused, match="still takes scores"):
        make_round(cast.iec_secretary)


def test_round_that_the_clock_ended_makes_way(cast):
    make_area(cast.iso_secretary)
    old = make_round(None, at=moment(date(2020, 10, 1)), closes_on=date(2020, 11, 1))
    make_round(cast.iso_secretary)
    old.refresh_from_db()
    assert old.state == "closed"
    assert old.history.first().action == "close"


def test_round_needs_an_area_and_a_day_to_come(cast):
    with pytest.raises(Refused, match="no area"):
        make_round(cast.iso_secretary)
    make_area(cast.iso_secretary)
    with pytest.raises(Refused, match="past"):
        make_round(cast.iso_secretary, closes_on=today() - timedelta(days=1))


@pytest.mark.parametrize("name", ["iso_member", "observer", "administrator", "outsider"])
def test_only_secretaries_open_and_close_rounds(cast, name):
    make_area(cast.iso_secretary)
    with pytest.raises(NotAllowed):
        make_round(getattr(cast, name))
    round = make_round(cast.iso_secretary)
    with pytest.raises(NotAllowed):
        close_round(round, getattr(cast, name))


@pytest.mark.parametrize("name", ["iso_secretary", "observer", "administrator", "outsider"])
def test_only_members_score(cast, name):
    area = make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    with pytest.raises(NotAllowed):
        give_score(round, area, getattr(cast, name), 3)
    assert not Score.objects.exists()


@pytest.mark.parametrize("values", [{}, "one missing", "six", "zero", "true"])
def test_every_criterion_needs_an_answer_from_1_to_5(cast, values):
    area = make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    keys = list(round.criteria.values_list("pk", flat=True))
    wrong = {"one missing": dict.fromkeys(keys[1:], 3), "six": dict.fromkeys(keys, 6), "zero": dict.fromkeys(keys, 0)}
    answers = wrong.get(values, {}) if isinstance(values, str) else values
    with pytest.raises(Refused):
        score_area(round, area, cast.iso_member, answers)
    assert not Score.objects.exists()


def test_same_answers_again_change_nothing_and_others_replace_them(cast):
    area = make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    give_score(round, area, cast.iso_member, 4, reason="Much overlap")
    give_score(round, area, cast.iso_member, 4, reason="Much overlap")
    assert (Score.objects.count(), area.history.filter(action="score").count()) == (4, 1)
    give_score(round, area, cast.iso_member, None)
    assert set(Score.objects.values_list("value", flat=True)) == {None}
    assert not ScoreReason.objects.exists()


def test_the_history_does_not_tell_what_was_answered(cast):
    area = make_area(cast.iso_secretary)
    give_score(make_round(cast.iso_secretary), area, cast.iso_member, 5)
    entry = area.history.get(action="score")
    assert (entry.text, entry.before, entry.after) == ("scored it in “Priorities”", None, None)


def test_scores_are_hidden_until_the_reader_has_scored_that_area(cast):
    first, second = make_area(cast.iso_secretary), make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    for area in (first, second):
        give_score(round, area, cast.iec_member, 5, reason="Because")
    give_score(round, first, cast.iso_member, 3)
    assert set(results(round, cast.iso_member)) == {first.pk}
    assert results(round, cast.itu_t_member) == {}
    for name in ("iso_secretary", "observer"):
        assert results(round, getattr(cast, name)) == {}
    assert reasons(round, first, cast.iso_member).count() == 1
    assert reasons(round, second, cast.iso_member).count() == 0


def test_everybody_sees_all_scores_when_the_round_has_closed(cast):
    area = make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    give_score(round, area, cast.iec_member, 5)
    close_round(round, cast.iec_secretary)
    for name in ("observer", "iso_secretary", "itu_t_member"):
        assert results(round, getattr(cast, name))[area.pk].value == 5


def test_the_clock_closes_a_round_by_itself(cast):
    area = make_area(cast.iso_secretary)
    day = date(2020, 11, 1)
    round = make_round(None, at=moment(date(2020, 10, 1)), closes_on=day)
    give_score(round, area, cast.iso_member, 4, at=deadline_at(day))
    with pytest.raises(WrongState, match="1 November 2020"):
        give_score(round, area, cast.iso_member, 5, at=deadline_at(day) + timedelta(seconds=1))
    with pytest.raises(WrongState):
        give_score(round, area, cast.iso_member, 5)
    assert results(round, cast.observer)[area.pk].value == 4


def test_a_closed_round_or_area_takes_no_score(cast):
    area, other = make_area(cast.iso_secretary), make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    close_area(other, cast.iso_secretary, "Done")
    with pytest.raises(WrongState):
        give_score(round, other, cast.iso_member, 3)
    stale = PriorityRound.objects.get()
    close_round(round, cast.iso_secretary)
    with pytest.raises(WrongState):
        give_score(stale, area, cast.iso_member, 3)


def test_ranking_gives_equal_weight_to_organizations_and_shares_ranks(cast):
    first, second, third = (make_area(cast.iso_secretary) for _n in range(3))
    round = make_round(cast.iso_secretary)
    for name in ("iso_member", "iso_member2"):
        give_score(round, second, getattr(cast, name), 5)
        give_score(round, third, getattr(cast, name), 3)
    give_score(round, second, cast.iec_member, 1)
    give_score(round, third, cast.iec_member, 3)
    close_round(round, cast.iso_secretary)
    rows = ranking(round, cast.observer)
    assert [(row.area, row.rank) for row in rows] == [(second, 1), (third, 1), (first, None)]
    assert (rows[0].result.value, rows[0].result.median, rows[0].result.divergence) == (3, 5, 4)


def test_a_member_is_asked_once_until_every_area_is_scored(cast):
    first, second = make_area(cast.iso_secretary), make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    give_score(round, first, cast.iso_member, 3)
    [row] = every("waiting", cast.iso_member)
    assert (row.title, row.url, row.due_on) == (
        "Score 1 area of the landscape",
        f"/landscape/{second.slug}/score/",
        round.closes_on,
    )
    give_score(round, second, cast.iso_member, None)
    assert every("waiting", cast.iso_member) == []
    assert every("waiting", cast.observer) == []


def test_matters_of_the_past_wait_for_nobody(cast):
    make_area(cast.iso_secretary)
    make_round(None, at=moment(date(2020, 10, 1)), closes_on=date(2020, 11, 1))
    assert every("waiting", cast.iso_member) == []
    assert deadlines(cast.iso_member, today() + timedelta(days=30)) == []


def test_deadlines_name_the_last_day_of_scoring(cast):
    make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary, closes_on=today() + timedelta(days=5))
    [row] = deadlines(cast.observer, today() + timedelta(days=30))
    assert row.due_on == round.closes_on
    assert deadlines(cast.observer, today() + timedelta(days=4)) == []
    assert deadlines(cast.outsider, today() + timedelta(days=30)) == []


def test_progress_counts_members_not_answers(cast):
    area = make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    give_score(round, area, cast.iso_member, 5)
    give_score(round, area, cast.iec_member, None)
    assert progress(round) == (2, 6)


def test_custom_criteria_and_weights(cast):
    make_area(cast.iso_secretary)
    round = open_round(
        cast.iso_secretary, title="Two", closes_on=today(), criteria=[("A", "How much?", 3), ("B", "How soon?", 1)]
    )
    assert list(round.criteria.values_list("name", "weight")) == [("A", 3), ("B", 1)]
