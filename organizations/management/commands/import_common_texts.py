"""manage.py import_common_texts FILE: texts common to ITU-T and ISO/IEC, all rows or none."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from organizations.services.committees import BadFile
from organizations.services.publications import import_common_texts, read_common_texts


class Command(BaseCommand):
    help = "Load texts common to ITU-T and ISO/IEC from a CSV file; bad rows are listed, nothing is half done."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options):
        try:
            counts = import_common_texts(read_common_texts(options["file"]))
        except BadFile as error:
            for fault in error.faults:
                self.stderr.write(str(fault))
            raise CommandError(f"{len(error.faults)} bad rows; nothing was changed.") from error
        self.stdout.write("{added} added, {changed} changed, {unchanged} unchanged".format(**counts))
