"""The moves of a board report, on one screen. The approval is made by itself when three verdicts are in."""

from django.utils.translation import gettext_lazy as _

from core.moves import Move, table
from reports.models import BoardReport
from reports.permissions import can_approve, can_propose

S = BoardReport.State

MOVES = table(
    Move("propose", _("Ask for the three approvals"), (S.DRAFT,), S.FOR_APPROVAL, can_propose),
    Move("approve", _("Approve"), (S.FOR_APPROVAL,), S.APPROVED, can_approve),
)
