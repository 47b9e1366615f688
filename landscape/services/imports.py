"""Areas out of a CSV file: read, shown, and written when the sender says so; all of it or nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.forms import clean_line, clean_lines
from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, Stale
from core.tables import unguarded
from documents.queries import revision_of
from landscape.cells import committees_of, mechanisms_of
from landscape.models import Area, AreaImport
from landscape.permissions import can_import
from landscape.queries import in_words
from landscape.queries.baselines import newest_facts
from landscape.services.areas import add_area, save_revision
from landscape.services.facts import (
    LONGEST_SOURCE,
    LONGEST_TEXT,
    MOST_COMMITTEES,
    MOST_DOCUMENTS,
    MOST_MECHANISMS,
    facts_of,
    plain,
)
from landscape.services.loading import KINDS, committees_by_spelling
from organizations.models import Committee, Organization
from organizations.queries import everybody
from organizations.services.committees import Fault
from post.services.notices import notify

MOST_ROWS = 5000
MOST_KEPT = 5
COLUMNS = ("address", "name", "description", "committees", "mechanism", "kept_by", "source", "documents")
UNKNOWN_OWNER = {"", "not known", "unknown"}


@dataclass(frozen=True)
class Planned:
    """One row that would write something: an area to add, or an area with what would change in it."""

    row: int
    name: str
    values: dict[str, Any]
    area: Area | None = None
    before: dict[str, Any] = field(default_factory=dict)

    @property
    def changed(self) -> list[str]:
        """The names of what would change."""
        return list(self.values)


@dataclass(frozen=True)
class Plan:
    """What a file would do: its bad rows, the additions, the changes, and how many rows change nothing."""

    faults: list[Fault]
    additions: list[Planned]
    changes: list[Planned]
    unchanged: int

    @property
    def seen(self) -> dict[str, int]:
        """The version of every area that would change, by its key."""
        return {str(item.area.pk): item.area.version for item in self.changes}

    @property
    def writes(self) -> int:
        return len(self.additions) + len(self.changes)


# Reading -----------------------------------------------------------------------------------


def read_plan(content: str, by: Any) -> Plan:
    """What the file would do to the landscape as it stands. Nothing is written; every bad row is named by its number
    and the reason. A column that the file does not have changes nothing."""
    rows, faults = _rows(content)
    known = committees_by_spelling({name for _n, row in rows for name in _acronyms(row)})
    reader = _Reader(by, known, {place.code.lower(): place for place in Organization.objects.all()})
    additions, changes, unchanged = [], [], 0
    for number, row in rows:
        try:
            planned = reader.plan(number, row)
        except ValueError as error:
            faults.append(Fault(number, str(error)))
            continue
        if planned is None:
            unchanged += 1
        else:
            (changes if planned.area else additions).append(planned)
    return Plan(sorted(faults, key=lambda fault: fault.row), additions, changes, unchanged)


def _rows(content: str) -> tuple[list[tuple[int, dict[str, str]]], list[Fault]]:
    """The rows with their numbers; the heading is row 1. Semicolons between the cells are understood too."""
    content = content.removeprefix("\ufeff")
    head = content.partition("\n")[0]
    reader = csv.DictReader(StringIO(content, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",")
    try:
        names = [name.strip().lower() for name in reader.fieldnames or []]
        if "name" not in names:
            return [], [Fault(1, _("the column “name” is missing"))]
        if len(set(names)) < len(names):
            return [], [Fault(1, _("a column stands twice"))]
        reader.fieldnames = names
        rows = [(number, _cells(row)) for number, row in enumerate(reader, start=2)]
    except csv.Error as error:
        return [], [Fault(0, _("the file cannot be read: %(why)s") % {"why": error})]
    if len(rows) > MOST_ROWS:
        return [], [Fault(0, _("the file has more than %(n)d rows") % {"n": MOST_ROWS})]
    return rows, [] if rows else [Fault(0, _("the file has no rows"))]


def _cells(row: dict[str | None, Any]) -> dict[str, str]:
    """The cells of a row as typed; a short row leaves cells out, which is said when it is planned."""
    cells = {name: unguarded(value) for name, value in row.items() if name in COLUMNS and isinstance(value, str)}
    return {**cells, "_long": "1"} if None in row else cells


def _acronyms(row: dict[str, str]) -> Iterable[str]:
    try:
        yield from (name for name, _role in committees_of(row.get("committees", "")))
        for _kind, _detail, *pair in mechanisms_of(row.get("mechanism", ""), KINDS):
            yield from pair
    except ValueError:
        return


class _Reader:
    """Plans one row after another; what was met stands in `seen`."""

    def __init__(self, by: Any, committees: dict[str, Committee], organizations: dict[str, Organization]):
        self.by, self.organizations = by, organizations
        self.committees = {name.lower(): committee for name, committee in committees.items()}
        areas = list(Area.objects.select_related("owner"))
        self.kept = newest_facts()
        self.by_slug = {area.slug: area for area in areas}
        self.by_name = {area.name.lower(): area for area in areas}
        self.seen: set[str] = set()

    def plan(self, number: int, row: dict[str, str]) -> Planned | None:
        """What the row would do; None for nothing. Raises ValueError with the reason for a bad row."""
        name = clean_line(row.get("name", ""))
        if "_long" in row:
            raise ValueError(_("the row has more cells than the heading"))
        if not name or len(name) > 200:
            raise ValueError(_("the name is missing") if not name else _("the name is longer than 200 characters"))
        area = self._area(row, name)
        keys = {name.lower(), f"/{area.slug}" if area else name.lower()}
        if keys & self.seen:
            raise ValueError(_("the area stands in an earlier row"))
        self.seen |= keys
        values = {"name": name, **self._values(row)}
        _check_limits(values)
        if area is None:
            if not values.get("text"):
                raise ValueError(_("the description is missing"))
            return Planned(number, name, values)
        return self._change(number, area, values)

    def _area(self, row: dict[str, str], name: str) -> Area | None:
        slug = row.get("address", "").strip()
        area = self.by_slug.get(slug) if slug else self.by_name.get(name.lower())
        if slug and area is None:
            raise ValueError(_("no area has the address “%(slug)s”; leave it out for a new area") % {"slug": slug[:80]})
        other = self.by_name.get(name.lower())
        if area and other and other.pk != area.pk:
            raise ValueError(_("another area has this name"))
        return area

    def _change(self, number: int, area: Area, values: dict[str, Any]) -> Planned | None:
        if "text" in values and not values["text"]:
            raise ValueError(_("the description is missing"))
        wanted = plain(values)
        if not _differing(wanted, {**self.kept.get(area.pk, {}), "name": area.name, "text": area.text}):
            return None
        before = facts_of(area)
        changed = {name: values[name] for name in _differing(wanted, before)}
        if not changed:
            return None
        if not area.is_open:
            raise ValueError(_("the area is closed; open it again to change it"))
        return Planned(number, area.name, changed, area, before)

    def _values(self, row: dict[str, str]) -> dict[str, Any]:
        """The clean values of the columns that the file has."""
        values: dict[str, Any] = {}
        if "description" in row:
            values["text"] = clean_lines(row["description"])
        if "source" in row:
            values["source"] = clean_lines(row["source"])
        if "kept_by" in row:
            values["owner"] = self._owner(row["kept_by"])
        if "committees" in row:
            values["committees"] = [(self._committee(name), role) for name, role in committees_of(row["committees"])]
        if "mechanism" in row:
            items = mechanisms_of(row["mechanism"], KINDS)
            values["mechanisms"] = [(kind, detail, *map(self._committee, pair)) for kind, detail, *pair in items]
            self._check_pairs(values)
        if "documents" in row:
            values["documents"] = [self._document(part) for part in row["documents"].split(";") if part.strip()]
        return values

    def _owner(self, cell: str) -> Organization | None:
        word = clean_line(cell).lower()
        if word in UNKNOWN_OWNER:
            return None
        if word not in self.organizations:
            raise ValueError(_("“%(name)s” is not an organization of the group") % {"name": clean_line(cell)[:80]})
        return self.organizations[word]

    def _committee(self, name: str) -> Committee:
        if name.lower() not in self.committees:
            raise ValueError(_("committee “%(name)s” is not known") % {"name": name[:80]})
        return self.committees[name.lower()]

    def _check_pairs(self, values: dict[str, Any]) -> None:
        own = {committee.pk for committee, _role in values.get("committees", ())}
        for _kind, _detail, *pair in values["mechanisms"]:
            if pair and ("committees" not in values or not {item.pk for item in pair} <= own or pair[0] == pair[1]):
                raise ValueError(_("both committees of a mechanism must be in the area"))

    def _document(self, part: str) -> Any:
        revision = revision_of(part.strip(), self.by)
        if revision is None or revision.shared_at is None:
            words = {"name": clean_line(part)[:80]}
            raise ValueError(_("“%(name)s” is not in the register of documents, or is a draft") % words)
        return revision


def _check_limits(values: dict[str, Any]) -> None:
    for name, most in (("text", LONGEST_TEXT), ("source", LONGEST_SOURCE)):
        if len(values.get(name, "")) > most:
            words = {"column": "description" if name == "text" else name, "n": most}
            raise ValueError(_("the %(column)s is longer than %(n)d characters") % words)
    for name, most in (("committees", MOST_COMMITTEES), ("mechanisms", MOST_MECHANISMS), ("documents", MOST_DOCUMENTS)):
        if len(values.get(name, ())) > most:
            words = {"n": most, "column": "mechanism" if name == "mechanisms" else name}
            raise ValueError(_("more than %(n)d in the column %(column)s") % words)


def _differing(wanted: dict[str, Any], before: dict[str, Any]) -> list[str]:
    """What is not the same; white space that a form would take away is no change."""
    tidy = {"name": clean_line, "text": clean_lines, "source": clean_lines}
    return [
        name
        for name, value in wanted.items()
        if name not in before or value not in (before[name], tidy.get(name, lambda same: same)(before[name]))
    ]


# Writing -----------------------------------------------------------------------------------


def _refuse(by: Any) -> None:
    if not can_import(by):
        raise NotAllowed(_("Secretaries keep the landscape. Ask the secretary of your organization."))


@transaction.atomic
def hold_import(by: Any, *, name: str, content: str, at: datetime | None = None) -> AreaImport:
    """Keeps a file until its sender has seen what it would do; of one person the last five that were not accepted."""
    _refuse(by)
    seen = read_plan(content, by).seen
    values = {"name": name, "content": content, "seen": seen, "at": at or timezone.now()}
    held = AreaImport.objects.create(owner=by, **values)
    old = AreaImport.objects.filter(owner=by, accepted_at=None).order_by("-pk").values_list("pk", flat=True)
    AreaImport.objects.filter(pk__in=list(old[MOST_KEPT:])).delete()
    return held


@transaction.atomic
def show_again(held: AreaImport, by: Any) -> Plan:
    """What the file would do now; this is what its sender then accepts."""
    _refuse(by)
    plan = read_plan(held.content, by)
    AreaImport.objects.filter(pk=held.pk, accepted_at=None).update(seen=_state(plan))
    return plan


def _state(plan: Plan) -> dict[str, Any]:
    return {"versions": plan.seen, "added": [item.name for item in plan.additions], "unchanged": plan.unchanged}


@transaction.atomic
def accept_import(held: AreaImport, by: Any, *, at: datetime | None = None) -> Plan:
    """Writes what was shown, each change as a revision, and tells the group in one mail; all of it or nothing.

    Raises AlreadyDone for the second click, Refused while a row is bad, and Stale when the landscape has changed since
    the changes were shown: then they are shown again."""
    _refuse(by)
    if not AreaImport.objects.filter(pk=held.pk, owner=by, accepted_at=None).update(accepted_at=at or timezone.now()):
        raise AlreadyDone(_("This file has already been imported."))
    plan = read_plan(held.content, by)
    if plan.faults:
        raise Refused(_("The file has bad rows. Correct them and choose the file again."))
    if held.seen != _state(plan):
        raise _changed_since()
    try:
        _write(plan, held, by, at)
    except (Conflict, Stale):
        raise _changed_since() from None
    if plan.writes:
        _tell(plan, held, by, at)
    return plan


def _changed_since() -> Stale:
    return Stale(_("The landscape has changed since you saw this page. Here is what the file would do now."))


def _write(plan: Plan, held: AreaImport, by: Any, at: datetime | None) -> None:
    reason = _("Imported from “%(name)s”") % {"name": held.name}
    for item in plan.changes:
        words = {"what": in_words(item.changed), "name": held.name}
        said = _("changed %(what)s by importing “%(name)s”") % words
        save_revision(item.area, by, item.area.version, "import", item.values, reason=reason, said=said, at=at)
    for item in plan.additions:
        add_area(by, at=at, **item.values)


def _tell(plan: Plan, held: AreaImport, by: Any, at: datetime | None) -> None:
    words = {"by": by, "name": held.name, "added": len(plan.additions), "changed": len(plan.changes)}
    notify(
        [person for person in everybody() if person.pk != by.pk],
        kind="landscape",
        subject=_("Landscape: areas added: %(added)d; changed: %(changed)d") % words,
        lead=_("%(by)s imported “%(name)s”. Areas added: %(added)d; changed: %(changed)d.") % words,
        text=_("Every change is a revision of its own: it can be compared and taken back on the page of the area."),
        reason=_("You take part in SPCG."),
        url="/landscape/history/",
        action=_("See what changed"),
        by=by,
        at=at,
    )
