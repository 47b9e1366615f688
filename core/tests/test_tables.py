import csv
from datetime import date, datetime
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from core.tables import Column, csv_bytes, guarded, table_response, unguarded, workbook

COLUMNS = [Column("Title", 40), Column("Day"), Column("Count")]
ROWS = [
    ("=1+1", date(2020, 11, 25), 3),
    ("+41 22 749 01 11", None, -2),
    ("@cell", None, None),
    ("\ttab", None, 1.5),
    ("two\nlines\x07", None, True),
]


def test_a_workbook_keeps_kinds_and_never_calculates_text():
    sheet = load_workbook(
        BytesIO(workbook("A title that is much longer than a sheet's name may be", COLUMNS, ROWS))
    ).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()][:3] == [
        ["Title", "Day", "Count"],
        ["=1+1", datetime(2020, 11, 25), 3],
        ["+41 22 749 01 11", None, -2],
    ]
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert [cell.quotePrefix for cell in sheet["A"]] == [False, True, True, True, True, False]
    assert (sheet["A6"].value, sheet.freeze_panes) == ("two\nlines", "A2")


def test_a_workbook_takes_any_sign_in_its_words_and_its_heading():
    """Seen red with the library's own list of signs, which lacks the last two and the halves of a pair."""
    signs = "".join(map(chr, (*range(32), 0xD800, 0xDFFF, 0xFFFE, 0xFFFF)))
    sheet = load_workbook(BytesIO(workbook("T", [Column(f"Na{signs}me")], [(f"a{signs}b",)]))).active
    assert [cell.value.split() for cell in sheet["A"]] == [["Na", "me"], ["a", "b"]]


def test_a_csv_file_is_read_by_excel_and_calculates_nothing():
    data = csv_bytes(COLUMNS, ROWS)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(data.decode("utf-8-sig"))))
    assert rows[1] == ["'=1+1", "2020-11-25", "3"]
    assert [row[0][0] for row in rows[2:5]] == ["'", "'", "'"]
    assert rows[2][2] == "-2"


@pytest.mark.parametrize("text", ["=1", "-", "@x", "plain", "'quoted'", "", "'", "'=1", "''-1", "\rx", "it's"])
def test_what_was_guarded_comes_back_as_typed(text):
    assert unguarded(guarded(text)) == text


def test_a_table_is_a_download_under_any_name():
    response = table_response("csv", "T", COLUMNS, ROWS, "Übersicht 2026-11-25")
    assert "filename*=utf-8''%C3%9Cbersicht%202026-11-25.csv" in response.headers["Content-Disposition"]
    with pytest.raises(ValueError, match="xlsx, csv"):
        table_response("ods", "T", COLUMNS, ROWS, "x")
