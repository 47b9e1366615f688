"""The areas of a CSV file: name, description, committees, mechanism, source. Committees and mechanisms are
separated by semicolons; a mechanism is its kind, or its kind, a colon and a detail."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from landscape.models import Area, AreaMechanism
from landscape.services.areas import add_area
from organizations.models import Committee
from organizations.services.committees import BadFile, Fault

COLUMNS = ("name", "description", "committees", "mechanism", "source")
Kind = AreaMechanism.Kind
KINDS = {
    "liaison": Kind.LIAISON,
    "joint working group": Kind.JOINT_WORKING_GROUP,
    "joint technical committee": Kind.JOINT_COMMITTEE,
    "joint project team": Kind.JOINT_TEAM,
    "joint coordination activity": Kind.JOINT_COORDINATION,
    "task force": Kind.TASK_FORCE,
    "common text": Kind.COMMON_TEXT,
    "systems committee": Kind.SYSTEMS_COMMITTEE,
    "focus group": Kind.FOCUS_GROUP,
    "advisory committee": Kind.ADVISORY_COMMITTEE,
    "joint publication": Kind.JOINT_PUBLICATION,
    "coordination group": Kind.COLLABORATION_GROUP,
    "collaboration group": Kind.COLLABORATION_GROUP,
    "other": Kind.OTHER,
}


@dataclass(frozen=True)
class AreaRow:
    """One row of the file, taken apart; `number` counts from the heading, which is row 1."""

    number: int
    name: str
    text: str
    committees: tuple[str, ...]
    mechanisms: tuple[tuple[str, str], ...]
    source: str


def split_list(cell: str) -> tuple[str, ...]:
    """The parts between semicolons, without white space around them and without empty ones."""
    return tuple(part for item in cell.split(";") if (part := " ".join(item.split())))


def split_mechanism(text: str) -> tuple[str, str]:
    """Kind and detail of one mechanism. Raises ValueError for a kind outside the closed list."""
    words, _colon, detail = text.partition(":")
    kind = KINDS.get(words.strip().lower())
    if kind is None:
        raise ValueError(_("“%(kind)s” is not a kind of mechanism") % {"kind": words.strip()})
    return kind.value, detail.strip()


def read_areas(path: Path) -> list[AreaRow]:
    """The rows of the file. Raises BadFile with every bad row by number and reason."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            lines = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile([Fault(0, str(error))]) from error
    missing = [name for name in COLUMNS if lines and name not in lines[0]]
    if missing or not lines:
        raise BadFile([Fault(1, _("columns are missing: %(names)s") % {"names": ", ".join(missing or COLUMNS)})])
    rows, faults = [], []
    for number, line in enumerate(lines, start=2):
        try:
            rows.append(_row(number, {name: (line[name] or "").strip() for name in COLUMNS}))
        except ValueError as error:
            faults.append(Fault(number, str(error)))
    if faults:
        raise BadFile(faults)
    return rows


def _row(number: int, cells: dict[str, str]) -> AreaRow:
    if not cells["name"] or not cells["description"]:
        raise ValueError(_("the name or the description is missing"))
    if len(cells["name"]) > 200:
        raise ValueError(_("the name is longer than 200 characters"))
    return AreaRow(
        number,
        cells["name"],
        cells["description"],
        split_list(cells["committees"]),
        tuple(split_mechanism(item) for item in split_list(cells["mechanism"])),
        cells["source"],
    )


def committees_by_spelling(names: set[str]) -> dict[str, Committee]:
    """The committees of these spellings, by acronym or other spelling, without regard to case."""
    found = {}
    wanted = {name.lower(): name for name in names}
    for committee in Committee.objects.prefetch_related("aliases"):
        for spelling in (*(alias.alias for alias in committee.aliases.all()), committee.acronym):
            if spelling.lower() in wanted:
                found[wanted[spelling.lower()]] = committee
    return found


@transaction.atomic
def load_areas(path: Path, by: Any, at: datetime) -> dict[str, int]:
    """Adds the areas of the file that the landscape does not have yet, by name; all of them or none. Areas that it
    has stay as they are, so that the same file twice changes nothing. Returns the numbers added and unchanged.

    Raises BadFile that lists every bad row and every committee that the catalogue does not know."""
    rows = read_areas(path)
    known = committees_by_spelling({name for row in rows for name in row.committees})
    faults = [
        Fault(row.number, _("committee “%(name)s” is not known") % {"name": name})
        for row in rows
        for name in row.committees
        if name not in known
    ]
    if faults:
        raise BadFile(faults)
    present = {name.lower() for name in Area.objects.values_list("name", flat=True)}
    fresh = [row for row in {row.name.lower(): row for row in rows}.values() if row.name.lower() not in present]
    for row in fresh:
        add_area(
            by,
            name=row.name,
            text=row.text,
            committees=[known[name] for name in row.committees],
            mechanisms=row.mechanisms,
            source=row.source,
            at=at,
        )
    return {"added": len(fresh), "unchanged": len(rows) - len(fresh)}
