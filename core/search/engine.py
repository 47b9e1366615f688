"""The index of each database behind one interface: FTS5 on SQLite, full text search with GIN on PostgreSQL.

Both hold the same sets of tokens, kept in step by the database itself (`SearchIndex`, the last operation of a
migration), so that what a bulk write, a restored backup or a loader puts into `SearchText` is found too."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection, migrations
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL

from core.search.words import Term, Token, audience_token, kind_token

_ASK = {
    "sqlite": "SELECT rowid FROM core_searchindex WHERE core_searchindex MATCH %s",
    "postgresql": "SELECT id FROM core_searchtext WHERE vector @@ %s::tsquery",
}
# The unique index of kind and key holds the row's number too; the sign keeps SQLite from reading the rows one by one.
# Ten thousand keys are read as one text in half the time of ten thousand rows.
_KEYS = {
    "sqlite": """SELECT group_concat(key) FROM core_searchtext WHERE kind = %s
    AND +id IN (SELECT rowid FROM core_searchindex WHERE core_searchindex MATCH %s)""",
    "postgresql": "SELECT string_agg(key, ',') FROM core_searchtext WHERE kind = %s AND vector @@ %s::tsquery",
}
_NEWEST = {"sqlite": " ORDER BY rowid DESC LIMIT %s", "postgresql": " ORDER BY id DESC LIMIT %s"}
_SIGNS = {"sqlite": (" AND ", " OR "), "postgresql": (" & ", " | ")}


def rows_with(expression: str) -> RawSQL:
    """The keys of all rows that an expression describes, for `pk__in`."""
    return RawSQL(_ASK[connection.vendor], [expression], BigIntegerField())  # noqa: S611


def newest_with(expression: str, most: int) -> list[int]:
    """The keys of the newest rows that an expression describes, at most so many, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(_ASK[connection.vendor] + _NEWEST[connection.vendor], [expression, most])
        return [key for (key,) in cursor.fetchall()]


def keys_with(expression: str, kind: str) -> set[int]:
    """The keys of the records of one kind whose rows an expression describes; of a kind whose keys are numbers."""
    with connection.cursor() as cursor:
        cursor.execute(_KEYS[connection.vendor], [kind, expression])
        return set(json.loads(f"[{cursor.fetchone()[0] or ''}]"))


def expression(
    terms: Iterable[Term],
    audiences: Iterable[str],
    kinds: Iterable[str] = (),
    *,
    titled: bool = False,
    some: bool = False,
) -> str:
    """Rows for one of these audiences, of one of these kinds if any are named, that hold every term, or with `some`
    any of them; with `titled` in their titles. There is at least one term and one audience."""
    both, either = _SIGNS[connection.vendor]
    limits = [[audience_token(name) for name in audiences], [kind_token(name) for name in kinds]]
    parts = [_group([_token(Token(word)) for word in words], either) for words in limits if words]
    wanted = [_term(term, titled) for term in terms]
    return both.join([*parts, _group(wanted, either)] if some else [*parts, *wanted])


def _group(parts: list[str], sign: str) -> str:
    return parts[0] if len(parts) == 1 else f"({sign.join(parts)})"


def _term(term: Term, titled: bool) -> str:
    both, either = _SIGNS[connection.vendor]
    ways = (_group([_token(token, "_" if titled else "") for token in way], both) for way in term.ways)
    return _group(list(dict.fromkeys(ways)), either)


def _token(token: Token, mark: str = "") -> str:
    # A token is letters, digits and the low line alone, so that nothing in it is a sign of either language.
    if connection.vendor == "postgresql":
        return f"'{mark}{token.word}'{':*' if token.begins else ''}"
    return f'"{mark}{token.word}"{"*" if token.begins else ""}'


_POSTGRES = (
    """ALTER TABLE core_searchtext ADD COLUMN IF NOT EXISTS vector tsvector
    GENERATED ALWAYS AS (array_to_tsvector(string_to_array(tokens, ' '))) STORED""",
    # The column that is walked stays in the row itself; the longer ones beside it move out.
    "ALTER TABLE core_searchtext ALTER COLUMN vector SET STORAGE MAIN",
    "CREATE INDEX IF NOT EXISTS core_searchtext_vector ON core_searchtext USING gin (vector) WITH (fastupdate = off)",
)
_TAKE_OUT = "INSERT INTO core_searchindex(core_searchindex, rowid, tokens) VALUES ('delete', old.id, old.tokens);"
_PUT_IN = "INSERT INTO core_searchindex(rowid, tokens) VALUES (new.id, new.tokens);"
_SQLITE = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS core_searchindex USING fts5(tokens, content='core_searchtext',
    content_rowid='id', detail=none, columnsize=0, tokenize="ascii tokenchars '_'")""",
    f"CREATE TRIGGER IF NOT EXISTS core_searchtext_put AFTER INSERT ON core_searchtext BEGIN {_PUT_IN} END",
    f"CREATE TRIGGER IF NOT EXISTS core_searchtext_out AFTER DELETE ON core_searchtext BEGIN {_TAKE_OUT} END",
    f"""CREATE TRIGGER IF NOT EXISTS core_searchtext_new AFTER UPDATE OF tokens ON core_searchtext
    BEGIN {_TAKE_OUT} {_PUT_IN} END""",
    "INSERT INTO core_searchindex(core_searchindex) VALUES ('rebuild')",
)
_SQLITE_BACK = (
    *(f"DROP TRIGGER IF EXISTS core_searchtext_{name}" for name in ("put", "out", "new")),
    "DROP TABLE IF EXISTS core_searchindex",
)
_POSTGRES_BACK = ("ALTER TABLE core_searchtext DROP COLUMN IF EXISTS vector",)


class SearchIndex(migrations.operations.base.Operation):
    """A migration's last operation wherever `SearchText` was altered: SQLite drops triggers silently with the table
    that it remakes."""

    reversible = True
    reduces_to_sql = True

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The state of the models does not change."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        postgres = schema_editor.connection.vendor == "postgresql"
        for statement in _POSTGRES if postgres else _SQLITE:
            schema_editor.execute(statement)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        postgres = schema_editor.connection.vendor == "postgresql"
        for statement in _POSTGRES_BACK if postgres else _SQLITE_BACK:
            schema_editor.execute(statement)

    def describe(self) -> str:
        return "The index of the search is kept in step by the database"
