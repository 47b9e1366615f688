"""A meeting's outcome points at an area."""

from __future__ import annotations

from landscape.models import OutcomeAboutArea
from landscape.queries.areas import area_named
from meetings.models import Outcome
from meetings.services.outcomes import point_outcome


def attach_outcome(reference: str, outcome: Outcome) -> bool:
    """An outcome that names an area points at it, any other at none."""
    return point_outcome(OutcomeAboutArea, outcome, area_named(reference))
