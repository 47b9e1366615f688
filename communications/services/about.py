"""A meeting's outcome points at a letter or a milestone."""

from __future__ import annotations

from communications.models import Letter, OutcomeAboutLetter, OutcomeAboutStep, Step
from communications.queries.references import record_named
from meetings.models import Outcome
from meetings.services.outcomes import point_outcome


def attach_outcome(reference: str, outcome: Outcome) -> bool:
    """An outcome that names “letter 3” or “milestone 4” points at it, any other at none."""
    letter, step = record_named(Letter, reference), record_named(Step, reference)
    pointed = [point_outcome(OutcomeAboutLetter, outcome, letter), point_outcome(OutcomeAboutStep, outcome, step)]
    return any(pointed)
