"""Who took part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.history import record
from meetings.models import Attendance, Meeting
from meetings.services.keeping import check_open, lock
from organizations.models import Organization


@transaction.atomic
def record_attendance(
    meeting: Meeting,
    by: Any,
    *,
    organization: Organization,
    label: str,
    presence: str = Attendance.Presence.PRESENT,
    user: Any = None,
    at: datetime | None = None,
) -> None:
    """Records one person of one organization; the same label again replaces what was recorded."""
    rows = [{"organization": organization, "label": label, "presence": presence, "user": user}]
    record_attendances(meeting, by, rows, at=at)


@transaction.atomic
def record_attendances(meeting: Meeting, by: Any, rows: Iterable[dict[str, Any]], *, at: datetime | None = None) -> int:
    """Records several people at once, each a dict of organization, label, presence and user; an empty presence takes
    the person off the list. Returns how many lines changed; nothing changed, nothing written."""
    meeting = lock(meeting)
    check_open(meeting, by, at)
    changed = [f"{row['label']} ({row['organization']})" for row in rows if _record_one(meeting, row)]
    if changed:
        text = _("recorded the attendance of %(people)s") % {"people": ", ".join(changed)}
        record(meeting, "attend", by, text, at=at)
    return len(changed)


def _record_one(meeting: Meeting, row: dict[str, Any]) -> bool:
    key = {"organization": row["organization"], "label": row["label"]}
    if not row["presence"]:
        return bool(meeting.attendance.filter(**key).delete()[0])
    known = meeting.attendance.filter(**key).first()
    if known and known.presence == row["presence"]:
        return False
    values = {"presence": row["presence"], "user": row.get("user") or (known and known.user)}
    meeting.attendance.update_or_create(**key, defaults=values)
    return True
