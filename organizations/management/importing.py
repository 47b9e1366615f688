"""What the commands that load a CSV file have in common: all rows or none, bad rows named by number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from organizations.services.committees import BadFile

Rows = list[dict[str, str]]


class ImportCommand(BaseCommand):
    """Reads the rows of the named file and writes them; a child says how, and what it tells of the counts."""

    read: Callable[[Path], Rows]
    write: Callable[[Rows], dict[str, int]]

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options):
        try:
            counts = self.write(self.read(options["file"]))
        except BadFile as error:
            for fault in error.faults:
                self.stderr.write(str(fault))
            raise CommandError(f"{len(error.faults)} bad rows; nothing was changed.") from error
        self.stdout.write(", ".join(f"{count} {name}" for name, count in counts.items()))
