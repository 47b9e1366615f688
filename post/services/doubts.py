"""A mail that may have arrived, and must not go out twice by itself: a person says what becomes of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.moves import AlreadyDone, NotAllowed
from post.models import Delivery
from post.permissions import can_decide
from post.services.bell import ring
from post.services.outcomes import forget

S = Delivery.State


@transaction.atomic
def resend_doubtful(row: Delivery, by: Any) -> None:
    """Sends it again with the same Message-ID and Date; it stays marked as a possible duplicate. Raises NotAllowed for
    anybody but its sender and the administrator, AlreadyDone when somebody has decided."""
    now = timezone.now()
    detail = _("sent again by %(who)s") % {"who": by}
    _decide(row, by, state=S.WAITING, next_attempt_at=now, give_up_at=None, detail=detail[:300])
    ring()


@transaction.atomic
def accept_doubtful(row: Delivery, by: Any) -> None:
    """It has arrived, says a person who asked: it counts as sent and is not sent again."""
    detail = _("arrived, says %(who)s") % {"who": by}
    _decide(row, by, state=S.SENT, sent_at=row.attempted_at or timezone.now(), reason="", detail=detail[:300])
    if row.body.secret:
        forget(row.body)


def _decide(row: Delivery, by: Any, **values: Any) -> None:
    if not can_decide(by, row):
        raise NotAllowed(_("Who sent this mail, or the administrator, decides."))
    if not Delivery.objects.filter(pk=row.pk, state=S.DOUBTFUL).update(**values):
        raise AlreadyDone(_("Somebody has decided already."))
