"""The moves of a publication. Three approvals are data, not states: the third one makes the move."""

from django.utils.translation import gettext_lazy as _

from core.moves import Move, table
from publications import permissions as may
from publications.models import Publication

S = Publication.State

MOVES = table(
    Move("publish", _("Publish"), (S.FOR_APPROVAL,), S.PUBLISHED, may.can_publish),
    Move("withdraw", _("Withdraw"), (S.FOR_APPROVAL, S.PUBLISHED), S.WITHDRAWN, may.can_withdraw),
)
