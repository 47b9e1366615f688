"""Everything that happened, as far as the reader may see it: one list over the histories of all rooms; no writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import JSONField, Q, QuerySet, TextField, Value
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import communications.queries
import documents.queries
import landscape.queries
import meetings.queries
import proposals.queries
import publications.queries
import reports.queries
from communications.queries.plan import recent_plan_entries
from communications.queries.work_plan import recent_step_entries, recent_work_plan_entries
from core.dates import format_date, format_time, in_geneva, moment
from core.models import Entry
from core.tables import Column
from landscape.models import BaselineEntry, PeriodEntry, RoundEntry
from organizations.models import Appointment, PersonEntry
from organizations.queries import standing_of
from organizations.queries.contacts import recent_contact_entries
from proposals.queries.checklist import recent_consideration_entries

Ask = Callable[[Any], QuerySet[Entry]]


def round_entries(user: Any) -> QuerySet[RoundEntry]:
    """What happened to priority rounds, for everybody with an appointment."""
    rows = RoundEntry.objects.select_related("subject")
    return rows if standing_of(user).appointments else rows.none()


def baseline_entries(user: Any) -> QuerySet[BaselineEntry]:
    """Which baselines of the landscape were taken, for everybody with an appointment."""
    rows = BaselineEntry.objects.select_related("subject")
    return rows if standing_of(user).appointments else rows.none()


def period_entries(user: Any) -> QuerySet[PeriodEntry]:
    """What the period of confirming areas was set to, and who was asked, for everybody with an appointment."""
    rows = PeriodEntry.objects.select_related("subject")
    return rows if standing_of(user).appointments else rows.none()


def person_entries(user: Any) -> QuerySet[PersonEntry]:
    """What happened to accounts and appointments: all of it for the administrator, one's own for everybody."""
    rows = PersonEntry.objects.select_related("subject")
    return rows if standing_of(user).holds(Appointment.Role.ADMINISTRATOR) else rows.filter(subject=user)


SOURCES: dict[str, tuple[Any, Ask]] = {
    "proposals": (gettext_lazy("Proposals"), proposals.queries.recent_entries),
    "considerations": (gettext_lazy("Considerations"), recent_consideration_entries),
    "landscape": (gettext_lazy("Landscape"), landscape.queries.recent_entries),
    "rounds": (gettext_lazy("Priority rounds"), round_entries),
    "baselines": (gettext_lazy("Baselines"), baseline_entries),
    "confirmation": (gettext_lazy("Confirmation of the landscape"), period_entries),
    "documents": (gettext_lazy("Documents"), documents.queries.recent_entries),
    "meetings": (gettext_lazy("Meetings"), meetings.queries.recent_entries),
    "letters": (gettext_lazy("Circular letters"), communications.queries.recent_entries),
    "work-plan": (gettext_lazy("Work plan"), recent_step_entries),
    "work-plans": (gettext_lazy("Work plan as a whole"), recent_work_plan_entries),
    "plan": (gettext_lazy("Communication plan"), recent_plan_entries),
    "reports": (gettext_lazy("Board reports"), reports.queries.recent_entries),
    "publications": (gettext_lazy("Publications"), publications.queries.recent_entries),
    "people": (gettext_lazy("People"), person_entries),
    "contacts": (gettext_lazy("Contacts"), recent_contact_entries),
}


@dataclass(frozen=True)
class Line:
    """One entry with the record to which it belongs, and what changed as (name, before, after)."""

    entry: Entry
    source: str
    room: str
    url: str
    changed: list[tuple[str, str, str]]

    @cached_property
    def at(self) -> datetime:
        """The moment by Geneva's clock."""
        return in_geneva(self.entry.at)

    @property
    def clock(self) -> str:
        return f"{self.at:%H:%M}"


def keys_of(user: Any, wanted: dict[str, Any]) -> QuerySet:
    """(room, key, moment) of every entry that the reader may see and that answers to the filter, newest first."""
    return keys_in([wanted["room"]] if wanted.get("room") else list(SOURCES), user, _condition(wanted))


def keys_in(rooms: list[str], user: Any, condition: Q) -> QuerySet:
    """(room, key, moment) of these rooms' entries that fulfil the condition, newest first, in one question."""
    found = [
        SOURCES[room][1](user).filter(condition).annotate(room=Value(room)).order_by().values_list("room", "pk", "at")
        for room in rooms
    ]
    return found[0].union(*found[1:], all=True).order_by("-at", "-pk")


def _condition(wanted: dict[str, Any]) -> Q:
    condition = Q()
    if wanted.get("organization"):
        condition &= Q(organization=wanted["organization"])
    if wanted.get("start"):
        condition &= Q(at__gte=_midnight(wanted["start"]))
    if wanted.get("end"):
        condition &= Q(at__lt=_midnight(wanted["end"] + timedelta(days=1)))
    for word in wanted.get("q", "").split():
        condition &= Q(text__icontains=word) | Q(actor_label__icontains=word)
    return condition


def _midnight(day: Any) -> Any:
    return moment(day).replace(hour=0)


def entries_of(
    keys: Iterable[tuple[str, int, Any]], user: Any, *, briefly: bool = False
) -> Iterator[tuple[str, Entry]]:
    """(room, entry) behind these keys, in their order; one query per room that is met. Briefly: without the values
    before and after, and of the record only what names it."""
    keys = list(keys)
    wanted: dict[str, list[int]] = {}
    for room, key, _at in keys:
        wanted.setdefault(room, []).append(key)
    found = {room: _asked(SOURCES[room][1](user), briefly).in_bulk(rows) for room, rows in wanted.items()}
    return ((room, found[room][key]) for room, key, _at in keys)


def _asked(rows: QuerySet[Entry], briefly: bool) -> QuerySet[Entry]:
    return rows.defer(*_long_fields(rows.model)) if briefly else rows


@cache
def _long_fields(model: type[Entry]) -> list[str]:
    record = model._meta.get_field("subject").related_model
    long = [field.name for field in record._meta.fields if isinstance(field, TextField | JSONField)]
    return ["before", "after", *(f"subject__{name}" for name in long)]


def lines(keys: Iterable[tuple[str, int, Any]], user: Any) -> Iterator[Line]:
    """The entries behind these keys with their records."""
    for room, entry in entries_of(keys, user):
        address = getattr(entry.subject, "get_absolute_url", str)
        yield Line(entry, room, str(SOURCES[room][0]), address() if room != "people" else "", differences(entry))


def differences(entry: Entry) -> list[tuple[str, str, str]]:
    """What an entry changed: the name of each field with its words before and after."""
    before, after = entry.before or {}, entry.after or {}
    if not isinstance(before, dict) or not isinstance(after, dict) or not before:
        return []
    names = {field.name: str(field.verbose_name) for field in entry.subject._meta.fields}
    return [
        (names.get(name, name.replace("_", " ")), _short(before.get(name)), _short(after.get(name)))
        for name in {**before, **after}
        if before.get(name) != after.get(name)
    ]


def _short(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return text if len(text) <= 300 else f"{text[:299].rsplit(' ', 1)[0]} …"


COLUMNS = (
    Column(gettext_lazy("Date"), 18),
    Column(gettext_lazy("Time in Geneva"), 14),
    Column(gettext_lazy("Room"), 20),
    Column(gettext_lazy("Record"), 50),
    Column(gettext_lazy("Who"), 24),
    Column(gettext_lazy("Organization"), 14),
    Column(gettext_lazy("What"), 70),
    Column(gettext_lazy("Before and after"), 70),
)


def table_rows(keys: QuerySet, user: Any, batch: int = 500) -> Iterator[tuple[Any, ...]]:
    """The filtered history as rows for a file, read in batches."""
    total = keys.count()
    for start in range(0, total, batch):
        for line in lines(keys[start : start + batch], user):
            entry = line.entry
            changed = "\n".join(
                _("%(name)s: “%(before)s” became “%(after)s”") % {"name": name, "before": before, "after": after}
                for name, before, after in line.changed
            )
            when = in_geneva(entry.at)
            day, clock = format_date(when), format_time(entry.at)
            yield day, clock, line.room, str(entry.subject), entry.actor_label, entry.organization, entry.text, changed
