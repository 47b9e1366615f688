"""Other spellings of committees' acronyms, from a CSV file: alias, acronym."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from organizations.models import Committee, CommitteeAlias
from organizations.services.committees import BadFile, Fault, index_committees, read_rows

Rows = list[dict[str, str]]
COLUMNS = ("alias", "acronym")


def read_aliases(path: Path) -> Rows:
    """The rows of the file of spellings. Raises BadFile as `read_rows`."""
    return read_rows(path, COLUMNS)


@transaction.atomic
def import_aliases(rows: Rows) -> dict[str, int]:
    """Adds spellings, and gives one on record to the committee that the file names; all rows or none. Upper and lower
    case are one spelling. Returns the numbers of added, changed and unchanged rows. Raises BadFile for a bad row."""
    committees = dict(Committee.objects.values_list("acronym", "pk"))
    faults = _faults(rows, committees)
    if faults:
        raise BadFile(faults)
    known = {item.alias.lower(): item for item in CommitteeAlias.objects.all()}
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for row in rows:
        counts[_put(row["alias"], committees[row["acronym"]], known)] += 1
    index_committees(Committee.objects.filter(acronym__in={row["acronym"] for row in rows}))
    return counts


def _faults(rows: Rows, committees: dict[str, int]) -> list[Fault]:
    acronyms = {acronym.lower(): acronym for acronym in committees}
    seen: dict[str, str] = {}
    faults = []
    for row in rows:
        faults += [Fault(int(row["_row"]), why) for why, wrong in _tests(row, acronyms, seen).items() if wrong]
        seen.setdefault(row["alias"].lower(), row["acronym"])
    return faults


def _tests(row: dict[str, str], acronyms: dict[str, str], seen: dict[str, str]) -> dict[str, bool]:
    alias = row["alias"].lower()
    return {
        _("the spelling is missing"): not alias,
        _("the spelling is too long"): len(alias) > 60,
        _("the committee “%(acronym)s” is not known") % row: row["acronym"] not in acronyms.values(),
        _("“%(alias)s” is the acronym of another committee") % row: acronyms.get(alias, row["acronym"])
        != row["acronym"],
        _("an earlier row gives “%(alias)s” to another committee") % row: seen.get(alias, row["acronym"])
        != row["acronym"],
    }


def _put(alias: str, committee_id: int, known: dict[str, CommitteeAlias]) -> str:
    item = known.get(alias.lower())
    if item is None:
        known[alias.lower()] = CommitteeAlias.objects.create(alias=alias, committee_id=committee_id)
        return "added"
    if item.committee_id == committee_id:
        return "unchanged"
    CommitteeAlias.objects.filter(pk=item.pk).update(committee_id=committee_id)
    return "changed"
