"""manage.py import_committee_publications FILE: what committees have published, all rows or none."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from organizations.services.committees import BadFile
from organizations.services.publications import import_publications, read_publications


class Command(BaseCommand):
    help = "Load what committees have published from a CSV file; bad rows are listed, nothing is half done."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *args, **options):
        try:
            counts = import_publications(read_publications(options["file"]))
        except BadFile as error:
            for fault in error.faults:
                self.stderr.write(str(fault))
            raise CommandError(f"{len(error.faults)} bad rows; nothing was changed.") from error
        self.stdout.write("{added} added, {unchanged} unchanged".format(**counts))
