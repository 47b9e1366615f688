"""Who took part."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.history import record
from core.moves import Refused
from meetings.models import Attendance, Meeting
from meetings.services.keeping import check_open, lock
from organizations.models import Organization

P = Attendance.Presence


@transaction.atomic
def record_attendance(
    meeting: Meeting,
    by: Any,
    *,
    organization: Organization,
    label: str,
    presence: str = P.PRESENT,
    substitute_for: str = "",
    user: Any = None,
    at: datetime | None = None,
) -> None:
    """Records one person of one organization; the same label again replaces what was recorded."""
    row = {"organization": organization, "label": label, "presence": presence, "user": user}
    record_attendances(meeting, by, [row | {"substitute_for": substitute_for}], at=at)


@transaction.atomic
def record_attendances(meeting: Meeting, by: Any, rows: Iterable[dict[str, Any]], *, at: datetime | None = None) -> int:
    """Records several people at once, each a dict of organization, label, presence, user and, for a substitute,
    `substitute_for`: the role name of the absent person of the same organization, who gave apologies. An empty presence
    takes the person off the list. Returns how many lines changed; nothing changed, nothing written. Refused for a
    substitute of nobody, of somebody present, or of somebody who has another substitute."""
    meeting = lock(meeting)
    check_open(meeting, by, at)
    changed = [row for row in rows if _differs(meeting, row)]
    _set_free(meeting, changed)
    # Who leaves the list last, so that nobody leaves for whom a substitute attends.
    for row in sorted(changed, key=lambda row: not row["presence"]):
        _write(meeting, row)
    _check_absent(meeting)
    if changed:
        text = _("recorded the attendance of %(people)s") % {"people": ", ".join(map(_in_words, changed))}
        record(meeting, "attend", by, text, at=at)
    return len(changed)


def _set_free(meeting: Meeting, rows: list[dict[str, Any]]) -> None:
    """Whoever is about to be written stands for nobody meanwhile, so that the order of the rows decides nothing."""
    known = [line.pk for line in (_line(meeting, row) for row in rows) if line]
    meeting.attendance.filter(pk__in=known).update(substitute_for=None)


def _in_words(row: dict[str, Any]) -> str:
    words = {"label": row["label"], "organization": row["organization"], "absent": row.get("substitute_for")}
    if row["presence"] == P.SUBSTITUTE:
        return _("%(label)s (%(organization)s) as substitute for %(absent)s") % words
    return f"{row['label']} ({row['organization']})"


def _line(meeting: Meeting, row: dict[str, Any]) -> Attendance | None:
    lines = meeting.attendance.select_related("substitute_for")
    return lines.filter(organization=row["organization"], label=row["label"]).first()


def _differs(meeting: Meeting, row: dict[str, Any]) -> bool:
    known = _line(meeting, row)
    if not known or not row["presence"]:
        return bool(known or row["presence"])
    absent = known.substitute_for.label if known.substitute_for else ""
    return (known.presence, absent) != (row["presence"], row.get("substitute_for", ""))


def _write(meeting: Meeting, row: dict[str, Any]) -> None:
    known = _line(meeting, row)
    if not row["presence"]:
        _take_off(known)
        return
    values = {"presence": row["presence"], "user": row.get("user") or (known and known.user)}
    values["substitute_for"] = _absent(meeting, row) if row["presence"] == P.SUBSTITUTE else None
    key = {"organization": row["organization"], "label": row["label"]}
    meeting.attendance.update_or_create(**key, defaults=values)


def _take_off(line: Attendance) -> None:
    substitute = Attendance.objects.filter(substitute_for=line).first()
    if substitute:
        raise Refused(
            _("%(substitute)s is recorded as the substitute for %(absent)s, who therefore stays on the list.")
            % {"substitute": substitute.label, "absent": line.label}
        )
    line.delete()


def _absent(meeting: Meeting, row: dict[str, Any]) -> Attendance:
    """The line of the person whom this substitute stands for; who is not on the list yet gave apologies."""
    words = {"label": row["label"], "absent": row.get("substitute_for")}
    if not words["absent"]:
        raise Refused(_("Say for whom %(label)s attends.") % words)
    if words["absent"] == row["label"]:
        raise Refused(_("%(label)s cannot attend as a substitute for the same person.") % words)
    key = {"organization": row["organization"], "label": words["absent"]}
    line, _created = meeting.attendance.get_or_create(**key, defaults={"presence": P.APOLOGIES})
    other = Attendance.objects.filter(substitute_for=line).first()
    if other:
        raise Refused(_("%(absent)s has a substitute already: %(other)s.") % {**words, "other": other.label})
    return line


def _check_absent(meeting: Meeting) -> None:
    """Nobody attends in the place of somebody who is there."""
    wrong = meeting.attendance.exclude(substitute_for=None).exclude(substitute_for__presence=P.APOLOGIES)
    line = wrong.select_related("substitute_for").first()
    if line:
        raise Refused(
            _("%(label)s attends as substitute for %(absent)s, who is not recorded with apologies. Change one of them.")
            % {"label": line.label, "absent": line.substitute_for.label}
        )
