"""The writer of baselines."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.history import record
from core.moves import NotAllowed, Refused
from landscape.models import Baseline, BaselineArea
from landscape.permissions import can_take_baseline
from landscape.queries import register_revision
from landscape.queries.baselines import last_round_over, states_today


@transaction.atomic
def take_baseline(
    by: Any,
    *,
    name: str,
    token: uuid.UUID | None = None,
    illustrative: bool = False,
    illustrative_note: str = "",
    at: datetime | None = None,
) -> Baseline:
    """Keeps the open areas as they stand now, under a name, for good. The same token again is the first baseline.

    Raises Refused if the name is taken, or if there is no area."""
    if not (can_take_baseline(by) or at is not None):
        raise NotAllowed(_("Secretaries take baselines. Ask the secretary of your organization."))
    known = Baseline.objects.filter(token=token).first() if token else None
    if known:
        return known
    states = states_today(at)
    if not states:
        raise Refused(_("There is no area to keep yet."))
    marks = {"illustrative": illustrative, "illustrative_note": illustrative_note}
    values = {"name": name, "token": token or uuid.uuid4(), "size": len(states), "round": last_round_over(at), **marks}
    baseline = _create(by, {**values, "revision": register_revision(), "taken_at": at or timezone.now()})
    if not baseline.areas.exists():
        BaselineArea.objects.bulk_create(
            BaselineArea(
                baseline=baseline,
                area_id=item.area,
                number=item.number,
                text=item.text,
                facts=dict(item.facts),
                rank=item.rank,
                illustrative_mark=item.mark[:160],
            )
            for item in states.values()
        )
        said = ngettext(
            "took the baseline “%(name)s” of %(n)d area", "took the baseline “%(name)s” of %(n)d areas", len(states)
        )
        record(baseline, "take", by, said % {"name": name, "n": len(states)}, at=at)
    return baseline


def _create(by: Any, values: dict[str, Any]) -> Baseline:
    """The unique name and token decide between two at one instant."""
    # The first click of the same form may have been written an instant ago; it is no other baseline.
    if Baseline.objects.filter(name__iexact=values["name"]).exclude(token=values["token"]).exists():
        raise Refused(_("There is a baseline of this name already."))
    try:
        with transaction.atomic():
            return Baseline.objects.create(taken_by=by, taken_by_label=str(by), **values)
    except IntegrityError:
        known = Baseline.objects.filter(token=values["token"]).first()
        if known:
            return known
        raise Refused(_("Somebody has just taken a baseline of this name.")) from None
