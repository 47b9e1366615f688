"""How wide the columns of a table are, the same in Word and on paper."""

from __future__ import annotations

from documents.publishing.content import Run, Table, text_of

_NARROWEST, _WIDEST = 5, 42
_ROWS_LOOKED_AT = 200


def column_shares(table: Table) -> tuple[int, ...]:
    """Relative widths: those given, else by the words in the columns, so that no word has to break."""
    if table.widths:
        return table.widths
    rows = (table.header, *table.rows[:_ROWS_LOOKED_AT])
    return tuple(max(_wish(row[column]) for row in rows) for column in range(len(table.header)))


def _wish(cell: tuple[Run, ...]) -> int:
    words = text_of(cell).split()
    longest = max(map(len, words), default=0) + 2
    return max(_NARROWEST, min(longest, _WIDEST), min(sum(map(len, words)) + len(words), _WIDEST))
