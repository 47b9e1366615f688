"""Real connections at the same instant: one effect. They run on both databases."""

import threading
import uuid
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import connection

from core.dates import today
from core.moves import Refused
from organizations.models import BoardMeeting
from post.models import Delivery
from proposals.models import Proposal, RecommendationApproval, Sequel, Submission
from proposals.queries import verdicts_on
from proposals.services.boards import remind_of_results, submit_recommendation
from proposals.services.circulation import circulate_proposal
from proposals.services.proposals import log_proposal
from proposals.services.recommendations import approve_recommendation, revise_recommendation
from proposals.services.sequels import link_sequel
from proposals.tests.factories import addresses, make_approved, make_proposal, make_under_approval

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs):
    """Runs the jobs in threads of their own at one instant; returns what each gave or how it was refused."""
    barrier, results = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(place, job):
        try:
            barrier.wait(timeout=30)
            results[place] = job()
        except Refused as refusal:
            results[place] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return results


def refused(results):
    return [result for result in results if isinstance(result, Refused)]


def test_fifty_parallel_clicks_circulate_once(cast):
    proposal = make_proposal(cast)
    secretary = cast.fresh("iso_secretary")

    def click():
        return circulate_proposal(Proposal.objects.get(pk=proposal.pk), secretary, reply_by_on=today())

    results = at_once(*[click] * 50)
    assert len(refused(results)) == 49
    assert {type(result).__name__ for result in refused(results)} == {"AlreadyDone"}
    assert len(addresses()) == 9
    assert proposal.history.count() == 1


def test_two_secretaries_log_at_once_and_get_two_numbers(cast):
    values = {"title": "T", "proposer": "P", "scope": "S", "received_on": date(2020, 9, 21)}

    def job(secretary, organization):
        return lambda: log_proposal(secretary, organization=organization, **values)

    results = at_once(*(job(cast.fresh(f"{code}_secretary"), getattr(cast, code.upper())) for code in ("iso", "iec")))
    assert sorted(proposal.reference for proposal in results) == ["2020-01", "2020-02"]


def test_a_double_click_on_log_is_one_proposal(cast):
    token, secretary = uuid.uuid4(), cast.fresh("iso_secretary")
    values = {"title": "T", "proposer": "P", "scope": "S", "received_on": date(2020, 9, 21), "token": token}
    results = at_once(*[lambda: log_proposal(secretary, organization=cast.ISO, **values)] * 4)
    assert len({proposal.pk for proposal in results}) == 1
    assert Proposal.objects.get().history.count() == 1


def test_two_last_approvals_approve_once(cast, monkeypatch):
    """Both verdicts are written before either counts them: without the lock neither would see the other's."""
    proposal, revision = make_under_approval(cast)

    both = threading.Barrier(2)

    def counted_later(of):
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=2)
        return verdicts_on(of)

    approve_recommendation(proposal, cast.ISO, cast.iso_secretary, revision=revision)

    def job(secretary, organization):
        return lambda: approve_recommendation(
            Proposal.objects.get(pk=proposal.pk), organization, secretary, revision=revision
        )

    monkeypatch.setattr("proposals.services.recommendations.verdicts_on", counted_later)
    results = at_once(job(cast.fresh("iec_secretary"), cast.IEC), job(cast.fresh("itu_t_secretary"), cast.ITU_T))
    assert refused(results) == []
    revision.refresh_from_db()
    assert revision.state == "approved"
    assert proposal.history.filter(text__contains="have approved").count() == 1


def test_a_revision_and_the_last_approval_at_once_never_both_count(cast):
    proposal, revision = make_under_approval(cast)
    for name, organization in (("iso_secretary", cast.ISO), ("iec_secretary", cast.IEC)):
        approve_recommendation(proposal, organization, cast.fresh(name), revision=revision)
    itu_t, iso = cast.fresh("itu_t_secretary"), cast.fresh("iso_secretary")
    at_once(
        lambda: approve_recommendation(Proposal.objects.get(pk=proposal.pk), cast.ITU_T, itu_t, revision=revision),
        lambda: revise_recommendation(
            Proposal.objects.get(pk=proposal.pk), iso, after=revision, text="New.", note="New."
        ),
    )
    newest = proposal.recommendation.document.revisions.order_by("-position").first()
    assert (newest.position, newest.state) == (1, "draft")
    assert RecommendationApproval.objects.filter(revision=newest).count() == 0


def test_a_double_click_on_submit_is_one_submission(cast):
    proposal, _revision = make_approved(cast)
    secretary = cast.fresh("iso_secretary")

    def click():
        return submit_recommendation(Proposal.objects.get(pk=proposal.pk), secretary, submitted_on=today())

    results = at_once(*[click] * 4)
    assert len(refused(results)) == 3
    assert Submission.objects.count() == 1


def test_three_passes_at_once_remind_once(cast):
    proposal, _revision = make_approved(cast)
    met = BoardMeeting.objects.create(organization=cast.ISO, held_on=today() - timedelta(days=4))
    on = today() - timedelta(days=9)
    submit_recommendation(proposal, cast.iso_secretary, submitted_on=on, board_meeting=met)
    Delivery.objects.all().delete()
    results = at_once(*[remind_of_results] * 3)
    assert sorted(results) == [0, 0, 1]
    assert addresses() == ["iso.secretary@spcg.example"]


def test_three_boards_get_it_at_once(cast):
    proposal, _revision = make_approved(cast)

    def job(secretary, organization):
        return lambda: submit_recommendation(
            Proposal.objects.get(pk=proposal.pk), secretary, organization=organization, submitted_on=today()
        )

    jobs = [job(cast.fresh(f"{code}_secretary"), getattr(cast, code.upper())) for code in ("iso", "iec", "itu_t")]
    assert refused(at_once(*jobs, *jobs)) != []
    assert Submission.objects.count() == 3


def test_the_same_link_at_once_is_one(cast):
    proposal, _revision = make_approved(cast)
    secretary = cast.fresh("iso_secretary")

    def click():
        return link_sequel(Proposal.objects.get(pk=proposal.pk), secretary, kind="rejected")

    assert len(refused(at_once(*[click] * 4))) == 3
    assert Sequel.objects.count() == 1
