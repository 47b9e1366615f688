"""Writes everything that the portal knows to one file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from spcg_portal.backup import make_backup


class Command(BaseCommand):
    help = "Writes the database and all stored files to FILE, which does not exist yet; the portal goes on meanwhile."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        if path.exists():
            raise CommandError(f"{path} exists already and is kept. Name another file.")
        try:
            manifest = make_backup(path)
        except OSError as error:
            raise CommandError(f"The backup could not be written: {error}") from error
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(f"{path}: {rows} rows of {len(manifest['tables'])} tables, {len(manifest['files'])} files.")
