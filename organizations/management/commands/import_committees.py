"""manage.py import_committees FILE: the catalogue with its scopes, all rows or none."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from organizations.services.committees import BadFile, import_committees, read_committees


class Command(BaseCommand):
    help = "Load committees (with scopes) from a CSV file; bad rows are listed by number and nothing is half done."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options):
        try:
            counts = import_committees(read_committees(options["file"]))
        except BadFile as error:
            for fault in error.faults:
                self.stderr.write(str(fault))
            raise CommandError(f"{len(error.faults)} bad rows; nothing was changed.") from error
        self.stdout.write("{added} added, {changed} changed, {unchanged} unchanged".format(**counts))
