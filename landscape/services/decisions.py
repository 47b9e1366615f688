"""Keeping what scores came to, and recording what the group decided."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.history import record
from core.moves import NotAllowed, Refused, Stale, WrongState
from landscape.models import Area, AreaDecision, AreaResult, PriorityRound, Score
from landscape.permissions import can_record_decision
from landscape.queries.decisions import history_of_decisions, rounds_over
from landscape.queries.rounds import round_to
from landscape.ranking import Vote, result_of
from meetings.models import Meeting


def keep_result(round: PriorityRound, area: Area) -> None:
    """Adds up the scores of one area anew. The caller holds the round, so that of two scores at one instant the second
    counts the first."""
    rows = Score.objects.filter(round=round, area=area)
    votes = [Vote(*row) for row in rows.values_list("user", "organization__code", "criterion", "value")]
    result = result_of(votes, dict(round.criteria.values_list("pk", "weight")))
    values = {"value": None if result.value is None else round_to(result.value), "median": result.median}
    values["by_criterion"] = {str(key): value for key, value in result.by_criterion.items()}
    values["by_organization"] = dict(result.by_organization)
    values["marks"] = [[mark.user, mark.organization, mark.value] for mark in result.marks]
    AreaResult.objects.update_or_create(round=round, area=area, defaults=values)


@transaction.atomic
def record_decision(
    area: Area,
    by: Any,
    *,
    answer: str,
    reason: str,
    meeting: Meeting | None = None,
    seen: int = 0,
    illustrative: bool = False,
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> AreaDecision:
    """Records that the group decided to give the area extra support, not to, or later; it stands with the newest round
    that is over. `seen` is the decision that stood when the form was opened (0: none). The same token again returns
    what was recorded the first time.

    Raises NotAllowed for anyone but a secretary who may write, WrongState for a closed area, Stale when another
    decision has been recorded since, Refused for an answer outside the list or without a reason."""
    if not (can_record_decision(by, area) or at is not None):
        raise NotAllowed(_("Secretaries record what the group decided."))
    # The update is the lock: of two decisions at one instant the second sees the first.
    Area.objects.filter(pk=area.pk).update(state=F("state"))
    known = AreaDecision.objects.filter(token=token, area=area).first() if token else None
    if known:
        return known
    if not Area.objects.get(pk=area.pk).is_open:
        raise WrongState(_("This area is closed. Open it again to change it."))
    last = history_of_decisions(area).first()
    if at is None and (last.pk if last else 0) != seen:
        raise Stale(_("Another decision has been recorded since: %(decision)s.") % {"decision": last})
    if answer not in AreaDecision.Answer.values or not reason.strip():
        raise Refused(_("Say yes, later or no, and why."))
    decision = AreaDecision.objects.create(
        area=area,
        round=next(iter(rounds_over()), None),
        meeting=meeting,
        answer=answer,
        reason=reason.strip(),
        illustrative=illustrative,
        token=token or uuid.uuid4(),
        by=by,
        by_label=str(by) if by else "SPCG portal",
        at=at or timezone.now(),
    )
    words = {"decision": decision, "reason": decision.reason}
    text = _("recorded the decision on extra support, %(decision)s: %(reason)s") % words
    record(area, "record_decision", by, text, before=_plain(last), after=_plain(decision), at=at)
    return decision


def _plain(decision: AreaDecision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    meeting = decision.meeting.number if decision.meeting else None
    return {"answer": decision.answer, "reason": decision.reason, "meeting": meeting}
