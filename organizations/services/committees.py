"""The committee catalogue, from a CSV file: organization, acronym, kind, parent, title, scope, status."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from core.search import row_of, save_rows
from organizations.models import Committee, CommitteeAlias, Organization

COLUMNS = ("organization", "acronym", "kind", "parent", "title", "scope", "status")


@dataclass(frozen=True)
class Fault:
    """One bad row: its number in the file (the heading is row 1) and the reason."""

    row: int
    reason: str

    def __str__(self) -> str:
        return _("row %(row)d: %(reason)s") % {"row": self.row, "reason": self.reason}


class BadFile(ValueError):
    """The file was not taken at all; `faults` says why, row by row."""

    def __init__(self, faults: list[Fault]):
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


def read_committees(path: Path) -> list[dict[str, str]]:
    """The rows of the catalogue's file with their numbers. Raises BadFile as `read_rows`."""
    return read_rows(path, COLUMNS)


def read_rows(path: Path, columns: Iterable[str]) -> list[dict[str, str]]:
    """The rows of a file with their numbers. Raises BadFile if it cannot be read or lacks a column."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in columns if name not in (reader.fieldnames or [])]
            if missing:
                raise BadFile([Fault(1, _("columns are missing: %(names)s") % {"names": ", ".join(missing)})])
            return [
                {**{k: (v or "").strip() for k, v in row.items() if k}, "_row": str(reader.line_num)} for row in reader
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadFile([Fault(0, str(error))]) from error


def find_faults(rows: Iterable[dict[str, str]]) -> list[Fault]:
    """All bad rows of a file, by number and reason."""
    rows = list(rows)
    codes = set(Organization.objects.values_list("code", flat=True))
    if not codes:
        return [Fault(0, _("no organization is on record: manage.py set_up comes first"))]
    known = {row["acronym"] for row in rows} | set(Committee.objects.values_list("acronym", flat=True))
    seen: set[str] = set()
    faults = []
    for row in rows:
        for reason in _reasons(row, codes, known, seen):
            faults.append(Fault(int(row["_row"]), reason))
        seen.add(row["acronym"])
    return faults


def _reasons(row: dict[str, str], codes: set[str], known: set[str], seen: set[str]) -> list[str]:
    longest = {"acronym": 60, "title": 300}
    tests = {
        _("the acronym is missing"): not row["acronym"],
        _("the title is missing"): not row["title"],
        _("%(acronym)s stands in an earlier row") % row: row["acronym"] in seen,
        _("“%(organization)s” is not an organization") % row: not _codes(row) <= codes or not _codes(row),
        _("“%(kind)s” is not a kind of committee") % row: row["kind"] not in Committee.Kind.values,
        _("“%(status)s” is not a status") % row: row["status"] not in Committee.Status.values,
        _("its parent “%(parent)s” is not known") % row: bool(row["parent"]) and row["parent"] not in known,
        _("it is its own parent"): bool(row["parent"]) and row["parent"] == row["acronym"],
        **{_("the %(name)s is too long") % {"name": k}: len(row[k]) > n for k, n in longest.items()},
    }
    return [reason for reason, wrong in tests.items() if wrong]


def _codes(row: dict[str, str]) -> set[str]:
    return set(row["organization"].split("/")) if row["organization"] else set()


@transaction.atomic
def import_committees(rows: list[dict[str, str]]) -> dict[str, int]:
    """Adds and updates committees; all rows or none. A blank scope keeps the one on record.
    Returns the numbers of added, changed and unchanged rows. Raises BadFile if any row is bad."""
    faults = find_faults(rows)
    if faults:
        raise BadFile(faults)
    existing = {item.acronym: item for item in Committee.objects.prefetch_related("organizations")}
    parents = {item.pk: item.acronym for item in existing.values()}
    organizations = {item.code: item for item in Organization.objects.all()}
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    touched = []
    for row in rows:
        committee, outcome = _put(row, existing, parents)
        counts[outcome] += 1
        touched.append((committee, row))
    Committee.objects.bulk_create([c for c, _row in touched if not c.pk])
    _link(touched, organizations, {c.acronym: c for c, _row in touched} | existing)
    index_committees(c for c, _row in touched)
    return counts


def index_committees(committees: Iterable[Committee]) -> None:
    """One search row per committee: acronym, title and scope; found by the other spellings of its acronym too."""
    committees = list(committees)
    spellings: dict[int, list[str]] = defaultdict(list)
    for committee, alias in CommitteeAlias.objects.values_list("committee", "alias"):
        spellings[committee].append(alias)
    save_rows(
        row_of(
            "committee",
            item.pk,
            f"{item} {item.title}",
            item.scope,
            item.get_absolute_url(),
            names=[item.acronym, *spellings[item.pk]],
        )
        for item in committees
    )


def _put(row: dict[str, str], existing: dict[str, Committee], parents: dict[int, str]) -> tuple[Committee, str]:
    values = {name: row[name] for name in ("kind", "title", "status")}
    if row["scope"]:
        values["scope"] = row["scope"]
    committee = existing.get(row["acronym"])
    if committee is None:
        return Committee(acronym=row["acronym"], **values), "added"
    same = all(getattr(committee, name) == value for name, value in values.items())
    same = same and parents.get(committee.parent_id, "") == row["parent"] and set(committee.codes) == _codes(row)
    if same:
        return committee, "unchanged"
    for name, value in values.items():
        setattr(committee, name, value)
    committee.save()
    return committee, "changed"


def _link(
    touched: list[tuple[Committee, dict[str, str]]],
    organizations: dict[str, Organization],
    known: dict[str, Committee],
) -> None:
    for committee, row in touched:
        parent = known.get(row["parent"])
        committee.parent_id = parent.pk if parent else None
    Committee.objects.bulk_update([c for c, _row in touched], ["parent"], batch_size=200)
    through = Committee.organizations.through
    pairs = {(c.pk, organizations[code].pk) for c, row in touched for code in _codes(row)}
    through.objects.filter(committee_id__in=[c.pk for c, _row in touched]).delete()
    through.objects.bulk_create([through(committee_id=c, organization_id=o) for c, o in sorted(pairs)])
