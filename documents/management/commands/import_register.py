"""manage.py import_register FILE [FOLDER]: an existing register from a table and the folder of its files."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.moves import Refused
from documents.services.importing import import_plan
from documents.services.table import BadTable, decoded, files_of_folder, read_plan


class Command(BaseCommand):
    help = "Import an existing register: all lines or none. --check only says what would come of it."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("folder", type=Path, nargs="?")
        parser.add_argument("--check", action="store_true", help="write nothing")

    def handle(self, *args, file, folder, check, **options):
        try:
            plan = read_plan(decoded(file.read_bytes()), files_of_folder(folder) if folder else {})
            for line in plan.faulty:
                self.stderr.write(f"line {line.place}: {' '.join(line.faults)}")
            count = 0 if check else import_plan(plan, None, at=timezone.now())
        except (BadTable, Refused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(plan.sentence + (" would be imported." if check else f" imported: {count} new."))
        for name in plan.unused:
            self.stdout.write(f"not named by any line: {name}")
