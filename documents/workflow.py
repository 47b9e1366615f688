"""The moves of a revision, on one screen."""

from django.utils.translation import gettext_lazy as _

from core.moves import Move, table
from documents.models import Revision
from documents.permissions import can_approve, can_propose, can_withdraw

S = Revision.Status

MOVES = table(
    Move("propose", _("Propose for approval"), (S.DRAFT,), S.FOR_APPROVAL, can_propose),
    Move("approve", _("Record the approval"), (S.FOR_APPROVAL,), S.APPROVED, can_approve),
    Move("withdraw", _("Withdraw"), (S.DRAFT, S.FOR_APPROVAL, S.APPROVED), S.WITHDRAWN, can_withdraw),
)
