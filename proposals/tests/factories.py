"""Plain factories: every argument has a value, and any may be given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from core.dates import today
from documents.models import Document, Revision
from documents.services.register import propose_revision, register_document
from proposals.models import Proposal, Recommendation, RecommendationApproval
from proposals.queries import format_reference, next_number
from proposals.services.recommendations import draft_recommendation, propose_recommendation
from proposals.services.record import index_proposal

TEXT = "SPCG has considered the proposal.\n\nIt recommends early liaisons."


def make_proposal(cast: Any, **overrides: Any) -> Proposal:
    """A draft of ISO, logged by its secretary."""
    received_on = overrides.pop("received_on", today() - timedelta(days=3))
    number = next_number(received_on.year)
    values = {
        "title": "Consumer product safety management",
        "proposer": "SAC",
        "organization": cast.ISO,
        "scope": "Management of the safety of consumer products over their life cycle.",
        "received_on": received_on,
        "year": received_on.year,
        "number": number,
        "reference": format_reference(received_on.year, number),
        "logged_by": cast.iso_secretary,
        "logged_by_label": "ISO secretary",
        **overrides,
    }
    proposal = Proposal.objects.create(**values)
    index_proposal(proposal)
    return proposal


def make_circulated(cast: Any, days: int = 14, **overrides: Any) -> Proposal:
    """Out for comment for so many days more; with a negative number comments are closed."""
    values = {
        "state": Proposal.State.CIRCULATED,
        "circulated_at": timezone.now() - timedelta(days=2),
        "circulated_by": cast.iso_secretary,
        "reply_by_on": today() + timedelta(days=days),
        **overrides,
    }
    return make_proposal(cast, **values)


def make_recommended(cast: Any, **overrides: Any) -> tuple[Proposal, Revision]:
    """Comments are closed and a recommendation is drafted."""
    proposal = make_circulated(cast, **{"days": -1, **overrides})
    revision = draft_recommendation(proposal, cast.iso_secretary, text=TEXT)
    return Proposal.objects.get(pk=proposal.pk), revision


def make_under_approval(cast: Any, **overrides: Any) -> tuple[Proposal, Revision]:
    """A recommendation that waits for three verdicts."""
    proposal, revision = make_recommended(cast, **overrides)
    propose_recommendation(proposal, cast.iso_secretary, revision=revision)
    revision.refresh_from_db()
    return Proposal.objects.get(pk=proposal.pk), revision


def make_approved(cast: Any, **overrides: Any) -> tuple[Proposal, Revision]:
    """A recommendation that all three organizations have approved, written without the services' mails."""
    proposal = make_circulated(cast, **{"days": -1, "state": Proposal.State.RECOMMENDATION, **overrides})
    revision = register_document(
        cast.iso_secretary, title="Recommendation", kind=Document.Kind.RECOMMENDATION, text=TEXT
    )
    propose_revision(revision, cast.iso_secretary)
    Recommendation.objects.create(proposal=proposal, document=revision.document)
    people = {"ISO": cast.iso_secretary, "IEC": cast.iec_secretary, "ITU-T": cast.itu_t_secretary}
    for organization in (cast.ISO, cast.IEC, cast.ITU_T):
        by = people[organization.code]
        RecommendationApproval.objects.create(
            revision=revision, organization=organization, verdict="approved", by=by, by_label=str(by)
        )
    Revision.objects.filter(pk=revision.pk).update(state=Revision.Status.APPROVED, approved_on=today())
    revision.refresh_from_db()
    return Proposal.objects.get(pk=proposal.pk), revision


def addresses(**filters: Any) -> list[str]:
    """Who is in the ledger, sorted."""
    from post.models import Delivery

    return sorted(Delivery.objects.filter(**filters).values_list("address", flat=True))


def actions(proposal: Proposal) -> list[str]:
    """The history's actions, oldest first."""
    return list(proposal.history.order_by("at", "pk").values_list("action", flat=True))
