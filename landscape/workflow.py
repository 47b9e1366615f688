"""The moves of an area, of a suggested edit and of a priority round, on one screen."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.moves import Move, table
from landscape.models import Area, AreaSuggestion, PriorityRound
from landscape.permissions import can_accept, can_close, can_close_round, can_open_again, can_reject, can_withdraw

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
SUGGESTION_MOVES = table(
    Move("accept", _("Accept"), (AreaSuggestion.State.OPEN,), AreaSuggestion.State.ACCEPTED, can_accept),
    Move("reject", _("Reject"), (AreaSuggestion.State.OPEN,), AreaSuggestion.State.REJECTED, can_reject),
    Move("withdraw", _("Withdraw"), (AreaSuggestion.State.OPEN,), AreaSuggestion.State.WITHDRAWN, can_withdraw),
)
