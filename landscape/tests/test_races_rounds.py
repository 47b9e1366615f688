"""Real connections at the same instant in a priority round: of two who score, both count; a round is opened once,
closed once, and takes a score before it closes or not at all."""

import uuid

import pytest

from core.dates import today
from core.moves import AlreadyDone, Stale, WrongState
from core.tests.at_once import at_once, in_the_middle
from landscape.models import AreaResult, PriorityRound, RoundEntry, Score
from landscape.queries import results
from landscape.services import decisions, rounds
from landscape.services.rounds import close_round, open_round
from landscape.tests.factories import give_score, make_area, make_round
from landscape.tests.test_races import anew, refused
from post.models import Mailing

pytestmark = pytest.mark.django_db(transaction=True)


def test_members_who_score_one_area_at_once_are_all_counted(cast, monkeypatch):
    area = make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    people = [cast.fresh(name) for name in ("iso_member", "iec_member", "itu_t_member", "iso_member2")]
    acts = [lambda by=by, n=n: give_score(anew(round), anew(area), by, n) for n, by in enumerate(people, start=1)]
    assert refused(at_once(*acts)) == []
    kept = AreaResult.objects.get()
    assert sorted(value for _user, _code, value in kept.marks) == [1, 2, 3, 4]
    assert kept.value == mean(2.5, 2, 3)


def test_of_two_scores_at_one_instant_the_second_counts_the_first(cast, monkeypatch):
    """Seen red without the update of the round that is the lock."""
    area = make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    one, other = cast.fresh("iso_member"), cast.fresh("iec_member")
    in_the_middle(
        monkeypatch,
        decisions,
        "result_of",
        lambda: give_score(anew(round), anew(area), one, 1),
        lambda: give_score(anew(round), anew(area), other, 3),
    )
    assert AreaResult.objects.get().value == mean(1, 3)


def test_a_member_who_saves_a_score_twice_at_once_has_one(cast, monkeypatch):
    """Seen red without the update of the round that is the lock."""
    area = make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    by = cast.fresh("iso_member")

    def save():
        return give_score(anew(round), anew(area), by, 4, reason="Because")

    assert refused(in_the_middle(monkeypatch, rounds, "keep_result", save, save)) == []
    assert Score.objects.count() == round.criteria.count()
    assert area.history.filter(action="score").count() == 1


def test_a_score_while_the_round_closes_is_refused_and_not_in_the_result(cast, monkeypatch):
    """Seen red without the update of the round that is the lock."""
    area = make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    give_score(round, area, cast.iso_member, 2)
    late, by = cast.fresh("iec_member"), cast.fresh("iso_secretary")
    done = in_the_middle(
        monkeypatch,
        rounds,
        "notify",
        lambda: close_round(anew(round), by),
        lambda: give_score(anew(round), anew(area), late, 5),
    )
    assert refused(done) == [WrongState]
    assert results(anew(round), late)[area.pk].value == 2
    assert not Score.objects.filter(user=late).exists()


def test_a_round_that_closes_while_somebody_scores_counts_the_score(cast, monkeypatch):
    """Seen red without the update of the round that is the lock."""
    area = make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    scorer, by = cast.fresh("iec_member"), cast.fresh("iso_secretary")

    def close_and_read():
        close_round(anew(round), by)
        return results(anew(round), by)[area.pk].value

    done = in_the_middle(
        monkeypatch, rounds, "keep_result", lambda: give_score(anew(round), anew(area), scorer, 5), close_and_read
    )
    assert done == [None, 5]
    assert anew(round).state == PriorityRound.State.CLOSED


def test_two_secretaries_close_a_round_at_once_and_its_result_is_told_once(cast, monkeypatch):
    """Seen red without the swap of the state."""
    make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    before = Mailing.objects.count()
    acts = [
        lambda by=by: close_round(anew(round), by) for by in (cast.fresh("iso_secretary"), cast.fresh("iec_secretary"))
    ]
    assert refused(in_the_middle(monkeypatch, rounds, "notify", *acts)) in ([Stale], [AlreadyDone])
    assert RoundEntry.objects.filter(subject=round, action="close").count() == 1
    assert Mailing.objects.count() == before + 1


def test_two_secretaries_open_a_round_at_once_and_there_is_one(cast, monkeypatch):
    """Seen red without the constraint that one round is open."""
    make_area(cast.iso_secretary)
    people = [cast.fresh("iso_secretary"), cast.fresh("iec_secretary")]
    acts = [lambda by=by: open_round(by, title=f"R {by}", closes_on=today()) for by in people]
    assert len(refused(in_the_middle(monkeypatch, rounds, "_invite", *acts))) == 1
    assert (PriorityRound.objects.count(), Mailing.objects.count()) == (1, 1)


def test_a_double_click_opens_one_round_and_invites_once(cast, monkeypatch):
    """Seen red without the constraint of one open round and the unique token, and when the second click went on."""
    make_area(cast.iso_secretary)
    token, by = uuid.uuid4(), cast.fresh("iso_secretary")

    def click():
        return open_round(by, title="R", closes_on=today(), token=token)

    done = in_the_middle(monkeypatch, rounds, "_invite", click, click)
    assert {item.pk for item in done} == {PriorityRound.objects.get().pk}
    assert (RoundEntry.objects.count(), Mailing.objects.count()) == (1, 1)


def mean(*means: float) -> float:
    """The mean of the organizations' means, as it is kept."""
    return round(sum(means) / len(means), 6)
