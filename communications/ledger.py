"""The ledger of a letter as a workbook; every cell is text or a moment, never a formula."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from core.dates import format_moment
from post.models import Delivery


def workbook(rows: Iterable[Delivery]) -> bytes:
    """One line per recipient. A value that starts with =, +, - or @ stays text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Ledger"))
    heads = (_("Recipient"), _("Address"), _("From"), _("State"), _("Reason"), _("Attempts"), _("Sent"))
    for column, width in zip("ABCDEFG", (34, 38, 10, 22, 40, 10, 26), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, head, bold=True) for head in heads])
    for row in rows.iterator() if hasattr(rows, "iterator") else rows:
        words = row.words
        texts = (
            row.name,
            row.address,
            row.group,
            words.state,
            words.why,
            str(row.attempts),
            format_moment(row.sent_at),
        )
        sheet.append([_cell(sheet, text) for text in texts])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(sheet: object, text: object, bold: bool = False) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", str(text)))
    cell.data_type = "s"  # text, whatever it begins with
    cell.font = Font(bold=bold)
    return cell
