"""The moves of an area and of a priority round, on one screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.moves import Move, table
from landscape.models import Area, PriorityRound
from landscape.permissions import can_close, can_close_round, can_open_again

AREA_MOVES = table(
    Move("close", _("Close the area"), (Area.State.OPEN,), Area.State.CLOSED, can_close),
    Move("open_again", _("Open the area again"), (Area.State.CLOSED,), Area.State.OPEN, can_open_again),
)
ROUND_MOVES = table(
    Move(
        "close_round",
        _("Close the round"),
        (PriorityRound.State.OPEN,),
        PriorityRound.State.CLOSED,
        can_close_round,
    ),
)
