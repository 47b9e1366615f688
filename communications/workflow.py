"""The moves of a letter, on one screen. Three approvals are data, not states: the third one makes the move."""

from django.utils.translation import gettext_lazy as _

from communications import permissions as may
from communications.models import Letter
from core.moves import Move, table

S = Letter.State
OPEN = (S.DRAFT, S.FOR_APPROVAL, S.APPROVED)

MOVES = table(
    Move("propose", _("Ask for three approvals"), (S.DRAFT,), S.FOR_APPROVAL, may.can_propose),
    Move("approve", _("Approve"), (S.FOR_APPROVAL,), S.APPROVED, may.can_approve),
    Move("send", _("Send"), (S.APPROVED,), S.SENDING, may.can_send),
    Move("undo", _("Take back"), (S.SENDING,), S.APPROVED, may.can_send),
    Move("finish", _("Finish"), (S.SENDING,), S.SENT, may.is_portal),
    Move("withdraw", _("Withdraw"), OPEN, S.WITHDRAWN, may.can_withdraw),
)

# What changes no state by itself has its states here. Editing an approved letter makes it one for approval again.
ACTS = table(
    Move("edit", _("Edit the letter"), OPEN, "", may.can_edit),
    Move("edit_cover", _("Edit the cover"), OPEN, "", may.can_draft),
    Move("test", _("Send me a test"), OPEN, "", may.can_test),
    Move("schedule", _("Schedule"), (S.APPROVED,), "", may.can_send),
    Move("reschedule", _("Move to another time"), (S.FOR_APPROVAL, S.APPROVED), "", may.can_send),
    Move("unschedule", _("Cancel the schedule"), (S.FOR_APPROVAL, S.APPROVED), "", may.can_send),
    Move("pause", _("Pause sending"), (S.SENDING,), "", may.can_send),
    Move("resume", _("Resume sending"), (S.SENDING,), "", may.can_send),
    Move("abort", _("Stop for good"), (S.SENDING,), "", may.can_send),
    Move("missing", _("Send to the missing"), (S.SENDING, S.SENT), "", may.can_send),
)
