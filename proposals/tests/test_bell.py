"""Logged, edited or circulated: suggestions are worked out at once; a silent broker costs one stroke of the beat."""

import pytest
from kombu.exceptions import OperationalError

from core.dates import today
from proposals import tasks
from proposals.services.circulation import circulate_proposal
from proposals.services.proposals import edit_proposal, log_proposal

VALUES = {"title": "T", "proposer": "P", "scope": "S"}


@pytest.fixture
def rung(monkeypatch):
    calls = []
    monkeypatch.setattr(tasks.suggest_due, "apply_async", lambda **options: calls.append(options))
    return calls


def log(cast):
    return log_proposal(cast.iso_secretary, organization=cast.ISO, received_on=today(), **VALUES)


def test_logging_editing_and_circulating_ring_after_the_commit(cast, rung, django_capture_on_commit_callbacks):
    counts = []
    for act in ("log", "edit", "circulate"):
        with django_capture_on_commit_callbacks(execute=True):
            before = len(rung)
            if act == "log":
                proposal = log(cast)
            elif act == "edit":
                edit_proposal(proposal, cast.iso_secretary, proposal.version, title="Another")
            else:
                circulate_proposal(proposal, cast.iso_secretary, reply_by_on=today())
            assert len(rung) == before
        counts.append(len(rung) - before)
    assert counts == [1, 1, 1]


def test_a_broker_that_is_down_never_surfaces(cast, monkeypatch, django_capture_on_commit_callbacks):
    def down(**options):
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.suggest_due, "apply_async", down)
    with django_capture_on_commit_callbacks(execute=True):
        proposal = log(cast)
    tasks.suggest_due()
    proposal.refresh_from_db()
    assert proposal.related.text_version == proposal.version
