"""What committees have published, from two CSV files: their standards, and texts common to ITU-T and ISO/IEC."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from django.db import models, transaction
from django.utils.translation import gettext as _

from organizations.models import Committee, CommitteeAlias, CommonText, Publication
from organizations.services.committees import BadFile, Fault, read_rows

Rows = list[dict[str, str]]
Committees = dict[str, int]

PUBLICATION_COLUMNS = ("acronym", "reference", "published", "title")
COMMON_TEXT_COLUMNS = (
    "itu_t_recommendation",
    "iso_iec_standard",
    "title",
    "itu_t_study_group",
    "iso_iec_committee",
    "latest_itu_date",
)
DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


def read_publications(path: Path) -> Rows:
    """The rows of the file of published standards. Raises BadFile as `read_rows`."""
    return read_rows(path, PUBLICATION_COLUMNS)


def read_common_texts(path: Path) -> Rows:
    """The rows of the file of common texts. Raises BadFile as `read_rows`."""
    return read_rows(path, COMMON_TEXT_COLUMNS)


@transaction.atomic
def import_publications(rows: Rows) -> dict[str, int]:
    """Adds published standards; all rows or none, and what is on record stays. Returns the numbers of added and
    unchanged rows. Raises BadFile if any row is bad."""
    known = _committees()
    _refuse(rows, lambda row: _publication_faults(row, known))
    names = ("committee_id", "reference", "published", "title")
    wanted = [(known[row["acronym"]], row["reference"], row["published"], row["title"]) for row in rows]
    return _add(Publication, names, wanted)


@transaction.atomic
def import_common_texts(rows: Rows) -> dict[str, int]:
    """Adds texts that ITU-T and ISO/IEC have in common, and corrects those on record; all rows or none. Returns the
    numbers of added, changed and unchanged rows. Raises BadFile if any row is bad."""
    known = _committees()
    seen: set[tuple[str, str]] = set()
    _refuse(rows, lambda row: _common_text_faults(row, known, seen))
    existing = {(text.recommendation, text.standard): text for text in CommonText.objects.all()}
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for row in rows:
        counts[_put(row, existing, known)] += 1
    return counts


def _committees() -> Committees:
    aliases = dict(CommitteeAlias.objects.values_list("alias", "committee_id"))
    return aliases | dict(Committee.objects.values_list("acronym", "pk"))


def _refuse(rows: Rows, reasons: Callable[[dict[str, str]], dict[str, bool]]) -> None:
    faults = [Fault(int(row["_row"]), why) for row in rows for why, wrong in reasons(row).items() if wrong]
    if faults:
        raise BadFile(faults)


def _publication_faults(row: dict[str, str], known: Committees) -> dict[str, bool]:
    return {
        _("the committee “%(acronym)s” is not known") % row: row["acronym"] not in known,
        _("the reference is missing"): not row["reference"],
        _("the reference is too long"): len(row["reference"]) > 100,
        _("the title is missing"): not row["title"],
        **_text_faults(row["title"], row["published"]),
    }


def _text_faults(title: str, date: str) -> dict[str, bool]:
    return {
        _("the title is too long"): len(title) > 600,
        _("“%(date)s” is not a date") % {"date": date}: bool(date) and not DATE.fullmatch(date),
    }


def _common_text_faults(row: dict[str, str], known: Committees, seen: set[tuple[str, str]]) -> dict[str, bool]:
    key = row["itu_t_recommendation"], row["iso_iec_standard"]
    again = key in seen
    seen.add(key)
    unknown = [row[name] for name in ("itu_t_study_group", "iso_iec_committee") if row[name] and row[name] not in known]
    return {
        _("a reference is missing"): not all(key),
        _("a reference is too long"): max(map(len, key)) > 100,
        _("%(first)s | %(second)s stands in an earlier row") % {"first": key[0], "second": key[1]}: again,
        **{_("the committee “%(acronym)s” is not known") % {"acronym": name}: True for name in unknown},
        **_text_faults(row["title"], row["latest_itu_date"]),
    }


def _add(model: type[models.Model], names: tuple[str, ...], wanted: list[tuple]) -> dict[str, int]:
    existing = set(model.objects.values_list(*names))
    new = [values for values in dict.fromkeys(wanted) if values not in existing]
    model.objects.bulk_create([model(**dict(zip(names, values, strict=True))) for values in new], batch_size=500)
    return {"added": len(new), "unchanged": len(wanted) - len(new)}


def _put(row: dict[str, str], existing: dict[tuple[str, str], CommonText], known: Committees) -> str:
    values = {
        "title": row["title"],
        "study_group_id": known.get(row["itu_t_study_group"]),
        "committee_id": known.get(row["iso_iec_committee"]),
        "latest_on": row["latest_itu_date"],
    }
    key = row["itu_t_recommendation"], row["iso_iec_standard"]
    text = existing.get(key)
    if text is None:
        CommonText.objects.create(recommendation=key[0], standard=key[1], **values)
        return "added"
    if all(getattr(text, name) == value for name, value in values.items()):
        return "unchanged"
    CommonText.objects.filter(pk=text.pk).update(**values)
    return "changed"
