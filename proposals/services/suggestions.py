"""Whose work a proposal touches, worked out once and kept; pages only read it."""

from __future__ import annotations

from django.utils import timezone

from proposals.models import Proposal, Related
from proposals.queries.knowledge import answers
from proposals.queries.related import EACH, KEPT, index_of, proposals_without_suggestion, ranking_version
from proposals.queries.vectors import are_being_worked_out, complete_vectors

A_PASS = 20


def suggest_due(limit: int = A_PASS) -> int:
    """Works out the suggestions that are missing or rest on an older text or knowledge, of at most `limit`
    proposals. Returns their number. Where nothing is due, nothing heavy is done; while vectors are on their way, what
    stands already is not worked out twice."""
    version = ranking_version()
    due = list(proposals_without_suggestion(version, are_being_worked_out())[:limit])
    for proposal in due:
        _suggest_for(proposal, version)
    return len(due)


def _suggest_for(proposal: Proposal, version: str) -> None:
    # The arithmetic is heavy to import; only the process that works suggestions out carries it.
    from proposals.related.reasons import suggest

    index, known = index_of(), answers(apart_from=proposal)
    vectors = complete_vectors()
    if vectors:
        missing = vectors.missing(row.text for row in known)
        if missing:
            vectors.add(missing)
    found = suggest(index, proposal.title, proposal.scope, KEPT, answers=known, each=EACH)
    values = {
        "rows": [{"acronym": item.acronym, "score": item.score, "reason": item.reason} for item in found],
        "text_version": proposal.version,
        "knowledge": version,
        "has_scopes": index.knowledge.has_scopes,
        "made_at": timezone.now(),
    }
    Related.objects.update_or_create(proposal=proposal, defaults=values)
