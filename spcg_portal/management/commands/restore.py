"""Brings a backup back into an empty portal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from spcg_portal.backup import Refused, restore_backup


class Command(BaseCommand):
    help = "Fills this empty, migrated portal from FILE and reads it back; sending is held until a person releases it."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            manifest = restore_backup(options["file"])
        except Refused as error:
            raise CommandError(str(error)) from error
        rows = sum(table["rows"] for table in manifest["tables"].values())
        self.stdout.write(
            f"Restored the state of {manifest['made_at']}: {rows} rows and {len(manifest['files'])} files, each with "
            "the digest that the backup names. Everybody signs in anew. Nothing is sent until the administrator "
            "releases it on the page /sending/, or `manage.py release_sending` does."
        )
