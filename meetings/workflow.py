"""The moves of a meeting, on one screen."""

from django.utils.translation import gettext_lazy as _

from core.moves import Move, table
from meetings.models import Meeting
from meetings.permissions import can_cancel, can_hold

S = Meeting.State

MOVES = table(
    Move("hold", _("Mark as held"), (S.PLANNED,), S.HELD, can_hold),
    Move("cancel", _("Cancel the meeting"), (S.PLANNED,), S.CANCELLED, can_cancel),
)
