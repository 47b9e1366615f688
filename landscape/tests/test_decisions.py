"""What the group decided on an area: by a secretary, with a reason, kept, shown, never passed over unseen."""

import uuid

import pytest
from django.db import DatabaseError, transaction

from core.moves import NotAllowed, Refused, Stale, WrongState
from landscape.models import AreaDecision
from landscape.queries import decisions_of
from landscape.services.areas import close_area
from landscape.services.decisions import record_decision
from landscape.services.rounds import close_round
from landscape.tests.factories import give_score, make_area, make_round
from landscape.tests.pages import text_of


def decide(area, by, answer="yes", **more):
    return record_decision(area, by, **{"answer": answer, "reason": "Much overlap.", **more})


def test_decision_is_recorded_with_reason_round_and_history(cast):
    area = make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    close_round(round, cast.iso_secretary)
    decision = decide(area, cast.iec_secretary)
    assert (decision.answer, decision.round, decision.by_label) == ("yes", round, str(cast.iec_secretary))
    entry = area.history.order_by("-pk").first()
    assert (entry.action, entry.before) == ("record_decision", None)
    assert entry.after == {"answer": "yes", "reason": "Much overlap.", "meeting": None}
    assert entry.text == "recorded the decision on extra support, Yes: Much overlap."


def test_a_round_that_still_takes_scores_is_not_the_ground_of_a_decision(cast):
    area = make_area(cast.iso_secretary)
    make_round(cast.iso_secretary)
    assert decide(area, cast.iec_secretary).round is None


def test_the_newest_decision_counts_and_the_earlier_one_stays(cast):
    area = make_area(cast.iso_secretary)
    first = decide(area, cast.iso_secretary, "later")
    second = decide(area, cast.iec_secretary, "no", seen=first.pk)
    assert decisions_of([area.pk]) == {area.pk: second}
    assert list(area.decisions.all()) == [second, first]
    assert area.history.order_by("-pk").first().before["answer"] == "later"


def test_the_database_refuses_to_change_a_decision(cast):
    decision = decide(make_area(cast.iso_secretary), cast.iso_secretary)
    with pytest.raises(DatabaseError), transaction.atomic():
        AreaDecision.objects.filter(pk=decision.pk).update(answer="no")
    with pytest.raises(DatabaseError), transaction.atomic():
        decision.delete()


def test_a_decision_made_meanwhile_is_not_passed_over_unseen(cast):
    area = make_area(cast.iso_secretary)
    decide(area, cast.iso_secretary, "later")
    with pytest.raises(Stale, match="Later"):
        decide(area, cast.iec_secretary, "no")
    assert area.decisions.count() == 1


def test_the_same_token_is_one_decision(cast):
    area, token = make_area(cast.iso_secretary), uuid.uuid4()
    assert decide(area, cast.iso_secretary, token=token) == decide(area, cast.iso_secretary, token=token)
    assert (area.decisions.count(), area.history.filter(action="record_decision").count()) == (1, 1)


@pytest.mark.parametrize("name", ["iso_member", "observer", "administrator", "outsider", "disabled"])
def test_only_secretaries_record_decisions(cast, client_of, name):
    area = make_area(cast.iso_secretary)
    with pytest.raises(NotAllowed):
        decide(area, getattr(cast, name))
    if name != "disabled":
        assert client_of(name).get(f"/landscape/{area.slug}/record-decision/").status_code == 404


@pytest.mark.parametrize(("answer", "reason"), [("perhaps", "Why"), ("", "Why"), ("yes", "  ")])
def test_an_answer_outside_the_list_or_without_a_reason_is_refused(cast, answer, reason):
    area = make_area(cast.iso_secretary)
    with pytest.raises(Refused):
        decide(area, cast.iso_secretary, answer, reason=reason)
    assert not AreaDecision.objects.exists()


def test_closed_areas_take_no_decision(cast):
    area = make_area(cast.iso_secretary)
    close_area(area, cast.iso_secretary, "Done")
    with pytest.raises(WrongState):
        decide(area, cast.iso_secretary)


def form(**overrides):
    return {"answer": "yes", "reason": "Much overlap.", "meeting": "", "seen": "0", "token": uuid.uuid4(), **overrides}


def test_decision_is_shown_on_area_ranking_and_list_and_filters_it(cast, client_of):
    area, other = make_area(cast.iso_secretary), make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    give_score(round, area, cast.iso_member, 5)
    close_round(round, cast.iso_secretary)
    client = client_of("iso_secretary")
    response = client.post(f"/landscape/{area.slug}/record-decision/", form())
    assert response.headers["Location"] == f"{area.get_absolute_url()}#keyfacts"
    for url in ("/landscape/", "/landscape/ranking/"):
        assert "Extra support: Yes" in text_of(client_of("observer").get(url)), url
    page = text_of(client_of("observer").get(area.get_absolute_url()))
    assert "Much overlap." in page
    assert "Record the decision" not in page
    assert "Change the decision" in text_of(client.get(area.get_absolute_url()))
    for support, found in (("yes", {area}), ("none", {other}), ("no", set()), ("x", {area, other})):
        rows = client.get(f"/landscape/?support={support}").context["rows"]
        assert {row.area for row in rows} == found, support


@pytest.mark.parametrize(
    "wrong", [{"answer": ""}, {"answer": "x"}, {"reason": ""}, {"meeting": "99999"}, {"seen": "x"}]
)
def test_a_form_with_errors_records_nothing(cast, client_of, wrong):
    area = make_area(cast.iso_secretary)
    response = client_of("iso_secretary").post(f"/landscape/{area.slug}/record-decision/", form(**wrong))
    assert response.status_code == 200
    assert "Error:" in text_of(response)
    assert not AreaDecision.objects.exists()


def test_after_a_decision_of_another_the_own_words_stay_and_may_be_sent_knowingly(cast, client_of):
    area = make_area(cast.iso_secretary)
    url, client = f"/landscape/{area.slug}/record-decision/", client_of("iec_secretary")
    first = decide(area, cast.iso_secretary, "later")
    page = text_of(client.post(url, form(reason="Not now.", answer="no")))
    assert "Another decision has been recorded since: Later" in page
    assert "Not now." in page
    assert f'name="seen" value="{first.pk}"' in page
    assert client.post(url, form(reason="Not now.", answer="no", seen=first.pk)).status_code == 302
    assert decisions_of([area.pk])[area.pk].answer == "no"
