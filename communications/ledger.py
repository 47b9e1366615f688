"""The ledger of a letter as a workbook; every cell is text, never a formula."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import tables
from core.dates import format_moment
from core.tables import Column
from post.models import Delivery

COLUMNS = (
    Column(gettext_lazy("Recipient"), 34),
    Column(gettext_lazy("Address"), 38),
    Column(gettext_lazy("From"), 10),
    Column(gettext_lazy("State"), 22),
    Column(gettext_lazy("Reason"), 40),
    Column(gettext_lazy("In the server's words"), 40),
    Column(gettext_lazy("What to do"), 40),
    Column(gettext_lazy("Attempts"), 10),
    Column(gettext_lazy("Sent"), 26),
)


def workbook(rows: Iterable[Delivery]) -> bytes:
    """One line per recipient, read from the database as it is written."""
    lines = rows.iterator() if hasattr(rows, "iterator") else rows
    return tables.workbook(_("Ledger"), COLUMNS, map(_line, lines))


def _line(row: Delivery) -> tuple[object, ...]:
    words = row.words
    said = row.detail if row.in_trouble else ""
    told = (words.state, words.why, said, words.next_step)
    return row.name, row.address, row.group, *told, row.attempts, format_moment(row.sent_at)
