"""Plain factories: every argument has a value, and any may be given."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from core.dates import today
from landscape.models import Area, PriorityRound
from landscape.services.areas import add_area
from landscape.services.rounds import open_round, score_area
from organizations.tests.factories import make_committee

_numbers = itertools.count(1)


def make_area(by: Any, **overrides: Any) -> Area:
    number = next(_numbers)
    values = {"name": f"Area {number}", "text": f"Text of area {number}.", **overrides}
    return add_area(by, **values)


def make_full_area(by: Any, **overrides: Any) -> Area:
    """An area with a committee of each organization, a joint one and two mechanisms."""
    number = next(_numbers)
    committees = [
        make_committee(f"ISO/TC {number}", "ISO"),
        make_committee(f"IEC TC {number}", "IEC", title="Electrotechnical committee"),
        make_committee(f"ITU-T SG{number}", "ITU-T"),
        make_committee(f"ISO/IEC JTC {number}", "ISO", "IEC"),
    ]
    return make_area(by, committees=committees, mechanisms=[("liaison", "category A"), ("task_force", "")], **overrides)


def make_round(by: Any, **overrides: Any) -> PriorityRound:
    return open_round(by, **{"title": "Priorities", "closes_on": today() + timedelta(days=20), **overrides})


def give_score(round: PriorityRound, area: Area, by: Any, *values: int | None, reason: str = "", **more: Any) -> None:
    """One value for all criteria, or one for each."""
    keys = [criterion.pk for criterion in round.criteria.all()]
    answers = values * len(keys) if len(values) == 1 else values
    score_area(round, area, by, dict(zip(keys, answers, strict=True)), reason, **more)
