"""How wide the columns of a table and of a cover are, the same in Word and on paper."""

from __future__ import annotations

from documents.publishing.content import Cover, Run, Table, text_of

_NARROWEST, _WIDEST = 5, 42
_ROWS_LOOKED_AT = 200
_LONGEST_IN_CORNER = 24
_LETTERS = 85  # in a line of a table as wide as the page, were they all capitals


def column_shares(table: Table) -> tuple[int, ...]:
    """Relative widths: those given, else by the words in the columns, so that no word has to break."""
    if table.widths:
        return table.widths
    rows = (table.header, *table.rows[:_ROWS_LOOKED_AT])
    return tuple(max(_wish(row[column]) for row in rows) for column in range(len(table.header)))


def tight_cells(table: Table) -> list[list[int]]:
    """For each cell how many letters its column holds, where a word is longer and has to break; else 0."""
    shares = column_shares(table)
    holds = [max(int(_LETTERS * share / sum(shares)) - 1, 1) for share in shares]
    return [[most if _longest(cell) > most else 0 for cell, most in zip(row, holds, strict=True)] for row in table.rows]


def _longest(cell: tuple[Run, ...]) -> int:
    return max(map(len, text_of(cell).split()), default=0)


def corner_span(cover: Cover) -> int:
    """How many of the cover's four columns the right part of the letterhead takes: two where a line needs them."""
    return 2 if any(len(line.text) > _LONGEST_IN_CORNER for line in cover.right) else 1


def _wish(cell: tuple[Run, ...]) -> int:
    words = text_of(cell).split()
    longest = max(map(len, words), default=0) + 2
    return max(_NARROWEST, min(longest, _WIDEST), min(sum(map(len, words)) + len(words), _WIDEST))
