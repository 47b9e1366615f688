"""Tables as files: XLSX and CSV. Text stays text there, whatever it begins with (OWASP, CSV injection)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_000
# What XML 1.0 (2.2, Char) cannot hold; one of them makes the whole workbook unreadable.
NO_SIGN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Column:
    """A heading, and the width of its column in characters."""

    heading: Any
    width: int = 20


def table_response(
    format: str, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]], name: str
) -> HttpResponse:
    """The table as a download `name`.xlsx or `name`.csv. Raises ValueError for any other format."""
    if format not in TYPES:
        raise ValueError(f"The formats are {', '.join(TYPES)}.")
    data = workbook(title, columns, rows) if format == "xlsx" else csv_bytes(columns, rows)
    response = HttpResponse(data, content_type=TYPES[format])
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.{format}")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def workbook(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet with a heading row that stays in sight. Numbers and dates keep their kind, all else is text.
    Rows are written as they come, so that memory does not grow with their number."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(str(title)[:31])
    for place, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.freeze_panes = "A2"
    plain, bold = _styles(sheet)
    sheet.append([_cell(sheet, str(column.heading), bold) for column in columns])
    count = 1
    for count, row in enumerate(rows, start=2):  # noqa: B007
        sheet.append([_cell(sheet, value, plain) for value in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count}"
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _styles(sheet: Any) -> tuple[StyleArray, StyleArray]:
    """What plain and bold cells look like, worked out once and shared: that is most of the time of a long table."""
    plain, bold = WriteOnlyCell(sheet), WriteOnlyCell(sheet)
    plain.alignment = bold.alignment = Alignment(vertical="top", wrap_text=True)
    bold.font = Font(bold=True)
    return plain._style, bold._style


def _cell(sheet: Any, value: Any, style: StyleArray) -> WriteOnlyCell:
    if isinstance(value, bool) or not isinstance(value, int | float | date | None):
        text = NO_SIGN.sub("", str(value))[:LONGEST_CELL]
        cell = WriteOnlyCell(sheet, value=text)
        cell.data_type = "s"
        cell._style = style
        if text.startswith(FORMULA):
            cell._style = copy(style)
            cell.quotePrefix = True
        return cell
    cell = WriteOnlyCell(sheet, value=value)
    of_its_kind = cell._style  # a date brings the form in which it is written
    cell._style = style
    if of_its_kind is not None:
        cell._style = copy(style)
        cell._style.numFmtId = of_its_kind.numFmtId
    return cell


def csv_bytes(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with the mark by which Excel knows it. Text that begins like a formula gets an apostrophe in front."""
    stream = StringIO()
    writer = csv.writer(stream)
    writer.writerow([str(column.heading) for column in columns])
    writer.writerows([guarded(value) for value in row] for row in rows)
    return ("\ufeff" + stream.getvalue()).encode()


def guarded(value: Any) -> Any:
    """A cell of a CSV file: text that a spreadsheet would calculate is made text."""
    if not isinstance(value, str):
        return "" if value is None else value
    return f"'{value}" if value.lstrip("'").startswith(FORMULA) else value


def unguarded(text: str) -> str:
    """The typed text again, for a file of ours that comes back: the apostrophe of `guarded` is taken away."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA) else text
