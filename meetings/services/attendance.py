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


class LineRefused(Refused):
    """One line of the list cannot be as it was answered; it names that line, so that a form shows the reason there."""

    def __init__(self, text: str, organization: Organization, label: str):
        super().__init__(text)
        self.organization, self.label = organization, label


def same_name(label: str) -> str:
    """A role name as it is compared: one person may be written with other capitals or spaces."""
    return " ".join(label.split()).casefold()


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
    takes the person off the list. Returns how many lines changed; nothing changed, nothing written. One person stands
    for one person: refused for somebody named twice, for a substitute of nobody, of oneself, of somebody present, or of
    somebody who has another substitute. With `seen` (presence and for whom, as the writer found the line) also where a
    colleague has recorded this person otherwise meanwhile."""
    meeting, rows = lock(meeting), list(rows)
    check_open(meeting, by, at)
    _check_once(rows)
    changed = [row for row in rows if _differs(meeting, row)]
    for row in changed:
        _check_seen(meeting, row)
    _set_free(meeting, changed)
    # Who leaves the list last, so that nobody leaves for whom a substitute attends.
    for row in sorted(changed, key=lambda row: not row["presence"]):
        _write(meeting, row)
    _check_absent(meeting, changed)
    if changed:
        text = _("recorded the attendance of %(people)s") % {"people": ", ".join(map(_in_words, changed))}
        record(meeting, "attend", by, text, at=at)
    return len(changed)


def _set_free(meeting: Meeting, rows: list[dict[str, Any]]) -> None:
    """Whoever is about to be written stands for nobody meanwhile, so that the order of the rows decides nothing."""
    known = [line.pk for line in (_known(meeting, row) for row in rows) if line]
    meeting.attendance.filter(pk__in=known).update(substitute_for=None)


def _in_words(row: dict[str, Any]) -> str:
    words = {"label": row["label"], "organization": row["organization"], "absent": row.get("substitute_for")}
    if row["presence"] == P.SUBSTITUTE:
        return _("%(label)s (%(organization)s) as substitute for %(absent)s") % words
    return f"{row['label']} ({row['organization']})"


def _line(meeting: Meeting, organization: Organization, label: str) -> Attendance | None:
    lines = meeting.attendance.select_related("substitute_for", "organization").filter(organization=organization)
    return next((line for line in lines if same_name(line.label) == same_name(label)), None)


def _known(meeting: Meeting, row: dict[str, Any]) -> Attendance | None:
    return _line(meeting, row["organization"], row["label"])


def _state(line: Attendance | None) -> tuple[str, str]:
    """How somebody is recorded: presence, and for whom."""
    absent = line.substitute_for.label if line and line.substitute_for else ""
    return (str(line.presence), absent) if line else ("", "")


def _differs(meeting: Meeting, row: dict[str, Any]) -> bool:
    presence, absent = _state(_known(meeting, row))
    wanted = (row["presence"], same_name(row.get("substitute_for", "")) if row["presence"] else "")
    return (presence, same_name(absent)) != wanted


def _check_once(rows: list[dict[str, Any]]) -> None:
    """Nobody is named twice at once: of two answers neither would be the one that was meant."""
    named = set()
    for row in rows:
        who = (row["organization"], same_name(row["label"]))
        if who in named:
            text = _("%(label)s is named twice. One person attends once, and as a substitute for one person.")
            raise LineRefused(text % {"label": row["label"]}, row["organization"], row["label"])
        named.add(who)


def _check_seen(meeting: Meeting, row: dict[str, Any]) -> None:
    """What a colleague recorded after the writer had opened the list is not replaced unseen."""
    line = _known(meeting, row)
    if row.get("seen") is None or _state(line) == tuple(row["seen"]):
        return
    words = {"label": row["label"], "now": (line.in_words or _("present")) if line else ""}
    meanwhile = _("%(label)s is recorded meanwhile: %(now)s.") if line else _("%(label)s left the list meanwhile.")
    text = f"{meanwhile % words} {_('Save again where your answer shall count.')}"
    raise LineRefused(text, row["organization"], row["label"])


def _write(meeting: Meeting, row: dict[str, Any]) -> None:
    known = _known(meeting, row)
    if not row["presence"]:
        _take_off(known)
        return
    line = known or Attendance(meeting=meeting, organization=row["organization"], label=row["label"])
    line.presence, line.user = row["presence"], row.get("user") or line.user
    line.substitute_for = _absent(meeting, row) if row["presence"] == P.SUBSTITUTE else None
    line.save()


def _take_off(line: Attendance) -> None:
    substitute = Attendance.objects.filter(substitute_for=line).first()
    if substitute:
        text = _("%(substitute)s is recorded as the substitute for %(absent)s, who therefore stays on the list.")
        words = {"substitute": substitute.label, "absent": line.label}
        raise LineRefused(text % words, line.organization, line.label)
    line.delete()


def _absent(meeting: Meeting, row: dict[str, Any]) -> Attendance:
    """The line of the person whom this substitute stands for; who is not on the list yet gave apologies."""
    organization, label, absent = row["organization"], row["label"], row.get("substitute_for") or ""
    words = {"label": label, "absent": absent}
    if not absent:
        raise LineRefused(_("Say for whom %(label)s attends.") % words, organization, label)
    if same_name(absent) == same_name(label):
        text = _("%(label)s cannot attend as a substitute for the same person.")
        raise LineRefused(text % words, organization, label)
    line = _line(meeting, organization, absent)
    line = line or meeting.attendance.create(organization=organization, label=absent, presence=P.APOLOGIES)
    other = Attendance.objects.filter(substitute_for=line).first()
    if other:
        text = _("%(absent)s has a substitute already: %(other)s.") % {**words, "other": other.label}
        raise LineRefused(text, organization, label)
    return line


def _check_absent(meeting: Meeting, changed: list[dict[str, Any]]) -> None:
    """Nobody attends in the place of somebody who is there."""
    wrong = meeting.attendance.exclude(substitute_for=None).exclude(substitute_for__presence=P.APOLOGIES)
    line = wrong.select_related("substitute_for", "organization").first()
    if line is None:
        return
    text = _("%(label)s attends as substitute for %(absent)s, who is not recorded with apologies. Change one of them.")
    words = {"label": line.label, "absent": line.substitute_for.label}
    answered = {(row["organization"], same_name(row["label"])) for row in changed}
    there = (line.organization, same_name(words["absent"])) in answered
    raise LineRefused(text % words, line.organization, words["absent" if there else "label"])
