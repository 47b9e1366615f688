"""The demonstration data for tests: loaded once per process, then put back as it was, rows and files.

Loading goes through every service and takes seconds; sixty tests start from it."""

from __future__ import annotations

import io
import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction

_rows: dict[str, Any] = {}
_files = tempfile.TemporaryDirectory(prefix="spcg-demonstration-")


def load_demonstration() -> None:
    """The rows and files that `loaddemo` makes. Tables that were not empty before are left to it: where there are any
    of its own in them, everything is loaded anew."""
    if _rows and not any(_count(table) for table in _rows):
        return _put_back()
    was_empty = {table for table in _tables() if not _count(table)}
    call_command("loaddemo", verbosity=0)
    if not _rows and was_empty >= {"core_user", "organizations_organization", "core_searchtext"}:
        _keep(was_empty)
    return None


def _tables() -> list[str]:
    return connection.introspection.django_table_names(only_existing=True)


def _quoted(table: str) -> str:
    return connection.ops.quote_name(table)


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM {_quoted(table)}")
        return cursor.fetchone()[0]


def _keep(was_empty: set[str]) -> None:
    shutil.copytree(settings.MEDIA_ROOT, _files.name, dirs_exist_ok=True)
    for table in sorted(was_empty):
        if _count(table):
            _rows[table] = _read(table)


def _read(table: str) -> Any:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            kept = io.BytesIO()
            cursor.copy_expert(f"COPY {_quoted(table)} TO STDOUT", kept)
            return kept.getvalue()
        return cursor.connection.execute(f"SELECT * FROM {_quoted(table)}").fetchall()


def _put_back() -> None:
    shutil.copytree(_files.name, Path(settings.MEDIA_ROOT), dirs_exist_ok=True)
    with transaction.atomic(), connection.constraint_checks_disabled(), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        for table, rows in _rows.items():
            _write(cursor, table, rows)
        _number_on(cursor)


def _write(cursor: Any, table: str, rows: Any) -> None:
    if connection.vendor == "postgresql":
        cursor.copy_expert(f"COPY {_quoted(table)} FROM STDIN", io.BytesIO(rows))
    else:
        places = ", ".join("?" * len(rows[0]))
        cursor.connection.executemany(f"INSERT INTO {_quoted(table)} VALUES ({places})", rows)


def _number_on(cursor: Any) -> None:
    """New rows get numbers above those that were put back."""
    from django.apps import apps

    for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True)):
        cursor.execute(statement)
