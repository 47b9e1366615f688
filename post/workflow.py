"""The moves of a mailing, on one screen. Who may make them is asked by the room that carries the letter."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.moves import Move, table
from post.models import Mailing

S = Mailing.State


def _carrier_has_checked(by: Any, mailing: Mailing) -> bool:
    return True


MOVES = table(
    Move("hold", _("Hold for undo"), (S.PREPARED,), S.HELD, _carrier_has_checked),
    Move("release", _("Start sending"), (S.PREPARED, S.HELD), S.SENDING, _carrier_has_checked),
    Move("undo", _("Undo"), (S.HELD,), S.ABORTED, _carrier_has_checked),
    Move("pause", _("Pause sending"), (S.SENDING,), S.PAUSED, _carrier_has_checked),
    Move("resume", _("Resume sending"), (S.PAUSED,), S.SENDING, _carrier_has_checked),
    Move("finish", _("Finish"), (S.SENDING, S.PAUSED), S.FINISHED, _carrier_has_checked),
    Move("abort", _("Stop sending"), (S.HELD, S.SENDING, S.PAUSED), S.ABORTED, _carrier_has_checked),
    Move("send_missing", _("Send to the missing"), (S.FINISHED,), S.SENDING, _carrier_has_checked),
)
