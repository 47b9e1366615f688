"""A backup of everything, and its return: one ZIP file with every table as JSON lines and every stored file.

It is the same for SQLite and PostgreSQL, so a backup of the one returns to the other. The manifest holds the digest of
each table and file; a restored system is read back and must give the same digests, else nothing is kept. Sessions are
not part of it, and neither is what Django itself fills in when it migrates (`LEFT_OUT`)."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from core.models import Backup, FeedAddress, User
from organizations.models import Invitation
from post.services.holds import hold_sending

FORMAT = 1
LEFT_OUT = {"sessions", "usersessions", "contenttypes", "auth", "admin"}
ROWS_AT_ONCE = 200
PIECE = 1024 * 1024


class Refused(Exception):
    """The file cannot be restored here; its text says why and what to do."""


def tables() -> dict[str, type[models.Model]]:
    """Every table of the portal by its name, also those that only join two others."""
    found = (model for model in apps.get_models(include_auto_created=True) if model._meta.managed)
    kept = (model for model in found if not model._meta.proxy and model._meta.app_label not in LEFT_OUT)
    return {model._meta.label: model for model in sorted(kept, key=lambda model: model._meta.label)}


# Making one --------------------------------------------------------------------------------


def make_backup(path: Path) -> dict[str, Any]:
    """Writes the backup of this moment to `path`, readable by its owner only, and returns its manifest.
    The portal goes on meanwhile; an unfinished file never bears the name."""
    part = path.with_name(f"{path.name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        manifest = _fill(archive)
    part.replace(path)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    Backup.objects.create(name=path.name, rows=rows, files=len(manifest["files"]), size=path.stat().st_size)
    return manifest


def _fill(archive: zipfile.ZipFile) -> dict[str, Any]:
    with _one_moment():
        manifest = {
            "format": FORMAT,
            "made_at": timezone.now().isoformat(),
            "migrations": _migrations(),
            "tables": {name: _write_table(archive, name, model) for name, model in tables().items()},
        }
    # Files are only ever added, so those of the tables' moment are all there.
    manifest["files"] = {name: _write_file(archive, name, path) for name, path in _files()}
    archive.writestr("manifest.json", json.dumps(manifest, indent=1, sort_keys=True))
    return manifest


@contextmanager
def _one_moment() -> Iterator[None]:
    """All reads inside see the database of one moment, and hold up no writer."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            # Not atomic(), which takes the write lock at once.
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def _migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def _write_table(archive: zipfile.ZipFile, name: str, model: type[models.Model]) -> dict[str, Any]:
    digest, count = hashlib.sha256(), 0
    with archive.open(f"tables/{name}.jsonl", "w", force_zip64=True) as member:
        for line in _lines(model):
            digest.update(line)
            member.write(line)
            count += 1
    return {"rows": count, "sha256": digest.hexdigest()}


def _lines(model: type[models.Model]) -> Iterator[bytes]:
    """Each row as one line of JSON, the same on both databases: keys in order, moments in UTC to the microsecond."""
    names = [field.attname for field in model._meta.concrete_fields]
    for row in model._base_manager.order_by("pk").values_list(*names).iterator(1000):
        text = json.dumps(row, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        yield f"{text}\n".encode()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return str(value)


def _files() -> Iterator[tuple[str, Path]]:
    root = Path(settings.MEDIA_ROOT)
    for path in sorted(root.rglob("*")):
        if path.is_file():
            yield path.relative_to(root).as_posix(), path


def _write_file(archive: zipfile.ZipFile, name: str, path: Path) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(f"files/{name}", "w", force_zip64=True) as member:
        while piece := source.read(PIECE):
            digest.update(piece)
            member.write(piece)
            size += len(piece)
    return {"size": size, "sha256": digest.hexdigest()}


# Bringing it back --------------------------------------------------------------------------


def restore_backup(path: Path) -> dict[str, Any]:
    """Fills this empty, migrated portal from the file and returns the manifest. Sending is held afterwards, and no
    session or reset link of before the restore works.

    Raises Refused, with nothing kept, when the file is no backup, comes from another release, was damaged, or when
    this portal holds anything already."""
    with _opened(path) as archive:
        manifest = _manifest(archive)
        _check(manifest)
        _check_empty()
        written: list[Path] = []
        try:
            with transaction.atomic():
                for name, model in tables().items():
                    _read_table(archive, name, model, manifest["tables"][name])
                _reset_numbers()
                written += [_read_file(archive, name, facts) for name, facts in manifest["files"].items()]
                _read_back(manifest)
                _after_restore()
        except BaseException:
            for file in written:
                file.unlink(missing_ok=True)
            raise
    return manifest


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (OSError, zipfile.BadZipFile, EOFError) as error:
        raise Refused(f"{path} cannot be read as a backup: {error}") from error


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        return json.loads(archive.read("manifest.json"))
    except (KeyError, ValueError) as error:
        raise Refused("This file is not a backup of the portal, or it was cut off.") from error


def _check(manifest: dict[str, Any]) -> None:
    if manifest.get("format") != FORMAT:
        raise Refused(f"This backup has format {manifest.get('format')}; this release reads format {FORMAT}.")
    ours, theirs = set(_migrations()), set(manifest["migrations"])
    if ours != theirs:
        only = sorted(ours ^ theirs)[-5:]
        raise Refused(
            f"The backup comes from another release (they differ in {', '.join(only)}). Restore with that one."
        )
    if set(manifest["tables"]) != set(tables()):
        raise Refused("The backup holds other tables than this release.")


def _check_empty() -> None:
    full = [name for name, model in tables().items() if model._base_manager.exists()]
    if full or any(True for _file in _files()):
        raise Refused(
            "This portal is not empty. Restore into a new database and an empty folder SPCG_VAR, after "
            f"`manage.py migrate` alone. Found: {', '.join(full[:5]) or 'stored files'}."
        )


def _read_table(archive: zipfile.ZipFile, name: str, model: type[models.Model], facts: dict[str, Any]) -> None:
    fields = model._meta.concrete_fields
    with archive.open(f"tables/{name}.jsonl") as member:
        rows = (json.loads(line) for line in member)
        while batch := list(islice(rows, ROWS_AT_ONCE)):
            _insert(model, fields, batch)


def _insert(model: type[models.Model], fields: Any, rows: list[list[Any]]) -> None:
    """Rows as they were, past everything that fills in a value by itself."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    places = ", ".join(["(" + ", ".join(["%s"] * len(fields)) + ")"] * len(rows))
    values = [_prepared(field, value) for row in rows for field, value in zip(fields, row, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {places}", values)  # noqa: S608


def _prepared(field: models.Field, value: Any) -> Any:
    if isinstance(field, models.JSONField):
        return None if value is None else field.get_db_prep_save(value, connection)
    return field.get_db_prep_save(field.to_python(value), connection)


def _reset_numbers() -> None:
    """PostgreSQL's counters go on after the highest number; SQLite does so by itself."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables().values())):
            cursor.execute(statement)


def _read_file(archive: zipfile.ZipFile, name: str, facts: dict[str, Any]) -> Path:
    root = Path(settings.MEDIA_ROOT).resolve()
    target = (root / name).resolve()
    if not target.is_relative_to(root):
        raise Refused(f"The backup names a file outside the folder: {name}")
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with archive.open(f"files/{name}") as member, target.open("xb") as stream:
        while piece := member.read(PIECE):
            digest.update(piece)
            stream.write(piece)
    if digest.hexdigest() != facts["sha256"]:
        target.unlink()
        raise Refused(f"The file {name} is damaged in the backup.")
    return target


def _read_back(manifest: dict[str, Any]) -> None:
    """What stands in the database now is, row by row, what the backup's manifest says."""
    for name, model in tables().items():
        digest, count = hashlib.sha256(), 0
        for line in _lines(model):
            digest.update(line)
            count += 1
        if {"rows": count, "sha256": digest.hexdigest()} != manifest["tables"][name]:
            raise Refused(f"The table {name} did not come back as it was; nothing was kept.")


def _after_restore() -> None:
    # Links to set a password hold the second of the last sign-in: with another one none of before works any more.
    User.objects.update(last_login=timezone.now() + timedelta(seconds=1))
    Session.objects.all().delete()
    FeedAddress.objects.all().delete()
    Invitation.objects.filter(used_at__isnull=True, expires_at__gt=timezone.now()).update(expires_at=timezone.now())
    hold_sending("A backup was restored.")
